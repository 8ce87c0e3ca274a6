import { formatArn } from '../../model/arn.ts';
import { control, notAvailable } from '../../model/control.ts';
import { presentOf, type Unreadable, unreadableOf } from '../../model/evidence.ts';
import type { Instance } from '../../model/network-facts.ts';
import type { ResourceRef } from '../../model/resource.ts';
import type { Scope } from '../../model/scope.ts';
import { formatCount, formatList } from '../formatting.ts';
import { subnetLookup } from '../network/public-subnets.ts';
import {
  assignsPublicAddresses,
  canStartNodes,
  hasPublicAddress,
  isInPublicSubnet,
  startsInPublicSubnet,
  subnetIdsOf,
  withLaunchTemplate,
} from '../nodes/node-exposure.ts';
import { filterReadable } from '../readings.ts';
import { startsNodes } from '../running.ts';

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
      when: 'A node group’s launch template gives public addresses, or leaves that to a subnet that does, whatever its routes',
    },
    NODES_IN_PUBLIC_SUBNET: {
      status: 'WARNING',
      when: 'No public address, but nodes are, or a node group starts them, in a subnet with a route to an internet gateway',
    },
    PRIVATE_NODES: { status: 'PASSED', when: 'Nodes or node groups, none of them with a way in' },
    NO_EC2_NODES: { status: 'PASSED', when: 'Neither an instance nor a node group' },
  },
  // biome-ignore lint/complexity/noExcessiveLinesPerFunction: reads like its decision table, from top to bottom
  judge({ nodegroups, instances, launchTemplates, subnets, routeTables }, { subject, scope }) {
    const lookup = subnetLookup({ subnets, routeTables });
    const nodes = presentOf([instances])
      .flat()
      .filter((instance) => instance.clusters.includes(subject.name ?? ''));
    const details = presentOf([nodegroups]).flatMap((list) => list.map((nodegroup) => nodegroup.detail));
    const sources = presentOf(details)
      .filter(startsNodes)
      .map((nodegroup) => withLaunchTemplate(nodegroup, launchTemplates))
      .filter((source) => canStartNodes(source, lookup));

    const exposed = filterReadable(nodes, (node) => hasPublicAddress(node, lookup));
    const giving = filterReadable(sources, (source) => assignsPublicAddresses(source, lookup));
    const inPublic = filterReadable(nodes, (node) => isInPublicSubnet(node, lookup));
    const startingInPublic = filterReadable(sources, (source) => startsInPublicSubnet(source, lookup));

    const vanished = (evidence: Unreadable) => details.includes(evidence) && evidence.kind === 'gone';
    const unread = unreadableOf([nodegroups, instances, ...details]).filter(
      (evidence) => !vanished(evidence),
    );
    const questions = [exposed, giving, inPublic, startingInPublic];
    const unknown = [...new Set([...unread, ...questions.flatMap((question) => question.unreadable)])];

    if (exposed.matches.length > 0) {
      const named = formatList(exposed.matches.map(withAddresses));
      return {
        code: 'NODES_HAVE_PUBLIC_ADDRESSES',
        reason: `${exposed.matches.length} of ${formatCount(nodes.length, 'node', 'nodes')} ${exposed.matches.length === 1 ? 'has' : 'have'} public addresses: ${named}.`,
        // Not the instances: where nodes come and go, that would be a change every time.
        evidence: { subnets: formatList(exposed.matches.flatMap(subnetIdsOf)) },
        related: exposed.matches.slice(0, MAX_RELATED).map((node) => instanceResource(node, scope)),
        also: missing(exposed.unreadable),
      };
    }
    if (giving.matches.length > 0) {
      const named = formatList(giving.matches.map(({ nodegroup }) => nodegroup.nodegroupName));
      const reason = `New nodes get public addresses in the node groups ${named}.`;
      const also = missing([...unread, ...exposed.unreadable, ...giving.unreadable]);
      return { code: 'NODES_WILL_GET_PUBLIC_ADDRESSES', reason, evidence: { nodegroups: named }, also };
    }
    if (unknown.length > 0) return notAvailable(unknown);

    const inSubnets = formatList(inPublic.matches.flatMap(subnetIdsOf)) || 'none';
    const ofGroups =
      formatList(startingInPublic.matches.map(({ nodegroup }) => nodegroup.nodegroupName)) || 'none';
    if (inPublic.matches.length + startingInPublic.matches.length > 0) {
      const placed = `${formatCount(inPublic.matches.length, 'is', 'are')} in public subnets (${inSubnets})`;
      return {
        code: 'NODES_IN_PUBLIC_SUBNET',
        reason: `No node has a public address, but ${placed}; node groups that start nodes in some: ${ofGroups}.`,
        evidence: { nodegroups: ofGroups, subnets: inSubnets },
      };
    }
    if (nodes.length + sources.length === 0) {
      return {
        code: 'NO_EC2_NODES',
        reason: 'The cluster has no EC2 nodes and no node group that starts any.',
      };
    }
    const seen = `${formatCount(nodes.length, 'node', 'nodes')} and ${formatCount(sources.length, 'node group', 'node groups')}`;
    return { code: 'PRIVATE_NODES', reason: `No public address and no public subnet: ${seen}.` };
  },
});

const MAX_RELATED = 10;

/** A failure is proven by what was read; it names what this or an earlier row of the table lacks. */
function missing(unreadable: readonly Unreadable[]) {
  return unreadable.length > 0 ? [notAvailable([...new Set(unreadable)])] : [];
}

/** A stopped node cannot be reached until it starts again, with the addresses that it keeps. */
function withAddresses({ instanceId, networkInterfaces, state }: Instance): string {
  const ipv4 = networkInterfaces.flatMap((networkInterface) => networkInterface.publicIpv4);
  const addresses =
    ipv4.length > 0 ? ipv4 : networkInterfaces.flatMap((networkInterface) => networkInterface.ipv6);
  return `${instanceId} (${[...addresses, ...(state === 'stopped' ? ['stopped'] : [])].join(', ')})`;
}

function instanceResource({ instanceId }: Instance, scope: Scope): ResourceRef {
  return {
    type: 'AwsEc2Instance',
    id: formatArn({ ...scope, service: 'ec2', resource: `instance/${instanceId}` }),
    name: instanceId,
  };
}
