import { describe, expect, it } from 'vitest';
import { iamAccess } from '../../../../shared/evaluate/controls/iam-access.ts';
import { absent, present } from '../../../../shared/model/evidence.ts';
import type { AccessEntry } from '../../../../shared/model/facts.ts';
import { aCluster, anAccessEntry, anIdentityProvider, denied, judge } from '../../../builders.ts';

const ROOT = 'arn:aws:iam::111122223333:root';
const ALICE = 'arn:aws:iam::111122223333:user/alice';
const BOB = 'arn:aws:iam::111122223333:user/teams/bob';
const ADMINS = 'arn:aws:iam::111122223333:role/admins';

function judgeEntries(...entries: Partial<AccessEntry>[]) {
  return judge(iamAccess, { accessEntries: present(entries.map(anAccessEntry)) });
}

function inMode(authenticationMode: string | undefined) {
  return present(aCluster({ accessConfig: authenticationMode ? { authenticationMode } : {} }));
}

describe('5.5.1 users managed with IAM', () => {
  describe('identity providers', () => {
    it('fails and names the issuer of one that nobody allowed', () => {
      const verdict = judge(iamAccess, { identityProviders: present([anIdentityProvider()]) });

      expect(verdict).toMatchObject({
        status: 'FAILED',
        severity: 'MEDIUM',
        reasonCode: 'EXTERNAL_IDENTITY_PROVIDER',
        evidence: { identityProviders: 'https://example.okta.com/oauth2/default' },
      });
      expect(verdict.reason).toContain('https://example.okta.com/oauth2/default (okta)');
    });

    it.each(['https://example.okta.com/oauth2/default', 'https://example.okta.com/oauth2/default/', 'okta'])(
      'passes one that is allowed as %s',
      (allowed) => {
        const identityProviders = present([anIdentityProvider()]);

        const verdict = judge(iamAccess, { identityProviders }, { allowedIdentityProviders: [allowed] });

        expect(verdict.status).toBe('PASSED');
      },
    );

    it.each(['https://example.okta.com', 'okt', 'OKTA'])('does not take %s for an allowance', (allowed) => {
      const identityProviders = present([anIdentityProvider()]);

      const verdict = judge(iamAccess, { identityProviders }, { allowedIdentityProviders: [allowed] });

      expect(verdict.reasonCode).toBe('EXTERNAL_IDENTITY_PROVIDER');
    });

    it('fails the one among several that is not allowed', () => {
      const other = anIdentityProvider({
        identityProviderConfigName: 'dex',
        issuerUrl: 'https://dex.example',
      });
      const identityProviders = present([anIdentityProvider(), other]);

      const verdict = judge(iamAccess, { identityProviders }, { allowedIdentityProviders: ['okta'] });

      expect(verdict.evidence).toEqual({ identityProviders: 'https://dex.example' });
    });

    it('is not available when one cannot be described, unless its name is allowed', () => {
      const unread = { name: 'okta', detail: denied('eks:DescribeIdentityProviderConfig') };
      const facts = { identityProviders: present([unread]) };

      expect(judge(iamAccess, facts)).toMatchObject({ status: 'NOT_AVAILABLE' });
      expect(judge(iamAccess, facts, { allowedIdentityProviders: ['okta'] }).status).toBe('PASSED');
    });
  });

  describe('access entries', () => {
    it('fails one for the root of an account', () => {
      expect(judgeEntries({ principalArn: ROOT })).toMatchObject({
        status: 'FAILED',
        severity: 'HIGH',
        reasonCode: 'SUPERUSER_ENTRY',
        evidence: { superusers: ROOT },
      });
    });

    it('fails one mapped to system:masters', () => {
      const verdict = judgeEntries({ principalArn: ADMINS, kubernetesGroups: ['ops', 'system:masters'] });

      expect(verdict).toMatchObject({ severity: 'HIGH', reasonCode: 'SUPERUSER_ENTRY' });
      expect(verdict.reason).toContain(`${ADMINS} (system:masters)`);
    });

    it.each([
      { principalArn: 'arn:aws:iam::111122223333:role/root', kubernetesGroups: ['masters'] },
      { principalArn: 'arn:aws:iam::111122223333:role/user/deploy' },
      { principalArn: 'arn:aws:iam::111122223333:role/developers', kubernetesGroups: [] },
    ])('passes an ordinary role: %j', (entry) => {
      expect(judgeEntries(entry).status).toBe('PASSED');
    });

    it.each([ALICE, BOB, 'arn:aws-us-gov:iam::111122223333:user/carol'])(
      'fails one for the user %s',
      (arn) => {
        expect(judgeEntries({ principalArn: arn })).toMatchObject({
          status: 'FAILED',
          severity: 'LOW',
          reasonCode: 'IAM_USER_ENTRY',
          evidence: { iamUsers: arn },
        });
      },
    );

    it('counts one without a type as somebody’s', () => {
      const { detail } = anAccessEntry({ principalArn: ALICE });
      const { type: _, ...value } = detail.value;

      const verdict = judge(iamAccess, { accessEntries: present([{ name: ALICE, detail: present(value) }]) });

      expect(verdict.reasonCode).toBe('IAM_USER_ENTRY');
    });

    it.each(['EC2_LINUX', 'EC2_WINDOWS', 'EC2', 'FARGATE_LINUX', 'HYBRID_LINUX', 'HYPERPOD_LINUX'])(
      'leaves out nodes of type %s',
      (type) => {
        const verdict = judgeEntries(
          {},
          { principalArn: ADMINS, type, kubernetesGroups: ['system:masters'] },
        );

        expect(verdict.status).toBe('PASSED');
        expect(verdict.reason).toContain('2 access entries, 1 of them of nodes');
      },
    );

    it('that name no groups give nobody everything', () => {
      expect(judgeEntries({ principalArn: ADMINS, kubernetesGroups: undefined }).status).toBe('PASSED');
    });

    it('sees no change in their order', () => {
      const entries = [{ principalArn: BOB }, { principalArn: ALICE }, { principalArn: ROOT }];

      expect(judgeEntries(...entries)).toEqual(judgeEntries(...entries.toReversed()));
    });

    it('counts the users it has no room to name', () => {
      const many = Array.from({ length: 25 }, (_, index) => ({ principalArn: `${ALICE}${index + 10}` }));

      expect(judgeEntries(...many).reason).toContain(`${ALICE}19 and 15 more`);
    });
  });

  it('lists every failing row, the worst first', () => {
    const verdict = judge(iamAccess, {
      identityProviders: present([anIdentityProvider()]),
      accessEntries: present([ALICE, ROOT].map((principalArn) => anAccessEntry({ principalArn }))),
    });

    expect(verdict).toMatchObject({
      status: 'FAILED',
      severity: 'HIGH',
      reasonCodes: ['SUPERUSER_ENTRY', 'EXTERNAL_IDENTITY_PROVIDER', 'IAM_USER_ENTRY'],
      evidence: { superusers: ROOT, iamUsers: ALICE },
    });
  });

  describe('what cannot be read', () => {
    const unread = { name: ADMINS, detail: denied('eks:DescribeAccessEntry') };

    it('makes the verdict not available when nothing else is wrong', () => {
      const verdict = judge(iamAccess, { accessEntries: present([anAccessEntry(), unread]) });

      expect(verdict).toMatchObject({ status: 'NOT_AVAILABLE', reasonCodes: ['EVIDENCE_UNREADABLE'] });
      expect(verdict.reason).toContain('eks:DescribeAccessEntry failed with AccessDeniedException');
    });

    it('is named by a failure that it does not undo', () => {
      const alice = anAccessEntry({ principalArn: ALICE });

      const verdict = judge(iamAccess, { accessEntries: present([unread, alice]) });

      expect(verdict).toMatchObject({
        status: 'FAILED',
        reasonCodes: ['IAM_USER_ENTRY', 'EVIDENCE_UNREADABLE'],
      });
      expect(verdict.reason).toContain('eks:DescribeAccessEntry');
      expect(verdict.reason).not.toContain('Not judged');
      expect(verdict.evidence).toEqual({
        ...judgeEntries({ principalArn: ALICE }).evidence,
        unreadable: 'eks:DescribeAccessEntry failed with AccessDeniedException',
      });
    });

    it('still is somebody’s by its name', () => {
      const entry = { name: ALICE, detail: denied('eks:DescribeAccessEntry') };

      expect(judge(iamAccess, { accessEntries: present([entry]) }).reasonCodes).toEqual([
        'IAM_USER_ENTRY',
        'EVIDENCE_UNREADABLE',
      ]);
    });

    it('does not undo a failure when it is the whole other list', () => {
      const accessEntries = present([anAccessEntry({ principalArn: ROOT })]);
      const identityProviders = denied('eks:ListIdentityProviderConfigs');

      expect(judge(iamAccess, { accessEntries, identityProviders }).status).toBe('FAILED');
      expect(judge(iamAccess, { identityProviders }).status).toBe('NOT_AVAILABLE');
    });

    it('makes a list of access entries missing, not empty', () => {
      const accessEntries = denied('eks:ListAccessEntries');

      expect(judge(iamAccess, { accessEntries }).status).toBe('NOT_AVAILABLE');
    });

    it('outweighs a mere warning', () => {
      const verdict = judge(iamAccess, {
        cluster: inMode('CONFIG_MAP'),
        accessEntries: absent,
        identityProviders: denied('eks:ListIdentityProviderConfigs'),
      });

      expect(verdict).toMatchObject({
        status: 'NOT_AVAILABLE',
        reasonCodes: ['EVIDENCE_UNREADABLE', 'LEGACY_AUTH_MODE'],
      });
    });
  });

  it('says nothing of entries and providers that were deleted meanwhile', () => {
    const gone = (name: string) => ({ name, detail: denied('eks:DescribeAccessEntry', { kind: 'gone' }) });

    const verdict = judge(iamAccess, {
      accessEntries: present([gone('arn:aws:iam::111122223333:user/ann')]),
      identityProviders: present([gone('okta')]),
    });

    expect(verdict.reasonCodes).toEqual(['IAM_ACCESS_ENTRIES']);
  });
});
