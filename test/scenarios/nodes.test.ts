import type { AccountBuilder } from '../../infra/sandbox/account-builder.ts';
import type { InstanceSpec } from '../../infra/sandbox/resources/ec2.ts';
import type { ClusterSpec } from '../../infra/sandbox/resources/eks.ts';
import type { RoleSpec } from '../../infra/sandbox/resources/iam.ts';
import { PAYMENTS, REGION } from '../harness.ts';
import { type Scenario, scenario, testScenarios } from './scenario.ts';

const region = REGION;
const STRANGER = '999988887777';
const WORKER = [
  'AWS/AmazonEKSWorkerNodePolicy',
  'AWS/AmazonEKS_CNI_Policy',
  'AWS/AmazonEC2ContainerRegistryReadOnly',
];
const roleArn = (name: string) => `arn:aws:iam::${PAYMENTS}:role/${name}`;

function document(...Statement: object[]) {
  return { Version: '2012-10-17', Statement };
}

function allow(Action: string | string[], more: object = {}) {
  return { Effect: 'Allow', Action, Resource: '*', ...more };
}

/** A cluster with one node group, whose role is this one. */
function withNodeRole(role: RoleSpec, cluster: Partial<ClusterSpec> = {}): Scenario['add'] {
  return (account, name) =>
    account
      .role(`${name}-node`, role)
      .cluster(name, { region, nodegroups: [{ nodegroupName: 'workers' }], ...cluster });
}

await testScenarios(
  'ecr-pull-only',
  [
    scenario('no nodes', 'PASSED NO_NODE_ROLES', (account, name) => account.cluster(name, { region })),
    scenario('a node as AWS recommends it', 'PASSED READ_ONLY', withNodeRole({ attached: WORKER })),
    scenario(
      'one that may only pull',
      'PASSED READ_ONLY',
      withNodeRole({ attached: ['AWS/AmazonEC2ContainerRegistryPullOnly'] }),
    ),
    scenario(
      'one that may push',
      'FAILED HIGH CAN_WRITE',
      withNodeRole({ attached: [...WORKER, 'AWS/AmazonEC2ContainerRegistryPowerUser'] }),
    ),
    scenario(
      'one that may everything but pull',
      'FAILED HIGH CAN_WRITE',
      withNodeRole({ inline: { x: document({ Effect: 'Allow', NotAction: 'ecr:Get*', Resource: '*' }) } }),
    ),
    scenario(
      'one that may do anything but in ECR',
      'PASSED READ_ONLY',
      withNodeRole({
        inline: { x: document({ Effect: 'Allow', NotAction: ['ECR:*', 'iam:*'], Resource: '*' }) },
      }),
    ),
    scenario(
      'one whose push is denied',
      'PASSED READ_ONLY',
      withNodeRole({
        inline: {
          x: document(allow('ecr:*')),
          y: document({
            ...allow([]),
            Action: undefined,
            NotAction: ['ecr:Get*', 'ecr:Batch?et*'],
            Effect: 'Deny',
          }),
        },
      }),
    ),
    scenario(
      'one whose push is denied without MFA',
      'FAILED HIGH CAN_WRITE',
      withNodeRole({
        inline: {
          x: document(allow('ecr:PutImage'), {
            ...allow('*'),
            Effect: 'Deny',
            Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
          }),
        },
      }),
    ),
    scenario(
      'one whose push is denied in one repository',
      'FAILED HIGH CAN_WRITE',
      withNodeRole({
        inline: {
          x: document(allow('ecr:p?timage'), {
            ...allow('ecr:*'),
            Effect: 'Deny',
            Resource: 'arn:aws:ecr:*:*:repository/prod',
          }),
        },
      }),
    ),
    scenario(
      'one that may push under a condition',
      'FAILED HIGH CAN_WRITE',
      withNodeRole({
        inline: {
          x: document(allow('ecr:PutImage', { Condition: { StringEquals: { 'aws:ResourceTag/a': 'b' } } })),
        },
      }),
    ),
    scenario(
      'one that may do everything to buckets',
      'PASSED READ_ONLY',
      withNodeRole({ inline: { x: document(allow('*', { Resource: ['arn:aws:s3:::*'] })) } }),
    ),
    scenario(
      'an administrator within a boundary',
      'PASSED READ_ONLY',
      withNodeRole({
        attached: ['AWS/AdministratorAccess'],
        boundary: `arn:aws:iam::${PAYMENTS}:policy/readers`,
      }),
    ),
    scenario('a role of another account', 'NOT_AVAILABLE EVIDENCE_UNREADABLE', (account, name) =>
      account.cluster(name, {
        region,
        accessEntries: [{ principalArn: `arn:aws:iam::${STRANGER}:role/x`, type: 'HYBRID_LINUX' }],
      }),
    ),
    scenario('a role with a path, twice', 'FAILED HIGH CAN_WRITE', (account, name) =>
      account
        .role(name, { path: '/nodes/', inline: { x: document(allow('ecr:DeleteRepository')) } })
        .cluster(name, {
          region,
          nodegroups: [{ nodeRole: roleArn(`nodes/${name}`) }],
          accessEntries: [
            { principalArn: roleArn(name), type: 'EC2_LINUX' },
            { principalArn: roleArn('pushers'), type: 'STANDARD' },
          ],
        }),
    ),
    scenario(
      'Fargate, Auto Mode and an instance',
      ['FAILED HIGH CAN_WRITE', 'PASSED READ_ONLY', 'PASSED READ_ONLY'],
      (account, name) =>
        account
          .role(`${name}-auto`, { attached: WORKER })
          .role(`${name}-self`, {
            inline: { x: document(allow('ecr:*')) },
            instanceProfiles: [`${name}-self`],
          })
          .instance({
            region,
            tags: { [`kubernetes.io/cluster/${name}`]: 'owned' },
            IamInstanceProfile: { Arn: `arn:aws:iam::${PAYMENTS}:instance-profile/${name}-self` },
          })
          .cluster(name, {
            region,
            fargateProfiles: [{ fargateProfileName: 'a' }],
            computeConfig: { enabled: true, nodeRoleArn: roleArn(`${name}-auto`) },
          }),
    ),
  ],
  {
    add: (account) =>
      account
        .policy('readers', {
          versions: [
            { document: document(allow('*')) },
            { document: document(allow(['ecr:Get*', 's3:*'])), isDefault: true },
          ],
        })
        .role('pushers', { inline: { x: document(allow('ecr:*')) } }),
  },
);

const issuerOf = (name: string) => `oidc.eks.${region}.amazonaws.com/id/${name.toUpperCase()}`;

/** A cluster with IRSA, and a role whose trust has this condition. */
function trusting(condition: (issuer: string) => object, more: object = {}): Scenario['add'] {
  return (account, name) => irsa(account, name, { Condition: condition(issuerOf(name)), ...more });
}

function irsa(account: AccountBuilder, name: string, ...statements: object[]) {
  const Federated = `arn:aws:iam::${PAYMENTS}:oidc-provider/${issuerOf(name)}`;
  const trust = { Effect: 'Allow', Principal: { Federated }, Action: 'sts:AssumeRoleWithWebIdentity' };
  return account
    .cluster(name, { region, identity: { oidc: { issuer: `https://${issuerOf(name)}` } } })
    .oidcProvider(issuerOf(name))
    .role(`${name}-app`, { trust: document(...statements.map((one) => ({ ...trust, ...one }))) });
}

function withTemplate(data: object, nodegroup: object = {}): Scenario['add'] {
  return (account, name) =>
    account.launchTemplate(`lt-${name}`, { region, versions: [{}, data] }).cluster(name, {
      region,
      nodegroups: [{ launchTemplate: { id: `lt-${name}`, version: '2' }, ...nodegroup }],
    });
}

const APP = 'system:serviceaccount:shop:api';
const OVER = 'FAILED HIGH NODE_ROLE_OVERPRIVILEGED';
const OPEN = 'FAILED HIGH IRSA_TRUST_UNCONFINED';
const BORROWED = 'FAILED MEDIUM NODE_CREDENTIALS_ONLY';

await testScenarios(
  'dedicated-service-accounts',
  [
    scenario(
      'nodes that keep their credentials',
      'PASSED NO_POD_AWS_ACCESS',
      withNodeRole({ attached: WORKER }),
    ),
    scenario(
      'a node with storage besides',
      OVER,
      withNodeRole({ attached: [...WORKER, 'AWS/AmazonS3ReadOnlyAccess'] }),
    ),
    scenario(
      'a node that may describe all of EC2',
      OVER,
      withNodeRole({ inline: { x: document(allow('ec2:Describe*')) } }),
    ),
    scenario(
      'a node with something that the configuration adds',
      'PASSED NO_POD_AWS_ACCESS',
      withNodeRole({ inline: { x: document(allow(['ec2:describeinstances', 'route53:ListHostedZones'])) } }),
    ),
    scenario(
      'a node with storage that is denied',
      'PASSED NO_POD_AWS_ACCESS',
      withNodeRole({ inline: { x: document(allow('s3:*'), { ...allow('s3:*'), Effect: 'Deny' }) } }),
    ),
    scenario(
      'a named service account',
      'PASSED DEDICATED_IDENTITIES',
      trusting((issuer) => ({
        StringEquals: { [`${issuer}:sub`]: [APP, `${APP}-2`], [`${issuer}:aud`]: 'sts.amazonaws.com' },
      })),
    ),
    scenario(
      'the audience only',
      OPEN,
      trusting((issuer) => ({ StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com' } })),
    ),
    scenario(
      'any service account',
      OPEN,
      trusting((issuer) => ({ StringLike: { [`${issuer}:sub`]: 'system:serviceaccount:*:*' } })),
    ),
    scenario(
      'any service account of a namespace',
      'PASSED DEDICATED_IDENTITIES',
      trusting((issuer) => ({
        'ForAnyValue:StringLike': { [`${issuer}:sub`]: 'system:serviceaccount:shop:*' },
      })),
    ),
    scenario(
      'a service account among which is any',
      OPEN,
      trusting((issuer) => ({ StringLike: { [`${issuer}:sub`]: [APP, '*'] } })),
    ),
    scenario(
      'a service account of another cluster',
      'PASSED NO_POD_AWS_ACCESS',
      trusting(() => ({ StringEquals: { [`${issuerOf('other')}:sub`]: APP } })),
    ),
    scenario(
      'anybody of another cluster',
      'PASSED NO_POD_AWS_ACCESS',
      trusting(() => ({}), {
        Principal: { Federated: `arn:aws:iam::${PAYMENTS}:oidc-provider/${issuerOf('other')}` },
      }),
    ),
    scenario('one statement for somebody and one for anybody', OPEN, (account, name) =>
      irsa(account, name, { Condition: { StringEquals: { [`${issuerOf(name)}:sub`]: APP } } }, {}),
    ),
    scenario('anybody, and a Deny of all but somebody', 'PASSED DEDICATED_IDENTITIES', (account, name) =>
      irsa(
        account,
        name,
        {},
        { Effect: 'Deny', Condition: { StringNotEquals: { [`${issuerOf(name)}:sub`]: APP } } },
      ),
    ),
    scenario(
      'IMDSv1',
      BORROWED,
      withTemplate({ MetadataOptions: { HttpTokens: 'optional', HttpPutResponseHopLimit: 1 } }),
    ),
    scenario(
      'two hops',
      BORROWED,
      withTemplate({ MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 2 } }),
    ),
    scenario(
      'two hops to nowhere',
      'PASSED NO_POD_AWS_ACCESS',
      withTemplate({ MetadataOptions: { HttpEndpoint: 'disabled', HttpPutResponseHopLimit: 2 } }),
    ),
    scenario('two hops beside Pod Identity', 'PASSED DEDICATED_IDENTITIES', (account, name) =>
      account
        .launchTemplate(`lt-${name}`, {
          region,
          versions: [{ MetadataOptions: { HttpPutResponseHopLimit: 2 } }],
        })
        .cluster(name, {
          region,
          nodegroups: [{ launchTemplate: { name: `lt-${name}`, version: '$Latest' } }],
          podIdentityAssociations: [{ namespace: 'shop' }],
          addons: ['eks-pod-identity-agent'],
        }),
    ),
    scenario('an instance with two hops', BORROWED, (account, name) =>
      account.cluster(name, { region }).instance({
        region,
        tags: { 'eks:eks-cluster-name': name },
        MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 2, HttpEndpoint: 'enabled' },
      }),
    ),
  ],
  { settings: { nodeRoleBaseline: ['route53:List*'] } },
);

type Routes = {
  DestinationCidrBlock?: string;
  DestinationIpv6CidrBlock?: string;
  DestinationPrefixListId?: string;
  GatewayId?: string;
  NatGatewayId?: string;
  EgressOnlyInternetGatewayId?: string;
  State?: 'active' | 'blackhole';
}[];
const IGW: Routes = [{ DestinationCidrBlock: '0.0.0.0/0', GatewayId: 'igw-0a', State: 'active' }];
const IGW_V6: Routes = [{ DestinationIpv6CidrBlock: '::/0', GatewayId: 'igw-0a', State: 'active' }];
const NAT: Routes = [{ DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: 'nat-0a', State: 'active' }];
const EGRESS_V6: Routes = [
  { DestinationIpv6CidrBlock: '::/0', EgressOnlyInternetGatewayId: 'eigw-0a', State: 'active' },
];

interface Network {
  readonly routes?: Routes;
  /** Those of a table of its own; without, the subnet has the main one. */
  readonly own?: Routes;
  readonly MapPublicIpOnLaunch?: boolean;
  readonly AssignIpv6AddressOnCreation?: boolean;
}

/** A VPC with one subnet, `subnet-<name>`. */
function network(
  account: AccountBuilder,
  name: string,
  { routes = NAT, own, ...subnet }: Network,
): AccountBuilder {
  const VpcId = `vpc-${name}`;
  account
    .vpc(VpcId, { region })
    .routeTable(`rtb-${name}-main`, { region, VpcId, main: true, Routes: routes })
    .subnet(`subnet-${name}`, { region, VpcId, ...subnet });
  if (own === undefined) return account;
  const Associations = [{ SubnetId: `subnet-${name}`, RouteTableId: `rtb-${name}` }];
  return account.routeTable(`rtb-${name}`, { region, VpcId, Routes: own, Associations });
}

function node(
  given: Network,
  instance: Partial<InstanceSpec> = {},
): (account: AccountBuilder, name: string) => AccountBuilder {
  return (account, name) =>
    network(account, name, given)
      .cluster(name, { region })
      .instance({
        region,
        SubnetId: `subnet-${name}`,
        tags: { [`kubernetes.io/cluster/${name}`]: 'owned' },
        ...instance,
      });
}

function group(given: Network, template?: object, nodegroup: object = {}): Scenario['add'] {
  return (account, name) => {
    if (template)
      account.launchTemplate(`lt-${name}`, { region, versions: [{}, template], defaultVersion: 2 });
    const launchTemplate = template && { launchTemplate: { id: `lt-${name}`, version: '$Default' } };
    return network(account, name, given).cluster(name, {
      region,
      nodegroups: [{ subnets: [`subnet-${name}`], ...launchTemplate, ...nodegroup }],
    });
  };
}

const HAVE = 'FAILED HIGH NODES_HAVE_PUBLIC_ADDRESSES';
const WILL = 'FAILED HIGH NODES_WILL_GET_PUBLIC_ADDRESSES';
const IN = 'WARNING NODES_IN_PUBLIC_SUBNET';
const ipv6 = (Ipv6Address: string) => (name: string) => [
  { SubnetId: `subnet-${name}`, Ipv6Addresses: [{ Ipv6Address }] },
];

function ipv6Node(given: Network, address: string): Scenario['add'] {
  return (account, name) => node(given, { NetworkInterfaces: ipv6(address)(name) })(account, name);
}

await testScenarios('private-nodes', [
  scenario('nothing that runs', 'PASSED NO_EC2_NODES', (account, name) => account.cluster(name, { region })),
  scenario('Fargate', 'PASSED NO_EC2_NODES', (account, name) =>
    account.cluster(name, { region, fargateProfiles: [{}] }),
  ),
  scenario('a private node', 'PASSED PRIVATE_NODES', node({})),
  scenario('a node with a public address', HAVE, node({}, { PublicIpAddress: '198.51.100.7' })),
  scenario(
    'a stopped node with an address on its second interface',
    HAVE,
    node(
      {},
      {
        State: { Code: 80, Name: 'stopped' },
        NetworkInterfaces: [
          {
            SubnetId: 'subnet-x',
            PrivateIpAddresses: [{ PrivateIpAddress: '10.0.0.9', Association: { PublicIp: '198.51.100.9' } }],
          },
        ],
      },
    ),
  ),
  scenario(
    'a terminated node with a public address',
    'PASSED NO_EC2_NODES',
    node({}, { State: { Code: 48, Name: 'terminated' }, PublicIpAddress: '198.51.100.7' }),
  ),
  scenario('a node in a subnet with the main route table, which is public', IN, node({ routes: IGW })),
  scenario(
    'a node in a private subnet of a VPC whose main route table is public',
    'PASSED PRIVATE_NODES',
    node({ routes: IGW, own: NAT }),
  ),
  scenario('a node in a public subnet of a VPC whose main route table is private', IN, node({ own: IGW })),
  scenario(
    'a node behind routes that lead nowhere',
    'PASSED PRIVATE_NODES',
    node({ own: [{ DestinationCidrBlock: '0.0.0.0/0', GatewayId: 'igw-0a', State: 'blackhole' }] }),
  ),
  scenario(
    'a node whose default route is in two halves',
    IN,
    node({
      own: [
        { DestinationCidrBlock: '0.0.0.0/1', GatewayId: 'igw-0a' },
        { DestinationCidrBlock: '128.0.0.0/1', GatewayId: 'igw-0a' },
      ],
    }),
  ),
  scenario(
    'a node with a route for one address',
    'PASSED PRIVATE_NODES',
    node({ own: [...NAT, { DestinationCidrBlock: '198.51.100.7/32', GatewayId: 'igw-0a' }] }),
  ),
  scenario(
    'a node with a route for a prefix list',
    'NOT_AVAILABLE EVIDENCE_UNREADABLE',
    node({ own: [...NAT, { DestinationPrefixListId: 'pl-0a', GatewayId: 'igw-0a' }] }),
  ),
  scenario(
    'a node with an IPv6 address that the internet reaches',
    HAVE,
    ipv6Node({ own: [...NAT, ...IGW_V6] }, '2001:db8::7'),
  ),
  scenario(
    'a node with an IPv6 address that only goes out',
    'PASSED PRIVATE_NODES',
    ipv6Node({ own: [...NAT, ...EGRESS_V6] }, '2001:db8::7'),
  ),
  scenario('a node with a private IPv6 address', IN, ipv6Node({ own: IGW_V6 }, 'fd00::7')),
  scenario('a node group in a private subnet', 'PASSED PRIVATE_NODES', group({ MapPublicIpOnLaunch: true })),
  scenario(
    'a node group in a public subnet that gives addresses',
    WILL,
    group({ own: IGW, MapPublicIpOnLaunch: true }),
  ),
  scenario('a node group in a public subnet that gives none', IN, group({ own: IGW })),
  scenario(
    'a node group whose launch template gives none',
    IN,
    group(
      { own: IGW, MapPublicIpOnLaunch: true },
      { NetworkInterfaces: [{ DeviceIndex: 0, AssociatePublicIpAddress: false }] },
    ),
  ),
  scenario(
    'a node group whose launch template gives some',
    WILL,
    group({}, { NetworkInterfaces: [{ DeviceIndex: 0, AssociatePublicIpAddress: true }] }),
  ),
  scenario(
    'a node group whose subnet gives IPv6 addresses',
    WILL,
    group({ own: IGW_V6, AssignIpv6AddressOnCreation: true }),
  ),
  scenario(
    'a node group that is being deleted',
    'PASSED NO_EC2_NODES',
    group({ own: IGW, MapPublicIpOnLaunch: true }, undefined, { status: 'DELETING' }),
  ),
  scenario(
    'a node group whose launch template names a subnet that is not to be seen',
    'NOT_AVAILABLE EVIDENCE_UNREADABLE',
    group({}, { NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: 'subnet-elsewhere' }] }),
  ),
  scenario(
    'a node group whose launch template moves it to a private subnet',
    'PASSED PRIVATE_NODES',
    (account, name) => {
      network(account, `${name}-b`, {});
      const template = { NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: `subnet-${name}-b` }] };
      return group({ own: IGW, MapPublicIpOnLaunch: true }, template)(account, name);
    },
  ),
  scenario(
    'a node group whose launch template grew a public address after the version it has',
    'PASSED PRIVATE_NODES',
    (account, name) =>
      network(account, name, {})
        .launchTemplate(`lt-${name}`, {
          region,
          versions: [{}, { NetworkInterfaces: [{ DeviceIndex: 0, AssociatePublicIpAddress: true }] }],
          defaultVersion: 2,
        })
        .cluster(name, {
          region,
          nodegroups: [{ subnets: [`subnet-${name}`], launchTemplate: { name: `lt-${name}`, version: '1' } }],
        }),
  ),
  scenario(
    'one of two clusters in a VPC whose other one’s node is public',
    'PASSED PRIVATE_NODES',
    (account, name) =>
      node({})(account, name)
        .cluster(`${name}-other`, { region, resourcesVpcConfig: { vpcId: `vpc-${name}` } })
        .instance({
          region,
          SubnetId: `subnet-${name}`,
          PublicIpAddress: '198.51.100.8',
          tags: { 'eks:cluster-name': `${name}-other` },
        }),
  ),
]);
