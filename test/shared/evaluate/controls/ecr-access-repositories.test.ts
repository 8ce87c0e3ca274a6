import { describe, expect, it } from 'vitest';
import { ecrAccessRepositories } from '../../../../shared/evaluate/controls/ecr-access-repositories.ts';
import { absent, present } from '../../../../shared/model/evidence.ts';
import { denied, SCOPE } from '../../../builders.ts';
import {
  ACCOUNT,
  aDocument,
  anOrganization,
  aRegistryWith,
  aRepository,
  letPull,
  PUSH,
  type RawStatement,
  SIBLING,
  STRANGER,
  verdictsOf,
} from '../../../builders-iam.ts';

const REGISTRY = `arn:aws:ecr:${SCOPE.region}:${ACCOUNT}:registry/${ACCOUNT}`;
const ORGANIZATION = { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } };
type Around = Parameters<typeof verdictsOf>[2];

/** The verdict on a repository with a policy of these statements. */
function judge(statements: readonly RawStatement[], around: Around = {}) {
  const region = aRegistryWith(present(aDocument(...statements)));
  const verdict = verdictsOf(ecrAccessRepositories, { region }, around).find(
    ({ resource }) => resource.type === 'AwsEcrRepository',
  );
  if (verdict === undefined) throw new Error('no verdict on the repository');
  return verdict;
}

function root(accountId: string) {
  return { AWS: `arn:aws:iam::${accountId}:root` };
}

describe('5.1.2 access to repositories', () => {
  describe('a service', () => {
    const push = {
      Effect: 'Allow',
      Principal: { Service: 'codebuild.amazonaws.com' },
      Action: 'ecr:PutImage',
    };

    it.each<[string, RawStatement]>([
      ['account', { StringEquals: { 'aws:SourceAccount': STRANGER } }],
      ['resource', { ArnLike: { 'aws:SourceArn': `arn:aws:codebuild:*:${STRANGER}:project/*` } }],
      ['organization', { StringEquals: { 'aws:SourceOrgID': 'o-theirs1234' } }],
    ])('that works for the %s of a stranger is that stranger', (_, Condition) => {
      const Action = 'ecr:BatchGetImage';

      expect(judge([{ ...push, Condition }]).reasonCode).toBe('EXTERNAL_WRITE');
      expect(judge([{ ...push, Condition, Action }]).reasonCode).toBe('EXTERNAL_READ');
      expect(
        judge([
          {
            ...push,
            Principal: '*',
            Condition: { ...Condition, Bool: { 'aws:PrincipalIsAWSService': 'true' } },
          },
        ]).reasonCode,
      ).toBe('EXTERNAL_WRITE');
    });

    it.each<[string, RawStatement]>([
      ['the own account', { StringEquals: { 'aws:SourceAccount': ACCOUNT } }],
      ['the organization', { StringEquals: { 'aws:SourceOrgID': 'o-a1b2c3d4e5' } }],
      ['one account of the organization', { StringEquals: { 'aws:SourceAccount': SIBLING } }],
    ])('that works for %s is confined', (_, Condition) => {
      expect(judge([{ ...push, Condition }]).reasonCode).toBe('POLICY_CONFINED');
    });
  });

  describe('everyone', () => {
    it.each([
      ['"*"', '*'],
      ['{ "AWS": "*" }', { AWS: '*' }],
      ['{ "AWS": ["*"] }', { AWS: ['*'] }],
    ])('%s may read: fails HIGH', (_, principal) => {
      expect(judge([letPull(principal)])).toMatchObject({
        status: 'FAILED',
        reasonCode: 'PUBLIC_ACCESS',
        severity: 'HIGH',
        resource: { type: 'AwsEcrRepository', id: aRepository().arn },
      });
    });

    it.each([
      ['push', PUSH],
      ['delete', 'ecr:BatchDeleteImage'],
      ['change the policy', 'ecr:SetRepositoryPolicy'],
      ['do anything', 'ecr:*'],
      ['do anything at all', '*'],
    ])('may %s: fails CRITICAL', (_, Action) => {
      expect(judge([letPull('*', { Action })])).toMatchObject({
        reasonCode: 'PUBLIC_ACCESS',
        severity: 'CRITICAL',
      });
    });

    it('is granted access by a NotAction too', () => {
      const { Action: _, ...statement } = letPull('*');

      expect(judge([{ ...statement, NotAction: 'ecr:DeleteRepository' }])).toMatchObject({
        reasonCode: 'PUBLIC_ACCESS',
        severity: 'CRITICAL',
      });
    });

    it('is confined by aws:PrincipalOrgID of the organization', () => {
      const verdict = judge([letPull({ AWS: '*' }, { Condition: ORGANIZATION })]);

      expect(verdict).toMatchObject({ status: 'PASSED', reasonCode: 'POLICY_CONFINED' });
    });

    it('is not confined by a condition that everyone can fulfil', () => {
      const Condition = { StringLike: { 'aws:PrincipalOrgID': '*' } };

      expect(judge([letPull({ AWS: '*' }, { Condition })]).reasonCode).toBe('PUBLIC_ACCESS');
    });

    it.each([
      ['the tags of whoever comes', { StringEquals: { 'aws:PrincipalTag/team': 'shop' } }],
      ['TLS', { Bool: { 'aws:SecureTransport': 'true' } }],
      [
        'an organization, if there is one',
        { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
      ],
      ['not being one organization', { StringNotEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } }],
    ])('is not confined by %s', (_, Condition) => {
      expect(judge([letPull({ AWS: '*' }, { Condition })]).reasonCode).toBe('PUBLIC_ACCESS');
    });

    it('is neutralised by a Deny of everyone outside the organization', () => {
      const outsiders = {
        Effect: 'Deny',
        Principal: '*',
        Action: 'ecr:*',
        Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
      };

      expect(judge([letPull({ AWS: '*' }), outsiders]).reasonCode).toBe('POLICY_CONFINED');
    });

    it('is neutralised by a Deny of everyone', () => {
      const everyone = { Effect: 'Deny', Principal: '*', Action: 'ecr:*' };

      expect(judge([letPull({ AWS: '*' }), everyone])).toMatchObject({
        reasonCode: 'POLICY_CONFINED',
        reason: 'The policy grants access to nobody.',
      });
    });

    it('is not neutralised by a Deny of other actions', () => {
      const deletion = { Effect: 'Deny', Principal: '*', Action: 'ecr:DeleteRepository' };

      expect(judge([letPull({ AWS: '*' }), deletion]).reasonCode).toBe('PUBLIC_ACCESS');
    });

    it.each<[string, RawStatement]>([
      ['an account', { 'aws:PrincipalAccount': STRANGER }],
      ['an organization', { 'aws:PrincipalOrgID': 'o-theirs1234' }],
      ['a role', { 'aws:PrincipalArn': `arn:aws:iam::${STRANGER}:role/ci` }],
    ])('is a stranger by the name of %s, whatever VPC endpoint requests come through', (_, caller) => {
      const endpoint = { 'aws:SourceVpce': 'vpce-0a' };
      const write = { Principal: '*', Effect: 'Allow', Action: 'ecr:PutImage' };
      const elsewhere = { ...write, Effect: 'Deny', Condition: { StringNotEquals: endpoint } };

      expect(judge([{ ...write, Condition: { StringEquals: { ...caller, ...endpoint } } }]).reasonCode).toBe(
        'EXTERNAL_WRITE',
      );
      expect(judge([{ ...write, Condition: { StringEquals: caller } }, elsewhere]).reasonCode).toBe(
        'EXTERNAL_WRITE',
      );
    });

    it.each([
      ['StringLike', `arn:*:iam::${ACCOUNT}:role/*`, 'PUBLIC_ACCESS'],
      ['StringLike', `arn:aws*:iam::${ACCOUNT}:role/*`, 'PUBLIC_ACCESS'],
      ['StringLike', `arn:aws:iam:?:${ACCOUNT}:role/*`, 'PUBLIC_ACCESS'],
      ['StringLike', `arn:aws:iam::${ACCOUNT}:role/*`, 'POLICY_CONFINED'],
      ['ArnLike', `arn:*:iam::${ACCOUNT}:role/*`, 'POLICY_CONFINED'],
      ['ArnEquals', `arn:*:iam:*:${ACCOUNT}:*`, 'POLICY_CONFINED'],
    ])('with %s of %s: %s', (operator, pattern, code) => {
      const Condition = { [operator]: { 'aws:PrincipalArn': pattern } };

      expect(judge([letPull('*', { Condition })]).reasonCode).toBe(code);
    });

    it('is confined by a VPC endpoint', () => {
      const Condition = { StringEquals: { 'aws:SourceVpce': 'vpce-0a1b2c3d' } };

      expect(judge([letPull({ AWS: '*' }, { Condition })]).reasonCode).toBe('POLICY_CONFINED');
    });

    it('is an outside account once confined to it', () => {
      const Condition = { StringEquals: { 'aws:PrincipalAccount': STRANGER } };

      expect(judge([letPull({ AWS: '*' }, { Condition })]).reasonCode).toBe('EXTERNAL_READ');
    });
  });

  describe('an account outside the organization', () => {
    it('may read: fails MEDIUM', () => {
      const verdict = judge([letPull(root(STRANGER))]);

      expect(verdict).toMatchObject({ status: 'FAILED', reasonCode: 'EXTERNAL_READ', severity: 'MEDIUM' });
      expect(verdict.reason).toContain(STRANGER);
    });

    it('may read and is trusted: passes', () => {
      const settings = { trustedAccounts: [STRANGER] };

      expect(judge([letPull(root(STRANGER))], { settings }).reasonCode).toBe('POLICY_CONFINED');
    });

    it.each([[[]], [[STRANGER]]])('may write: fails HIGH, though trusted are %j', (trustedAccounts) => {
      const verdict = judge([letPull(root(STRANGER), { Action: PUSH })], { settings: { trustedAccounts } });

      expect(verdict).toMatchObject({ status: 'FAILED', reasonCode: 'EXTERNAL_WRITE', severity: 'HIGH' });
    });

    it('is told by one of its roles as well', () => {
      const role = { AWS: `arn:aws:iam::${STRANGER}:role/ci` };

      expect(judge([letPull(role)]).reasonCode).toBe('EXTERNAL_READ');
    });

    it('is told by the organization it belongs to', () => {
      const Condition = { StringEquals: { 'aws:PrincipalOrgID': 'o-zzzzzzzzzz' } };

      expect(judge([letPull('*', { Condition })]).reasonCode).toBe('EXTERNAL_READ');
    });
  });

  it('lists every row that applies, worst first', () => {
    const verdict = judge([
      letPull(root(STRANGER)),
      letPull(root('888877776666'), { Action: PUSH }),
      letPull('*'),
    ]);

    expect(verdict.reasonCodes).toEqual(['PUBLIC_ACCESS', 'EXTERNAL_WRITE', 'EXTERNAL_READ']);
  });

  it.each([
    ['the own account', { AWS: ACCOUNT }],
    ['an account of the organization', root(SIBLING)],
    ['an AWS service', { Service: 'lambda.amazonaws.com' }],
  ])('passes when %s is let in, even to write', (_, principal) => {
    expect(judge([letPull(principal, { Action: 'ecr:*' })])).toMatchObject({
      status: 'PASSED',
      reasonCode: 'POLICY_CONFINED',
    });
  });

  it('passes a repository and a registry without a policy', () => {
    const verdicts = verdictsOf(ecrAccessRepositories, { region: aRegistryWith(absent) });

    expect(verdicts.map(({ resource, reasonCode }) => [resource.id, reasonCode])).toEqual([
      [REGISTRY, 'NO_POLICY'],
      [aRepository().arn, 'NO_POLICY'],
    ]);
  });

  it('judges the registry’s policy as well', () => {
    const policy = aDocument(letPull(root(STRANGER), { Action: 'ecr:ReplicateImage' }));
    const region = { ...aRegistryWith(absent), registryPolicy: present(policy) };

    const [registry] = verdictsOf(ecrAccessRepositories, { region });

    expect(registry).toMatchObject({
      status: 'FAILED',
      reasonCode: 'EXTERNAL_WRITE',
      resource: { type: 'Other', id: REGISTRY },
    });
  });

  describe('an organization that is not known', () => {
    const organization = anOrganization({ isComplete: false });

    it('leaves accounts that may belong to it unjudged', () => {
      expect(judge([letPull(root(STRANGER))], { organization })).toMatchObject({
        status: 'NOT_AVAILABLE',
        reasonCode: 'EVIDENCE_UNREADABLE',
      });
    });

    it('does not excuse public access', () => {
      const verdict = judge([letPull(root(STRANGER)), letPull('*')], { organization });

      expect(verdict.reasonCodes).toEqual(['PUBLIC_ACCESS', 'EVIDENCE_UNREADABLE']);
    });

    it('is not that of an account which stands alone', () => {
      const { id: _, ...standsAlone } = anOrganization({ accountIds: new Set([ACCOUNT]) });

      const verdict = judge([letPull('*', { Condition: ORGANIZATION })], { organization: standsAlone });

      expect(verdict.reasonCode).toBe('EXTERNAL_READ');
    });
  });

  describe('what cannot be read', () => {
    it('is one repository: every other is judged', () => {
      const [unread, read] = [aRepository({ name: 'a' }), aRepository({ name: 'b' })];
      const verdicts = verdictsOf(ecrAccessRepositories, {
        region: {
          repositories: present([unread, read]),
          repositoryPolicies: present({ a: denied('ecr:GetRepositoryPolicy'), b: absent }),
          registryPolicy: absent,
        },
      });

      expect(verdicts.map(({ resource, status }) => [resource.name, status])).toEqual([
        [`registry ${ACCOUNT}`, 'PASSED'],
        ['a', 'NOT_AVAILABLE'],
        ['b', 'PASSED'],
      ]);
    });

    it('is an odd policy, which is not one that lets nobody in', () => {
      const region = aRegistryWith(present('{"Statement":[{"Effect":"Allow"}]}'));

      const verdict = verdictsOf(ecrAccessRepositories, { region }).at(-1);

      expect(verdict).toMatchObject({
        status: 'NOT_AVAILABLE',
        resource: { id: aRepository().arn },
      });
    });

    it('is the registry’s policy: repositories are judged', () => {
      const region = { ...aRegistryWith(absent), registryPolicy: denied('ecr:GetRegistryPolicy') };

      const verdicts = verdictsOf(ecrAccessRepositories, { region });

      expect(verdicts.map(({ resource, status }) => [resource.id, status])).toEqual([
        [REGISTRY, 'NOT_AVAILABLE'],
        [aRepository().arn, 'PASSED'],
      ]);
    });

    it.each([
      ['the list of repositories', { repositories: denied('ecr:DescribeRepositories') }],
      ['all their policies', { repositoryPolicies: denied('ecr:DescribeRepositories') }],
    ])('is %s: the registry’s policy is judged, the account’s repositories are not', (_, unread) => {
      const region = { ...aRegistryWith(absent), ...unread };

      const verdicts = verdictsOf(ecrAccessRepositories, { region });

      expect(verdicts.map(({ resource, status }) => [resource.type, status])).toEqual([
        ['Other', 'PASSED'],
        ['AwsAccount', 'NOT_AVAILABLE'],
      ]);
    });
  });

  it('says nothing of a repository that was deleted meanwhile', () => {
    const region = { ...aRegistryWith(absent), repositoryPolicies: present({}) };

    expect(verdictsOf(ecrAccessRepositories, { region }).map(({ resource }) => resource.id)).toEqual([
      REGISTRY,
    ]);
  });
});
