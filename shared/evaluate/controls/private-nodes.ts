import { control, notAvailable } from '../../model/control.ts';
import { presentOf, type Unreadable, unreadableOf } from '../../model/evidence.ts';
import type { Instance } from '../../model/network-facts.ts';
import type { ResourceRef } from '../../model/resource.ts';
import type { Scope } from '../../model/scope.ts';
import {
  givesPublicAddresses,
  hasPublicAddress,
  isInPublicSubnet,
  sourceOf,
  startsInPublicSubnet,
  subnetIdsOf,
  subnetLookup,
} from '../network/node-exposure.ts';
import { which } from '../which.ts';
import { counted, listed } from '../wording.ts';

export const privateNodes = control({
  key: 'private-nodes',
  title: 'Nodes are private',
  description:
    'A node with a public address is one security group away from the internet, with the kubelet, node ports and the ' +
    'credentials of its role behind it. Nodes belong in private subnets and reach out through NAT or endpoints.',
  remediation: {
    text:
      'Create a node group in private subnets (no route to an internet gateway; NAT gateway or VPC endpoints for what ' +
      'nodes need), with no AssociatePublicIpAddress in its launch template, move the pods, delete the old one. Stop ' +
      'subnets from handing out addresses: aws ec2 modify-subnet-attribute --subnet-id <subnet> ' +
      '--no-map-public-ip-on-launch. Nodes that run keep their address until they are replaced.',
    url: 'https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html',
  },
  level: 'cluster',
  severity: 'HIGH',
  nist: ['AC-4', 'AC-21', 'SC-7', 'SC-7(3)', 'SC-7(4)', 'SC-7(11)', 'SC-7(16)'],
  needs: ['nodegroups', 'instances', 'launchTemplates', 'subnets', 'routeTables'],
  acceptsUnreadable: ['nodegroups', 'instances', 'launchTemplates', 'subnets', 'routeTables'],
  rows: {
    NODES_HAVE_PUBLIC_ADDRESSES: {
      status: 'FAILED',
      when: 'An instance has a public IPv4 address, or a global IPv6 address in a subnet that routes IPv6 to an internet gateway',
    },
    NODES_WILL_GET_PUBLIC_ADDRESSES: {
      status: 'FAILED',
      when: 'A node group’s launch template gives public addresses, or leaves that to a public subnet which does',
    },
    NODES_IN_PUBLIC_SUBNET: {
      status: 'WARNING',
      when: 'No public address, but nodes are, or a node group starts them, in a subnet with a route to an internet gateway',
    },
    PRIVATE_NODES: { status: 'PASSED', when: 'Nodes or node groups, none of them with a way in' },
    NO_EC2_NODES: { status: 'PASSED', when: 'Neither an instance nor a node group' },
  },
  judge({ nodegroups, instances, launchTemplates, subnets, routeTables }, { subject, scope }) {
    const lookup = subnetLookup({ subnets, routeTables });
    const nodes = presentOf([instances])
      .flat()
      .filter((one) => one.clusters.includes(subject.name ?? ''));
    const details = presentOf([nodegroups]).flatMap((list) => list.map((one) => one.detail));
    const sources = presentOf(details)
      // A group that is being deleted starts no nodes.
      .filter((one) => one.status !== 'DELETING')
      .map((one) => sourceOf(one, launchTemplates));

    const exposed = which(nodes, (one) => hasPublicAddress(one, lookup));
    if (exposed.yes.length > 0) {
      const named = listed(exposed.yes.map(withAddresses));
      return {
        code: 'NODES_HAVE_PUBLIC_ADDRESSES',
        reason: `${exposed.yes.length} of ${counted(nodes.length, 'node', 'nodes')} can be addressed from the internet: ${named}.`,
        // Not the instances: where nodes come and go, that would be a change every time.
        evidence: { subnets: listed(exposed.yes.flatMap(subnetIdsOf)) },
        related: exposed.yes.slice(0, MAX_RELATED).map((one) => instanceResource(one, scope)),
      };
    }
    const giving = which(sources, (one) => givesPublicAddresses(one, lookup));
    if (giving.yes.length > 0) {
      const named = listed(giving.yes.map(({ nodegroup }) => nodegroup.nodegroupName));
      const reason = `New nodes get public addresses in the node groups ${named}.`;
      return { code: 'NODES_WILL_GET_PUBLIC_ADDRESSES', reason, evidence: { nodegroups: named } };
    }
    const inPublic = which(nodes, (one) => isInPublicSubnet(one, lookup));
    const startingInPublic = which(sources, (one) => startsInPublicSubnet(one, lookup));

    const vanished = (one: Unreadable) => details.includes(one) && one.kind === 'gone';
    const unread = unreadableOf([nodegroups, instances, ...details]).filter((one) => !vanished(one));
    const questions = [exposed, giving, inPublic, startingInPublic];
    const unknown = [...unread, ...questions.flatMap((one) => one.unknown)];
    if (unknown.length > 0) return notAvailable([...new Set(unknown)]);

    const inSubnets = listed(inPublic.yes.flatMap(subnetIdsOf)) || 'none';
    const ofGroups = listed(startingInPublic.yes.map(({ nodegroup }) => nodegroup.nodegroupName)) || 'none';
    if (inPublic.yes.length + startingInPublic.yes.length > 0) {
      const placed = `${counted(inPublic.yes.length, 'is', 'are')} in public subnets (${inSubnets})`;
      return {
        code: 'NODES_IN_PUBLIC_SUBNET',
        reason: `No node has a public address, but ${placed}; node groups that start nodes in some: ${ofGroups}.`,
        evidence: { nodegroups: ofGroups, subnets: inSubnets },
      };
    }
    if (nodes.length + sources.length === 0) {
      return { code: 'NO_EC2_NODES', reason: 'The cluster has no EC2 nodes and no node groups.' };
    }
    const seen = `${counted(nodes.length, 'node', 'nodes')} and ${counted(sources.length, 'node group', 'node groups')}`;
    return { code: 'PRIVATE_NODES', reason: `No public address and no public subnet: ${seen}.` };
  },
});

const MAX_RELATED = 10;

function withAddresses({ instanceId, networkInterfaces }: Instance): string {
  const ipv4 = networkInterfaces.flatMap((one) => one.publicIpv4);
  const addresses = ipv4.length > 0 ? ipv4 : networkInterfaces.flatMap((one) => one.ipv6);
  return `${instanceId} (${addresses.join(', ')})`;
}

function instanceResource({ instanceId }: Instance, { partition, region, accountId }: Scope): ResourceRef {
  return {
    type: 'AwsEc2Instance',
    id: `arn:${partition}:ec2:${region}:${accountId}:instance/${instanceId}`,
    name: instanceId,
  };
}
