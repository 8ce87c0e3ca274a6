import { absent, type Evidence, malformedResponse, present, type Reading } from '../../model/evidence.ts';
import {
  type Instance,
  type LaunchTemplate,
  launchTemplateKey,
  type NetworkFacts,
  type Subnet,
} from '../../model/network-facts.ts';
import type { Nodegroup } from '../../model/node-facts.ts';
import { contains, parseCidr } from './cidr.ts';
import { routingOf, type SubnetRouting } from './routes.ts';

/** A subnet and where its routes lead. */
export interface RoutedSubnet extends Subnet {
  readonly routing: SubnetRouting;
}

/** Finds a subnet by its id; absent when EC2 knows none. */
export type SubnetLookup = (id: string) => Evidence<RoutedSubnet>;

/** A node group and the launch template that its owner gave it, if any. */
export interface NodegroupSource {
  readonly nodegroup: Nodegroup;
  readonly template: Evidence<LaunchTemplate>;
}

export function subnetLookup({
  subnets,
  routeTables,
}: Pick<NetworkFacts, 'subnets' | 'routeTables'>): SubnetLookup {
  return (id) => {
    if (subnets.state === 'unreadable') return subnets;
    const subnet = subnets.value[id] ?? absent;
    if (subnet.state !== 'present') return subnet;
    if (routeTables.state === 'unreadable') return routeTables;
    const routing = routingOf(subnet.value, routeTables.value);
    if (routing === undefined)
      return malformedResponse('ec2:DescribeRouteTables', `no route table for ${id}`);
    const [list] = routing.prefixListsToInternetGateway;
    if (!routing.public && list !== undefined) {
      return malformedResponse(
        'ec2:DescribeRouteTables',
        `what ${list} routes from ${id} to an internet gateway`,
      );
    }
    return present({ ...subnet.value, routing });
  };
}

export function sourceOf(
  nodegroup: Nodegroup,
  launchTemplates: NetworkFacts['launchTemplates'],
): NodegroupSource {
  if (nodegroup.launchTemplate === undefined) return { nodegroup, template: absent };
  if (launchTemplates.state === 'unreadable') return { nodegroup, template: launchTemplates };
  const key = launchTemplateKey(nodegroup.launchTemplate);
  const missing = malformedResponse('ec2:DescribeLaunchTemplateVersions', `no version ${key}`);
  return { nodegroup, template: launchTemplates.value[key] ?? missing };
}

/** Whether the internet can address the instance: by IPv4, or by IPv6 where its subnet has a route for that. */
export function hasPublicAddress(instance: Instance, lookup: SubnetLookup): Reading<boolean> {
  if (instance.networkInterfaces.some((one) => one.publicIpv4.length > 0)) return present(true);
  return anyOf(
    instance.networkInterfaces
      .filter((one) => one.ipv6.some(isGlobal))
      .map((one) => inSubnet(one.subnetId, lookup, ({ routing }) => routing.ipv6 !== undefined)),
  );
}

/** The ids of the subnets that an instance has network interfaces in. */
export function subnetIdsOf(instance: Instance): string[] {
  return [...new Set(instance.networkInterfaces.flatMap((one) => one.subnetId ?? []))];
}

export function isInPublicSubnet(instance: Instance, lookup: SubnetLookup): Reading<boolean> {
  return anyOf(subnetIdsOf(instance).map((id) => inSubnet(id, lookup, ({ routing }) => routing.public)));
}

/** Whether nodes that a group starts from now on get public addresses: its template decides, then the subnet. */
export function givesPublicAddresses(source: NodegroupSource, lookup: SubnetLookup): Reading<boolean> {
  if (source.template.state === 'unreadable') return source.template;
  const primary = primaryInterface(source);
  if (primary?.associatePublicIpAddress) return present(true);
  return anyOf(
    existingSubnets(source, lookup).map((id) => {
      const subnet = lookup(id);
      return subnet.state === 'present'
        ? isGivenAddress(primary, subnet.value)
        : inSubnet(id, lookup, Boolean);
    }),
  );
}

/** Whether a group starts nodes in a public subnet. */
export function startsInPublicSubnet(source: NodegroupSource, lookup: SubnetLookup): Reading<boolean> {
  if (source.template.state === 'unreadable') return source.template;
  return anyOf(
    existingSubnets(source, lookup).map((id) => inSubnet(id, lookup, ({ routing }) => routing.public)),
  );
}

type TemplateInterface = LaunchTemplate['networkInterfaces'][number];

function primaryInterface({ template }: NodegroupSource): TemplateInterface | undefined {
  if (template.state !== 'present') return undefined;
  return template.value.networkInterfaces.find((one) => (one.deviceIndex ?? 0) === 0);
}

/** No node starts in a subnet that is gone; but where all are, nothing is known of where nodes start. */
function existingSubnets(source: NodegroupSource, lookup: SubnetLookup): readonly string[] {
  const overriding = primaryInterface(source)?.subnetId;
  const ids = overriding === undefined ? (source.nodegroup.subnets ?? []) : [overriding];
  const existing = ids.filter((id) => lookup(id).state !== 'absent');
  return existing.length > 0 ? existing : ids;
}

function isGivenAddress(primary: TemplateInterface | undefined, subnet: RoutedSubnet): Reading<boolean> {
  const { routing, mapPublicIpOnLaunch, assignIpv6AddressOnCreation } = subnet;
  const asksForIpv6 = primary?.ipv6Count === undefined ? assignIpv6AddressOnCreation : primary.ipv6Count > 0;
  if (routing.ipv6 !== undefined && asksForIpv6) return present(true);
  if (primary?.associatePublicIpAddress === false || !routing.public) return present(false);
  if (mapPublicIpOnLaunch === undefined) {
    return malformedResponse('ec2:DescribeSubnets', `whether ${subnet.id} maps public addresses`);
  }
  return present(mapPublicIpOnLaunch);
}

function inSubnet(
  id: string | undefined,
  lookup: SubnetLookup,
  question: (subnet: RoutedSubnet) => boolean,
): Reading<boolean> {
  const subnet = id === undefined ? absent : lookup(id);
  // A subnet with something in it cannot be deleted, but its owner can stop sharing it.
  if (subnet.state === 'absent') return malformedResponse('ec2:DescribeSubnets', `no subnet ${id}`);
  return subnet.state === 'present' ? present(question(subnet.value)) : subnet;
}

/** One yes is enough; a no needs all of them. */
function anyOf(answers: readonly Reading<boolean>[]): Reading<boolean> {
  if (answers.some((one) => one.state === 'present' && one.value)) return present(true);
  return answers.find((one) => one.state === 'unreadable') ?? present(false);
}

/** IPv6 has allocated 2000::/3 to the internet. VPCs also have private addresses, such as fd00::/8. */
const GLOBAL = [parseCidr('2000::/3')].filter((one) => one !== undefined);

function isGlobal(address: string): boolean {
  const range = parseCidr(address);
  return range !== undefined && contains(GLOBAL, range);
}
