import type {
  Instance,
  InstanceNetworkInterface,
  NetworkInterface,
  ResponseLaunchTemplateData,
  RouteTable,
  Subnet,
  Vpc,
} from '@aws-sdk/client-ec2';
import { type Plain, withOverrides } from '../plain.ts';
import { arn, createdAt, type Scope, stableId } from './context.ts';

interface Regional {
  readonly region: string;
  /** Instead of `Tags`. */
  readonly tags?: Readonly<Record<string, string>>;
}

export type InstanceSpec = Regional & Plain<Instance>;
export type VpcSpec = Regional &
  Plain<Vpc> & {
    /**
     * False for a VPC whose main route table DescribeRouteTables does not answer with. Every VPC has one, but one
     * that another account owns, and shares subnets of, is not seen as a whole.
     */
    readonly mainRouteTable?: false;
  };
export type SubnetSpec = Regional & Plain<Subnet>;
export type RouteTableSpec = Regional & Plain<RouteTable> & { readonly main?: boolean };
export type NetworkInterfaceSpec = Regional & Plain<NetworkInterface>;

export interface LaunchTemplateSpec {
  readonly region: string;
  readonly name?: string;
  /** From version 1 on. */
  readonly versions: readonly Plain<ResponseLaunchTemplateData>[];
  /** 1 when left out. */
  readonly defaultVersion?: number;
}

export type InstanceResource = Plain<Instance> & { readonly region: string; readonly InstanceId: string };
export type VpcResource = Plain<Vpc> & {
  readonly region: string;
  readonly VpcId: string;
  readonly mainRouteTable?: false;
};
export type SubnetResource = Plain<Subnet> & { readonly region: string; readonly SubnetId: string };
export type RouteTableResource = Plain<RouteTable> & {
  readonly region: string;
  readonly RouteTableId: string;
};
export type NetworkInterfaceResource = Plain<NetworkInterface> & {
  readonly region: string;
  readonly NetworkInterfaceId: string;
};

export interface LaunchTemplateResource {
  readonly region: string;
  readonly id: string;
  readonly name: string;
  versions: Plain<ResponseLaunchTemplateData>[];
  defaultVersion: number;
}

/** The EC2 resources of an account. */
export interface Ec2Data {
  instances: InstanceResource[];
  vpcs: VpcResource[];
  subnets: SubnetResource[];
  routeTables: RouteTableResource[];
  launchTemplates: LaunchTemplateResource[];
  networkInterfaces: NetworkInterfaceResource[];
}

function tagList(tags: Readonly<Record<string, string>> | undefined): { Key: string; Value: string }[] {
  return Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
}

/** A running instance that requires IMDSv2, in a subnet of its Region's default network. */
export function makeInstance(scope: Scope, spec: InstanceSpec, index: number): InstanceResource {
  const { region, tags, ...fields } = spec;
  const InstanceId = spec.InstanceId ?? `i-${stableId(`${scope.accountId}/${region}/instance/${index}`, 17)}`;
  const defaults: Plain<Instance> = {
    ImageId: 'ami-0123456789abcdef0',
    InstanceType: 'm7g.large',
    LaunchTime: createdAt,
    State: { Code: 16, Name: 'running' },
    VpcId: defaultVpcId(scope),
    SubnetId: `subnet-${stableId(`${scope.accountId}/${region}/nodes`, 17)}`,
    PrivateIpAddress: `10.0.${Math.floor(index / 250)}.${(index % 250) + 4}`,
    SecurityGroups: [],
    MetadataOptions: {
      State: 'applied',
      HttpTokens: 'required',
      HttpPutResponseHopLimit: 1,
      HttpEndpoint: 'enabled',
    },
    Tags: tagList(tags),
  };
  const instance = withOverrides(defaults, fields);
  const NetworkInterfaces = fields.NetworkInterfaces ?? [primaryInterface(instance)];
  return { ...instance, NetworkInterfaces, region, InstanceId };
}

/** The network interface that an instance has, with the addresses that the instance repeats. */
function primaryInterface(instance: Plain<Instance>): Plain<InstanceNetworkInterface> {
  const { SubnetId, VpcId, PrivateIpAddress, PublicIpAddress, Ipv6Address } = instance;
  const Association = PublicIpAddress ? { PublicIp: PublicIpAddress } : undefined;
  return {
    SubnetId,
    VpcId,
    PrivateIpAddress,
    Association,
    PrivateIpAddresses: PrivateIpAddress ? [{ Primary: true, PrivateIpAddress, Association }] : [],
    Ipv6Addresses: Ipv6Address ? [{ Ipv6Address }] : [],
  };
}

/** The VPC that the clusters of an account and Region are in by default. */
export function defaultVpcId({ accountId, region }: Scope): string {
  return `vpc-${stableId(`${accountId}/${region}/vpc`, 17)}`;
}

export function makeVpc(scope: Scope, VpcId: string, spec: VpcSpec): VpcResource {
  const { region, tags, ...fields } = spec;
  const defaults: Plain<Vpc> = {
    OwnerId: scope.accountId,
    CidrBlock: '10.0.0.0/16',
    State: 'available',
    IsDefault: false,
    InstanceTenancy: 'default',
    Tags: tagList(tags),
  };
  return { ...withOverrides(defaults, fields), region, VpcId };
}

/** A subnet that gives no public addresses. */
export function makeSubnet(scope: Scope, SubnetId: string, spec: SubnetSpec): SubnetResource {
  const { region, tags, ...fields } = spec;
  const defaults: Plain<Subnet> = {
    SubnetArn: arn(scope, 'ec2', `subnet/${SubnetId}`),
    OwnerId: scope.accountId,
    VpcId: defaultVpcId(scope),
    CidrBlock: '10.0.0.0/20',
    AvailabilityZone: `${region}a`,
    AvailableIpAddressCount: 4000,
    MapPublicIpOnLaunch: false,
    AssignIpv6AddressOnCreation: false,
    State: 'available',
    Tags: tagList(tags),
  };
  return { ...withOverrides(defaults, fields), region, SubnetId };
}

/** A route table with the local route; `main` makes it its VPC's main one. */
export function makeRouteTable(scope: Scope, RouteTableId: string, spec: RouteTableSpec): RouteTableResource {
  const { region, tags, main, ...fields } = spec;
  const association = {
    Main: true,
    RouteTableAssociationId: `rtbassoc-${stableId(RouteTableId, 17)}`,
    RouteTableId,
  };
  const defaults: Plain<RouteTable> = {
    OwnerId: scope.accountId,
    VpcId: defaultVpcId(scope),
    Routes: [
      {
        DestinationCidrBlock: '10.0.0.0/16',
        GatewayId: 'local',
        State: 'active',
        Origin: 'CreateRouteTable',
      },
    ],
    Associations: main ? [association] : [],
    PropagatingVgws: [],
    Tags: tagList(tags),
  };
  return { ...withOverrides(defaults, fields), region, RouteTableId };
}

/** The main route table that comes with a VPC; `nat` sends the rest of the world through a NAT gateway. */
export function makeMainRouteTable(scope: Scope, VpcId: string, nat: boolean): RouteTableResource {
  const local = { DestinationCidrBlock: '10.0.0.0/16', GatewayId: 'local', State: 'active' } as const;
  const outward = {
    DestinationCidrBlock: '0.0.0.0/0',
    NatGatewayId: `nat-${stableId(VpcId, 17)}`,
    State: 'active',
  } as const;
  return makeRouteTable(scope, `rtb-${stableId(`${VpcId}/main`, 17)}`, {
    region: scope.region,
    VpcId,
    main: true,
    Routes: nat ? [local, outward] : [local],
  });
}

export function makeLaunchTemplate(id: string, spec: LaunchTemplateSpec): LaunchTemplateResource {
  const { region, name = id, versions, defaultVersion = 1 } = spec;
  return { region, id, name, versions: [...versions], defaultVersion };
}

export function makeNetworkInterface(
  scope: Scope,
  spec: NetworkInterfaceSpec,
  index: number,
): NetworkInterfaceResource {
  const { region, tags, ...fields } = spec;
  const NetworkInterfaceId =
    spec.NetworkInterfaceId ?? `eni-${stableId(`${scope.accountId}/${region}/eni/${index}`, 17)}`;
  const defaults: Plain<NetworkInterface> = {
    OwnerId: scope.accountId,
    VpcId: defaultVpcId(scope),
    Status: 'in-use',
    InterfaceType: 'interface',
    TagSet: tagList(tags),
  };
  return { ...withOverrides(defaults, fields), region, NetworkInterfaceId };
}
