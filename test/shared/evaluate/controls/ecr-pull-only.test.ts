import { describe, expect, it } from 'vitest';
import { ACCOUNT, allow, aManagedPolicy, aRole, inline, PULL, PUSH } from '../../../builders-iam.ts';
import { CLUSTER, judge } from './ecr-pull-only-support.ts';

describe('5.1.3 access of clusters to ECR', () => {
  describe('a node role', () => {
    it('passes with reads only, and is the resource of the verdict', () => {
      const verdict = judge({
        inlinePolicies: [inline('pull', allow([...PULL, 'ecr:Describe*', 'ecr:List*']))],
      });

      expect(verdict).toMatchObject({ status: 'PASSED', reasonCode: 'READ_ONLY', clusterArn: CLUSTER });
      expect(verdict.resource).toEqual({ type: 'AwsIamRole', id: aRole().arn, name: 'node' });
      expect(verdict.related.map(({ id }) => id)).toEqual([CLUSTER]);
    });

    it('passes without any permission', () => {
      expect(judge({}).reasonCode).toBe('READ_ONLY');
    });

    it('fails with more, naming the actions and the policies that grant them', () => {
      const pushing = aManagedPolicy('pushing', allow('ecr:PutImage'));
      const verdict = judge(
        { attachedPolicies: [pushing.arn], inlinePolicies: [inline('pull', allow(PULL))] },
        { managedPolicies: [pushing] },
      );

      expect(verdict).toMatchObject({ status: 'FAILED', reasonCode: 'CAN_WRITE', severity: 'HIGH' });
      expect(verdict.reason).toContain('ecr:PutImage');
      expect(verdict.reason).toContain(pushing.arn);
      expect(verdict.reason).not.toContain('ecr:BatchGetImage');
    });

    it.each([
      ['in other letters', allow('ECR:putimage')],
      ['by a wildcard', allow('ecr:*Image')],
      ['by everything', allow('*')],
      ['by NotAction', { Effect: 'Allow', NotAction: ['iam:*', 'ecr:DeleteRepository'], Resource: '*' }],
      [
        'under a condition',
        allow('ecr:PutImage', { Condition: { Bool: { 'aws:SecureTransport': 'true' } } }),
      ],
      [
        'on one repository',
        allow('ecr:PutImage', { Resource: 'arn:aws:ecr:eu-west-1:111122223333:repository/shop' }),
      ],
    ])('fails when it may write %s', (_, statement) => {
      expect(judge({ inlinePolicies: [inline('x', statement)] }).reasonCode).toBe('CAN_WRITE');
    });

    it.each(['arn:aws:ecr', 'arn:aws:ecr:eu-west-1', 'arn:aws', `arn:aws:ecr:eu-west-1:${ACCOUNT}`])(
      'fails when it may write to %s, which IAM completes',
      (Resource) => {
        expect(judge({ inlinePolicies: [inline('x', allow('ecr:PutImage', { Resource }))] }).reasonCode).toBe(
          'CAN_WRITE',
        );
      },
    );

    it('passes when a Deny on a short ARN takes the writes away', () => {
      const deny = { ...allow('ecr:PutImage', { Resource: 'arn:aws:ecr' }), Effect: 'Deny' };
      const on = { Resource: `arn:aws:ecr:eu-west-1:${ACCOUNT}:repository/shop` };

      expect(judge({ inlinePolicies: [inline('x', allow('ecr:PutImage', on), deny)] }).reasonCode).toBe(
        'READ_ONLY',
      );
      expect(
        judge({ inlinePolicies: [inline('x', allow('ecr:PutImage', { Resource: 'arn:aws:s3' }))] })
          .reasonCode,
      ).toBe('READ_ONLY');
    });

    it('names at most 10 actions, and how many more', () => {
      const { reason } = judge({ inlinePolicies: [inline('all', allow('ecr:*'))] });

      expect(reason.match(/ecr:\w+/g)).toHaveLength(10);
      expect(reason).toMatch(/and \d+ more, by all/);
    });

    it('passes when a Deny takes the writes away, unless under a condition', () => {
      const refusal = { ...allow(PUSH), Effect: 'Deny' };
      const sometimes = { ...refusal, Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
      const policies = (deny: object) => [inline('push', allow(PUSH)), inline('no', { ...deny })];

      expect(judge({ inlinePolicies: policies(refusal) }).reasonCode).toBe('READ_ONLY');
      expect(judge({ inlinePolicies: policies(sometimes) }).reasonCode).toBe('CAN_WRITE');
    });

    it('has 20 policies and a boundary, all of which count', () => {
      const policies = Array.from({ length: 20 }, (_, index) =>
        aManagedPolicy(`p${index}`, allow(index === 19 ? 'ecr:PutImage' : `s3:Get${index}`)),
      );
      const boundary = (name: string, action: string) => aManagedPolicy(name, allow(action));
      const role = { attachedPolicies: policies.map(({ arn }) => arn) };
      const bounded = (by: ReturnType<typeof aManagedPolicy>) =>
        judge({ ...role, permissionsBoundary: by.arn }, { managedPolicies: [...policies, by] });

      expect(bounded(boundary('wide', 'ecr:*')).reasonCode).toBe('CAN_WRITE');
      expect(bounded(boundary('narrow', 'ecr:Get*')).reasonCode).toBe('READ_ONLY');
    });
  });

  describe('a pull-through cache', () => {
    const cache = {
      inlinePolicies: [inline('cache', allow(['ecr:CreateRepository', 'ecr:BatchImportUpstreamImage']))],
    };

    it.each([
      ['the action alone', allow('ecr:BatchImportUpstreamImage')],
      ['in other letters', allow('ECR:batchimportupstreamimage')],
      ['with what AmazonEC2ContainerRegistryPullOnly has', allow([...PULL, 'ecr:BatchImportUpstreamImage'])],
    ])('may be filled with images of existing repositories by %s', (_, statement) => {
      expect(judge({ inlinePolicies: [inline('pull', statement)] }).reasonCode).toBe('READ_ONLY');
    });

    it('may tag the repositories that it creates', () => {
      const tagging = { inlinePolicies: [...cache.inlinePolicies, inline('tag', allow('ecr:TagResource'))] };

      expect(judge(tagging).reasonCode).toBe('PULL_THROUGH_CACHE_WRITE');
      expect(judge(tagging, {}, { allowPullThroughCache: true }).reasonCode).toBe(
        'PULL_THROUGH_CACHE_ALLOWED',
      );
      expect(judge({ inlinePolicies: [inline('tag', allow('ecr:TagResource'))] }).reasonCode).toBe(
        'CAN_WRITE',
      );
    });

    it('is a warning', () => {
      expect(judge(cache)).toMatchObject({ status: 'WARNING', reasonCode: 'PULL_THROUGH_CACHE_WRITE' });
    });

    it('passes when it is allowed', () => {
      expect(judge(cache, {}, { allowPullThroughCache: true })).toMatchObject({
        status: 'PASSED',
        reasonCode: 'PULL_THROUGH_CACHE_ALLOWED',
      });
    });

    it('excuses no other write', () => {
      const more = { inlinePolicies: [...cache.inlinePolicies, inline('untag', allow('ecr:UntagResource'))] };

      expect(judge(more, {}, { allowPullThroughCache: true }).reasonCode).toBe('CAN_WRITE');
    });
  });
});
