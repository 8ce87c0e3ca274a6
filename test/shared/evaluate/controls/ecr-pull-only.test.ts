import { describe, expect, it } from 'vitest';
import { ecrPullOnly } from '../../../../shared/evaluate/controls/ecr-pull-only.ts';
import { absent, present } from '../../../../shared/model/evidence.ts';
import type { Iam, IamRole } from '../../../../shared/model/iam-facts.ts';
import { aCluster, anAccessEntry, denied, SCOPE } from '../../../builders.ts';
import {
  ACCOUNT,
  allow,
  aManagedPolicy,
  aRole,
  type Given,
  iamOf,
  inline,
  PULL,
  PUSH,
  STRANGER,
  verdictOf,
  verdictsOf,
} from '../../../builders-iam.ts';
import { aFargateProfile, aNodegroup, anInstance } from '../../../builders-network.ts';

const CLUSTER = aCluster().arn;

/** A cluster with a node group of the role `node`. */
function withNodes(iam: Partial<Iam>, given: Given = {}): Given {
  const nodegroups = present([aNodegroup({ nodeRole: aRole().arn })]);
  return {
    cluster: { nodegroups, ...given.cluster },
    region: given.region ?? {},
    account: { iam: iamOf(iam) },
  };
}

function judge(role: Partial<IamRole>, iam: Partial<Iam> = {}, settings = {}) {
  return verdictOf(ecrPullOnly, withNodes({ roles: [aRole(role)], ...iam }), { settings });
}

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
        allow('ecr:PutImage', { Resource: 'arn:aws:ecr:eu-west-1:111122223333:repository/a' }),
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
      const on = { Resource: `arn:aws:ecr:eu-west-1:${ACCOUNT}:repository/a` };

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

  describe('the roles of a cluster', () => {
    const role = aRole({ instanceProfiles: [`arn:aws:iam::${ACCOUNT}:instance-profile/node`] });
    const nodeRoleArn = role.arn;
    const entries = (type: string) => present([anAccessEntry({ principalArn: nodeRoleArn, type })]);

    it.each<[string, Given]>([
      ['a node group', { cluster: { nodegroups: present([aNodegroup({ nodeRole: nodeRoleArn })]) } }],
      [
        'a Fargate profile',
        { cluster: { fargateProfiles: present([aFargateProfile({ podExecutionRoleArn: nodeRoleArn })]) } },
      ],
      [
        'Auto Mode',
        { cluster: { cluster: present(aCluster({ computeConfig: { enabled: true, nodeRoleArn } })) } },
      ],
      [
        'an instance',
        { region: { instances: present([anInstance({ instanceProfile: role.instanceProfiles[0] })]) } },
      ],
      ...['EC2', 'EC2_LINUX', 'EC2_WINDOWS', 'FARGATE_LINUX', 'HYBRID_LINUX', 'HYPERPOD_LINUX'].map(
        (type): [string, Given] => [
          `an access entry of type ${type}`,
          { cluster: { accessEntries: entries(type) } },
        ],
      ),
    ])('are of %s', (_, given) => {
      const verdict = verdictOf(ecrPullOnly, { ...given, account: { iam: iamOf({ roles: [role] }) } });

      expect(verdict.resource.id).toBe(role.arn);
    });

    it.each<[string, Given['cluster']]>([
      [
        'a node group in DELETING',
        { nodegroups: present([aNodegroup({ nodeRole: nodeRoleArn, status: 'DELETING' })]) },
      ],
      [
        'a node group in CREATE_FAILED',
        { nodegroups: present([aNodegroup({ nodeRole: nodeRoleArn, status: 'CREATE_FAILED' })]) },
      ],
      [
        'a Fargate profile in CREATE_FAILED',
        {
          fargateProfiles: present([
            aFargateProfile({ podExecutionRoleArn: nodeRoleArn, status: 'CREATE_FAILED' }),
          ]),
        },
      ],
      [
        'Auto Mode that was switched off',
        { cluster: present(aCluster({ computeConfig: { enabled: false, nodeRoleArn } })) },
      ],
      [
        'an access entry of Auto Mode that was switched off',
        {
          cluster: present(aCluster({ computeConfig: { enabled: false } })),
          accessEntries: entries('EC2'),
        },
      ],
    ])('are not of %s', (_, cluster) => {
      const pushing = { ...role, inlinePolicies: [inline('push', allow(PUSH))] };
      const verdict = verdictOf(ecrPullOnly, {
        cluster: cluster ?? {},
        account: { iam: iamOf({ roles: [pushing] }) },
      });

      expect(verdict.reasonCode).toBe('NO_NODE_ROLES');
    });

    it.each(['DEGRADED', 'DELETE_FAILED', 'UPDATING'])('are of a node group in %s', (status) => {
      const nodegroups = present([aNodegroup({ nodeRole: nodeRoleArn, status })]);
      const given = { cluster: { nodegroups }, account: { iam: iamOf({ roles: [role] }) } };

      expect(verdictOf(ecrPullOnly, given).resource.id).toBe(role.arn);
    });

    it('are not those of people', () => {
      const verdict = verdictOf(ecrPullOnly, {
        cluster: { accessEntries: entries('STANDARD') },
        account: { iam: iamOf({ roles: [role] }) },
      });

      expect(verdict).toMatchObject({
        status: 'PASSED',
        reasonCode: 'NO_NODE_ROLES',
        resource: { id: CLUSTER },
      });
    });

    it('are not those of another cluster’s instances', () => {
      const instance = anInstance({ clusters: ['payments'], instanceProfile: role.instanceProfiles[0] });

      const verdict = verdictOf(ecrPullOnly, {
        region: { instances: present([instance]) },
        account: { iam: iamOf({ roles: [role] }) },
      });

      expect(verdict.reasonCode).toBe('NO_NODE_ROLES');
    });

    it('are judged once, however many name them, with their path or without', () => {
      const withPath = { ...role, arn: `arn:aws:iam::${ACCOUNT}:role/eks/node`, path: '/eks/' };
      const verdict = verdictOf(ecrPullOnly, {
        cluster: {
          nodegroups: present([
            aNodegroup({ nodeRole: withPath.arn }),
            aNodegroup({ nodeRole: withPath.arn }),
          ]),
          accessEntries: entries('EC2_LINUX'),
        },
        account: { iam: iamOf({ roles: [withPath] }) },
      });

      expect(verdict.resource.id).toBe(withPath.arn);
      expect(verdict.reason).toContain('access entry, node group');
    });

    it('are not in access entries of a cluster that has none', () => {
      expect(
        verdictOf(ecrPullOnly, { cluster: { accessEntries: absent }, account: { iam: iamOf() } }).reasonCode,
      ).toBe('NO_NODE_ROLES');
    });
  });

  describe('a role that was deleted', () => {
    const arn = `arn:aws:iam::${ACCOUNT}:role/gone`;

    it.each<[string, Given['cluster']]>([
      [
        'an access entry',
        { accessEntries: present([anAccessEntry({ principalArn: arn, type: 'EC2_LINUX' })]) },
      ],
      ['a node group', { nodegroups: present([aNodegroup({ nodeRole: arn })]) }],
      ['a Fargate profile', { fargateProfiles: present([aFargateProfile({ podExecutionRoleArn: arn })]) }],
      ['Auto Mode', { cluster: present(aCluster({ computeConfig: { enabled: true, nodeRoleArn: arn } })) }],
    ])('and is still named by %s passes, and is in the evidence', (_, cluster) => {
      const verdict = verdictOf(ecrPullOnly, { cluster: cluster ?? {}, account: { iam: iamOf() } });

      expect(verdict).toMatchObject({
        status: 'PASSED',
        reasonCode: 'READ_ONLY',
        resource: { id: arn },
        evidence: { missingRole: arn },
      });
      expect(verdict.reason).toContain('does not exist');
    });

    it('and was in an instance’s profile is no role of the cluster', () => {
      const instanceProfile = `arn:aws:iam::${ACCOUNT}:instance-profile/gone`;
      const verdict = verdictOf(ecrPullOnly, {
        region: { instances: present([anInstance({ instanceProfile })]) },
        account: { iam: iamOf() },
      });

      expect(verdict.reasonCode).toBe('NO_NODE_ROLES');
    });
  });

  describe('what cannot be read', () => {
    it('is a role of another account: not skipped', () => {
      const podExecutionRoleArn = `arn:aws:iam::${STRANGER}:role/pods`;
      const verdict = verdictOf(ecrPullOnly, {
        cluster: { fargateProfiles: present([aFargateProfile({ podExecutionRoleArn })]) },
        // One of the same name here is not it.
        account: { iam: iamOf({ roles: [aRole({ name: 'pods' })] }) },
      });

      expect(verdict).toMatchObject({ status: 'NOT_AVAILABLE', resource: { id: podExecutionRoleArn } });
      expect(verdict.reason).toContain(STRANGER);
    });

    it('is a role with an odd policy: the other roles are judged', () => {
      const odd = aRole({ name: 'odd', inlinePolicies: [{ name: 'x', document: 'not JSON' }] });
      const roles = [odd, aRole()];
      const nodegroups = present(
        roles.map(({ arn, name }) => aNodegroup({ nodegroupName: name, nodeRole: arn })),
      );

      const verdicts = verdictsOf(ecrPullOnly, withNodes({ roles }, { cluster: { nodegroups } }));

      expect(verdicts.map(({ resource, status }) => [resource.name, status])).toEqual([
        ['node', 'PASSED'],
        ['odd', 'NOT_AVAILABLE'],
      ]);
    });

    it('is a role with a policy that AWS did not send', () => {
      const attachedPolicies = ['arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy'];

      expect(judge({ attachedPolicies }).status).toBe('NOT_AVAILABLE');
    });

    it.each<[string, Given]>([
      ['the list of node groups', { cluster: { nodegroups: denied('eks:ListNodegroups') } }],
      [
        'one node group',
        { cluster: { nodegroups: present([{ name: 'x', detail: denied('eks:DescribeNodegroup') }]) } },
      ],
      ['Fargate profiles', { cluster: { fargateProfiles: denied('eks:ListFargateProfiles') } }],
      ['instances', { region: { instances: denied('ec2:DescribeInstances') } }],
      [
        'the profile of an instance',
        {
          region: {
            instances: present([anInstance({ instanceProfile: 'arn:aws:iam::1:instance-profile/x' })]),
          },
        },
      ],
    ])(
      'is %s: the roles that are known are judged, and the cluster says that there may be more',
      (_, given) => {
        const entry = anAccessEntry({ principalArn: aRole().arn, type: 'EC2_LINUX' });
        const cluster = { accessEntries: present([entry]), ...given.cluster };

        const verdicts = verdictsOf(ecrPullOnly, {
          ...given,
          cluster,
          account: { iam: iamOf({ roles: [aRole()] }) },
        });

        expect(verdicts.map(({ resource, status }) => [resource.id, status])).toEqual([
          [aRole().arn, 'PASSED'],
          [CLUSTER, 'NOT_AVAILABLE'],
        ]);
      },
    );

    it('is what was deleted meanwhile: it has no nodes any more', () => {
      const gone = { name: 'old', detail: denied('eks:DescribeNodegroup', { kind: 'gone' }) };
      const given = { cluster: { nodegroups: present([gone]) }, account: { iam: iamOf() } };

      expect(verdictOf(ecrPullOnly, given).reasonCode).toBe('NO_NODE_ROLES');
    });

    it('is IAM: nothing is judged', () => {
      const account = { iam: denied('iam:GetAccountAuthorizationDetails') };

      expect(verdictOf(ecrPullOnly, { ...withNodes({}), account })).toMatchObject({
        status: 'NOT_AVAILABLE',
        scope: SCOPE,
        resource: { id: CLUSTER },
      });
    });
  });
});
