import { describe, expect, it } from 'vitest';
import { dedicatedServiceAccounts } from '../../../../shared/evaluate/controls/dedicated-service-accounts.ts';
import { present } from '../../../../shared/model/evidence.ts';
import type { IamRole } from '../../../../shared/model/iam-facts.ts';
import type { Instance, LaunchTemplate } from '../../../../shared/model/network-facts.ts';
import type { Nodegroup } from '../../../../shared/model/node-facts.ts';
import { aCluster, anAccessEntry, denied, SCOPE } from '../../../builders.ts';
import {
  ACCOUNT,
  aDocument,
  allow,
  aManagedPolicy,
  aRole,
  type Given,
  iamOf,
  inline,
  STRANGER,
  verdictOf,
} from '../../../builders-iam.ts';
import { aFargateProfile, aNodegroup, anInstance } from '../../../builders-network.ts';

const ISSUER = 'oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE';
const PROVIDER = `arn:aws:iam::${ACCOUNT}:oidc-provider/${ISSUER}`;
const CLUSTER = aCluster({ identity: { oidc: { issuer: `https://${ISSUER}` } } });
const ASSOCIATION = { namespace: 'shop', serviceAccount: 'api' };
const GONE = `arn:aws:iam::${ACCOUNT}:role/gone`;
const IRSA = { oidcProviders: present([PROVIDER]) };
const AGENT = { addonNames: present(['eks-pod-identity-agent', 'vpc-cni']) };
const POD_IDENTITY = { podIdentityAssociations: present([ASSOCIATION]), ...AGENT };

/** A role for one service account by IRSA. */
const FOR_API = aRole({
  name: 'api',
  trustPolicy: aDocument({
    Effect: 'Allow',
    Principal: { Federated: PROVIDER },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { StringEquals: { [`${ISSUER}:sub`]: 'system:serviceaccount:shop:api' } },
  }),
});

/** A cluster with an issuer and no nodes but those given. */
function judge(given: Given, settings = {}) {
  const cluster = { cluster: present(CLUSTER), ...given.cluster };
  const account = { iam: iamOf({ roles: [aRole()] }), ...given.account };
  return verdictOf(dedicatedServiceAccounts, { ...given, cluster, account }, { settings });
}

/** A node group of the role `node`, whose nodes keep their credentials. */
function withNodeRole(role: Partial<IamRole>, settings = {}, given: Given = {}) {
  const nodegroups = present([aNodegroup({ nodeRole: aRole().arn, amiType: 'AL2023_x86_64_STANDARD' })]);
  const account = { iam: iamOf({ roles: [aRole(role)] }), ...given.account };
  return judge({ ...given, cluster: { nodegroups, ...given.cluster }, account }, settings);
}

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
      ['what hybrid nodes need', ['eks:DescribeCluster', 'eks:ListAccessEntries']],
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
      ['Auto Mode', { cluster: present(aCluster({ computeConfig: { enabled: true, nodeRoleArn: GONE } })) }],
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

  describe('a role for service accounts', () => {
    function trusting(Condition?: unknown, Federated = PROVIDER) {
      const statement = {
        Effect: 'Allow',
        Principal: { Federated },
        Action: 'sts:AssumeRoleWithWebIdentity',
        ...(Condition ? { Condition } : {}),
      };
      const role = aRole({ name: 'api', trustPolicy: aDocument(statement) });
      return judge({ account: { iam: iamOf({ roles: [role] }), ...IRSA } });
    }
    const sub = (value: string) => ({ [`${ISSUER}:sub`]: value });

    it.each([
      ['no condition', undefined],
      ['only the audience', { StringEquals: { [`${ISSUER}:aud`]: 'sts.amazonaws.com' } }],
      ['*', { StringLike: sub('*') }],
      ['any service account', { StringLike: sub('system:serviceaccount:*') }],
      ['one name in every namespace', { StringLike: sub('system:serviceaccount:*:api') }],
      ['a condition for tokens without a subject', { StringNotEquals: sub('system:serviceaccount:shop:x') }],
    ])('fails when :sub is confined by %s', (_, condition) => {
      const verdict = trusting(condition);

      expect(verdict).toMatchObject({
        status: 'FAILED',
        reasonCode: 'IRSA_TRUST_UNCONFINED',
        severity: 'HIGH',
        related: [{ type: 'AwsIamRole', name: 'api' }],
      });
      expect(verdict.reason).toContain('api');
    });

    it.each([
      ['one service account', { StringEquals: sub('system:serviceaccount:shop:api') }],
      ['those of one namespace', { StringLike: sub('system:serviceaccount:shop:*') }],
    ])('passes when :sub names %s', (_, condition) => {
      expect(trusting(condition)).toMatchObject({ status: 'PASSED', reasonCode: 'DEDICATED_IDENTITIES' });
      expect(trusting(condition).reason).toContain('1 role ');
    });

    it('is said to name service accounts only when it does', () => {
      const named = trusting({ StringEquals: sub('system:serviceaccount:shop:api') });
      const wide = trusting({ StringLike: sub('system:serviceaccount:shop:*') });

      expect(named.reason).toContain('each for named service accounts');
      expect(wide.reason).not.toContain('named service accounts');
      expect(judge({ cluster: POD_IDENTITY }).reason).not.toContain('named service accounts');
    });

    it('is nobody’s when no service account has such a subject', () => {
      const verdict = trusting({ StringLike: sub('repo:me/*') });

      expect(verdict.reasonCode).toBe('NO_POD_AWS_ACCESS');
      expect(verdict.reason).not.toContain('named');
    });

    it.each([
      ['ForAllValues:StringEquals', 'system:serviceaccount:shop:api'],
      ['StringEqualsIfExists', 'system:serviceaccount:shop:api'],
      ['ForAllValues:StringLikeIfExists', 'system:serviceaccount:shop:*'],
    ])('is confined by %s like by the plain operator', (operator, value) => {
      const audience = { [`${ISSUER}:aud`]: 'sts.amazonaws.com' };

      expect(trusting({ [operator]: { ...sub(value), ...audience } }).reasonCode).toBe(
        'DEDICATED_IDENTITIES',
      );
    });

    it.each([
      ['by name', { StringEquals: sub('system:serviceaccount:shop:default') }],
      ['among others', { StringLike: sub('system:serviceaccount:shop:default') }],
    ])('fails MEDIUM when it is for the default service account %s', (_, condition) => {
      expect(trusting(condition)).toMatchObject({
        status: 'FAILED',
        reasonCode: 'DEFAULT_SERVICE_ACCOUNT_HAS_ROLE',
        severity: 'MEDIUM',
        evidence: { defaultServiceAccounts: 'shop/default' },
        related: [{ type: 'AwsIamRole', name: 'api' }],
      });
    });

    it('fails when its trust policy allows any web identity, naming no issuer', () => {
      const trustPolicy = aDocument({
        Effect: 'Allow',
        Principal: '*',
        Action: 'sts:AssumeRoleWithWebIdentity',
      });
      const account = { iam: iamOf({ roles: [aRole({ trustPolicy })] }), ...IRSA };

      expect(judge({ account }).reasonCode).toBe('IRSA_TRUST_UNCONFINED');
    });

    it.each([
      ['with escaped slashes', (text: string) => text.replaceAll('/', '\\/')],
      ['in Unicode escapes', (text: string) => text.replaceAll('/', '\\u002f')],
    ])('fails when its trust policy spells the issuer %s', (_, spelled) => {
      const trustPolicy = aDocument({
        Effect: 'Allow',
        Principal: { Federated: PROVIDER },
        Action: 'sts:AssumeRoleWithWebIdentity',
      });
      const account = { iam: iamOf({ roles: [aRole({ trustPolicy: spelled(trustPolicy) })] }), ...IRSA };

      expect(judge({ account }).reasonCode).toBe('IRSA_TRUST_UNCONFINED');
    });

    it('is none of the cluster’s when it trusts another issuer', () => {
      const other = PROVIDER.replace('EXAMPLE', 'ANOTHER');

      expect(trusting(undefined, other).reasonCode).toBe('NO_POD_AWS_ACCESS');
    });

    it('leaves the cluster unjudged when its trust policy makes no sense', () => {
      const role = aRole({ trustPolicy: `{"Statement":[{"Principal":{"Federated":"${PROVIDER}"}}]}` });

      expect(judge({ account: { iam: iamOf({ roles: [role] }), ...IRSA } }).status).toBe('NOT_AVAILABLE');
    });

    it('does not leave it unjudged when it is about something else', () => {
      const role = aRole({ trustPolicy: '{"Statement":[{"Principal":{"Service":"ec2"}}]}' });

      expect(judge({ account: { iam: iamOf({ roles: [role] }), ...IRSA } }).status).toBe('PASSED');
    });
  });

  describe('a Pod Identity association', () => {
    const associations = (...serviceAccounts: string[]) => ({
      podIdentityAssociations: present(
        serviceAccounts.map((serviceAccount) => ({ namespace: 'shop', serviceAccount })),
      ),
    });

    it.each([
      ['only one', ['default']],
      ['one of several', ['api', 'default']],
    ])('for the default service account fails MEDIUM as the %s', (_, names) => {
      const verdict = judge({ cluster: { ...AGENT, ...associations(...names) } });

      expect(verdict).toMatchObject({
        status: 'FAILED',
        reasonCodes: ['DEFAULT_SERVICE_ACCOUNT_HAS_ROLE'],
        severity: 'MEDIUM',
      });
      expect(verdict.reason).toContain('shop/default');
    });

    it('is a warning when nothing hands out its credentials', () => {
      const nodegroups = present([aNodegroup({ nodeRole: aRole().arn, amiType: 'AL2_x86_64' })]);

      for (const nodes of [{}, { nodegroups }]) {
        expect(judge({ cluster: { ...nodes, ...associations('api') } })).toMatchObject({
          status: 'WARNING',
          reasonCode: 'POD_IDENTITY_AGENT_NOT_SEEN',
        });
      }
    });

    it.each<[string, Given]>([
      ['with the agent', { cluster: AGENT }],
      ['in Auto Mode', { cluster: { cluster: present({ ...CLUSTER, computeConfig: { enabled: true } }) } }],
      ['with an OIDC provider, so pods may have roles by IRSA', { account: { iam: iamOf(), ...IRSA } }],
    ])('passes %s', (_, given) => {
      expect(judge({ ...given, cluster: { ...associations('api'), ...given.cluster } }).status).toBe(
        'PASSED',
      );
    });

    it('is a warning when Auto Mode was switched off', () => {
      const cluster = present({ ...CLUSTER, computeConfig: { enabled: false } });

      expect(judge({ cluster: { cluster, ...associations('api') } }).status).toBe('WARNING');
    });

    it('needs the add-ons only where they decide', () => {
      const addonNames = denied('eks:ListAddons');

      expect(judge({ cluster: { addonNames, ...associations('api') } }).status).toBe('NOT_AVAILABLE');
      expect(judge({ cluster: { addonNames } }).reasonCode).toBe('NO_POD_AWS_ACCESS');
    });
  });

  describe('credentials of nodes', () => {
    type Metadata = NonNullable<Instance['metadata']>;
    const REQUIRED: Metadata = { httpEndpoint: 'enabled', httpTokens: 'required', hopLimit: 1 };
    const template = (metadata?: Metadata): LaunchTemplate => ({
      id: 'lt-1',
      version: '3',
      networkInterfaces: [],
      ...(metadata && { metadata }),
    });

    function withInstance(metadata: Metadata | undefined) {
      return judge({ region: { instances: present([anInstance(metadata && { metadata })]) } });
    }

    function withNodegroup(nodegroup: Partial<Nodegroup>, metadata?: Metadata) {
      const nodegroups = present([aNodegroup({ nodeRole: aRole().arn, ...nodegroup })]);
      const launchTemplates = present({ 'lt-1:3': present(template(metadata)) });
      return judge({ cluster: { nodegroups }, region: { launchTemplates } });
    }
    const OF_TEMPLATE = { launchTemplate: { id: 'lt-1', version: '3' } };

    it.each<[string, Metadata]>([
      ['a hop limit above 1', { ...REQUIRED, hopLimit: 2 }],
      ['IMDSv1', { ...REQUIRED, httpTokens: 'optional' }],
    ])('fail MEDIUM when an instance has %s', (_, metadata) => {
      expect(withInstance(metadata)).toMatchObject({
        status: 'FAILED',
        reasonCode: 'NODE_CREDENTIALS_ONLY',
        severity: 'MEDIUM',
      });
    });

    it.each<[string, Metadata]>([
      ['IMDSv2 and a hop limit of 1, as Auto Mode’s do', REQUIRED],
      ['no metadata service', { httpEndpoint: 'disabled', httpTokens: 'optional', hopLimit: 2 }],
    ])('pass when instances have %s', (_, metadata) => {
      expect(withInstance(metadata)).toMatchObject({ status: 'PASSED', reasonCode: 'NO_POD_AWS_ACCESS' });
    });

    it('are of this cluster’s instances only', () => {
      const other = anInstance({ clusters: ['payments'], metadata: { ...REQUIRED, hopLimit: 2 } });

      expect(judge({ region: { instances: present([other]) } }).status).toBe('PASSED');
    });

    it('fail when a launch template leaves them in reach', () => {
      const verdict = withNodegroup(OF_TEMPLATE, { ...REQUIRED, hopLimit: 2 });

      expect(verdict.reasonCode).toBe('NODE_CREDENTIALS_ONLY');
      expect(verdict.reason).toContain('node group workers');
    });

    it('pass when a launch template keeps them', () => {
      expect(withNodegroup({ ...OF_TEMPLATE, amiType: 'AL2_x86_64' }, REQUIRED).status).toBe('PASSED');
    });

    it.each([
      ['AL2023_x86_64_STANDARD', 'PASSED'],
      ['AL2023_ARM_64_STANDARD', 'PASSED'],
      ['AL2_x86_64', 'FAILED'],
      ['BOTTLEROCKET_x86_64', 'FAILED'],
      ['WINDOWS_CORE_2022_x86_64', 'FAILED'],
    ])('are what EKS makes of %s by default: %s', (amiType, status) => {
      expect(withNodegroup({ amiType }).status).toBe(status);
      expect(withNodegroup({ amiType, ...OF_TEMPLATE }).status).toBe(status);
    });

    it.each(['DELETING', 'CREATE_FAILED'])('are none in a node group in %s', (status) => {
      expect(withNodegroup({ amiType: 'BOTTLEROCKET_x86_64', status }).reasonCode).toBe('NO_POD_AWS_ACCESS');
    });

    it('are none in a node group whose launch template was deleted', () => {
      const nodegroups = present([aNodegroup({ nodeRole: aRole().arn, ...OF_TEMPLATE })]);
      const gone = denied('ec2:DescribeLaunchTemplateVersions', { kind: 'gone' });

      expect(
        judge({ cluster: { nodegroups }, region: { launchTemplates: present({ 'lt-1:3': gone }) } })
          .reasonCode,
      ).toBe('NO_POD_AWS_ACCESS');
    });

    it('are what EC2 makes of one’s own image', () => {
      const own = { ...OF_TEMPLATE, amiType: 'CUSTOM' };

      expect(withNodegroup(own).status).toBe('FAILED');
      expect(withNodegroup(own, { httpTokens: 'required' }).status).toBe('PASSED');
    });

    it.each<[string, Given]>([
      ['IRSA', { account: { iam: iamOf({ roles: [FOR_API] }), ...IRSA } }],
      ['Pod Identity', { cluster: POD_IDENTITY }],
    ])('may be in reach while pods have others, by %s', (_, given) => {
      const metadata = { ...REQUIRED, hopLimit: 2 };
      const verdict = judge({ ...given, region: { instances: present([anInstance({ metadata })]) } });

      expect(verdict).toMatchObject({ status: 'PASSED', reasonCode: 'DEDICATED_IDENTITIES' });
    });

    it.each<[string, Given['account']]>([
      ['nobody trusts the OIDC provider', IRSA],
      ['there is a role, but no OIDC provider', { iam: iamOf({ roles: [FOR_API] }) }],
    ])('may not when %s', (_, account) => {
      const metadata = { ...REQUIRED, hopLimit: 2 };
      const region = { instances: present([anInstance({ metadata })]) };

      expect(judge({ account: account ?? {}, region }).reasonCode).toBe('NODE_CREDENTIALS_ONLY');
    });

    it('may not when the OIDC provider is another cluster’s', () => {
      const metadata = { ...REQUIRED, hopLimit: 2 };
      const oidcProviders = present([`${PROVIDER}X`, PROVIDER.replace(ACCOUNT, STRANGER)]);
      const verdict = judge({
        account: { iam: iamOf({ roles: [FOR_API] }), oidcProviders },
        region: { instances: present([anInstance({ metadata })]) },
      });

      expect(verdict.reasonCode).toBe('NODE_CREDENTIALS_ONLY');
    });

    it('are not judged by an instance of which EC2 says nothing', () => {
      expect(withInstance(undefined).status).toBe('NOT_AVAILABLE');
    });
  });

  it('passes with dedicated identities, with counts', () => {
    const verdict = judge({ cluster: POD_IDENTITY });

    expect(verdict).toMatchObject({ status: 'PASSED', reasonCode: 'DEDICATED_IDENTITIES' });
    expect(verdict.reason).toContain('1 Pod Identity association and 0 roles');
  });

  it('passes a cluster without an issuer, as old ones are', () => {
    expect(judge({ cluster: { cluster: present(aCluster()) } }).reasonCode).toBe('NO_POD_AWS_ACCESS');
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
        'a node role of another account',
        {
          cluster: {
            nodegroups: present([
              aNodegroup({ nodeRole: `arn:aws:iam::${STRANGER}:role/x`, amiType: 'AL2023_x86_64_STANDARD' }),
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
