import { describe, expect, it } from 'vitest';
import type { AccountBuilder } from '../../../../infra/sandbox/account-builder.ts';
import { privateNodes } from '../../../../shared/evaluate/controls/private-nodes.ts';
import { aTestOrganization, PAYMENTS, REGION, signedIn } from '../../../harness.ts';
import { collected, collectedFor, valueIn } from '../collected.ts';
import { aWorld, TAGS, VPC } from './network-world.ts';

const region = REGION;

describe('subnets and their route tables', () => {
  it('are those of node groups, their launch templates and instances', async () => {
    const sandbox = await aWorld((account) =>
      account
        .subnet('subnet-template', { region, VpcId: VPC, MapPublicIpOnLaunch: true })
        .subnet('subnet-instance', { region, VpcId: VPC, AssignIpv6AddressOnCreation: true })
        .subnet('subnet-unused', { region, VpcId: VPC })
        .launchTemplate('lt-1', {
          region,
          versions: [{ NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: 'subnet-template' }] }],
        })
        .cluster('shop', {
          region,
          resourcesVpcConfig: { vpcId: VPC },
          nodegroups: [{ subnets: ['subnet-group'], launchTemplate: { id: 'lt-1', version: '1' } }],
        })
        .instance({ region, tags: TAGS, SubnetId: 'subnet-instance' }),
    );

    const subnets = valueIn((await collected(sandbox, 'subnets')).subnets);

    expect(Object.keys(subnets).sort()).toEqual(['subnet-group', 'subnet-instance', 'subnet-template']);
    expect(valueIn(subnets['subnet-template'])).toMatchObject({ vpcId: VPC, mapPublicIpOnLaunch: true });
    expect(valueIn(subnets['subnet-instance'])).toMatchObject({ assignIpv6AddressOnCreation: true });
  });

  it('that were deleted are absent; the others are read', async () => {
    const sandbox = await aWorld((account) =>
      account
        .subnet('subnet-1', { region, VpcId: VPC })
        .instance({ region, tags: TAGS, SubnetId: 'subnet-1' })
        .instance({ region, tags: TAGS, SubnetId: 'subnet-gone' }),
    );

    const subnets = valueIn((await collected(sandbox, 'subnets')).subnets);

    expect(subnets).toMatchObject({ 'subnet-gone': { state: 'absent' }, 'subnet-1': { state: 'present' } });
  });

  it('of which one is malformed leave the others readable', async () => {
    const sandbox = await aWorld((account) =>
      account
        .subnet('subnet-1', { region, VpcId: VPC })
        .subnet('subnet-2', { region, VpcId: VPC })
        .instance({ region, tags: TAGS, SubnetId: 'subnet-1' })
        .instance({ region, tags: TAGS, SubnetId: 'subnet-2' }),
    );
    sandbox.fail({
      operation: 'ec2:DescribeSubnets',
      alter({ Subnets }) {
        const [first] = Subnets as { VpcId?: string }[];
        delete first?.VpcId;
      },
    });

    const subnets = valueIn((await collected(sandbox, 'subnets')).subnets);

    expect(subnets).toMatchObject({
      'subnet-1': { state: 'unreadable', code: 'MalformedResponse' },
      'subnet-2': { state: 'present' },
    });
  });

  it('are requested 200 at a time, and a failed request affects no other', async () => {
    const ids = Array.from({ length: 201 }, (_, index) => `subnet-${index}`);
    const sandbox = await aWorld((account) => {
      account.cluster('shop', {
        region,
        resourcesVpcConfig: { vpcId: VPC },
        nodegroups: [{ subnets: ids }],
      });
    });
    sandbox.fail({
      operation: 'ec2:DescribeSubnets',
      with: 'AccessDenied',
      match: ({ Filter }) => JSON.stringify(Filter).includes('subnet-200'),
    });

    const subnets = valueIn((await collected(sandbox, 'subnets')).subnets);

    expect(Object.values(subnets).filter(({ state }) => state === 'present')).toHaveLength(200);
    expect(subnets['subnet-200']).toMatchObject({ state: 'unreadable', kind: 'denied' });
    expect(sandbox.calls({ operation: 'ec2:DescribeSubnets' })).toHaveLength(2);
  });

  it('have all tables of their VPCs, the main one among them, on every page', async () => {
    const sandbox = await aWorld((account) => {
      account
        .instance({ region, tags: TAGS, SubnetId: 'subnet-1' })
        .subnet('subnet-1', { region, VpcId: VPC });
      account.vpc('vpc-other', { region });
      for (let count = 0; count < 100; count += 1) account.routeTable(`rtb-${count}`, { region, VpcId: VPC });
      account.routeTable('rtb-public', {
        region,
        VpcId: VPC,
        Routes: [
          { DestinationCidrBlock: '0.0.0.0/0', GatewayId: 'igw-1', State: 'active' },
          { DestinationIpv6CidrBlock: '::/0', EgressOnlyInternetGatewayId: 'eigw-1', State: 'active' },
          { DestinationPrefixListId: 'pl-1', GatewayId: 'vpce-1', State: 'blackhole' },
        ],
        Associations: [{ SubnetId: 'subnet-1', RouteTableId: 'rtb-public' }],
      });
    });

    const tables = valueIn((await collected(sandbox, 'routeTables')).routeTables);

    expect(tables).toHaveLength(102);
    expect(tables.filter(({ main }) => main)).toHaveLength(1);
    expect(tables.find(({ id }) => id === 'rtb-public')).toEqual({
      id: 'rtb-public',
      vpcId: VPC,
      main: false,
      subnetIds: ['subnet-1'],
      routes: [
        { destinationCidr: '0.0.0.0/0', gatewayId: 'igw-1', state: 'active' },
        { destinationIpv6Cidr: '::/0', state: 'active' },
        { destinationPrefixListId: 'pl-1', gatewayId: 'vpce-1', state: 'blackhole' },
      ],
    });
    expect(sandbox.calls({ operation: 'ec2:DescribeRouteTables' })).toHaveLength(2);
  });
});

describe('a route table', () => {
  const toInternet = { GatewayId: 'igw-1', State: 'active' as const };

  function tableWith(table: Parameters<AccountBuilder['routeTable']>[1]) {
    return aWorld((account) =>
      account
        .subnet('subnet-1', { region, VpcId: VPC })
        .routeTable('rtb-1', { ...table, VpcId: VPC })
        .instance({ region, tags: TAGS, SubnetId: 'subnet-1' }),
    );
  }

  it.each<[string, Parameters<AccountBuilder['routeTable']>[1]]>([
    ['what goes to an internet gateway', { region, Routes: [toInternet] }],
    ['any route, not even the local one,', { region, Routes: [] }],
    ['what it is associated with', { region, Associations: [{ Main: false, RouteTableId: 'rtb-1' }] }],
  ])('that does not say %s makes no subnet private', async (_, table) => {
    const { routeTables } = await collected(await tableWith(table), 'routeTables');

    expect(routeTables).toMatchObject({ state: 'unreadable', code: 'MalformedResponse' });
  });

  it.each([
    'CarrierGatewayId',
    'CoreNetworkArn',
    'EgressOnlyInternetGatewayId',
    'InstanceId',
    'LocalGatewayId',
    'NatGatewayId',
    'NetworkInterfaceId',
    'OdbNetworkArn',
    'TransitGatewayId',
    'VpcPeeringConnectionId',
  ])('may lead to what %s names; without any target it is not known where', async (target) => {
    const outward = { DestinationCidrBlock: '0.0.0.0/0', State: 'active' as const };
    const sandbox = await tableWith({ region, Routes: [{ ...outward, [target]: 'x' }, outward] });

    const tables = valueIn((await collected(sandbox, 'routeTables')).routeTables);

    expect(tables.find(({ id }) => id === 'rtb-1')?.routes).toEqual([
      { destinationCidr: '0.0.0.0/0', state: 'active' },
      { destinationCidr: '0.0.0.0/0', state: 'active', hasUnknownTarget: true },
    ]);
  });

  it('may be associated with a gateway', async () => {
    const Associations = [{ GatewayId: 'igw-1', RouteTableId: 'rtb-1' }];
    const { routeTables } = await collected(await tableWith({ region, Associations }), 'routeTables');

    expect(valueIn(routeTables)).toContainEqual(expect.objectContaining({ id: 'rtb-1', subnetIds: [] }));
  });
});

describe('the facts that the private-nodes control needs', () => {
  it('cost a Region four requests and each launch template one, for any number of clusters', async () => {
    const sandbox = await aWorld((account) => {
      account.launchTemplate('lt-1', { region, versions: [{}] });
      for (const name of ['a', 'b', 'c']) {
        account
          .cluster(name, { region, nodegroups: [{ launchTemplate: { id: 'lt-1', version: '1' } }, {}] })
          .instance({ region, tags: { 'eks:cluster-name': name } });
      }
    });

    await collectedFor(sandbox, [privateNodes]);

    const operations = sandbox.log.map(({ operation }) => operation);
    expect(operations.filter((operation) => operation.startsWith('ec2:')).sort()).toEqual([
      'ec2:DescribeInstances',
      'ec2:DescribeLaunchTemplateVersions',
      'ec2:DescribeRouteTables',
      'ec2:DescribeSubnets',
    ]);
  });

  it('are not read in a Region without clusters', async () => {
    const sandbox = await signedIn(aTestOrganization().account(PAYMENTS));

    await collectedFor(sandbox, [privateNodes]);

    expect(sandbox.log.map(({ operation }) => operation)).toEqual(['eks:ListClusters']);
  });
});
