import { absent, type Evidence, malformed, present, type Reading } from '../../model/evidence.ts';
import type { Instance, LaunchTemplate, NetworkFacts } from '../../model/network-facts.ts';
import type { Nodegroup } from '../../model/node-facts.ts';
import { contains, INTERNET, parseCidr } from '../network/cidr.ts';
import type { RoutedSubnet, SubnetLookup, SubnetRouting } from '../network/public-subnets.ts';
import { launchTemplateOf } from './launch-template.ts';

/** A node group and its launch template, if it has one. */
export interface NodegroupWithTemplate {
  readonly nodegroup: Nodegroup;
  readonly template: Evidence<LaunchTemplate>;
}

export function withLaunchTemplate(
  nodegroup: Nodegroup,
  launchTemplates: NetworkFacts['launchTemplates'],
): NodegroupWithTemplate {
  return { nodegroup, template: launchTemplateOf(nodegroup, launchTemplates) };
}

/**
 * Whether a group can still start nodes: not if its launch template or all of its subnets were deleted, or are no longer
 * shared. The nodes that it has are judged as instances.
 */
export function canStartNodes(group: NodegroupWithTemplate, lookup: SubnetLookup): boolean {
  const { template } = group;
  if (template.state === 'unreadable' && template.kind === 'gone') return false;
  const ids = subnetIdsOfGroup(group);
  return ids.length === 0 || ids.some((id) => lookup(id).state !== 'absent');
}

/** Whether the instance has a public IPv4 address, or a global IPv6 one in a subnet that routes IPv6 to the internet. */
export function hasPublicAddress(instance: Instance, lookup: SubnetLookup): Reading<boolean> {
  const interfaces = instance.networkInterfaces;
  if (interfaces.some(({ publicIpv4 }) => publicIpv4.length > 0)) return present(true);
  return anyOf(
    interfaces
      .filter(({ ipv6 }) => ipv6.some(isGlobalIpv6))
      .map(({ subnetId }) => checkRouting(subnetId, lookup, ({ isPublicForIpv6 }) => isPublicForIpv6)),
  );
}

/** The ids of the subnets that an instance has network interfaces in. */
export function subnetIdsOf(instance: Instance): string[] {
  return [...new Set(instance.networkInterfaces.flatMap(({ subnetId }) => subnetId ?? []))];
}

export function isInPublicSubnet(instance: Instance, lookup: SubnetLookup): Reading<boolean> {
  return anyOf(subnetIdsOf(instance).map((id) => isPublicSubnet(id, lookup)));
}

/**
 * Whether new nodes of a group get public addresses: its launch template decides, otherwise the subnet. EC2 assigns a
 * public IPv4 address whatever the routes. A global IPv6 address is public only where IPv6 is routed.
 */
export function assignsPublicAddresses(group: NodegroupWithTemplate, lookup: SubnetLookup): Reading<boolean> {
  if (group.template.state === 'unreadable') return group.template;
  const primary = primaryInterface(group);
  if (primary?.associatePublicIpAddress) return present(true);
  return anyExistingSubnet(group, lookup, (id) => {
    const subnet = subnetById(id, lookup);
    return subnet.state === 'present' ? assignsPublicAddress(primary, subnet.value) : subnet;
  });
}

/** Whether a group starts nodes in a public subnet. */
export function startsInPublicSubnet(group: NodegroupWithTemplate, lookup: SubnetLookup): Reading<boolean> {
  if (group.template.state === 'unreadable') return group.template;
  return anyExistingSubnet(group, lookup, (id) => isPublicSubnet(id, lookup));
}

type TemplateInterface = LaunchTemplate['networkInterfaces'][number];

function primaryInterface({ template }: NodegroupWithTemplate): TemplateInterface | undefined {
  if (template.state !== 'present') return undefined;
  return template.value.networkInterfaces.find(({ deviceIndex = 0 }) => deviceIndex === 0);
}

/** The launch template decides, otherwise the group. */
function subnetIdsOfGroup(group: NodegroupWithTemplate): readonly string[] {
  const ofTemplate = primaryInterface(group)?.subnetId;
  return ofTemplate === undefined ? (group.nodegroup.subnets ?? []) : [ofTemplate];
}

/** No node starts in a deleted subnet. */
function anyExistingSubnet(
  group: NodegroupWithTemplate,
  lookup: SubnetLookup,
  condition: (id: string) => Reading<boolean>,
): Reading<boolean> {
  const ids = subnetIdsOfGroup(group);
  if (ids.length === 0) {
    return malformed('eks:DescribeNodegroup', `the subnets of ${group.nodegroup.nodegroupName} are missing`);
  }
  return anyOf(ids.filter((id) => lookup(id).state !== 'absent').map(condition));
}

function assignsPublicAddress(
  primary: TemplateInterface | undefined,
  subnet: RoutedSubnet,
): Reading<boolean> {
  return anyOf([assignsPublicIpv4(primary, subnet), assignsPublicIpv6(primary, subnet)]);
}

function assignsPublicIpv4(
  primary: TemplateInterface | undefined,
  { id, mapPublicIpOnLaunch }: RoutedSubnet,
): Reading<boolean> {
  const assigns = primary?.associatePublicIpAddress ?? mapPublicIpOnLaunch;
  if (assigns !== undefined) return present(assigns);
  return malformed('ec2:DescribeSubnets', `MapPublicIpOnLaunch of ${id} is missing`);
}

function assignsPublicIpv6(
  primary: TemplateInterface | undefined,
  { id, assignIpv6AddressOnCreation, routing }: RoutedSubnet,
): Reading<boolean> {
  const assigns = primary?.ipv6Count === undefined ? assignIpv6AddressOnCreation : primary.ipv6Count > 0;
  if (assigns === false) return present(false);
  if (routing.state === 'unreadable') return routing;
  if (!routing.value.isPublicForIpv6) return present(false);
  if (assigns === undefined) {
    return malformed('ec2:DescribeSubnets', `AssignIpv6AddressOnCreation of ${id} is missing`);
  }
  return present(true);
}

function isPublicSubnet(id: string, lookup: SubnetLookup): Reading<boolean> {
  return checkRouting(id, lookup, ({ isPublic }) => isPublic);
}

function checkRouting(
  id: string | undefined,
  lookup: SubnetLookup,
  condition: (routing: SubnetRouting) => boolean,
): Reading<boolean> {
  const subnet = subnetById(id, lookup);
  if (subnet.state === 'unreadable') return subnet;
  const { routing } = subnet.value;
  return routing.state === 'present' ? present(condition(routing.value)) : routing;
}

function subnetById(id: string | undefined, lookup: SubnetLookup): Reading<RoutedSubnet> {
  const subnet = id === undefined ? absent : lookup(id);
  // A subnet with something in it cannot be deleted, but its owner can stop sharing it.
  return subnet.state === 'absent' ? malformed('ec2:DescribeSubnets', `there is no subnet ${id}`) : subnet;
}

/** One true result is enough; for false, all results have to be readable. */
function anyOf(results: readonly Reading<boolean>[]): Reading<boolean> {
  if (results.some((result) => result.state === 'present' && result.value)) return present(true);
  return results.find(({ state }) => state === 'unreadable') ?? present(false);
}

/** VPCs also have private IPv6 addresses, such as fd00::/8. */
function isGlobalIpv6(address: string): boolean {
  const range = parseCidr(address);
  return range !== undefined && contains([INTERNET.ipv6], range);
}
