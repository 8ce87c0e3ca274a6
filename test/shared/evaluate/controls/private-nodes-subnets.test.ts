import { describe, expect, it } from 'vitest';
import { privateNodes } from '../../../../shared/evaluate/controls/private-nodes.ts';
import { evaluate } from '../../../../shared/evaluate/evaluate.ts';
import { absent, present } from '../../../../shared/model/evidence.ts';
import type { RouteTable } from '../../../../shared/model/network-facts.ts';
import { aClusterInventory, anEvaluationContext, anInventory, denied } from '../../../builders.ts';
import {
  aNetworkInterface,
  aNodegroup,
  anInstance,
  aRouteTable,
  aSubnet,
  judgeOne,
  NOTHING,
  TO_INTERNET,
  TO_INTERNET_V6,
} from '../../../builders-network.ts';
import { aNetwork, type Given, IN_PUBLIC, PUBLIC_IPV4, withTemplate } from './private-nodes-support.ts';

describe('5.4.3 private nodes', () => {
  describe('a public subnet', () => {
    it('warns by an instance without a public address', () => {
      const instances = present([anInstance({ networkInterfaces: [IN_PUBLIC] })]);

      const verdict = judgeOne(privateNodes, { ...aNetwork(), instances });

      expect(verdict).toMatchObject({
        status: 'WARNING',
        reasonCode: 'NODES_IN_PUBLIC_SUBNET',
        evidence: { subnets: 'subnet-public', nodegroups: 'none' },
      });
    });

    it('warns by a node group that has no node yet', () => {
      const nodegroups = present([aNodegroup({ subnets: ['subnet-public'] })]);

      const verdict = judgeOne(privateNodes, { ...aNetwork(), nodegroups });

      expect(verdict).toMatchObject({
        reasonCode: 'NODES_IN_PUBLIC_SUBNET',
        evidence: { nodegroups: 'workers' },
      });
    });

    it('is one without an explicit table in a VPC whose main table is public', () => {
      const routeTables = present([
        aRouteTable({ routes: [TO_INTERNET] }),
        aRouteTable({ id: 'rtb-other', main: false, subnetIds: ['subnet-other'] }),
      ]);

      const verdict = judgeOne(privateNodes, { routeTables, instances: present([anInstance()]) });

      expect(verdict.reasonCode).toBe('NODES_IN_PUBLIC_SUBNET');
    });

    it('is not one with a private table of its own in a VPC whose main table is public', () => {
      const routeTables = present([
        aRouteTable({ routes: [TO_INTERNET] }),
        aRouteTable({ id: 'rtb-private', main: false, subnetIds: ['subnet-private'] }),
      ]);

      const verdict = judgeOne(privateNodes, { routeTables, instances: present([anInstance()]) });

      expect(verdict.reasonCode).toBe('PRIVATE_NODES');
    });
  });

  describe('nothing wrong', () => {
    it('passes and counts nodes and node groups', () => {
      const instances = present([anInstance(), anInstance({ instanceId: 'i-2' })]);

      const verdict = judgeOne(privateNodes, { instances, nodegroups: present([aNodegroup()]) });

      expect(verdict).toMatchObject({ status: 'PASSED', reasonCode: 'PRIVATE_NODES' });
      expect(verdict.reason).toContain('2 nodes and 1 node group');
    });

    it('passes a cluster without nodes', () => {
      expect(judgeOne(privateNodes, {})).toMatchObject({ status: 'PASSED', reasonCode: 'NO_EC2_NODES' });
    });
  });

  describe('evidence that is missing', () => {
    const instances = present([anInstance()]);
    const nodegroups = present([aNodegroup({ launchTemplate: { id: 'lt-1', version: '3' } })]);

    it.each<[string, Given]>([
      ['instances', { instances: denied('ec2:DescribeInstances') }],
      ['node groups', { instances, nodegroups: denied('eks:ListNodegroups') }],
      ['one node group', { nodegroups: present([{ name: 'a', detail: denied('eks:DescribeNodegroup') }]) }],
      ['subnets', { instances, subnets: denied('ec2:DescribeSubnets') }],
      ['one subnet', { instances, subnets: present({ 'subnet-private': denied('ec2:DescribeSubnets') }) }],
      [
        'an instance’s subnet, which EC2 does not know',
        { instances, subnets: present({ 'subnet-private': absent }) },
      ],
      [
        'the subnets of a node group, which are missing',
        { nodegroups: present([{ name: 'a', detail: present({ nodegroupName: 'a', status: 'ACTIVE' }) }]) },
      ],
      [
        'whether a subnet gives IPv6 addresses, which is missing',
        {
          nodegroups: present([aNodegroup()]),
          subnets: present({
            'subnet-private': present({ id: 'subnet-private', vpcId: 'vpc-1', mapPublicIpOnLaunch: false }),
          }),
          routeTables: present([aRouteTable({ routes: [TO_INTERNET_V6] })]),
        },
      ],
      ['route tables', { instances, routeTables: denied('ec2:DescribeRouteTables') }],
      ['the subnet’s route table', { instances, routeTables: present([]) }],
      ['launch templates', { nodegroups, launchTemplates: denied('ec2:DescribeLaunchTemplateVersions') }],
      [
        'a launch template that is not among those that were read',
        { nodegroups, launchTemplates: present({}) },
      ],
    ])('leaves it open: %s', (_, given) => {
      const verdict = judgeOne(privateNodes, given);

      expect(verdict).toMatchObject({ status: 'NOT_AVAILABLE', reasonCode: 'EVIDENCE_UNREADABLE' });
    });

    it('leaves open what a prefix list routes to an internet gateway', () => {
      const toList = { destinationPrefixListId: 'pl-1', gatewayId: 'igw-1', state: 'active' };
      const routeTables = present([aRouteTable({ routes: [toList] })]);

      expect(judgeOne(privateNodes, { routeTables, instances }).status).toBe('NOT_AVAILABLE');
    });

    it.each<[string, RouteTable['routes']]>([
      ['the internet', [{ destinationCidr: '0.0.0.0/0' }]],
      ['the IPv6 internet', [{ destinationIpv6Cidr: '::/0' }]],
      ['a prefix list', [{ destinationPrefixListId: 'pl-1' }]],
      [
        'the half of the internet that no gateway has',
        [{ destinationCidr: '0.0.0.0/1', gatewayId: 'igw-1' }, { destinationCidr: '128.0.0.0/1' }],
      ],
    ])('leaves open where a route for %s leads that does not say', (_, routes) => {
      const unclear = routes.map((route) =>
        'gatewayId' in route ? route : { ...route, hasUnknownTarget: true as const },
      );
      const routeTables = present([aRouteTable({ routes: unclear })]);
      const blackHoles = unclear.map((route) => ({ ...route, state: 'blackhole' }));

      expect(judgeOne(privateNodes, { routeTables, instances }).status).toBe('NOT_AVAILABLE');
      expect(
        judgeOne(privateNodes, { routeTables: present([aRouteTable({ routes: blackHoles })]), instances })
          .status,
      ).toBe('PASSED');
    });

    it('does not depend on where a route for private addresses leads that does not say', () => {
      const toPeer = { destinationCidr: '10.1.0.0/16', hasUnknownTarget: true as const };
      const routeTables = present([aRouteTable({ routes: [toPeer] })]);

      expect(judgeOne(privateNodes, { routeTables, instances }).status).toBe('PASSED');
    });

    it('leaves open what a public subnet does that does not say', () => {
      const { mapPublicIpOnLaunch, ...silent } = aSubnet();
      const subnets = present({ 'subnet-private': present(silent) });
      const routeTables = present([aRouteTable({ routes: [TO_INTERNET] })]);

      const verdict = judgeOne(privateNodes, { subnets, routeTables, nodegroups: present([aNodegroup()]) });

      expect(verdict.status).toBe('NOT_AVAILABLE');
    });

    it('takes back no proof: a public node is public whatever else could not be read', () => {
      const verdict = judgeOne(privateNodes, {
        instances: present([anInstance({ networkInterfaces: [PUBLIC_IPV4] })]),
        nodegroups: denied('eks:ListNodegroups'),
        subnets: denied('ec2:DescribeSubnets'),
        routeTables: denied('ec2:DescribeRouteTables'),
        launchTemplates: denied('ec2:DescribeLaunchTemplateVersions'),
      });

      expect(verdict).toMatchObject({
        status: 'FAILED',
        reasonCode: 'NODES_HAVE_PUBLIC_ADDRESSES',
        reasonCodes: ['NODES_HAVE_PUBLIC_ADDRESSES'],
      });
    });

    it('is named where another node may have a public address as well', () => {
      const ofIpv6 = aNetworkInterface({ subnetId: 'subnet-unread', ipv6: ['2600:1f18::1'] });
      const verdict = judgeOne(privateNodes, {
        instances: present([
          anInstance({ networkInterfaces: [PUBLIC_IPV4] }),
          anInstance({ instanceId: 'i-2', networkInterfaces: [ofIpv6] }),
        ]),
        subnets: denied('ec2:DescribeSubnets'),
      });

      expect(verdict.reasonCodes).toEqual(['NODES_HAVE_PUBLIC_ADDRESSES', 'EVIDENCE_UNREADABLE']);
      expect(verdict.reason).toContain('ec2:DescribeSubnets failed with AccessDeniedException');
    });

    it('takes back no proof: a node group gives addresses whatever its nodes are', () => {
      const given = withTemplate({ associatePublicIpAddress: true }, ['subnet-private']);

      const verdict = judgeOne(privateNodes, { ...given, instances: denied('ec2:DescribeInstances') });

      expect(verdict.reasonCodes).toEqual(['NODES_WILL_GET_PUBLIC_ADDRESSES', 'EVIDENCE_UNREADABLE']);
      expect(verdict.evidence).toEqual({
        nodegroups: 'workers',
        unreadable: 'ec2:DescribeInstances failed with AccessDeniedException',
      });
    });

    it('does not settle for a warning where it might have been a failure', () => {
      const verdict = judgeOne(privateNodes, {
        ...aNetwork(),
        instances: present([anInstance({ networkInterfaces: [IN_PUBLIC] })]),
        nodegroups: denied('eks:ListNodegroups'),
      });

      expect(verdict.status).toBe('NOT_AVAILABLE');
    });

    it('is named once however many nodes depend on it', () => {
      const many = ['i-1', 'i-2', 'i-3'].map((instanceId) => anInstance({ instanceId }));
      const subnets = denied('ec2:DescribeSubnets');
      const inventory = anInventory([aClusterInventory()]);
      const facts = { ...NOTHING, instances: present(many), subnets };
      const regions = inventory.regions.map((one) => ({ ...one, facts }));

      const { missingEvidence } = evaluate({ ...inventory, regions }, [privateNodes], anEvaluationContext());

      expect(missingEvidence.map((one) => one.unreadable)).toEqual([subnets]);
    });

    it('is not missed where nothing depends on it', () => {
      const unread = denied('ec2:DescribeSubnets');

      const verdict = judgeOne(privateNodes, {
        subnets: unread,
        routeTables: unread,
        launchTemplates: unread,
      });

      expect(verdict.reasonCode).toBe('NO_EC2_NODES');
    });

    it('is not a node group that vanished meanwhile, nor a subnet of one', () => {
      const gone = { name: 'old', detail: denied('eks:DescribeNodegroup', { kind: 'gone' }) };
      const subnets = present({ 'subnet-private': present(aSubnet()), 'subnet-old': absent });

      const verdict = judgeOne(privateNodes, {
        subnets,
        nodegroups: present([gone, aNodegroup({ subnets: ['subnet-old', 'subnet-private'] })]),
      });

      expect(verdict.reasonCode).toBe('PRIVATE_NODES');
    });
  });
});
