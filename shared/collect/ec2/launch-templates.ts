import { actionsOf } from '../../aws/operation.ts';
import {
  type DescribedLaunchTemplateVersion,
  describeLaunchTemplateVersions,
  type TemplateInterface,
} from '../../aws/operations/ec2.ts';
import { mapReading, present, presentOf, type Reading } from '../../model/evidence.ts';
import type { ClusterInventory } from '../../model/inventory.ts';
import { type LaunchTemplate, launchTemplateKey } from '../../model/network-facts.ts';
import type { Nodegroup } from '../../model/node-facts.ts';
import { type CollectContext, regionCollector } from '../collector.ts';
import { toMetadata } from './metadata-options.ts';

export const ec2LaunchTemplates = regionCollector({
  fact: 'launchTemplates',
  actions: actionsOf(describeLaunchTemplateVersions),
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
  collect: async (context, clusters) => present(await launchTemplatesOf(context, clusters)),
});

type Reference = NonNullable<Nodegroup['launchTemplate']>;

/** The node groups of all given clusters that could be read. */
export function nodegroupsOf(clusters: readonly ClusterInventory[]): Nodegroup[] {
  const lists = presentOf(clusters.flatMap((cluster) => cluster.facts.nodegroups ?? []));
  return presentOf(lists.flat().map((nodegroup) => nodegroup.detail));
}

/** The launch templates of all given clusters' node groups, each version described once a Region. */
export async function launchTemplatesOf(
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
  { read, cached }: CollectContext,
  key: string,
  { id, name, version }: Reference,
): Promise<Reading<LaunchTemplate>> {
  const template = id === undefined ? { LaunchTemplateName: name } : { LaunchTemplateId: id };
  const request = { ...template, Versions: [version ?? '$Default'] };
  return cached(`${describeLaunchTemplateVersions.action} ${key}`, async () =>
    mapReading(await read(describeLaunchTemplateVersions, request), toLaunchTemplate),
  );
}

function toLaunchTemplate(found: DescribedLaunchTemplateVersion): LaunchTemplate {
  const { MetadataOptions: metadata, NetworkInterfaces: interfaces = [] } = found.LaunchTemplateData;
  return {
    id: found.LaunchTemplateId,
    ...(found.LaunchTemplateName && { name: found.LaunchTemplateName }),
    version: String(found.VersionNumber),
    networkInterfaces: interfaces.map(toNetworkInterface),
    ...(metadata && { metadata: toMetadata(metadata) }),
  };
}

function toNetworkInterface(specification: TemplateInterface): LaunchTemplate['networkInterfaces'][number] {
  const { DeviceIndex: deviceIndex, SubnetId: subnetId, AssociatePublicIpAddress: associate } = specification;
  const ipv6Count = ipv6CountOf(specification);
  return {
    ...(deviceIndex !== undefined && { deviceIndex }),
    ...(subnetId && { subnetId }),
    ...(associate !== undefined && { associatePublicIpAddress: associate }),
    ...(ipv6Count !== undefined && { ipv6Count }),
  };
}

function ipv6CountOf(specification: TemplateInterface): number | undefined {
  const { Ipv6AddressCount, Ipv6Addresses, Ipv6PrefixCount, Ipv6Prefixes } = specification;
  // An empty list asks for nothing, and so leaves it to the subnet as well.
  const counts = [
    Ipv6AddressCount,
    Ipv6Addresses?.length || undefined,
    Ipv6PrefixCount,
    Ipv6Prefixes?.length || undefined,
  ];
  const given = counts.filter((count) => count !== undefined);
  return given.length === 0 ? undefined : given.reduce((sum, count) => sum + count, 0);
}
