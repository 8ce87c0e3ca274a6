import type { AddressFamily, AddressRange } from './cidr.ts';
import { contains, parseCidr } from './cidr.ts';

/** A route, as DescribeRouteTables has it. One destination and one target are set, of which these matter here. */
export interface Route {
  readonly destinationCidr?: string | undefined;
  readonly destinationIpv6Cidr?: string | undefined;
  readonly destinationPrefixListId?: string | undefined;
  /** `igw-…`, `vgw-…`, `vpce-…` or `local`. */
  readonly gatewayId?: string | undefined;
  readonly natGatewayId?: string | undefined;
  readonly egressOnlyInternetGatewayId?: string | undefined;
  /** `active`, `blackhole` or `filtered`. Undefined is taken for active. */
  readonly state?: string | undefined;
}

export interface RouteTable {
  readonly id: string;
  readonly vpcId: string;
  /** Whether subnets of the VPC without a table of their own use it. */
  readonly main: boolean;
  /** The subnets associated explicitly. */
  readonly subnetIds: readonly string[];
  readonly routes: readonly Route[];
}

export interface Subnet {
  readonly id: string;
  readonly vpcId: string;
}

/** How a subnet is connected to the internet. */
export interface SubnetRouting {
  /** Whether the internet, of either family, is routed to an internet gateway. */
  readonly public: boolean;
  readonly routeTableId: string;
  readonly via: 'explicit' | 'main';
  /** The internet gateway for IPv4. */
  readonly ipv4: string | undefined;
  /** The internet gateway for IPv6. */
  readonly ipv6: string | undefined;
  /** Prefix lists with a route to an internet gateway. What is in them is not known here. */
  readonly prefixListsToInternetGateway: readonly string[];
}

/** IPv6 has allocated 2000::/3 to the internet, so a route for that is as good as one for ::/0. */
const INTERNET: Readonly<Record<AddressFamily, AddressRange>> = {
  ipv4: { family: 'ipv4', first: 0n, last: (1n << 32n) - 1n },
  ipv6: { family: 'ipv6', first: 2n << 124n, last: (4n << 124n) - 1n },
};

/**
 * Whether the subnet is public: whether its route table, or the VPC's main one, has the internet routed to an internet
 * gateway, by one route or by several that together cover it.
 *
 * NAT and egress-only gateways let nobody in. Nor does a carrier gateway (`cagw-…`, Wavelength Zones): it takes
 * connections from the carrier's network, not from the internet. A route that another, more specific one overrides
 * still counts.
 *
 * @returns undefined when no table is known for the subnet, which is not to say that it is private.
 */
export function routingOf(subnet: Subnet, tables: readonly RouteTable[]): SubnetRouting | undefined {
  const explicit = tables.find(({ subnetIds }) => subnetIds.includes(subnet.id));
  const table = explicit ?? tables.find(({ main, vpcId }) => main && vpcId === subnet.vpcId);
  if (table === undefined) return undefined;
  const toInternetGateway = table.routes.filter(leadsToInternetGateway);
  const ipv4 = gatewayTo('ipv4', toInternetGateway);
  const ipv6 = gatewayTo('ipv6', toInternetGateway);
  return {
    public: ipv4 !== undefined || ipv6 !== undefined,
    routeTableId: table.id,
    via: explicit === undefined ? 'main' : 'explicit',
    ipv4,
    ipv6,
    prefixListsToInternetGateway: toInternetGateway
      .map(({ destinationPrefixListId }) => destinationPrefixListId)
      .filter((id) => id !== undefined),
  };
}

function leadsToInternetGateway({ gatewayId, state }: Route): boolean {
  return gatewayId?.startsWith('igw-') === true && (state === undefined || state === 'active');
}

/** A VPC has one internet gateway at most, so any route's is the one. */
function gatewayTo(family: AddressFamily, routes: readonly Route[]): string | undefined {
  const destinations = routes
    .flatMap(({ destinationCidr, destinationIpv6Cidr }) => [destinationCidr, destinationIpv6Cidr])
    .map((cidr) => (cidr === undefined ? undefined : parseCidr(cidr)))
    .filter((cidr) => cidr !== undefined);
  return contains(destinations, INTERNET[family]) ? routes[0]?.gatewayId : undefined;
}
