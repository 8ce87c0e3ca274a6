import { describe, expect, it } from 'vitest';
import { routingOf } from '../../../../shared/evaluate/network/public-subnets.ts';
import type { RouteTable } from '../../../../shared/model/network-facts.ts';

type Route = RouteTable['routes'][number];

const SUBNET = { id: 'subnet-1', vpcId: 'vpc-1' };
const LOCAL: Route = { destinationCidr: '10.0.0.0/16', gatewayId: 'local', state: 'active' };
const toInternet = (route: Route): Route => ({ gatewayId: 'igw-1', state: 'active', ...route });

function aTable(table: Partial<RouteTable>): RouteTable {
  return { id: 'rtb-1', vpcId: 'vpc-1', main: false, subnetIds: ['subnet-1'], routes: [LOCAL], ...table };
}

function aTableWith(...routes: readonly Route[]): RouteTable {
  return aTable({ routes: [LOCAL, ...routes] });
}

describe('the route table of a subnet', () => {
  const routes = [toInternet({ destinationCidr: '0.0.0.0/0' })];
  const own = aTable({ id: 'rtb-own' });
  const main = aTable({ id: 'rtb-main', main: true, subnetIds: [] });
  const ofOtherVpc = aTable({ id: 'rtb-other', main: true, subnetIds: [], vpcId: 'vpc-2' });
  const ofOtherSubnet = aTable({ subnetIds: ['subnet-2'] });

  it('is the one associated with it, even if there is a main one', () => {
    expect(routingOf(SUBNET, [{ ...main, routes }, own])).toMatchObject({ isPublic: false });
    expect(routingOf(SUBNET, [main, { ...own, routes }])).toMatchObject({ isPublic: true });
  });

  it('is the main one of its VPC if there is no association', () => {
    const others = [ofOtherVpc, ofOtherSubnet];
    expect(routingOf(SUBNET, [...others, { ...main, routes }])).toMatchObject({ isPublic: true });
    expect(routingOf(SUBNET, [...others.map((table) => ({ ...table, routes })), main])).toMatchObject({
      isPublic: false,
    });
  });

  it('is unknown, not private, when there is none', () => {
    expect(routingOf(SUBNET, [ofOtherVpc, ofOtherSubnet])).toBeUndefined();
    expect(routingOf(SUBNET, [])).toBeUndefined();
  });
});

/** What is left of IPv4 without 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 and 224.0.0.0/3. */
const ALL_BUT_PRIVATE = [
  ...['0.0.0.0/5', '8.0.0.0/7', '11.0.0.0/8', '12.0.0.0/6', '16.0.0.0/4', '32.0.0.0/3', '64.0.0.0/2'],
  ...['128.0.0.0/3', '160.0.0.0/5', '168.0.0.0/6', '172.0.0.0/12', '172.32.0.0/11', '172.64.0.0/10'],
  ...['172.128.0.0/9', '173.0.0.0/8', '174.0.0.0/7', '176.0.0.0/4', '192.0.0.0/9', '192.128.0.0/11'],
  ...['192.160.0.0/13', '192.169.0.0/16', '192.170.0.0/15', '192.172.0.0/14', '192.176.0.0/12'],
  ...['192.192.0.0/10', '193.0.0.0/8', '194.0.0.0/7', '196.0.0.0/6', '200.0.0.0/5', '208.0.0.0/4'],
];

describe('a subnet is public with', () => {
  it.each<[string, Route[], boolean]>([
    ['0.0.0.0/0 to an internet gateway', [toInternet({ destinationCidr: '0.0.0.0/0' })], false],
    ['::/0 to an internet gateway', [toInternet({ destinationIpv6Cidr: '::/0' })], true],
    ['2000::/3 to an internet gateway', [toInternet({ destinationIpv6Cidr: '2000::/3' })], true],
    [
      'both',
      [toInternet({ destinationCidr: '0.0.0.0/0' }), toInternet({ destinationIpv6Cidr: '::/0' })],
      true,
    ],
    [
      'the two halves',
      [toInternet({ destinationCidr: '128.0.0.0/1' }), toInternet({ destinationCidr: '0.0.0.0/1' })],
      false,
    ],
    [
      'all but multicast and reserved addresses, in pieces',
      ['0.0.0.0/1', '128.0.0.0/2', '192.0.0.0/3'].map((destinationCidr) => toInternet({ destinationCidr })),
      false,
    ],
    [
      'all but private and multicast addresses, in pieces',
      ALL_BUT_PRIVATE.map((destinationCidr) => toInternet({ destinationCidr })),
      false,
    ],
    ['a route without a state', [{ destinationCidr: '0.0.0.0/0', gatewayId: 'igw-1' }], false],
    [
      'IPv4 out by NAT, IPv6 by an internet gateway',
      [{ destinationCidr: '0.0.0.0/0', state: 'active' }, toInternet({ destinationIpv6Cidr: '::/0' })],
      true,
    ],
  ])('%s', (_, routes, isPublicForIpv6) => {
    expect(routingOf(SUBNET, [aTableWith(...routes)])).toMatchObject({ isPublic: true, isPublicForIpv6 });
  });
});

describe('a subnet is not public with', () => {
  it.each<[string, Route[]]>([
    ['the local route only', []],
    ['a NAT gateway', [{ destinationCidr: '0.0.0.0/0', state: 'active' }]],
    ['an egress-only gateway', [{ destinationIpv6Cidr: '::/0', state: 'active' }]],
    ['a carrier gateway', [toInternet({ destinationCidr: '0.0.0.0/0', gatewayId: 'cagw-1' })]],
    ['a virtual private gateway', [toInternet({ destinationCidr: '0.0.0.0/0', gatewayId: 'vgw-1' })]],
    ['a gateway endpoint', [toInternet({ destinationCidr: '0.0.0.0/0', gatewayId: 'vpce-1' })]],
    ['a blackhole', [toInternet({ destinationCidr: '0.0.0.0/0', state: 'blackhole' })]],
    ['one half', [toInternet({ destinationCidr: '0.0.0.0/1' })]],
    [
      'one half, and the other to a NAT gateway',
      [toInternet({ destinationCidr: '0.0.0.0/1' }), { destinationCidr: '128.0.0.0/1', state: 'active' }],
    ],
    [
      'all but one network of the internet',
      ALL_BUT_PRIVATE.filter((cidr) => cidr !== '173.0.0.0/8').map((destinationCidr) =>
        toInternet({ destinationCidr }),
      ),
    ],
    ['some addresses to an internet gateway', [toInternet({ destinationCidr: '198.51.100.0/24' })]],
    ['a destination that is not a CIDR block', [toInternet({ destinationCidr: 'everywhere' })]],
  ])('%s', (_, routes) => {
    expect(routingOf(SUBNET, [aTableWith(...routes)])).toMatchObject({
      isPublic: false,
      isPublicForIpv6: false,
    });
  });
});

it('a prefix list with a route to an internet gateway is named, because its blocks are not known', () => {
  const table = aTableWith(toInternet({ destinationPrefixListId: 'pl-1' }), {
    destinationPrefixListId: 'pl-2',
    gatewayId: 'vpce-1',
    state: 'active',
  });
  expect(routingOf(SUBNET, [table])).toMatchObject({
    isPublic: false,
    prefixListsToInternetGateway: ['pl-1'],
  });
});
