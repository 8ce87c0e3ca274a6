import { describe, expect, it } from 'vitest';
import { fargate } from '../../../../shared/evaluate/controls/fargate.ts';
import { present } from '../../../../shared/model/evidence.ts';
import { denied } from '../../../builders.ts';
import { aFargateProfile, judgeOne } from '../../../builders-network.ts';

function judgeProfiles(
  profiles: Parameters<typeof aFargateProfile>[0][],
  untrustedNamespaces: readonly string[] = [],
) {
  const fargateProfiles = present(profiles.map(aFargateProfile));
  return judgeOne(fargate, { fargateProfiles }, { untrustedNamespaces: [...untrustedNamespaces] });
}

describe('5.6.1 Fargate for untrusted workloads', () => {
  it('passes a cluster with a Fargate profile and names it', () => {
    expect(judgeProfiles([{}])).toMatchObject({
      status: 'PASSED',
      reasonCode: 'FARGATE_AVAILABLE',
      evidence: { profiles: 'untrusted' },
    });
  });

  it('warns of a cluster without one', () => {
    expect(judgeProfiles([])).toMatchObject({ status: 'WARNING', reasonCode: 'NO_FARGATE_PROFILE' });
  });

  it.each(['CREATE_FAILED', 'DELETING'])('does not count a profile that is %s', (status) => {
    expect(judgeProfiles([{ status }]).reasonCode).toBe('NO_FARGATE_PROFILE');
  });

  describe('untrusted namespaces', () => {
    it('fail, with a low severity, when no profile selects them', () => {
      const verdict = judgeProfiles([{}], ['untrusted', 'tenants']);

      expect(verdict).toMatchObject({
        status: 'FAILED',
        severity: 'LOW',
        reasonCode: 'UNTRUSTED_NOT_ON_FARGATE',
        evidence: { namespaces: 'tenants' },
      });
    });

    it('fail when there is no profile at all', () => {
      expect(judgeProfiles([], ['tenants']).reasonCode).toBe('UNTRUSTED_NOT_ON_FARGATE');
    });

    it.each(['tenants', 'ten*', 'tenant?', '*'])('pass when a profile selects %s', (namespace) => {
      expect(judgeProfiles([{ selectors: [{ namespace }] }], ['tenants']).reasonCode).toBe(
        'FARGATE_AVAILABLE',
      );
    });

    it.each(['tenant', 'enants', 'Tenants', 'tenants?', 't.*'])(
      'fail when a profile selects %s',
      (namespace) => {
        const verdict = judgeProfiles([{ selectors: [{ namespace }] }], ['tenants']);

        expect(verdict.reasonCode).toBe('UNTRUSTED_NOT_ON_FARGATE');
      },
    );

    it('fail when a profile takes only their pods with certain labels', () => {
      const selectors = [{ namespace: 'tenants', labels: { fargate: 'yes' } }];

      expect(judgeProfiles([{ selectors }], ['tenants']).reasonCode).toBe('UNTRUSTED_NOT_ON_FARGATE');
    });

    it('pass when several profiles select them together', () => {
      const verdict = judgeProfiles(
        [
          { fargateProfileName: 'a', selectors: [{ namespace: 'other' }, { namespace: 'one', labels: {} }] },
          { fargateProfileName: 'b', selectors: [{ namespace: 'two' }] },
        ],
        ['one', 'two'],
      );

      expect(verdict.reasonCode).toBe('FARGATE_AVAILABLE');
    });
  });

  describe('evidence that is missing', () => {
    const unread = { name: 'b', detail: denied('eks:DescribeFargateProfile') };
    const gone = { name: 'c', detail: denied('eks:DescribeFargateProfile', { kind: 'gone' }) };

    it('leaves it open when profiles could not be listed', () => {
      const verdict = judgeOne(fargate, { fargateProfiles: denied('eks:ListFargateProfiles') });

      expect(verdict.status).toBe('NOT_AVAILABLE');
    });

    it('leaves it open when the only profile could not be described', () => {
      expect(judgeOne(fargate, { fargateProfiles: present([unread]) }).status).toBe('NOT_AVAILABLE');
    });

    it('leaves it open when that profile may select what no other does', () => {
      const fargateProfiles = present([aFargateProfile(), unread]);

      const verdict = judgeOne(fargate, { fargateProfiles }, { untrustedNamespaces: ['tenants'] });

      expect(verdict.status).toBe('NOT_AVAILABLE');
    });

    it('is not missed when another profile answers', () => {
      const fargateProfiles = present([aFargateProfile(), unread]);

      const verdict = judgeOne(fargate, { fargateProfiles }, { untrustedNamespaces: ['untrusted'] });

      expect(verdict.reasonCode).toBe('FARGATE_AVAILABLE');
    });

    it('is not a profile that vanished meanwhile', () => {
      expect(judgeOne(fargate, { fargateProfiles: present([gone]) }).reasonCode).toBe('NO_FARGATE_PROFILE');
    });
  });
});
