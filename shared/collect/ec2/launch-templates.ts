import {
  DescribeLaunchTemplateVersionsCommand,
  EC2Client,
  type LaunchTemplateInstanceNetworkInterfaceSpecification,
} from '@aws-sdk/client-ec2';
import { read } from '../../aws/read.ts';
import { present, presentOf, type Reading } from '../../model/evidence.ts';
import type { ClusterInventory } from '../../model/inventory.ts';
import { type LaunchTemplate, launchTemplateKey, launchTemplateSchema } from '../../model/network-facts.ts';
import type { Nodegroup } from '../../model/node-facts.ts';
import { type CollectContext, regionCollector } from '../collector.ts';

export const ec2LaunchTemplates = regionCollector({
  fact: 'launchTemplates',
  actions: ['ec2:DescribeLaunchTemplateVersions'],
  events: {
    audited: [
      'ec2:CreateLaunchTemplateVersion',
      'ec2:DeleteLaunchTemplateVersions',
      'ec2:ModifyLaunchTemplate',
    ],
    ignored: ['ec2:CreateLaunchTemplate', 'ec2:DeleteLaunchTemplate'],
    because:
      'Karpenter creates and deletes templates as it scales; a node group that takes a new one is changed itself, and one whose template is gone starts no more nodes',
  },
  needsClusterFacts: ['nodegroups'],
  collect: async (context, clusters) => present(await describeLaunchTemplates(context, clusters)),
});

type Reference = NonNullable<Nodegroup['launchTemplate']>;

/** The node groups of all given clusters that could be read. */
export function nodegroupsOf(clusters: readonly ClusterInventory[]): Nodegroup[] {
  const lists = presentOf(clusters.flatMap((cluster) => cluster.facts.nodegroups ?? []));
  return presentOf(lists.flat().map((nodegroup) => nodegroup.detail));
}

/** The launch templates of all given clusters' node groups, each version described once a Region. */
export async function describeLaunchTemplates(
  context: CollectContext,
  clusters: readonly ClusterInventory[],
): Promise<Record<string, Reading<LaunchTemplate>>> {
  const references = new Map(
    nodegroupsOf(clusters).flatMap(({ launchTemplate }) =>
      launchTemplate ? [[launchTemplateKey(launchTemplate), launchTemplate]] : [],
    ),
  );
  const described = [...references].map(
    async ([key, reference]) => [key, await describe(context, key, reference)] as const,
  );
  return Object.fromEntries(await Promise.all(described));
}

function describe(
  { aws, scope, cached }: CollectContext,
  key: string,
  { id, name, version }: Reference,
): Promise<Reading<LaunchTemplate>> {
  const ec2 = aws.client(EC2Client, scope.region);
  const template = id === undefined ? { LaunchTemplateName: name } : { LaunchTemplateId: id };
  const command = new DescribeLaunchTemplateVersionsCommand({
    ...template,
    Versions: [version ?? '$Default'],
  });
  return cached(`ec2:DescribeLaunchTemplateVersions ${key}`, () =>
    read('ec2:DescribeLaunchTemplateVersions', async () => {
      const [found] = (await ec2.send(command)).LaunchTemplateVersions ?? [];
      const { MetadataOptions: metadata, NetworkInterfaces: interfaces } = found?.LaunchTemplateData ?? {};
      return launchTemplateSchema.parse({
        id: found?.LaunchTemplateId,
        name: found?.LaunchTemplateName,
        version: found?.VersionNumber?.toString(),
        networkInterfaces: (interfaces ?? []).map(toNetworkInterface),
        metadata: metadata && {
          httpEndpoint: metadata.HttpEndpoint,
          httpTokens: metadata.HttpTokens,
          hopLimit: metadata.HttpPutResponseHopLimit,
        },
      });
    }),
  );
}

function toNetworkInterface(specification: LaunchTemplateInstanceNetworkInterfaceSpecification) {
  return {
    deviceIndex: specification.DeviceIndex,
    subnetId: specification.SubnetId,
    associatePublicIpAddress: specification.AssociatePublicIpAddress,
    ipv6Count: ipv6CountOf(specification),
  };
}

function ipv6CountOf(specification: LaunchTemplateInstanceNetworkInterfaceSpecification): number | undefined {
  const { Ipv6AddressCount, Ipv6Addresses, Ipv6PrefixCount, Ipv6Prefixes } = specification;
  const counts = [Ipv6AddressCount, Ipv6Addresses?.length, Ipv6PrefixCount, Ipv6Prefixes?.length];
  const given = counts.filter((count) => count !== undefined);
  return given.length === 0 ? undefined : given.reduce((sum, count) => sum + count, 0);
}
