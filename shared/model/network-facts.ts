import * as z from 'zod';
import type { Evidence, Reading } from './evidence.ts';
import type { Nodegroup } from './node-facts.ts';

/** Who reaches an instance's credentials: the metadata options of an instance or a launch template. */
const metadataSchema = z.object({
  /** `enabled` or `disabled`. */
  httpEndpoint: z.string().optional(),
  /** `required` (IMDSv2 only) or `optional`. */
  httpTokens: z.string().optional(),
  hopLimit: z.number().optional(),
});

const networkInterfaceSchema = z.object({
  subnetId: z.string().optional(),
  /** Public IPv4 addresses: assigned at launch or Elastic, of the primary and of secondary private addresses. */
  publicIpv4: z.array(z.string()),
  /** IPv6 addresses, and the prefixes that are delegated for pods (`2001:db8::/80`). */
  ipv6: z.array(z.string()),
});

/** From ec2:DescribeInstances: a node of some cluster. */
const instanceSchema = z.object({
  instanceId: z.string().min(1),
  /** For example `running`; never `terminated`. */
  state: z.string().optional(),
  /** Names of the clusters it is tagged for. */
  clusters: z.array(z.string()),
  /** The name of the managed node group that started it. */
  nodegroup: z.string().optional(),
  networkInterfaces: z.array(networkInterfaceSchema),
  /** ARN of the instance profile. */
  instanceProfile: z.string().optional(),
  metadata: metadataSchema.optional(),
});
export type Instance = z.infer<typeof instanceSchema>;

/** From ec2:DescribeSubnets. */
const subnetSchema = z.object({
  id: z.string().min(1),
  /** Names the owner's account, which is another one when the subnet is shared. */
  arn: z.string().optional(),
  vpcId: z.string().min(1),
  mapPublicIpOnLaunch: z.boolean().optional(),
  assignIpv6AddressOnCreation: z.boolean().optional(),
});
export type Subnet = z.infer<typeof subnetSchema>;

/** From ec2:DescribeRouteTables. */
const routeTableSchema = z.object({
  id: z.string().min(1),
  vpcId: z.string().min(1),
  /** The VPC's main table: that of every subnet without one of its own. */
  main: z.boolean(),
  /** The subnets that are associated with it explicitly. */
  subnetIds: z.array(z.string()),
  routes: z.array(
    z.object({
      destinationCidr: z.string().optional(),
      destinationIpv6Cidr: z.string().optional(),
      destinationPrefixListId: z.string().optional(),
      /** An internet gateway (`igw-…`), a virtual private gateway, an endpoint or `local`; absent for other targets. */
      gatewayId: z.string().optional(),
      /** It leads to none of the kinds of targets that are known. */
      hasUnknownTarget: z.literal(true).exactOptional(),
      /** `active`, or `blackhole` when its target is gone or detached. */
      state: z.string().optional(),
    }),
  ),
});
export type RouteTable = z.infer<typeof routeTableSchema>;

/** From ec2:DescribeLaunchTemplateVersions. */
const launchTemplateSchema = z.object({
  id: z.string().min(1),
  name: z.string().optional(),
  /** A number, as text. */
  version: z.string(),
  networkInterfaces: z.array(
    z.object({
      /** 0 is the primary one. */
      deviceIndex: z.number().optional(),
      subnetId: z.string().optional(),
      associatePublicIpAddress: z.boolean().optional(),
      /** How many IPv6 addresses and prefixes it asks for; absent when it leaves that to the subnet. */
      ipv6Count: z.number().optional(),
    }),
  ),
  metadata: metadataSchema.optional(),
});
export type LaunchTemplate = z.infer<typeof launchTemplateSchema>;

/** The nodes of a Region's clusters, and the subnets and routes they are in. */
export interface NetworkFacts {
  /** Those tagged for a cluster that was read. */
  readonly instances: Reading<readonly Instance[]>;
  /** By id: those of node groups, their launch templates and instances. Absent: EC2 knows no such subnet. */
  readonly subnets: Reading<Readonly<Record<string, Evidence<Subnet>>>>;
  /** All of the VPCs of those subnets. */
  readonly routeTables: Reading<readonly RouteTable[]>;
  /** Those that node groups name, by `launchTemplateKey`. */
  readonly launchTemplates: Reading<Readonly<Record<string, Reading<LaunchTemplate>>>>;
}

/** A launch template version that node groups name, `lt-0123456789abcdef0:3`. */
export function launchTemplateKey({ id, name, version }: NonNullable<Nodegroup['launchTemplate']>): string {
  return `${id ?? name}:${version ?? '$Default'}`;
}
