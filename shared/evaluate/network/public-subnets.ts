import { absent, type Evidence, malformed, present, type Reading } from '../../model/evidence.ts';
import type { NetworkFacts, RouteTable, Subnet } from '../../model/network-facts.ts';
import { lookup } from '../../model/record.ts';
import { type AddressFamily, contains, INTERNET, NOT_ON_THE_INTERNET, parseCidr } from './cidr.ts';

type Route = RouteTable['routes'][number];

/** How a subnet is connected to the internet. */
export interface SubnetRouting {
  /** Whether the internet, of either family, is routed to an internet gateway. */
  readonly isPublic: boolean;
  /** Whether the IPv6 internet is. */
  readonly isPublicForIpv6: boolean;
  /** Prefix lists with a route to an internet gateway. What is in them is not known here. */
  readonly prefixListsToInternetGateway: readonly string[];
  /** It would be public, for a family that it is not, if routes whose target is not known led to an internet gateway. */
  readonly dependsOnUnknownTargets: boolean;
}

/** A subnet and how it is connected to the internet. Its own settings are known even where its routes are not. */
export interface RoutedSubnet extends Subnet {
  readonly routing: Reading<SubnetRouting>;
}

/** Finds a subnet by its id; absent when EC2 knows none. */
export type SubnetLookup = (id: string) => Evidence<RoutedSubnet>;

export function subnetLookup({
  subnets,
  routeTables,
}: Pick<NetworkFacts, 'subnets' | 'routeTables'>): SubnetLookup {
  return (id) => {
    if (subnets.state === 'unreadable') return subnets;
    const subnet = lookup(subnets.value, id) ?? absent;
    if (subnet.state !== 'present') return subnet;
    return present({ ...subnet.value, routing: readRouting(subnet.value, routeTables) });
  };
}

function readRouting(subnet: Subnet, routeTables: NetworkFacts['routeTables']): Reading<SubnetRouting> {
  if (routeTables.state === 'unreadable') return routeTables;
  const routing = routingOf(subnet, routeTables.value);
  if (routing === undefined) {
    return malformed('ec2:DescribeRouteTables', `there is no route table for ${subnet.id}`);
  }
  if (routing.dependsOnUnknownTargets) {
    return malformed('ec2:DescribeRouteTables', `it does not say where all routes of ${subnet.id} lead`);
  }
  const [prefixList] = routing.prefixListsToInternetGateway;
  if (!routing.isPublic && prefixList !== undefined) {
    const detail = `it does not say which addresses ${prefixList} routes from ${subnet.id} to an internet gateway`;
    return malformed('ec2:DescribeRouteTables', detail);
  }
  return present(routing);
}

/**
 * Whether the subnet is public: whether its route table, or else the VPC's main one, routes the internet to an internet
 * gateway, by one route or by several that together cover it.
 *
 * Nobody can connect through a NAT or egress-only gateway, nor from the internet through a carrier gateway (`cagw-…`,
 * Wavelength Zones): it takes connections from the carrier's network. A route that a more specific one overrides still
 * counts.
 *
 * @returns undefined when no route table is known for the subnet, which does not mean that it is private.
 */
export function routingOf(
  subnet: Pick<Subnet, 'id' | 'vpcId'>,
  tables: readonly RouteTable[],
): SubnetRouting | undefined {
  const table =
    tables.find(({ subnetIds }) => subnetIds.includes(subnet.id)) ??
    tables.find(({ main, vpcId }) => main && vpcId === subnet.vpcId);
  if (table === undefined) return undefined;
  const active = table.routes.filter(isActive);
  const routes = active.filter(leadsToInternetGateway);
  const isPublicForIpv6 = coversInternet('ipv6', routes);
  return {
    isPublic: isPublicForIpv6 || coversInternet('ipv4', routes),
    isPublicForIpv6,
    dependsOnUnknownTargets: dependsOn(active.filter(hasUnknownTarget), routes),
    prefixListsToInternetGateway: routes.flatMap(
      ({ destinationPrefixListId }) => destinationPrefixListId ?? [],
    ),
  };
}

/** A route without a state is taken to be active. */
function isActive({ state = 'active' }: Route): boolean {
  return state === 'active';
}

function leadsToInternetGateway({ gatewayId }: Route): boolean {
  return gatewayId?.startsWith('igw-') === true;
}

function hasUnknownTarget(route: Route): boolean {
  return route.hasUnknownTarget === true;
}

/** Whether more of the internet would be routed to an internet gateway if other routes led there, too. */
function dependsOn(others: readonly Route[], routes: readonly Route[]): boolean {
  if (others.length === 0) return false;
  const all = [...routes, ...others];
  const wouldCover = (family: AddressFamily) =>
    !coversInternet(family, routes) && coversInternet(family, all);
  return others.some(({ destinationPrefixListId }) => destinationPrefixListId) || FAMILIES.some(wouldCover);
}

const FAMILIES: readonly AddressFamily[] = ['ipv4', 'ipv6'];

/** Routes need not cover addresses that nobody on the internet has, such as private ones. */
function coversInternet(family: AddressFamily, routes: readonly Route[]): boolean {
  const destinations = routes
    .flatMap(({ destinationCidr, destinationIpv6Cidr }) => [destinationCidr, destinationIpv6Cidr])
    .flatMap((cidr) => (cidr === undefined ? [] : (parseCidr(cidr) ?? [])));
  return contains([...destinations, ...NOT_ON_THE_INTERNET], INTERNET[family]);
}
