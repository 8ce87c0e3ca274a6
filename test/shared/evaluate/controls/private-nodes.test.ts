import { describe, expect, it } from 'vitest';
import { privateNodes } from '../../../../shared/evaluate/controls/private-nodes.ts';
import { present } from '../../../../shared/model/evidence.ts';
import type { RouteTable } from '../../../../shared/model/network-facts.ts';
import { denied } from '../../../builders.ts';
import {
  aNetworkInterface,
  aNodegroup,
  anInstance,
  aRouteTable,
  aSubnet,
  judgeOne,
  TO_INTERNET_V6,
} from '../../../builders-network.ts';
import { aNetwork, IN_PUBLIC, PUBLIC_IPV4, withTemplate } from './private-nodes-support.ts';

describe('5.4.3 private nodes', () => {
  describe('an instance with a public address', () => {
    it('fails and is named with its address', () => {
      const instances = present([
        anInstance(),
        anInstance({ instanceId: 'i-2', networkInterfaces: [PUBLIC_IPV4] }),
      ]);

      const verdict = judgeOne(privateNodes, { instances });

      expect(verdict).toMatchObject({
        status: 'FAILED',
        severity: 'HIGH',
        reasonCode: 'NODES_HAVE_PUBLIC_ADDRESSES',
        resource: { type: 'AwsEksCluster' },
        related: [{ type: 'AwsEc2Instance', id: 'arn:aws:ec2:eu-west-1:111122223333:instance/i-2' }],
      });
      expect(verdict.reason).toContain('1 of 2 nodes');
      expect(verdict.reason).toContain('i-2 (203.0.113.7)');
    });

    it('is not said to be reachable while it is stopped', () => {
      const stopped = anInstance({ state: 'stopped', networkInterfaces: [PUBLIC_IPV4] });

      const { reason } = judgeOne(privateNodes, { instances: present([stopped]) });

      expect(reason).toBe('1 of 1 node has public addresses: i-1 (203.0.113.7, stopped).');
    });

    it('fails on any of its network interfaces', () => {
      const instances = present([anInstance({ networkInterfaces: [aNetworkInterface(), PUBLIC_IPV4] })]);

      expect(judgeOne(privateNodes, { instances }).reasonCode).toBe('NODES_HAVE_PUBLIC_ADDRESSES');
    });

    it('does not look like a change when another one takes its place', () => {
      const [before, after] = ['i-1', 'i-2'].map((instanceId) =>
        judgeOne(privateNodes, {
          instances: present([anInstance({ instanceId, networkInterfaces: [PUBLIC_IPV4] })]),
        }),
      );

      expect(after?.evidence).toEqual(before?.evidence);
    });

    it('does not count for another cluster of the same VPC', () => {
      const foreign = anInstance({
        instanceId: 'i-2',
        clusters: ['billing'],
        networkInterfaces: [PUBLIC_IPV4],
      });

      const verdict = judgeOne(privateNodes, { instances: present([anInstance(), foreign]) });

      expect(verdict.reasonCode).toBe('PRIVATE_NODES');
      expect(verdict.reason).toContain('1 node and');
    });

    it.each(['2600:1f18::1', '2600:1f18:0:1::/80'])('fails by IPv6 (%s) where IPv6 is routed', (ipv6) => {
      const instances = present([anInstance({ networkInterfaces: [{ ...IN_PUBLIC, ipv6: [ipv6] }] })]);

      const verdict = judgeOne(privateNodes, { ...aNetwork({}, [TO_INTERNET_V6]), instances });

      expect(verdict.reasonCode).toBe('NODES_HAVE_PUBLIC_ADDRESSES');
      expect(verdict.reason).toContain(ipv6);
    });

    it('does not fail by an IPv6 address that is private', () => {
      const instances = present([anInstance({ networkInterfaces: [{ ...IN_PUBLIC, ipv6: ['fd00::1'] }] })]);

      const verdict = judgeOne(privateNodes, { ...aNetwork({}, [TO_INTERNET_V6]), instances });

      expect(verdict.reasonCode).toBe('NODES_IN_PUBLIC_SUBNET');
    });

    it('does not fail by a global IPv6 address where only IPv4 is routed', () => {
      const instances = present([
        anInstance({ networkInterfaces: [{ ...IN_PUBLIC, ipv6: ['2600:1f18::1'] }] }),
      ]);

      const verdict = judgeOne(privateNodes, { ...aNetwork(), instances });

      expect(verdict.reasonCode).toBe('NODES_IN_PUBLIC_SUBNET');
    });

    it('does not fail by a global IPv6 address in a private subnet', () => {
      const instances = present([
        anInstance({ networkInterfaces: [aNetworkInterface({ ipv6: ['2600:1f18::1'] })] }),
      ]);

      expect(judgeOne(privateNodes, { instances }).reasonCode).toBe('PRIVATE_NODES');
    });
  });

  describe('a node group', () => {
    it('fails where its public subnet hands out addresses', () => {
      const nodegroups = present([aNodegroup({ subnets: ['subnet-private', 'subnet-public'] })]);

      const verdict = judgeOne(privateNodes, { ...aNetwork({ mapPublicIpOnLaunch: true }), nodegroups });

      expect(verdict).toMatchObject({
        status: 'FAILED',
        severity: 'HIGH',
        reasonCode: 'NODES_WILL_GET_PUBLIC_ADDRESSES',
        evidence: { nodegroups: 'workers' },
      });
    });

    it('fails where its public subnet hands out IPv6 addresses and routes them', () => {
      const nodegroups = present([aNodegroup({ subnets: ['subnet-public'] })]);
      const network = aNetwork({ assignIpv6AddressOnCreation: true }, [TO_INTERNET_V6]);

      expect(judgeOne(privateNodes, { ...network, nodegroups }).reasonCode).toBe(
        'NODES_WILL_GET_PUBLIC_ADDRESSES',
      );
    });

    const handingOut = present({ 'subnet-private': present(aSubnet({ mapPublicIpOnLaunch: true })) });

    it.each<[string, RouteTable['routes']]>([
      ['a NAT gateway', [{ destinationCidr: '0.0.0.0/0', state: 'active' }]],
      [
        'the endpoint of a firewall',
        [{ destinationCidr: '0.0.0.0/0', gatewayId: 'vpce-0fw', state: 'active' }],
      ],
      ['nothing', []],
    ])('fails where its subnet hands out addresses although its default route leads to %s', (_, routes) => {
      const routeTables = present([aRouteTable({ routes })]);
      const nodegroups = present([aNodegroup()]);

      const verdict = judgeOne(privateNodes, { subnets: handingOut, routeTables, nodegroups });

      expect(verdict.reasonCode).toBe('NODES_WILL_GET_PUBLIC_ADDRESSES');
    });

    it('fails where its subnet hands out addresses although the routes could not be read', () => {
      const routeTables = denied('ec2:DescribeRouteTables');
      const nodegroups = present([aNodegroup()]);

      const verdict = judgeOne(privateNodes, { subnets: handingOut, routeTables, nodegroups });

      expect(verdict.reasonCode).toBe('NODES_WILL_GET_PUBLIC_ADDRESSES');
    });

    it('does not fail where a subnet hands out IPv6 addresses that are not routed', () => {
      const subnets = present({ 'subnet-private': present(aSubnet({ assignIpv6AddressOnCreation: true })) });

      const verdict = judgeOne(privateNodes, { subnets, nodegroups: present([aNodegroup()]) });

      expect(verdict.reasonCode).toBe('PRIVATE_NODES');
    });

    it('fails where its launch template gives addresses, whatever the subnet says', () => {
      const given = withTemplate({ deviceIndex: 0, associatePublicIpAddress: true }, ['subnet-private']);

      expect(judgeOne(privateNodes, given).reasonCode).toBe('NODES_WILL_GET_PUBLIC_ADDRESSES');
    });

    it('only warns where its launch template keeps what its public subnet would give', () => {
      const given = withTemplate({ associatePublicIpAddress: false }, ['subnet-public']);

      const verdict = judgeOne(privateNodes, { ...aNetwork({ mapPublicIpOnLaunch: true }), ...given });

      expect(verdict).toMatchObject({ status: 'WARNING', reasonCode: 'NODES_IN_PUBLIC_SUBNET' });
    });

    it('only warns where its launch template asks for no IPv6 address in a subnet that would give one', () => {
      const given = withTemplate({ deviceIndex: 0, ipv6Count: 0 }, ['subnet-public']);
      const network = aNetwork({ assignIpv6AddressOnCreation: true }, [TO_INTERNET_V6]);

      expect(judgeOne(privateNodes, { ...network, ...given }).reasonCode).toBe('NODES_IN_PUBLIC_SUBNET');
    });

    it('fails by the subnet where its launch template says nothing of addresses', () => {
      const given = withTemplate({ deviceIndex: 0 }, ['subnet-public']);

      const verdict = judgeOne(privateNodes, { ...aNetwork({ mapPublicIpOnLaunch: true }), ...given });

      expect(verdict.reasonCode).toBe('NODES_WILL_GET_PUBLIC_ADDRESSES');
    });

    it('is judged by the subnet its launch template puts in place of its own', () => {
      const network = aNetwork({ mapPublicIpOnLaunch: true });

      const [toPublic, toPrivate] = [
        withTemplate({ deviceIndex: 0, subnetId: 'subnet-public' }, ['subnet-private']),
        withTemplate({ deviceIndex: 0, subnetId: 'subnet-private' }, ['subnet-public']),
      ].map((given) => judgeOne(privateNodes, { ...network, ...given }).reasonCode);

      expect(toPublic).toBe('NODES_WILL_GET_PUBLIC_ADDRESSES');
      expect(toPrivate).toBe('PRIVATE_NODES');
    });

    it('is not judged by what its launch template says of further network interfaces', () => {
      const given = withTemplate({ deviceIndex: 1, subnetId: 'subnet-public' }, ['subnet-private']);

      expect(judgeOne(privateNodes, { ...aNetwork(), ...given }).reasonCode).toBe('PRIVATE_NODES');
    });

    it.each(['DELETING', 'CREATE_FAILED'])('starts nothing in status %s', (status) => {
      const nodegroups = present([aNodegroup({ subnets: ['subnet-public'], status })]);

      const verdict = judgeOne(privateNodes, { ...aNetwork({ mapPublicIpOnLaunch: true }), nodegroups });

      expect(verdict.reasonCode).toBe('NO_EC2_NODES');
    });
  });
});
