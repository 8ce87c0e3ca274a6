import { DescribeSubnetsCommand, EC2Client, type Subnet as Ec2Subnet } from '@aws-sdk/client-ec2';
import { allPages } from '../../aws/paginate.ts';
import { read } from '../../aws/read.ts';
import { readInBatches } from '../../aws/read-in-batches.ts';
import { type Evidence, present, presentOf, type Reading } from '../../model/evidence.ts';
import type { ClusterInventory } from '../../model/inventory.ts';
import { type Subnet, subnetSchema } from '../../model/network-facts.ts';
import { type CollectContext, regionCollector } from '../collector.ts';
import { describeInstances } from './instances.ts';
import { describeLaunchTemplates, nodegroupsOf } from './launch-templates.ts';

export const ec2Subnets = regionCollector({
  fact: 'subnets',
  actions: ['ec2:DescribeInstances', 'ec2:DescribeLaunchTemplateVersions', 'ec2:DescribeSubnets'],
  events: [
    'ec2:AssociateSubnetCidrBlock',
    'ec2:CreateDefaultSubnet',
    'ec2:CreateSubnet',
    'ec2:DeleteSubnet',
    'ec2:DisassociateSubnetCidrBlock',
    'ec2:ModifySubnetAttribute',
  ],
  needsClusterFacts: ['nodegroups'],
  collect: async (context, clusters) => present(await describeSubnets(context, clusters)),
});

/** Values of one filter. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html */
const MAX_FILTER_VALUES = 200;
const PAGE_SIZE = 1000;
const OPERATION = 'ec2:DescribeSubnets';

/** The subnets of all given clusters' nodes by their ids, described once a Region. */
export function describeSubnets(
  context: CollectContext,
  clusters: readonly ClusterInventory[],
): Promise<Record<string, Evidence<Subnet>>> {
  return context.cached(OPERATION, async () => {
    const ids = await subnetIdsOf(context, clusters);
    const answers = await readInBatches(ids, { size: MAX_FILTER_VALUES, splitOn: ['gone'] }, (batch) =>
      describe(context, batch),
    );
    const subnets = [...answers].map(
      async ([id, answer]) =>
        [id, answer.state === 'present' ? await toSubnet(answer.value) : answer] as const,
    );
    return Object.fromEntries(await Promise.all(subnets));
  });
}

async function subnetIdsOf(
  context: CollectContext,
  clusters: readonly ClusterInventory[],
): Promise<string[]> {
  const [instances, templates] = await Promise.all([
    describeInstances(context, clusters),
    describeLaunchTemplates(context, clusters),
  ]);
  const ofNodegroups = nodegroupsOf(clusters).flatMap((nodegroup) => nodegroup.subnets ?? []);
  const interfaces = [
    ...presentOf(Object.values(templates)).flatMap((template) => template.networkInterfaces),
    ...presentOf([instances]).flatMap((list) => list.flatMap((instance) => instance.networkInterfaces)),
  ];
  return [...ofNodegroups, ...interfaces.flatMap(({ subnetId }) => subnetId ?? [])];
}

/** By filter, not by id: an id that no longer exists would make the whole request fail. */
function describe(
  { aws, scope }: CollectContext,
  ids: readonly string[],
): Promise<Reading<ReadonlyMap<string, Ec2Subnet>>> {
  const ec2 = aws.client(EC2Client, scope.region);
  const request = { MaxResults: PAGE_SIZE, Filters: [{ Name: 'subnet-id', Values: [...ids] }] };
  return read(OPERATION, async () => {
    const subnets = await allPages(async (NextToken) => {
      const answer = await ec2.send(new DescribeSubnetsCommand({ ...request, NextToken }));
      return { items: answer.Subnets, next: answer.NextToken };
    });
    return new Map(subnets.flatMap((subnet) => (subnet.SubnetId ? [[subnet.SubnetId, subnet]] : [])));
  });
}

/** Checked one by one: a malformed description leaves the others readable. */
function toSubnet(subnet: Ec2Subnet): Promise<Reading<Subnet>> {
  return read(OPERATION, async () =>
    subnetSchema.parse({
      id: subnet.SubnetId,
      arn: subnet.SubnetArn,
      vpcId: subnet.VpcId,
      mapPublicIpOnLaunch: subnet.MapPublicIpOnLaunch,
      assignIpv6AddressOnCreation: subnet.AssignIpv6AddressOnCreation,
    }),
  );
}
