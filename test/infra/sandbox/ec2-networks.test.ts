import {
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  paginateDescribeRouteTables,
  paginateDescribeSubnets,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import type { AccountBuilder } from '../../../infra/sandbox/account-builder.ts';
import { ec2Account, filterBy } from './ec2-support.ts';
import { names, region } from './support.ts';

describe('a network', () => {
  function network(builder: AccountBuilder) {
    return builder
      .vpc('vpc-1', { region, tags: { Name: 'main' } })
      .subnet('subnet-public', { region, VpcId: 'vpc-1', MapPublicIpOnLaunch: true })
      .subnet('subnet-private', { region, VpcId: 'vpc-1' })
      .routeTable('rtb-public', {
        region,
        VpcId: 'vpc-1',
        Routes: [
          { DestinationCidrBlock: '0.0.0.0/0', GatewayId: 'igw-1', State: 'active' },
          { DestinationIpv6CidrBlock: '::/0', GatewayId: 'igw-1', State: 'active' },
        ],
        Associations: [{ SubnetId: 'subnet-public', Main: false, RouteTableAssociationId: 'rtbassoc-1' }],
      })
      .networkInterface({
        region,
        NetworkInterfaceId: 'eni-1',
        VpcId: 'vpc-1',
        SubnetId: 'subnet-public',
        Groups: [{ GroupId: 'sg-1', GroupName: 'nodes' }],
        Attachment: { InstanceId: 'i-1', Status: 'attached' },
        tags: { cluster: 'prod' },
      });
  }

  it('has subnets with their settings', async () => {
    const { client } = await ec2Account(network);
    const { Subnets } = await client.send(
      new DescribeSubnetsCommand({ Filters: [filterBy('vpc-id', 'vpc-1')] }),
    );
    expect(Subnets?.map(({ SubnetId, MapPublicIpOnLaunch }) => [SubnetId, MapPublicIpOnLaunch])).toEqual([
      ['subnet-public', true],
      ['subnet-private', false],
    ]);
  });

  it('can lack the main route table of a VPC, as when another account owns it', async () => {
    const { client } = await ec2Account((builder) =>
      network(builder)
        .vpc('vpc-2', { region, mainRouteTable: false })
        .cluster('prod', { region, resourcesVpcConfig: { vpcId: 'vpc-2' } }),
    );
    const { RouteTables } = await client.send(
      new DescribeRouteTablesCommand({ Filters: [filterBy('association.main', 'true')] }),
    );
    expect(RouteTables?.map(({ VpcId }) => VpcId)).toEqual(['vpc-1']);
    const { Vpcs } = await client.send(new DescribeVpcsCommand({ VpcIds: ['vpc-2'] }));
    expect(Object.keys(Vpcs?.[0] ?? {})).not.toContain('mainRouteTable');
  });

  it('has the prefixes, secondary addresses and IPv6 addresses of an interface', async () => {
    const addresses = {
      Ipv6Prefixes: [{ Ipv6Prefix: '2001:db8:1::/80' }],
      Ipv4Prefixes: [{ Ipv4Prefix: '10.0.1.0/28' }],
      Ipv6Addresses: [{ Ipv6Address: '2001:db8::1', IsPrimaryIpv6: true }],
      PrivateIpAddresses: [
        { PrivateIpAddress: '10.0.0.9', Primary: false, Association: { PublicIp: '203.0.113.1' } },
      ],
    };
    const { client } = await ec2Account((builder) =>
      builder
        .instance({ region, InstanceId: 'i-1', NetworkInterfaces: [{ SubnetId: 'subnet-1', ...addresses }] })
        .networkInterface({
          region,
          SubnetId: 'subnet-1',
          ...addresses,
          ConnectionTrackingConfiguration: { UdpTimeout: 60 },
        }),
    );
    const { Reservations } = await client.send(new DescribeInstancesCommand({}));
    expect(Reservations?.[0]?.Instances?.[0]?.NetworkInterfaces).toEqual([
      { SubnetId: 'subnet-1', ...addresses },
    ]);
    const { NetworkInterfaces } = await client.send(new DescribeNetworkInterfacesCommand({}));
    expect(NetworkInterfaces).toMatchObject([
      { ...addresses, ConnectionTrackingConfiguration: { UdpTimeout: 60 } },
    ]);
  });

  it('has routes, associations and, by default, a main route table', async () => {
    const { client } = await ec2Account(network);
    const main = await client.send(
      new DescribeRouteTablesCommand({ Filters: [filterBy('association.main', 'true')] }),
    );
    expect(main.RouteTables).toMatchObject([{ VpcId: 'vpc-1', Routes: [{ GatewayId: 'local' }] }]);
    const ofSubnet = [filterBy('association.subnet-id', 'subnet-public')];
    const { RouteTables } = await client.send(new DescribeRouteTablesCommand({ Filters: ofSubnet }));
    expect(RouteTables).toMatchObject([
      {
        RouteTableId: 'rtb-public',
        Routes: [
          { DestinationCidrBlock: '0.0.0.0/0', GatewayId: 'igw-1' },
          { DestinationIpv6CidrBlock: '::/0' },
        ],
        Associations: [{ SubnetId: 'subnet-public', Main: false }],
      },
    ]);
  });

  it('has the main route table that was added instead of the default one', async () => {
    const { client } = await ec2Account((builder) =>
      builder.vpc('vpc-1', { region }).routeTable('rtb-own', { region, VpcId: 'vpc-1', main: true }),
    );
    const { RouteTables } = await client.send(new DescribeRouteTablesCommand({}));
    expect(RouteTables?.map(({ RouteTableId }) => RouteTableId)).toEqual(['rtb-own']);
    expect(RouteTables?.[0]?.Associations).toMatchObject([{ Main: true }]);
  });

  it('has VPCs and network interfaces', async () => {
    const { client } = await ec2Account(network);
    const { Vpcs } = await client.send(new DescribeVpcsCommand({ Filters: [filterBy('tag:Name', 'main')] }));
    expect(Vpcs).toMatchObject([
      { VpcId: 'vpc-1', IsDefault: false, Tags: [{ Key: 'Name', Value: 'main' }] },
    ]);
    const ofInstance = [filterBy('attachment.instance-id', 'i-1'), filterBy('tag:cluster', 'prod')];
    const { NetworkInterfaces } = await client.send(
      new DescribeNetworkInterfacesCommand({ Filters: ofInstance }),
    );
    expect(NetworkInterfaces).toMatchObject([
      {
        NetworkInterfaceId: 'eni-1',
        Groups: [{ GroupId: 'sg-1' }],
        TagSet: [{ Key: 'cluster', Value: 'prod' }],
      },
    ]);
  });

  it('is added with a cluster that has none, and is private', async () => {
    const { client } = await ec2Account((builder) => builder.cluster('prod', { region, nodegroups: [{}] }));
    const { Subnets } = await client.send(new DescribeSubnetsCommand({}));
    expect(Subnets?.map(({ MapPublicIpOnLaunch }) => MapPublicIpOnLaunch)).toEqual([false, false]);
    const { RouteTables } = await client.send(new DescribeRouteTablesCommand({}));
    expect(
      RouteTables?.map(({ Routes }) => Routes?.some(({ NatGatewayId }) => NatGatewayId?.startsWith('nat-'))),
    ).toEqual([true]);
  });

  it('has pages of 1,000 subnets and of 100 route tables', async () => {
    const { client } = await ec2Account((builder) => {
      names(1001, 'subnet').forEach((id) => void builder.subnet(id, { region }));
      names(101, 'rtb').forEach((id) => void builder.routeTable(id, { region }));
    });
    const subnets: number[] = [];
    for await (const { Subnets = [] } of paginateDescribeSubnets({ client }, {})) {
      subnets.push(Subnets.length);
    }
    const tables: number[] = [];
    for await (const { RouteTables = [] } of paginateDescribeRouteTables({ client }, {})) {
      tables.push(RouteTables.length);
    }
    expect([subnets, tables]).toEqual([
      [1000, 1],
      [100, 1],
    ]);
    await expect(client.send(new DescribeRouteTablesCommand({ MaxResults: 101 }))).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
  });

  it('is answered with the error of its type when a resource does not exist', async () => {
    const { client } = await ec2Account(network);
    const answers = await Promise.allSettled([
      client.send(new DescribeVpcsCommand({ VpcIds: ['vpc-x'] })),
      client.send(new DescribeSubnetsCommand({ SubnetIds: ['subnet-public', 'subnet-x'] })),
      client.send(new DescribeRouteTablesCommand({ RouteTableIds: ['rtb-x'] })),
      client.send(new DescribeInstancesCommand({ InstanceIds: ['i-x'] })),
      client.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: ['eni-x'] })),
    ]);
    expect(answers.map((answer) => answer.status === 'rejected' && answer.reason.name)).toEqual([
      'InvalidVpcID.NotFound',
      'InvalidSubnetID.NotFound',
      'InvalidRouteTableID.NotFound',
      'InvalidInstanceID.NotFound',
      'InvalidNetworkInterfaceID.NotFound',
    ]);
  });
});
