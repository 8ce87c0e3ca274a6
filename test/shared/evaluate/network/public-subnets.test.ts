import { describe, expect, it } from 'vitest';
import type { Route, RouteTable } from '../../../../shared/evaluate/network/public-subnets.ts';
import { routingOf } from '../../../../shared/evaluate/network/public-subnets.ts';

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
  const own = aTable({ id: 'rtb-own' });
  const main = aTable({ id: 'rtb-main', main: true, subnetIds: [] });
  const foreign = aTable({ id: 'rtb-foreign', main: true, subnetIds: [], vpcId: 'vpc-2' });

  it('is the one associated with it, though there is a main one', () => {
    expect(routingOf(SUBNET, [main, own])).toMatchObject({ routeTableId: 'rtb-own', via: 'explicit' });
  });

  it('is its VPC’s main one without an association', () => {
    expect(routingOf(SUBNET, [foreign, aTable({ subnetIds: ['subnet-2'] }), main])).toMatchObject({
      routeTableId: 'rtb-main',
      via: 'main',
    });
  });

  it('is unknown, not private, when none is found', () => {
    expect(routingOf(SUBNET, [foreign, aTable({ subnetIds: ['subnet-2'] })])).toBeUndefined();
    expect(routingOf(SUBNET, [])).toBeUndefined();
  });
});

describe('a subnet is public with', () => {
  it.each<[string, Route[], string | undefined, string | undefined]>([
    ['0.0.0.0/0 to an internet gateway', [toInternet({ destinationCidr: '0.0.0.0/0' })], 'igw-1', undefined],
    ['::/0 to an internet gateway', [toInternet({ destinationIpv6Cidr: '::/0' })], undefined, 'igw-1'],
    [
      '2000::/3 to an internet gateway',
      [toInternet({ destinationIpv6Cidr: '2000::/3' })],
      undefined,
      'igw-1',
    ],
    [
      'both',
      [toInternet({ destinationCidr: '0.0.0.0/0' }), toInternet({ destinationIpv6Cidr: '::/0' })],
      'igw-1',
      'igw-1',
    ],
    [
      'the two halves',
      [toInternet({ destinationCidr: '128.0.0.0/1' }), toInternet({ destinationCidr: '0.0.0.0/1' })],
      'igw-1',
      undefined,
    ],
    [
      'a route whose state is not told',
      [{ destinationCidr: '0.0.0.0/0', gatewayId: 'igw-1' }],
      'igw-1',
      undefined,
    ],
    [
      'IPv4 out by NAT, IPv6 by an internet gateway',
      [{ destinationCidr: '0.0.0.0/0', natGatewayId: 'nat-1' }, toInternet({ destinationIpv6Cidr: '::/0' })],
      undefined,
      'igw-1',
    ],
  ])('%s', (_, routes, ipv4, ipv6) => {
    expect(routingOf(SUBNET, [aTableWith(...routes)])).toMatchObject({ public: true, ipv4, ipv6 });
  });
});

describe('a subnet is not public with', () => {
  it.each<[string, Route[]]>([
    ['the local route only', []],
    ['a NAT gateway', [{ destinationCidr: '0.0.0.0/0', natGatewayId: 'nat-1', state: 'active' }]],
    [
      'an egress-only gateway',
      [{ destinationIpv6Cidr: '::/0', egressOnlyInternetGatewayId: 'eigw-1', state: 'active' }],
    ],
    ['a virtual private gateway', [toInternet({ destinationCidr: '0.0.0.0/0', gatewayId: 'vgw-1' })]],
    ['a gateway endpoint', [toInternet({ destinationCidr: '0.0.0.0/0', gatewayId: 'vpce-1' })]],
    ['a target of another kind', [{ destinationCidr: '0.0.0.0/0', state: 'active' }]],
    ['a blackhole', [toInternet({ destinationCidr: '0.0.0.0/0', state: 'blackhole' })]],
    ['one half', [toInternet({ destinationCidr: '0.0.0.0/1' })]],
    [
      'one half to NAT',
      [
        toInternet({ destinationCidr: '0.0.0.0/1' }),
        { destinationCidr: '128.0.0.0/1', natGatewayId: 'nat-1' },
      ],
    ],
    ['some addresses to an internet gateway', [toInternet({ destinationCidr: '198.51.100.0/24' })]],
    ['a destination that is no block', [toInternet({ destinationCidr: 'everywhere' })]],
  ])('%s', (_, routes) => {
    expect(routingOf(SUBNET, [aTableWith(...routes)])).toMatchObject({
      public: false,
      ipv4: undefined,
      ipv6: undefined,
    });
  });
});

it('a prefix list routed to an internet gateway is named, for its blocks are elsewhere', () => {
  const table = aTableWith(toInternet({ destinationPrefixListId: 'pl-1' }), {
    destinationPrefixListId: 'pl-2',
    gatewayId: 'vpce-1',
    state: 'active',
  });
  expect(routingOf(SUBNET, [table])).toMatchObject({ public: false, prefixListsToInternetGateway: ['pl-1'] });
});
