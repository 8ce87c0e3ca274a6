import { describe, expect, it } from 'vitest';
import { privateNodes } from '../../../../shared/evaluate/controls/private-nodes.ts';
import { evaluate } from '../../../../shared/evaluate/evaluate.ts';
import { absent, present } from '../../../../shared/model/evidence.ts';
import type { ClusterFacts, RegionFacts } from '../../../../shared/model/facts.ts';
import type { LaunchTemplate, RouteTable, Subnet } from '../../../../shared/model/network-facts.ts';
import { aClusterInventory, anEvaluationContext, anInventory, denied } from '../../../builders.ts';
import {
  aLaunchTemplate,
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

type Given = Partial<ClusterFacts & RegionFacts>;

/** Two subnets in one VPC: `subnet-private` by the main table, `subnet-public` by one of its own. */
function aNetwork(subnet: Partial<Subnet> = {}, routes: RouteTable['routes'] = [TO_INTERNET]): Given {
  return {
    subnets: present({
      'subnet-private': present(aSubnet()),
      'subnet-public': present(aSubnet({ id: 'subnet-public', ...subnet })),
    }),
    routeTables: present([
      aRouteTable(),
      aRouteTable({ id: 'rtb-public', main: false, subnetIds: ['subnet-public'], routes }),
    ]),
  };
}

/** A node group with a launch template of its own. */
function withTemplate(
  networkInterface: LaunchTemplate['networkInterfaces'][number],
  subnets: string[],
): Given {
  return {
    nodegroups: present([aNodegroup({ subnets, launchTemplate: { id: 'lt-1', version: '3' } })]),
    launchTemplates: present({ 'lt-1:3': present(aLaunchTemplate(networkInterface)) }),
  };
}

const IN_PUBLIC = aNetworkInterface({ subnetId: 'subnet-public' });
const PUBLIC_IPV4 = aNetworkInterface({ publicIpv4: ['203.0.113.7'] });

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
        'all subnets of a node group, which EC2 does not know',
        {
          nodegroups: present([aNodegroup({ subnets: ['a', 'b'] })]),
          subnets: present({ a: absent, b: absent }),
        },
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
        'a launch template that is gone',
        {
          nodegroups,
          launchTemplates: present({
            'lt-1:3': denied('ec2:DescribeLaunchTemplateVersions', { kind: 'gone' }),
          }),
        },
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

    it('takes back no proof: a node group gives addresses whatever its nodes are', () => {
      const given = withTemplate({ associatePublicIpAddress: true }, []);

      const verdict = judgeOne(privateNodes, { ...given, instances: denied('ec2:DescribeInstances') });

      expect(verdict.reasonCode).toBe('NODES_WILL_GET_PUBLIC_ADDRESSES');
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
