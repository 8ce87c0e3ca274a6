import type { Route } from '@aws-sdk/client-ec2';
import { type Sandbox, startSandbox } from '../../../infra/sandbox/sandbox.ts';
import { type AccountBuilder, anOrganization } from '../../../infra/sandbox/world.ts';
import { MANAGEMENT, PAYMENTS, REGION, SHOP } from '../../harness.ts';
import { accountWith } from '../account.ts';
import { PULL } from '../ecr.ts';
import { answer, toHttps } from '../elb.ts';
import { allow, policy } from '../iam.ts';
import {
  endpointIn,
  type Fixture,
  ISSUER,
  importFindings,
  LAUNCH_TEMPLATE,
  METADATA,
  PROD,
  REGISTRY_POLICY,
  TLS_ATTRIBUTES,
  TLS_POLICY,
  WITHOUT_HUB,
} from './fixture.ts';

const region = REGION;
const IDS = {
  root: 'r-root',
  unit: 'ou-root-workload',
  vpc: 'vpc-0123456789abcdef0',
  subnet: 'subnet-0123456789abcdef0',
  launchTemplate: 'lt-0123456789abcdef0',
};

/** Starts a sandbox that holds what `inMoto` makes moto hold. The caller closes it. */
export async function inSandbox(): Promise<{ readonly fixture: Fixture; readonly server: Sandbox }> {
  const world = anOrganization({ managementAccountId: MANAGEMENT, rootId: IDS.root })
    .ou(IDS.unit, { name: 'workloads' })
    .account(
      PAYMENTS,
      { name: 'payments', ou: IDS.unit, securityHub: { disabledRegions: [WITHOUT_HUB] } },
      fill,
    )
    .account(SHOP, { name: 'closed', status: 'SUSPENDED' });
  const sandbox = await startSandbox(world);
  const { data } = sandbox.account(PAYMENTS);
  const [enabled = '', disabled = '', beingDeleted = ''] = data.kmsKeys.map(({ Arn }) => Arn);
  const [web] = data.loadBalancers;
  const ids = {
    ...IDS,
    keys: { enabled, disabled, beingDeleted },
    boundary: data.iam.policies[0]?.arn ?? '',
    oidcProvider: data.iam.oidcProviders[0]?.arn ?? '',
    loadBalancer: web?.LoadBalancerArn ?? '',
    listener: web?.listeners[0]?.ListenerArn ?? '',
  };
  const signIn = (id: string) => accountWith(id, sandbox.credentials(id), sandbox.url);
  const fixture = { management: signIn(MANAGEMENT), member: signIn(PAYMENTS), ids };
  await importFindings(fixture.member);
  return { fixture, server: sandbox };
}

function fill(account: AccountBuilder): void {
  identities(account);
  network(account);
  clusters(account);
  registry(account);
  loadBalancers(account);
}

function identities(account: AccountBuilder): void {
  account
    .policy('boundary', {
      versions: [{ document: allow('*') }, { document: allow('ecr:*'), isDefault: true }],
    })
    .role('node', {
      inline: { inline: allow('ecr:*') },
      attached: ['AWS/AmazonEKSWorkerNodePolicy'],
      boundary: `arn:aws:iam::${PAYMENTS}:policy/boundary`,
      instanceProfiles: ['nodes'],
    })
    .group('pushers', { inline: { write: allow('ecr:*') } })
    .user('ann', { inline: { inline: allow('s3:*') }, groups: ['pushers'] })
    .oidcProvider(ISSUER);
}

const ROUTES: Route[] = [
  { DestinationCidrBlock: '10.0.0.0/16', GatewayId: 'local', State: 'active', Origin: 'CreateRouteTable' },
  {
    DestinationCidrBlock: '0.0.0.0/0',
    GatewayId: 'igw-0123456789abcdef0',
    State: 'active',
    Origin: 'CreateRoute',
  },
];

function network(account: AccountBuilder): void {
  const { vpc: VpcId, subnet: SubnetId } = IDS;
  const RouteTableId = 'rtb-0123456789abcdef0';
  account
    .vpc(VpcId, { region })
    .subnet(SubnetId, { region, VpcId, CidrBlock: '10.0.1.0/24', MapPublicIpOnLaunch: true })
    .subnet('subnet-0123456789abcdef1', { region, VpcId, CidrBlock: '10.0.2.0/24' })
    .routeTable(RouteTableId, {
      region,
      VpcId,
      Routes: ROUTES,
      Associations: [
        { Main: false, RouteTableAssociationId: 'rtbassoc-0123456789abcdef0', RouteTableId, SubnetId },
      ],
    })
    .launchTemplate(IDS.launchTemplate, { region, name: 'nodes', versions: [LAUNCH_TEMPLATE] })
    .instance({
      region,
      VpcId,
      SubnetId,
      PublicIpAddress: '203.0.113.10',
      NetworkInterfaces: [
        {
          SubnetId,
          VpcId,
          NetworkInterfaceId: 'eni-0123456789abcdef0',
          Association: { PublicIp: '203.0.113.10', IpOwnerId: 'amazon' },
          PrivateIpAddresses: [
            {
              Primary: true,
              PrivateIpAddress: '10.0.1.4',
              Association: { PublicIp: '203.0.113.10', IpOwnerId: 'amazon' },
            },
          ],
        },
      ],
      IamInstanceProfile: { Arn: `arn:aws:iam::${PAYMENTS}:instance-profile/nodes`, Id: 'AIPAEXAMPLE' },
      MetadataOptions: { State: 'applied', ...METADATA },
      tags: { 'kubernetes.io/cluster/prod': 'owned' },
    });
}

function clusters(account: AccountBuilder): void {
  const { vpc, subnet, launchTemplate } = IDS;
  account
    .kmsKey({ region, KeyId: '00000000-0000-0000-0000-000000000001' })
    .kmsKey({ region, KeyId: '00000000-0000-0000-0000-000000000002', KeyState: 'Disabled' })
    .kmsKey({ region, KeyId: '00000000-0000-0000-0000-000000000003', KeyState: 'PendingDeletion' })
    .cluster('prod', {
      region,
      ...PROD,
      resourcesVpcConfig: { vpcId: vpc, ...endpointIn(subnet) },
      encryptionConfig: [
        {
          resources: ['secrets'],
          provider: { keyArn: `arn:aws:kms:${region}:${PAYMENTS}:key/00000000-0000-0000-0000-000000000001` },
        },
      ],
      nodegroups: [
        {
          nodegroupName: 'default',
          subnets: [subnet],
          launchTemplate: { id: launchTemplate, name: 'nodes', version: '1' },
        },
        { nodegroupName: 'second', subnets: [subnet] },
      ],
      fargateProfiles: [{ fargateProfileName: 'default', selectors: [{ namespace: 'jobs' }] }],
    })
    .cluster('dev', { region })
    .cluster('stage', { region });
}

function registry(account: AccountBuilder): void {
  const repositoryFilters = [{ filter: 'app/*', filterType: 'WILDCARD' as const }];
  account
    .registry({
      region,
      scanning: { scanType: 'ENHANCED', rules: [{ scanFrequency: 'CONTINUOUS_SCAN', repositoryFilters }] },
      policy: REGISTRY_POLICY,
    })
    .repository('app/api', { region, policy: policy({ Effect: 'Allow', Action: PULL, Principal: '*' }) })
    .repository('app/web', { region, imageScanningConfiguration: { scanOnPush: true } })
    .repository('scratch', { region });
}

function loadBalancers(account: AccountBuilder): void {
  const certificate = `arn:aws:iam::${PAYMENTS}:server-certificate/www`;
  const secure = { Protocol: 'HTTPS', LoadBalancerPort: 443, InstanceProtocol: 'HTTP', InstancePort: 8080 };
  const plain = { Protocol: 'HTTP', LoadBalancerPort: 80, InstanceProtocol: 'HTTP', InstancePort: 8080 };
  const conditions = [
    { Field: 'path-pattern', Values: ['/health'], PathPatternConfig: { Values: ['/health'] } },
  ];
  account
    .loadBalancer('web', {
      region,
      VpcId: IDS.vpc,
      tags: { 'elbv2.k8s.aws/cluster': 'prod' },
      listeners: [
        {
          Protocol: 'HTTP',
          DefaultActions: [toHttps],
          rules: [{ Conditions: conditions, Actions: [answer] }],
        },
        {
          Protocol: 'HTTPS',
          SslPolicy: TLS_POLICY,
          DefaultActions: [answer],
          Certificates: [{ CertificateArn: certificate }],
        },
      ],
    })
    .loadBalancer('passing', {
      region,
      VpcId: IDS.vpc,
      Type: 'network',
      Scheme: 'internal',
      tags: { 'elbv2.k8s.aws/cluster': 'prod' },
    })
    .classicLoadBalancer('plain', {
      region,
      ListenerDescriptions: [{ Listener: plain, PolicyNames: [] }],
      tags: { 'kubernetes.io/cluster/prod': 'owned' },
    })
    .classicLoadBalancer('secure', {
      region,
      ListenerDescriptions: [
        { Listener: { ...secure, SSLCertificateId: certificate }, PolicyNames: ['tls'] },
      ],
      policies: [
        {
          PolicyName: 'tls',
          PolicyAttributeDescriptions: tlsAttributes(),
        },
      ],
      tags: { 'kubernetes.io/cluster/prod': 'owned' },
    });
}

function tlsAttributes() {
  return Object.entries(TLS_ATTRIBUTES).map(([AttributeName, AttributeValue]) => ({
    AttributeName,
    AttributeValue,
  }));
}
