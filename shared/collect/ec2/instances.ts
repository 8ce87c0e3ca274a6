import { actionsOf } from '../../aws/operation.ts';
import { type DescribedInstance, describeInstances } from '../../aws/operations/ec2.ts';
import { CLUSTER_TAG_KEYS, clustersOfNode, tagsOf } from '../../model/cluster-tags.ts';
import { mapReading, type Reading } from '../../model/evidence.ts';
import type { Instance } from '../../model/network-facts.ts';
import { type CollectContext, regionCollector } from '../collector.ts';
import { toMetadata } from './metadata-options.ts';

export const ec2Instances = regionCollector({
  fact: 'instances',
  actions: actionsOf(describeInstances),
  events: {
    audited: [
      'ec2:AssignIpv6Addresses',
      'ec2:AssociateAddress',
      'ec2:AssociateIamInstanceProfile',
      'ec2:DisassociateAddress',
      'ec2:DisassociateIamInstanceProfile',
      'ec2:ModifyInstanceMetadataOptions',
      'ec2:ReplaceIamInstanceProfileAssociation',
      'ec2:UnassignIpv6Addresses',
    ],
    ignored: [
      'ec2:RunInstances',
      'ec2:StartInstances',
      'ec2:StopInstances',
      'ec2:TerminateInstances',
      'ec2:CreateTags',
      'ec2:DeleteTags',
      'ec2:AssignPrivateIpAddresses',
      'ec2:AttachNetworkInterface',
      'ec2:CreateNetworkInterface',
      'ec2:DeleteNetworkInterface',
      'ec2:DetachNetworkInterface',
      'ec2:ModifyNetworkInterfaceAttribute',
      'ec2:UnassignPrivateIpAddresses',
    ],
    because:
      'autoscaling starts, tags and stops nodes, and the VPC CNI attaches interfaces to them, all day long: the account would be audited for ever',
  },
  collect: instancesOf,
});

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html */
const PAGE_SIZE = 1000;
const NOT_TERMINATED = ['pending', 'running', 'shutting-down', 'stopping', 'stopped'];

/** The nodes of all given clusters, listed once a Region. */
export function instancesOf(
  { list, cached }: CollectContext,
  clusters: readonly { readonly name: string }[],
): Promise<Reading<readonly Instance[]>> {
  const clusterNames = new Set(clusters.map((cluster) => cluster.name));
  const request = {
    MaxResults: PAGE_SIZE,
    Filters: [
      { Name: 'tag-key', Values: [...CLUSTER_TAG_KEYS] },
      { Name: 'instance-state-name', Values: NOT_TERMINATED },
    ],
  };
  return cached(describeInstances.action, async () =>
    mapReading(await list(describeInstances, request), (instances) =>
      instances
        .map(toInstance)
        .filter((instance) => instance.clusters.some((name) => clusterNames.has(name))),
    ),
  );
}

/** https://docs.aws.amazon.com/eks/latest/userguide/eks-using-tags.html */
const NODEGROUP_TAG = 'eks:nodegroup-name';

function toInstance(instance: DescribedInstance): Instance {
  const { IamInstanceProfile: profile, MetadataOptions: metadata } = instance;
  const tags = tagsOf(instance.Tags);
  const nodegroup = tags[NODEGROUP_TAG];
  return {
    instanceId: instance.InstanceId,
    state: instance.State.Name,
    clusters: clustersOfNode(tags),
    ...(nodegroup && { nodegroup }),
    networkInterfaces: networkInterfacesOf(instance),
    ...(profile && { instanceProfile: profile.Arn }),
    ...(metadata && { metadata: toMetadata(metadata) }),
  };
}

/** The instance's own fields repeat its primary interface; they are kept where the list of interfaces lacks them. */
function networkInterfacesOf(instance: DescribedInstance): Instance['networkInterfaces'] {
  const interfaces = instance.NetworkInterfaces.map(toNetworkInterface);
  const listed = new Set(interfaces.flatMap((item) => [item.subnetId, ...item.publicIpv4, ...item.ipv6]));
  const unlisted = (value: string | undefined) => (value && !listed.has(value) ? [value] : []);
  const [publicIpv4, ipv6] = [unlisted(instance.PublicIpAddress), unlisted(instance.Ipv6Address)];
  if ([...publicIpv4, ...ipv6, ...unlisted(instance.SubnetId)].length === 0) return interfaces;
  return [{ ...(instance.SubnetId && { subnetId: instance.SubnetId }), publicIpv4, ipv6 }, ...interfaces];
}

function toNetworkInterface({
  SubnetId: subnetId,
  Association: primary,
  PrivateIpAddresses: privateAddresses = [],
  Ipv6Addresses: addresses = [],
  Ipv6Prefixes: prefixes = [],
}: DescribedInstance['NetworkInterfaces'][number]): Instance['networkInterfaces'][number] {
  const associations = [primary, ...privateAddresses.map(({ Association }) => Association)];
  return {
    subnetId,
    publicIpv4: [...new Set(associations.flatMap((association) => association?.PublicIp ?? []))],
    ipv6: [
      ...addresses.map(({ Ipv6Address }) => Ipv6Address),
      ...prefixes.map(({ Ipv6Prefix }) => Ipv6Prefix),
    ],
  };
}
