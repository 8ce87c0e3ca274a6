import { absent, type Evidence, malformed, present, type Reading } from '../../model/evidence.ts';
import type { Instance, LaunchTemplate, NetworkFacts } from '../../model/network-facts.ts';
import type { Nodegroup } from '../../model/node-facts.ts';
import { contains, INTERNET, parseCidr } from '../network/cidr.ts';
import type { RoutedSubnet, SubnetLookup } from '../network/public-subnets.ts';
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

/** Whether the internet can address the instance: by IPv4, or by IPv6 where its subnet has a route for that. */
export function hasPublicAddress(instance: Instance, lookup: SubnetLookup): Reading<boolean> {
  const interfaces = instance.networkInterfaces;
  if (interfaces.some(({ publicIpv4 }) => publicIpv4.length > 0)) return present(true);
  return anyOf(
    interfaces
      .filter(({ ipv6 }) => ipv6.some(isGlobalIpv6))
      .map(({ subnetId }) => checkSubnet(subnetId, lookup, ({ routing }) => routing.isPublicForIpv6)),
  );
}

/** The ids of the subnets that an instance has network interfaces in. */
export function subnetIdsOf(instance: Instance): string[] {
  return [...new Set(instance.networkInterfaces.flatMap(({ subnetId }) => subnetId ?? []))];
}

export function isInPublicSubnet(instance: Instance, lookup: SubnetLookup): Reading<boolean> {
  return anyOf(subnetIdsOf(instance).map((id) => isPublicSubnet(id, lookup)));
}

/** Whether new nodes of a group get public addresses: its launch template decides, otherwise the subnet. */
export function assignsPublicAddresses(group: NodegroupWithTemplate, lookup: SubnetLookup): Reading<boolean> {
  if (group.template.state === 'unreadable') return group.template;
  const primary = primaryInterface(group);
  if (primary?.associatePublicIpAddress) return present(true);
  return anyOf(
    existingSubnetIds(group, lookup).map((id) => {
      const subnet = subnetById(id, lookup);
      return subnet.state === 'present' ? assignsPublicAddress(primary, subnet.value) : subnet;
    }),
  );
}

/** Whether a group starts nodes in a public subnet. */
export function startsInPublicSubnet(group: NodegroupWithTemplate, lookup: SubnetLookup): Reading<boolean> {
  if (group.template.state === 'unreadable') return group.template;
  return anyOf(existingSubnetIds(group, lookup).map((id) => isPublicSubnet(id, lookup)));
}

type TemplateInterface = LaunchTemplate['networkInterfaces'][number];

function primaryInterface({ template }: NodegroupWithTemplate): TemplateInterface | undefined {
  if (template.state !== 'present') return undefined;
  return template.value.networkInterfaces.find(({ deviceIndex = 0 }) => deviceIndex === 0);
}

/** No node starts in a deleted subnet; but where all are deleted, it is not known where nodes start. */
function existingSubnetIds(group: NodegroupWithTemplate, lookup: SubnetLookup): readonly string[] {
  const ofTemplate = primaryInterface(group)?.subnetId;
  const ids = ofTemplate === undefined ? (group.nodegroup.subnets ?? []) : [ofTemplate];
  const existing = ids.filter((id) => lookup(id).state !== 'absent');
  return existing.length > 0 ? existing : ids;
}

function assignsPublicAddress(
  primary: TemplateInterface | undefined,
  subnet: RoutedSubnet,
): Reading<boolean> {
  const { routing, mapPublicIpOnLaunch, assignIpv6AddressOnCreation } = subnet;
  const requestsIpv6 = primary?.ipv6Count === undefined ? assignIpv6AddressOnCreation : primary.ipv6Count > 0;
  if (routing.isPublicForIpv6 && requestsIpv6) return present(true);
  if (primary?.associatePublicIpAddress === false || !routing.isPublic) return present(false);
  if (mapPublicIpOnLaunch === undefined) {
    return malformed('ec2:DescribeSubnets', `MapPublicIpOnLaunch of ${subnet.id} is missing`);
  }
  return present(mapPublicIpOnLaunch);
}

function isPublicSubnet(id: string, lookup: SubnetLookup): Reading<boolean> {
  return checkSubnet(id, lookup, ({ routing }) => routing.isPublic);
}

function checkSubnet(
  id: string | undefined,
  lookup: SubnetLookup,
  condition: (subnet: RoutedSubnet) => boolean,
): Reading<boolean> {
  const subnet = subnetById(id, lookup);
  return subnet.state === 'present' ? present(condition(subnet.value)) : subnet;
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
