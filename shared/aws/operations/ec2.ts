import {
  DescribeInstancesCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import * as z from 'zod';
import { ifAbsent } from '../../model/absence.ts';
import { listing, operation, pageOf } from '../operation.ts';
import { tagList } from './tag-list.ts';

/* https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Operations.html */

const client = EC2Client;
const text = z.string().min(1);
const token = 'NextToken';
const NextToken = z.string().optional();

const metadataOptions = z.object({
  HttpEndpoint: z.string().optional(),
  HttpTokens: z.string().optional(),
  HttpPutResponseHopLimit: z.number().optional(),
});
export type DescribedMetadataOptions = z.infer<typeof metadataOptions>;

const NO_ADDRESS = 'it has no such address';

const association = z.object({ PublicIp: ifAbsent(z.string(), NO_ADDRESS) });

const networkInterface = z.object({
  SubnetId: text,
  Association: ifAbsent(association, NO_ADDRESS),
  PrivateIpAddresses: ifAbsent(
    z.array(z.object({ Association: ifAbsent(association, NO_ADDRESS) })),
    NO_ADDRESS,
  ),
  Ipv6Addresses: ifAbsent(z.array(z.object({ Ipv6Address: text })), NO_ADDRESS),
  Ipv6Prefixes: ifAbsent(z.array(z.object({ Ipv6Prefix: text })), NO_ADDRESS),
});

/** What is being started or terminated may have no network interface; what is not keeps its primary one. */
const HAVE_INTERFACES = ['running', 'stopping', 'stopped'];

const describedInstance = z.object({
  InstanceId: text,
  State: z.object({ Name: text }),
  /** Nodes are found by their tags, so each has some. */
  Tags: tagList.min(1),
  NetworkInterfaces: z.array(networkInterface),
  SubnetId: z.string().optional(),
  PublicIpAddress: ifAbsent(z.string(), NO_ADDRESS),
  Ipv6Address: ifAbsent(z.string(), NO_ADDRESS),
  IamInstanceProfile: ifAbsent(z.object({ Arn: text }), 'it has no role'),
  MetadataOptions: metadataOptions.optional(),
});
export type DescribedInstance = z.infer<typeof describedInstance>;

const instance = describedInstance.refine(
  ({ State, NetworkInterfaces }) => NetworkInterfaces.length > 0 || !HAVE_INTERFACES.includes(State.Name),
  'an instance without network interfaces',
);

export const describeInstances = listing({
  action: 'ec2:DescribeInstances',
  client,
  command: DescribeInstancesCommand,
  token,
  answer: z
    .object({ Reservations: z.array(z.object({ Instances: z.array(instance).min(1) })), NextToken })
    .transform((page) => ({
      items: page.Reservations.flatMap(({ Instances }) => Instances),
      next: page.NextToken,
    })),
});

const NOT_SET = 'the template leaves it to the subnet or the instance';

const templateInterface = z.object({
  DeviceIndex: ifAbsent(z.number(), NOT_SET),
  SubnetId: ifAbsent(z.string(), NOT_SET),
  AssociatePublicIpAddress: ifAbsent(z.boolean(), NOT_SET),
  Ipv6AddressCount: ifAbsent(z.number(), NOT_SET),
  Ipv6Addresses: ifAbsent(z.array(z.unknown()), NOT_SET),
  Ipv6PrefixCount: ifAbsent(z.number(), NOT_SET),
  Ipv6Prefixes: ifAbsent(z.array(z.unknown()), NOT_SET),
});
export type TemplateInterface = z.infer<typeof templateInterface>;

const templateVersion = z.object({
  LaunchTemplateId: text,
  LaunchTemplateName: z.string().optional(),
  VersionNumber: z.number(),
  LaunchTemplateData: z.object({
    NetworkInterfaces: ifAbsent(z.array(templateInterface), NOT_SET),
    MetadataOptions: ifAbsent(metadataOptions, NOT_SET),
  }),
});
export type DescribedLaunchTemplateVersion = z.infer<typeof templateVersion>;

/** Asked for one version, AWS answers with one. */
export const describeLaunchTemplateVersions = operation({
  action: 'ec2:DescribeLaunchTemplateVersions',
  client,
  command: DescribeLaunchTemplateVersionsCommand,
  answer: z
    .object({ LaunchTemplateVersions: z.tuple([templateVersion]) })
    .transform(({ LaunchTemplateVersions }) => LaunchTemplateVersions[0]),
});

const subnet = z.object({
  SubnetId: text,
  SubnetArn: z.string().optional(),
  VpcId: text,
  MapPublicIpOnLaunch: z.boolean().optional(),
  AssignIpv6AddressOnCreation: z.boolean().optional(),
});
/** Of a malformed description, which may be of somebody else's subnet, only the id: it leaves the others readable. */
const describedSubnet = z.union([subnet, subnet.pick({ SubnetId: true })]);
export type DescribedSubnet = z.infer<typeof describedSubnet>;

export const describeSubnets = listing({
  action: 'ec2:DescribeSubnets',
  client,
  command: DescribeSubnetsCommand,
  token,
  answer: pageOf('Subnets', describedSubnet, token),
});

/** What a route leads to that is no gateway of `GatewayId`. */
const otherTargets = z.object({
  CarrierGatewayId: z.string().optional(),
  CoreNetworkArn: z.string().optional(),
  EgressOnlyInternetGatewayId: z.string().optional(),
  InstanceId: z.string().optional(),
  LocalGatewayId: z.string().optional(),
  NatGatewayId: z.string().optional(),
  NetworkInterfaceId: z.string().optional(),
  OdbNetworkArn: z.string().optional(),
  TransitGatewayId: z.string().optional(),
  VpcPeeringConnectionId: z.string().optional(),
});
export const OTHER_TARGETS = otherTargets.keyof().options;

/**
 * A route has one kind of destination and one kind of target, which stays when it is a black hole. AWS adds kinds of
 * targets: whether one without any decides is for the subnets to say.
 */
const route = z
  .object({
    DestinationCidrBlock: z.string().optional(),
    DestinationIpv6CidrBlock: z.string().optional(),
    DestinationPrefixListId: z.string().optional(),
    GatewayId: z.string().optional(),
    State: z.string().optional(),
    ...otherTargets.shape,
  })
  .refine(
    (one) =>
      !one.GatewayId?.startsWith('igw-') ||
      one.DestinationCidrBlock ||
      one.DestinationIpv6CidrBlock ||
      one.DestinationPrefixListId,
    'a route to an internet gateway without its destination',
  );

/** Of the VPC's main table, or with one thing of several kinds. */
const routeTableAssociation = z
  .object({
    Main: z.boolean().optional(),
    SubnetId: z.string().optional(),
    GatewayId: z.string().optional(),
    PublicIpv4Pool: z.string().optional(),
  })
  .refine(
    ({ Main, SubnetId, GatewayId, PublicIpv4Pool }) => Main || SubnetId || GatewayId || PublicIpv4Pool,
    'an association with nothing',
  );

const routeTable = z.object({
  RouteTableId: text,
  VpcId: text,
  Associations: z.array(routeTableAssociation),
  /** Each has at least the local route. https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html */
  Routes: z.array(route).min(1),
});
export type DescribedRouteTable = z.infer<typeof routeTable>;

export const describeRouteTables = listing({
  action: 'ec2:DescribeRouteTables',
  client,
  command: DescribeRouteTablesCommand,
  token,
  answer: pageOf('RouteTables', routeTable, token),
});
