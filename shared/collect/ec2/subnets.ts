import { actionsOf } from '../../aws/operation.ts';
import {
  type DescribedSubnet,
  describeInstances,
  describeLaunchTemplateVersions,
  describeSubnets,
} from '../../aws/operations/ec2.ts';
import { readInBatches } from '../../aws/read-in-batches.ts';
import {
  type Evidence,
  malformed,
  mapReading,
  present,
  presentOf,
  type Reading,
} from '../../model/evidence.ts';
import type { ClusterInventory } from '../../model/inventory.ts';
import type { Subnet } from '../../model/network-facts.ts';
import { type CollectContext, regionCollector } from '../collector.ts';
import { instancesOf } from './instances.ts';
import { launchTemplatesOf, nodegroupsOf } from './launch-templates.ts';

export const ec2Subnets = regionCollector({
  fact: 'subnets',
  actions: actionsOf(describeInstances, describeLaunchTemplateVersions, describeSubnets),
  events: [
    'ec2:AssociateSubnetCidrBlock',
    'ec2:CreateDefaultSubnet',
    'ec2:CreateSubnet',
    'ec2:DeleteSubnet',
    'ec2:DisassociateSubnetCidrBlock',
    'ec2:ModifySubnetAttribute',
  ],
  needsClusterFacts: ['nodegroups'],
  collect: async (context, clusters) => present(await subnetsOf(context, clusters)),
});

/** Values of one filter. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html */
const MAX_FILTER_VALUES = 200;
const PAGE_SIZE = 1000;

/** The subnets of all given clusters' nodes by their ids, described once a Region. */
export function subnetsOf(
  context: CollectContext,
  clusters: readonly ClusterInventory[],
): Promise<Record<string, Evidence<Subnet>>> {
  return context.cached(describeSubnets.action, async () => {
    const ids = await subnetIdsOf(context, clusters);
    const answers = await readInBatches(ids, { size: MAX_FILTER_VALUES, splitOn: ['gone'] }, (batch) =>
      describe(context, batch),
    );
    const subnets = [...answers].map(
      ([id, answer]) => [id, answer.state === 'present' ? toSubnet(answer.value) : answer] as const,
    );
    return Object.fromEntries(subnets);
  });
}

async function subnetIdsOf(
  context: CollectContext,
  clusters: readonly ClusterInventory[],
): Promise<string[]> {
  const [instances, templates] = await Promise.all([
    instancesOf(context, clusters),
    launchTemplatesOf(context, clusters),
  ]);
  const ofNodegroups = nodegroupsOf(clusters).flatMap((nodegroup) => nodegroup.subnets ?? []);
  const interfaces = [
    ...presentOf(Object.values(templates)).flatMap((template) => template.networkInterfaces),
    ...presentOf([instances]).flatMap((list) => list.flatMap((instance) => instance.networkInterfaces)),
  ];
  return [...ofNodegroups, ...interfaces.flatMap(({ subnetId }) => subnetId ?? [])];
}

/** By filter, not by id: an id that no longer exists would make the whole request fail. */
async function describe(
  { list }: CollectContext,
  ids: readonly string[],
): Promise<Reading<ReadonlyMap<string, DescribedSubnet>>> {
  const request = { MaxResults: PAGE_SIZE, Filters: [{ Name: 'subnet-id', Values: [...ids] }] };
  return mapReading(
    await list(describeSubnets, request),
    (subnets) => new Map(subnets.map((subnet) => [subnet.SubnetId, subnet])),
  );
}

function toSubnet(subnet: DescribedSubnet): Reading<Subnet> {
  if (!('VpcId' in subnet)) {
    return malformed(describeSubnets.action, `the description of ${subnet.SubnetId} is not as expected`);
  }
  const { SubnetArn: arn, MapPublicIpOnLaunch, AssignIpv6AddressOnCreation } = subnet;
  return present({
    id: subnet.SubnetId,
    ...(arn && { arn }),
    vpcId: subnet.VpcId,
    mapPublicIpOnLaunch: MapPublicIpOnLaunch,
    assignIpv6AddressOnCreation: AssignIpv6AddressOnCreation,
  });
}
