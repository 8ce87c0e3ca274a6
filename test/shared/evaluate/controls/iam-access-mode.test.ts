import { describe, expect, it } from 'vitest';
import { iamAccess } from '../../../../shared/evaluate/controls/iam-access.ts';
import { absent, present } from '../../../../shared/model/evidence.ts';
import { aCluster, anAccessEntry, anIdentityProvider, denied, judge } from '../../../builders.ts';
import { inside } from '../kubernetes/builders.ts';

function inMode(authenticationMode: string | undefined) {
  return present(aCluster({ accessConfig: authenticationMode ? { authenticationMode } : {} }));
}

describe('5.5.1 users managed with IAM', () => {
  describe('the authentication mode', () => {
    it.each([
      ['CONFIG_MAP', absent],
      ['CONFIG_MAP', denied('eks:ListAccessEntries')],
    ])('warns in mode %s, where only the aws-auth map would tell', (mode, accessEntries) => {
      const verdict = judge(iamAccess, { cluster: inMode(mode), accessEntries });

      expect(verdict).toMatchObject({ status: 'WARNING', reasonCodes: ['LEGACY_AUTH_MODE'] });
      expect(verdict.evidence).toEqual({ authenticationMode: mode });
    });

    it('fails in mode CONFIG_MAP by 2.0.0, which requires access entries', () => {
      const facts = { cluster: inMode('CONFIG_MAP'), accessEntries: absent };
      const failed = {
        status: 'FAILED',
        severity: 'MEDIUM',
        reasonCodes: ['ACCESS_ENTRIES_NOT_USED'],
        evidence: { authenticationMode: 'CONFIG_MAP' },
      };

      expect(judge(iamAccess, facts, {}, '2.0.0')).toMatchObject(failed);
      // Whatever is in the map.
      expect(judge(iamAccess, { ...facts, ...inside({}) }, {}, '2.0.0')).toMatchObject(failed);
    });

    it.each(['API', 'API_AND_CONFIG_MAP'])('is not judged as without entries in mode %s', (mode) => {
      expect(judge(iamAccess, { cluster: inMode(mode) }, {}, '2.0.0').reasonCode).toBe('IAM_ACCESS_ENTRIES');
    });

    it('still fails an identity provider in mode CONFIG_MAP', () => {
      const identityProviders = present([anIdentityProvider()]);

      const verdict = judge(iamAccess, {
        cluster: inMode('CONFIG_MAP'),
        accessEntries: absent,
        identityProviders,
      });

      expect(verdict.reasonCodes).toEqual(['EXTERNAL_IDENTITY_PROVIDER', 'LEGACY_AUTH_MODE']);
    });

    it.each([
      ['accessConfig is empty', aCluster({ accessConfig: {} }), present([anAccessEntry()])],
      ['there is no accessConfig', aCluster({ accessConfig: undefined }), present([anAccessEntry()])],
      ['there are no entries either', aCluster({ accessConfig: {} }), absent],
    ])('leaves no answer when it is missing: %s', (_, cluster, accessEntries) => {
      expect(judge(iamAccess, { cluster: present(cluster), accessEntries })).toMatchObject({
        status: 'NOT_AVAILABLE',
        reasonCodes: ['EVIDENCE_UNREADABLE'],
      });
    });

    it('hides nothing that is proven when it is missing', () => {
      const entry = anAccessEntry({ kubernetesGroups: ['system:masters'] });
      const verdict = judge(iamAccess, { cluster: inMode(undefined), accessEntries: present([entry]) });

      expect(verdict.reasonCodes).toEqual(['SUPERUSER_ENTRY', 'EVIDENCE_UNREADABLE']);
    });

    it.each(['API', 'API_AND_CONFIG_MAP'])('passes in mode %s with the number of entries', (mode) => {
      const verdict = judge(iamAccess, { cluster: inMode(mode) });

      expect(verdict).toMatchObject({ status: 'PASSED', reasonCode: 'IAM_ACCESS_ENTRIES' });
      expect(verdict.reason).toContain('1 access entry');
      expect(verdict.reason).toContain(`The authentication mode is ${mode};`);
      expect(verdict.evidence).toEqual({ authenticationMode: mode, accessEntries: '1' });
    });

    it('passes without a single entry', () => {
      expect(judge(iamAccess, { accessEntries: present([]) }).status).toBe('PASSED');
    });
  });
});
