import { describe, expect, it } from 'vitest';
import { present } from '../../../../shared/model/evidence.ts';
import { anAccessEntry, denied, SCOPE } from '../../../builders.ts';
import {
  aDocument,
  allow,
  aManagedPolicy,
  aRole,
  type Given,
  iamOf,
  inline,
  STRANGER,
} from '../../../builders-iam.ts';
import { aFargateProfile, aNodegroup } from '../../../builders-network.ts';
import {
  CLUSTER,
  GONE,
  judge,
  POD_IDENTITY,
  PROVIDER,
  withNodeRole,
} from './dedicated-service-accounts-support.ts';

describe('5.2.1 dedicated service accounts', () => {
  describe('a node role', () => {
    it('fails with more than a worker needs, naming actions and policies', () => {
      const policy = inline('app-data', allow(['s3:GetObject', 'ec2:DescribeInstances']));
      const verdict = withNodeRole({ inlinePolicies: [policy] });

      expect(verdict).toMatchObject({
        status: 'FAILED',
        reasonCode: 'NODE_ROLE_OVERPRIVILEGED',
        severity: 'HIGH',
        resource: { type: 'AwsEksCluster', id: CLUSTER.arn },
        related: [{ type: 'AwsIamRole', id: aRole().arn }],
      });
      expect(verdict.reason).toContain('s3:GetObject');
      expect(verdict.reason).toContain('app-data');
      expect(verdict.reason).not.toContain('ec2:DescribeInstances');
    });

    it.each([
      ['what AmazonEKSWorkerNodePolicy allows', ['ec2:DescribeInstances', 'eks:DescribeCluster']],
      ['what the VPC CNI needs', ['ec2:AssignPrivateIpAddresses', 'ec2:AssignIpv6Addresses']],
      ['what the VPC CNI needs with IPv6', ['ec2:AssignIpv6Addresses', 'EC2:UnassignIpv6Addresses']],
      ['reading ECR', ['ecr:GetAuthorizationToken', 'ecr:BatchGetImage']],
      ['being managed by Systems Manager', ['ssm:UpdateInstanceInformation', 'ssmmessages:OpenDataChannel']],
      ['writing metrics and logs', ['cloudwatch:PutMetricData', 'logs:PutLogEvents']],
      ['Pod Identity', 'eks-auth:AssumeRoleForPodIdentity'],
    ])('passes with %s', (_, actions) => {
      expect(withNodeRole({ inlinePolicies: [inline('x', allow(actions))] }).status).toBe('PASSED');
    });

    it.each([
      ['a wildcard over the baseline', allow('ec2:*')],
      ['everything', allow('*')],
      ['NotAction', { Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }],
    ])('fails with %s', (_, statement) => {
      expect(withNodeRole({ inlinePolicies: [inline('x', statement)] }).reasonCode).toBe(
        'NODE_ROLE_OVERPRIVILEGED',
      );
    });

    it('passes with what nodeRoleBaseline adds', () => {
      const inlinePolicies = [inline('x', allow('s3:GetObject'))];

      expect(withNodeRole({ inlinePolicies }, { nodeRoleBaseline: ['s3:Get*'] }).status).toBe('PASSED');
      expect(withNodeRole({ inlinePolicies }, { nodeRoleBaseline: ['s3:Put*'] }).status).toBe('FAILED');
    });

    it('is bounded by its boundary', () => {
      const boundary = aManagedPolicy('boundary', allow('ec2:Describe*'));
      const role = aRole({
        inlinePolicies: [inline('x', allow('s3:GetObject'))],
        permissionsBoundary: boundary.arn,
      });
      const account = { iam: iamOf({ roles: [role], managedPolicies: [boundary] }) };

      expect(withNodeRole({}, {}, { account }).status).toBe('PASSED');
    });

    it.each<[string, Given['cluster']]>([
      [
        'an access entry',
        { accessEntries: present([anAccessEntry({ principalArn: GONE, type: 'EC2_LINUX' })]) },
      ],
      [
        'a node group',
        { nodegroups: present([aNodegroup({ nodeRole: GONE, amiType: 'AL2023_x86_64_STANDARD' })]) },
      ],
      [
        'Auto Mode',
        { cluster: present({ ...CLUSTER, computeConfig: { enabled: true, nodeRoleArn: GONE } }) },
      ],
    ])('that was deleted and is still named by %s gives nobody anything', (_, cluster) => {
      expect(judge({ cluster: cluster ?? {} })).toMatchObject({
        reasonCode: 'NO_POD_AWS_ACCESS',
        evidence: { missingRoles: GONE },
      });
    });

    it('that was deleted is named beside what fails', () => {
      const nodegroups = present([aNodegroup({ nodeRole: GONE, amiType: 'AL2_x86_64' })]);

      expect(judge({ cluster: { nodegroups } })).toMatchObject({
        reasonCode: 'NODE_CREDENTIALS_ONLY',
        evidence: { missingRoles: GONE },
      });
    });

    it('is not that of Fargate, whose pods do not get it', () => {
      const role = aRole({ inlinePolicies: [inline('x', allow('*'))] });
      const verdict = judge({
        cluster: {
          fargateProfiles: present([aFargateProfile({ podExecutionRoleArn: role.arn })]),
          accessEntries: present([anAccessEntry({ principalArn: role.arn, type: 'FARGATE_LINUX' })]),
        },
        account: { iam: iamOf({ roles: [role] }) },
      });

      expect(verdict.reasonCode).toBe('NO_POD_AWS_ACCESS');
    });
  });

  it('passes with dedicated identities, with counts', () => {
    const verdict = judge({ cluster: POD_IDENTITY });

    expect(verdict).toMatchObject({ status: 'PASSED', reasonCode: 'DEDICATED_IDENTITIES' });
    expect(verdict.reason).toContain('1 Pod Identity association and 0 roles');
    expect(verdict.evidence).toEqual({ oidcProvider: 'none', podIdentityAssociations: '1' });
  });

  it('lists every row that applies, worst first', () => {
    const trustPolicy = aDocument({
      Effect: 'Allow',
      Principal: { Federated: PROVIDER },
      Action: 'sts:AssumeRoleWithWebIdentity',
    });
    const node = aRole({ inlinePolicies: [inline('x', allow('s3:*'))] });
    const verdict = judge({
      cluster: { nodegroups: present([aNodegroup({ nodeRole: node.arn, amiType: 'AL2_x86_64' })]) },
      account: { iam: iamOf({ roles: [node, aRole({ name: 'api', trustPolicy })] }) },
    });

    expect(verdict.reasonCodes).toEqual([
      'NODE_ROLE_OVERPRIVILEGED',
      'IRSA_TRUST_UNCONFINED',
      'NODE_CREDENTIALS_ONLY',
    ]);
    expect(verdict.severity).toBe('HIGH');
  });

  describe('what cannot be read', () => {
    it.each<[string, Given]>([
      ['node groups', { cluster: { nodegroups: denied('eks:ListNodegroups') } }],
      ['instances', { region: { instances: denied('ec2:DescribeInstances') } }],
      ['OIDC providers', { account: { oidcProviders: denied('iam:ListOpenIDConnectProviders') } }],
      [
        'Pod Identity associations',
        { cluster: { podIdentityAssociations: denied('eks:ListPodIdentityAssociations') } },
      ],
      ['IAM', { account: { iam: denied('iam:GetAccountAuthorizationDetails') } }],
      [
        'a node role of another account whose credentials pods reach',
        {
          cluster: {
            ...POD_IDENTITY,
            nodegroups: present([
              aNodegroup({ nodeRole: `arn:aws:iam::${STRANGER}:role/x`, amiType: 'BOTTLEROCKET_x86_64' }),
            ]),
          },
        },
      ],
      [
        'a launch template that would decide',
        {
          cluster: {
            nodegroups: present([
              aNodegroup({ nodeRole: aRole().arn, launchTemplate: { id: 'lt-1', version: '3' } }),
            ]),
          },
          region: { launchTemplates: present({ 'lt-1:3': denied('ec2:DescribeLaunchTemplateVersions') }) },
        },
      ],
    ])('leaves no answer when it is %s', (_, given) => {
      expect(judge(given)).toMatchObject({
        status: 'NOT_AVAILABLE',
        reasonCode: 'EVIDENCE_UNREADABLE',
        scope: SCOPE,
      });
    });

    it('does not matter when it is a node group that was deleted meanwhile', () => {
      const gone = { name: 'old', detail: denied('eks:DescribeNodegroup', { kind: 'gone' }) };

      expect(judge({ cluster: { nodegroups: present([gone]) } }).reasonCode).toBe('NO_POD_AWS_ACCESS');
    });

    it('does not hide what is proven', () => {
      const role = { inlinePolicies: [inline('x', allow('s3:*'))] };
      const verdict = withNodeRole(role, {}, { region: { instances: denied('ec2:DescribeInstances') } });

      expect(verdict.reasonCodes).toEqual(['NODE_ROLE_OVERPRIVILEGED', 'EVIDENCE_UNREADABLE']);
    });

    it('does not matter when it is a launch template and pods have their own identities', () => {
      const nodegroups = present([
        aNodegroup({ nodeRole: aRole().arn, launchTemplate: { id: 'lt-1', version: '3' } }),
      ]);
      const launchTemplates = denied('ec2:DescribeLaunchTemplateVersions');

      const verdict = judge({ cluster: { nodegroups, ...POD_IDENTITY }, region: { launchTemplates } });

      expect(verdict.status).toBe('PASSED');
    });
  });
});
