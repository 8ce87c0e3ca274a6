import { z } from 'zod';
import type { Evidence, Reading } from './evidence.ts';

/** From ec2:DescribeInstances: a node of some cluster. */
export const instanceSchema = z.object({
  instanceId: z.string().min(1),
  state: z.string(),
  /** Names of the clusters it is tagged for. */
  clusters: z.array(z.string()),
  vpcId: z.string().optional(),
  subnetId: z.string().optional(),
  /** Of all its network interfaces. */
  publicIpv4: z.array(z.string()),
  ipv6: z.array(z.object({ address: z.string(), subnetId: z.string().optional() })),
  subnetIds: z.array(z.string()),
  /** ARN of the instance profile. */
  instanceProfile: z.string().optional(),
  metadata: z
    .object({
      httpEndpoint: z.string().optional(),
      httpTokens: z.string().optional(),
      hopLimit: z.number().optional(),
    })
    .optional(),
});
export type Instance = z.infer<typeof instanceSchema>;

/** From ec2:DescribeSubnets. */
export const subnetSchema = z.object({
  subnetId: z.string().min(1),
  vpcId: z.string().min(1),
  mapPublicIpOnLaunch: z.boolean().optional(),
  assignIpv6AddressOnCreation: z.boolean().optional(),
});
export type Subnet = z.infer<typeof subnetSchema>;

/** From ec2:DescribeRouteTables. */
export const routeTableSchema = z.object({
  routeTableId: z.string().min(1),
  vpcId: z.string().min(1),
  main: z.boolean(),
  subnetIds: z.array(z.string()),
  routes: z.array(
    z.object({
      destinationCidr: z.string().optional(),
      destinationIpv6Cidr: z.string().optional(),
      gatewayId: z.string().optional(),
      state: z.string().optional(),
    }),
  ),
});
export type RouteTable = z.infer<typeof routeTableSchema>;

/** From ec2:DescribeLaunchTemplateVersions. */
export const launchTemplateSchema = z.object({
  id: z.string().min(1),
  name: z.string().optional(),
  version: z.string(),
  networkInterfaces: z.array(
    z.object({
      deviceIndex: z.number().optional(),
      subnetId: z.string().optional(),
      associatePublicIpAddress: z.boolean().optional(),
      ipv6AddressCount: z.number().optional(),
    }),
  ),
  metadata: z
    .object({
      httpEndpoint: z.string().optional(),
      httpTokens: z.string().optional(),
      hopLimit: z.number().optional(),
    })
    .optional(),
});
export type LaunchTemplate = z.infer<typeof launchTemplateSchema>;

/** Where the nodes of a Region's clusters are. */
export interface NetworkFacts {
  readonly instances: Reading<readonly Instance[]>;
  /** By id: those of node groups and of instances. */
  readonly subnets: Reading<Readonly<Record<string, Evidence<Subnet>>>>;
  /** Of the VPCs of those subnets. */
  readonly routeTables: Reading<readonly RouteTable[]>;
  /** By `<id or name>:<version>` as node groups name them. */
  readonly launchTemplates: Reading<Readonly<Record<string, Evidence<LaunchTemplate>>>>;
}
