import {
  DescribeInstancesCommand,
  EC2Client,
  type Instance as Ec2Instance,
  type InstanceNetworkInterface,
} from '@aws-sdk/client-ec2';
import { allPages } from '../../aws/paginate.ts';
import { read } from '../../aws/read.ts';
import { CLUSTER_TAG_KEYS, clustersOfNode, tagsOf } from '../../model/cluster-tags.ts';
import type { Reading } from '../../model/evidence.ts';
import { type Instance, instanceSchema } from '../../model/network-facts.ts';
import { type CollectContext, regionCollector } from '../collector.ts';

export const ec2Instances = regionCollector({
  fact: 'instances',
  actions: ['ec2:DescribeInstances'],
  // What the VPC CNI calls: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonEKS_CNI_Policy.html
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
  collect: describeInstances,
});

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html */
const PAGE_SIZE = 1000;
const NOT_TERMINATED = ['pending', 'running', 'shutting-down', 'stopping', 'stopped'];

/** The nodes of all given clusters, listed once a Region. */
export function describeInstances(
  { aws, scope, cached }: CollectContext,
  clusters: readonly { readonly name: string }[],
): Promise<Reading<readonly Instance[]>> {
  const ec2 = aws.client(EC2Client, scope.region);
  const clusterNames = new Set(clusters.map((cluster) => cluster.name));
  const request = {
    MaxResults: PAGE_SIZE,
    Filters: [
      { Name: 'tag-key', Values: [...CLUSTER_TAG_KEYS] },
      { Name: 'instance-state-name', Values: NOT_TERMINATED },
    ],
  };
  return cached('ec2:DescribeInstances', () =>
    read('ec2:DescribeInstances', () =>
      allPages(async (NextToken) => {
        const answer = await ec2.send(new DescribeInstancesCommand({ ...request, NextToken }));
        const items = answer.Reservations?.flatMap((reservation) => reservation.Instances ?? [])
          .map(toInstance)
          .filter((instance) => instance.clusters.some((name) => clusterNames.has(name)));
        return { items, next: answer.NextToken };
      }),
    ),
  );
}

function toInstance(instance: Ec2Instance): Instance {
  const { MetadataOptions: metadata } = instance;
  return instanceSchema.parse({
    instanceId: instance.InstanceId,
    state: instance.State?.Name,
    clusters: clustersOfNode(tagsOf(instance.Tags)),
    networkInterfaces: networkInterfacesOf(instance),
    instanceProfile: instance.IamInstanceProfile?.Arn,
    metadata: metadata && {
      httpEndpoint: metadata.HttpEndpoint,
      httpTokens: metadata.HttpTokens,
      hopLimit: metadata.HttpPutResponseHopLimit,
    },
  });
}

/** The instance's own fields repeat its primary interface; they are kept where the list of interfaces lacks them. */
function networkInterfacesOf(instance: Ec2Instance): Instance['networkInterfaces'] {
  const interfaces = (instance.NetworkInterfaces ?? []).map(toNetworkInterface);
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
}: InstanceNetworkInterface): Instance['networkInterfaces'][number] {
  const associations = [primary, ...privateAddresses.map(({ Association }) => Association)];
  return {
    ...(subnetId && { subnetId }),
    publicIpv4: [...new Set(associations.flatMap((association) => association?.PublicIp ?? []))],
    ipv6: [
      ...addresses.flatMap(({ Ipv6Address }) => Ipv6Address ?? []),
      ...prefixes.flatMap(({ Ipv6Prefix }) => Ipv6Prefix ?? []),
    ],
  };
}
