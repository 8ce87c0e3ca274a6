import { describe, expect, it } from 'vitest';
import { ecrPullOnly } from '../../../../shared/evaluate/controls/ecr-pull-only.ts';
import { absent, present } from '../../../../shared/model/evidence.ts';
import { aCluster, anAccessEntry, denied, SCOPE } from '../../../builders.ts';
import {
  ACCOUNT,
  allow,
  aRole,
  type Given,
  iamOf,
  inline,
  PUSH,
  STRANGER,
  verdictOf,
  verdictsOf,
} from '../../../builders-iam.ts';
import { aFargateProfile, aNodegroup, anInstance } from '../../../builders-network.ts';
import { CLUSTER, judge, withNodes } from './ecr-pull-only-support.ts';

describe('5.1.3 access of clusters to ECR', () => {
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
