import type { AccountBuilder } from '../../infra/sandbox/account-builder.ts';
import type { InstanceSpec } from '../../infra/sandbox/resources/ec2.ts';
import { REGION } from '../harness.ts';
import { type Scenario, scenario, testScenarios } from './scenario.ts';

const region = REGION;

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
  /** The routes of the subnet's own table; without, it has the main table. */
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

const PUBLIC_ADDRESSES = 'FAILED HIGH NODES_HAVE_PUBLIC_ADDRESSES';
const PUBLIC_ADDRESSES_LATER = 'FAILED HIGH NODES_WILL_GET_PUBLIC_ADDRESSES';
const PUBLIC_SUBNET = 'WARNING NODES_IN_PUBLIC_SUBNET';
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
  scenario('a node with a public address', PUBLIC_ADDRESSES, node({}, { PublicIpAddress: '198.51.100.7' })),
  scenario(
    'a stopped node with an address on its second interface',
    PUBLIC_ADDRESSES,
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
  scenario(
    'a node in a subnet with the main route table, which is public',
    PUBLIC_SUBNET,
    node({ routes: IGW }),
  ),
  scenario(
    'a node in a private subnet of a VPC whose main route table is public',
    'PASSED PRIVATE_NODES',
    node({ routes: IGW, own: NAT }),
  ),
  scenario(
    'a node in a public subnet of a VPC whose main route table is private',
    PUBLIC_SUBNET,
    node({ own: IGW }),
  ),
  scenario(
    'a node behind routes that are black holes',
    'PASSED PRIVATE_NODES',
    node({ own: [{ DestinationCidrBlock: '0.0.0.0/0', GatewayId: 'igw-0a', State: 'blackhole' }] }),
  ),
  scenario(
    'a node whose default route is in two halves',
    PUBLIC_SUBNET,
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
    PUBLIC_ADDRESSES,
    ipv6Node({ own: [...NAT, ...IGW_V6] }, '2001:db8::7'),
  ),
  scenario(
    'a node with an IPv6 address that only goes out',
    'PASSED PRIVATE_NODES',
    ipv6Node({ own: [...NAT, ...EGRESS_V6] }, '2001:db8::7'),
  ),
  scenario('a node with a private IPv6 address', PUBLIC_SUBNET, ipv6Node({ own: IGW_V6 }, 'fd00::7')),
  scenario('a node group in a private subnet', 'PASSED PRIVATE_NODES', group({})),
  scenario(
    'a node group in a private subnet that gives addresses',
    'FAILED HIGH NODES_WILL_GET_PUBLIC_ADDRESSES',
    group({ MapPublicIpOnLaunch: true }),
  ),
  scenario(
    'a node group behind a firewall in a subnet that gives addresses',
    'FAILED HIGH NODES_WILL_GET_PUBLIC_ADDRESSES',
    group({
      own: [{ DestinationCidrBlock: '0.0.0.0/0', GatewayId: 'vpce-0f' }],
      MapPublicIpOnLaunch: true,
    }),
  ),
  scenario('a bastion host that the cluster shares', 'PASSED NO_EC2_NODES', (account, name) =>
    network(account, name, { own: IGW })
      .cluster(name, { region })
      .instance({
        region,
        SubnetId: `subnet-${name}`,
        PublicIpAddress: '203.0.113.9',
        tags: { [`kubernetes.io/cluster/${name}`]: 'shared' },
      }),
  ),
  scenario(
    'a node group that could not be created',
    'PASSED NO_EC2_NODES',
    group({ own: IGW, MapPublicIpOnLaunch: true }, undefined, { status: 'CREATE_FAILED' }),
  ),
  scenario(
    'a node group in a public subnet that gives addresses',
    PUBLIC_ADDRESSES_LATER,
    group({ own: IGW, MapPublicIpOnLaunch: true }),
  ),
  scenario('a node group in a public subnet that gives none', PUBLIC_SUBNET, group({ own: IGW })),
  scenario(
    'a node group whose launch template gives none',
    PUBLIC_SUBNET,
    group(
      { own: IGW, MapPublicIpOnLaunch: true },
      { NetworkInterfaces: [{ DeviceIndex: 0, AssociatePublicIpAddress: false }] },
    ),
  ),
  scenario(
    'a node group whose launch template gives some',
    PUBLIC_ADDRESSES_LATER,
    group({}, { NetworkInterfaces: [{ DeviceIndex: 0, AssociatePublicIpAddress: true }] }),
  ),
  scenario(
    'a node group whose subnet gives IPv6 addresses',
    PUBLIC_ADDRESSES_LATER,
    group({ own: IGW_V6, AssignIpv6AddressOnCreation: true }),
  ),
  scenario(
    'a node group that is being deleted',
    'PASSED NO_EC2_NODES',
    group({ own: IGW, MapPublicIpOnLaunch: true }, undefined, { status: 'DELETING' }),
  ),
  scenario(
    'a node group whose launch template names a subnet that was deleted',
    'PASSED NO_EC2_NODES',
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
    'a node group whose launch template has a public address only in a later version',
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
    'a cluster that shares its VPC with a cluster whose node is public',
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
