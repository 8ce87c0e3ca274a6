import { describe, expect, it } from 'vitest';
import { ecrAccessRepositories } from '../../../../shared/evaluate/controls/ecr-access-repositories.ts';
import { absent, present } from '../../../../shared/model/evidence.ts';
import { denied } from '../../../builders.ts';
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
import { judge, ORGANIZATION, REGISTRY, root } from './ecr-access-repositories-support.ts';

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

  it('lists every row that applies, worst first', () => {
    const verdict = judge([
      letPull(root(STRANGER)),
      letPull(root('888877776666'), { Action: PUSH }),
      letPull('*'),
    ]);

    expect(verdict.reasonCodes).toEqual(['PUBLIC_ACCESS', 'EXTERNAL_WRITE', 'EXTERNAL_READ']);
  });

  it('names who may do what from outside', () => {
    const writer = 'account 888877776666';
    const read = judge([letPull(root(STRANGER))]);
    const both = judge([letPull(root('888877776666'), { Action: [...PUSH, 'ecr:BatchGetImage'] })]);

    expect(read).toMatchObject({
      ...{ status: 'FAILED', reasonCodes: ['EXTERNAL_READ'] },
      evidence: { externalReaders: `account ${STRANGER}` },
    });
    expect(read.reason).toContain(`account ${STRANGER} may ecr:BatchGetImage, ecr:GetDownloadUrlForLayer.`);
    // Who writes reads besides: one row says it.
    expect(both).toMatchObject({
      ...{ status: 'FAILED', reasonCodes: ['EXTERNAL_WRITE'] },
      evidence: { externalWriters: writer },
    });
    expect(both.reason).toContain(`${writer} may ${PUSH.toSorted().join(', ')}.`);
  });

  it('is about actions of ECR only', () => {
    expect(judge([letPull('*', { Action: ['s3:PutObject', 'sts:AssumeRole'] })])).toMatchObject({
      reason: 'The policy grants access to nobody.',
    });
    expect(judge([letPull('*', { Action: ['s3:PutObject', 'ecr:BatchGetImage'] })])).toMatchObject({
      ...{ reasonCode: 'PUBLIC_ACCESS', severity: 'HIGH' },
      reason: 'Everyone, whatever their account, may ecr:BatchGetImage.',
    });
  });

  it.each([
    [{ Service: 'codebuild.amazonaws.com' }, undefined, 'codebuild.amazonaws.com'],
    ['*', { Bool: { 'aws:PrincipalIsAWSService': 'true' } }, 'AWS services'],
  ])('names the services it lets in: %j', (principal, Condition, named) => {
    const { evidence } = judge([letPull(principal, Condition && { Condition })]);

    expect(evidence).toEqual({ letsIn: named });
  });

  it('says whether everyone may write, by any of the statements', () => {
    expect(judge([letPull('*')])).toMatchObject({ severity: 'HIGH', evidence: { publicAccess: 'read' } });
    expect(judge([letPull('*'), letPull('*', { Action: PUSH })])).toMatchObject({
      severity: 'CRITICAL',
      evidence: { publicAccess: 'write' },
    });
  });

  it('names whom it lets in, and what confines them', () => {
    const confined = judge([letPull('*', { Condition: ORGANIZATION })]);

    expect(judge([letPull(root(SIBLING))])).toMatchObject({
      evidence: { letsIn: `account ${SIBLING}` },
      reason: `The policy grants access to account ${SIBLING}.`,
    });
    expect(confined.reason).toMatch(/^The policy grants access to .+, confined by aws:PrincipalOrgID\.$/);
    expect(judge([letPull(root(SIBLING), { Effect: 'Deny' })])).toMatchObject({
      evidence: {},
      reason: 'The policy grants access to nobody.',
    });
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

  it.each([
    ['ECR:PutImage', 'EXTERNAL_WRITE'],
    ['ECR:NewWrite', 'EXTERNAL_WRITE'],
    ['ECR:BATCHGETIMAGE', 'EXTERNAL_READ'],
  ])('reads the action %s whatever its case', (Action, code) => {
    expect(judge([letPull(root(STRANGER), { Action })]).reasonCode).toBe(code);
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
    const organization = anOrganization({ membersUnreadable: denied('organizations:ListAccounts') });

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

    describe('by its id', () => {
      const ofOther = { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-z9y8x7w6v5' } } };
      const withoutId = { ...organization, id: denied('organizations:DescribeOrganization') };

      it('leaves access for a whole organization unjudged', () => {
        const verdict = judge([letPull('*', ofOther)], { organization: withoutId });

        expect(verdict).toMatchObject({ status: 'NOT_AVAILABLE', reasonCode: 'EVIDENCE_UNREADABLE' });
      });

      it('is needed only for that: another organization than a known one is another', () => {
        expect(judge([letPull('*', ofOther)], { organization }).reasonCode).toBe('EXTERNAL_READ');
      });
    });

    it('is not that of an account which stands alone', () => {
      const standsAlone = anOrganization({ id: absent, accountIds: new Set([ACCOUNT]) });

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
