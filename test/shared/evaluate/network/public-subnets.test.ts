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
