import {
  DescribeInstancesCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  EC2Client,
  type Filter,
  paginateDescribeInstances,
  paginateDescribeLaunchTemplateVersions,
  paginateDescribeRouteTables,
  paginateDescribeSubnets,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import type { AccountBuilder } from '../../../infra/sandbox/account-builder.ts';
import { anOrganization } from '../../../infra/sandbox/world.ts';
import { as, member, names, other, region, running } from './support.ts';

async function account(build: (builder: AccountBuilder) => unknown) {
  const sandbox = await running(anOrganization().account(member, {}, build).account(other));
  return { sandbox, client: new EC2Client(as(sandbox, member)) };
}

const by = (Name: string, ...Values: string[]): Filter => ({ Name, Values });

describe('DescribeInstances', () => {
  function instances(builder: AccountBuilder) {
    return builder
      .instance({
        region,
        InstanceId: 'i-prod',
        VpcId: 'vpc-1',
        SubnetId: 'subnet-1',
        PublicIpAddress: '203.0.113.7',
        PublicDnsName: 'ec2-203-0-113-7.example',
        IamInstanceProfile: { Arn: `arn:aws:iam::${member}:instance-profile/node`, Id: 'AIPA1' },
        SecurityGroups: [{ GroupId: 'sg-1', GroupName: 'nodes' }],
        NetworkInterfaces: [
          {
            NetworkInterfaceId: 'eni-1',
            SubnetId: 'subnet-1',
            Ipv6Addresses: [{ Ipv6Address: '2001:db8::1' }],
            Groups: [{ GroupId: 'sg-1' }],
            Association: { PublicIp: '203.0.113.7', PublicDnsName: 'dns.example' },
            PrivateIpAddresses: [{ PrivateIpAddress: '10.0.0.9', Primary: true }],
          },
        ],
        tags: { 'kubernetes.io/cluster/prod': 'owned', Name: 'node & "co" <1>' },
      })
      .instance({
        region,
        InstanceId: 'i-test',
        VpcId: 'vpc-1',
        tags: { 'kubernetes.io/cluster/test': 'owned' },
      })
      .instance({
        region,
        InstanceId: 'i-gone',
        State: { Code: 48, Name: 'terminated' },
        tags: { env: 'prod' },
      })
      .instance({ region: 'us-east-1', InstanceId: 'i-far' });
  }

  async function found(...Filters: Filter[]) {
    const { client } = await account(instances);
    const { Reservations } = await client.send(new DescribeInstancesCommand({ Filters }));
    return Reservations?.flatMap(({ Instances }) => Instances?.map(({ InstanceId }) => InstanceId));
  }

  it('carries every field over the wire', async () => {
    const { client } = await account(instances);
    const { Reservations } = await client.send(new DescribeInstancesCommand({ InstanceIds: ['i-prod'] }));
    expect(Reservations).toHaveLength(1);
    expect(Reservations?.[0]?.Instances).toMatchObject([
      {
        InstanceId: 'i-prod',
        State: { Code: 16, Name: 'running' },
        PublicIpAddress: '203.0.113.7',
        PublicDnsName: 'ec2-203-0-113-7.example',
        SubnetId: 'subnet-1',
        IamInstanceProfile: { Arn: `arn:aws:iam::${member}:instance-profile/node` },
        SecurityGroups: [{ GroupId: 'sg-1', GroupName: 'nodes' }],
        MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
        NetworkInterfaces: [
          {
            NetworkInterfaceId: 'eni-1',
            Ipv6Addresses: [{ Ipv6Address: '2001:db8::1' }],
            Groups: [{ GroupId: 'sg-1' }],
            Association: { PublicIp: '203.0.113.7', PublicDnsName: 'dns.example' },
            PrivateIpAddresses: [{ PrivateIpAddress: '10.0.0.9', Primary: true }],
          },
        ],
        Tags: [
          { Key: 'kubernetes.io/cluster/prod', Value: 'owned' },
          { Key: 'Name', Value: 'node & "co" <1>' },
        ],
        LaunchTime: expect.any(Date),
      },
    ]);
  });

  it.each<[string, Filter[], string[]]>([
    ['nothing', [], ['i-prod', 'i-test', 'i-gone']],
    ['tag-key', [by('tag-key', 'kubernetes.io/cluster/prod', 'kubernetes.io/cluster/none')], ['i-prod']],
    ['tag-key with a wildcard', [by('tag-key', 'kubernetes.io/cluster/*')], ['i-prod', 'i-test']],
    ['a wildcard taken literally', [by('tag-key', 'kubernetes.io/cluster/\\*')], []],
    ['one character', [by('instance-id', 'i-p?od')], ['i-prod']],
    ['a tag', [by('tag:env', 'prod')], ['i-gone']],
    ['state', [by('instance-state-name', 'pending', 'running')], ['i-prod', 'i-test']],
    ['VPC', [by('vpc-id', 'vpc-1')], ['i-prod', 'i-test']],
    ['two filters, joined by AND', [by('vpc-id', 'vpc-1'), by('tag-key', 'Name')], ['i-prod']],
  ])('filters by %s', async (_what, filters, expected) => {
    expect(await found(...filters)).toEqual(expected);
  });

  it('refuses a filter that instances do not have', async () => {
    await expect(found(by('instance-state', 'running'))).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
  });

  it('comes in pages, of 1,000 when no size is asked for', async () => {
    const { client } = await account((builder) => {
      names(1001).forEach(() => void builder.instance({ region }));
    });
    const sizes: number[] = [];
    const ids = new Set<string | undefined>();
    for await (const { Reservations = [] } of paginateDescribeInstances({ client }, {})) {
      const page = Reservations.flatMap(({ Instances = [] }) => Instances);
      sizes.push(page.length);
      page.forEach(({ InstanceId }) => void ids.add(InstanceId));
    }
    expect(sizes).toEqual([1000, 1]);
    expect(ids.size).toBe(1001);
    for (const MaxResults of [4, 1001]) {
      await expect(client.send(new DescribeInstancesCommand({ MaxResults }))).rejects.toMatchObject({
        name: 'InvalidParameterValue',
      });
    }
  });

  it('does not page what is asked for by id', async () => {
    const { client } = await account(instances);
    const both = new DescribeInstancesCommand({ InstanceIds: ['i-prod'], MaxResults: 5 });
    await expect(client.send(both)).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
  });

  it('knows only the instances of its account and Region', async () => {
    const { sandbox } = await account(instances);
    const elsewhere = new EC2Client(as(sandbox, member, 'us-east-1'));
    const { Reservations } = await elsewhere.send(new DescribeInstancesCommand({}));
    expect(Reservations?.map(({ Instances }) => Instances?.[0]?.InstanceId)).toEqual(['i-far']);
    const others = await new EC2Client(as(sandbox, other)).send(new DescribeInstancesCommand({}));
    expect(others.Reservations).toEqual([]);
  });
});

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
    const { client } = await account(network);
    const { Subnets } = await client.send(new DescribeSubnetsCommand({ Filters: [by('vpc-id', 'vpc-1')] }));
    expect(Subnets?.map(({ SubnetId, MapPublicIpOnLaunch }) => [SubnetId, MapPublicIpOnLaunch])).toEqual([
      ['subnet-public', true],
      ['subnet-private', false],
    ]);
  });

  it('has routes, associations, and a main route table without asking', async () => {
    const { client } = await account(network);
    const main = await client.send(
      new DescribeRouteTablesCommand({ Filters: [by('association.main', 'true')] }),
    );
    expect(main.RouteTables).toMatchObject([{ VpcId: 'vpc-1', Routes: [{ GatewayId: 'local' }] }]);
    const ofSubnet = [by('association.subnet-id', 'subnet-public')];
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

  it('has one main route table, the one that was described', async () => {
    const { client } = await account((builder) =>
      builder.vpc('vpc-1', { region }).routeTable('rtb-own', { region, VpcId: 'vpc-1', main: true }),
    );
    const { RouteTables } = await client.send(new DescribeRouteTablesCommand({}));
    expect(RouteTables?.map(({ RouteTableId }) => RouteTableId)).toEqual(['rtb-own']);
    expect(RouteTables?.[0]?.Associations).toMatchObject([{ Main: true }]);
  });

  it('has VPCs and network interfaces', async () => {
    const { client } = await account(network);
    const { Vpcs } = await client.send(new DescribeVpcsCommand({ Filters: [by('tag:Name', 'main')] }));
    expect(Vpcs).toMatchObject([
      { VpcId: 'vpc-1', IsDefault: false, Tags: [{ Key: 'Name', Value: 'main' }] },
    ]);
    const ofInstance = [by('attachment.instance-id', 'i-1'), by('tag:cluster', 'prod')];
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

  it('comes with a cluster that was described without one, private', async () => {
    const { client } = await account((builder) => builder.cluster('prod', { region, nodegroups: [{}] }));
    const { Subnets } = await client.send(new DescribeSubnetsCommand({}));
    expect(Subnets?.map(({ MapPublicIpOnLaunch }) => MapPublicIpOnLaunch)).toEqual([false, false]);
    const { RouteTables } = await client.send(new DescribeRouteTablesCommand({}));
    expect(
      RouteTables?.map(({ Routes }) => Routes?.some(({ NatGatewayId }) => NatGatewayId?.startsWith('nat-'))),
    ).toEqual([true]);
  });

  it('pages subnets by 1,000 and route tables by 100', async () => {
    const { client } = await account((builder) => {
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

  it('names what does not exist', async () => {
    const { client } = await account(network);
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

describe('launch templates', () => {
  const versions = [
    { MetadataOptions: { HttpPutResponseHopLimit: 1 } },
    {
      NetworkInterfaces: [
        { DeviceIndex: 0, AssociatePublicIpAddress: true, SubnetId: 'subnet-1', Groups: ['sg-1', 'sg-2'] },
      ],
      SecurityGroupIds: ['sg-3'],
      IamInstanceProfile: { Name: 'node' },
      TagSpecifications: [{ ResourceType: 'instance' as const, Tags: [{ Key: 'a', Value: 'b' }] }],
    },
    { MetadataOptions: { HttpPutResponseHopLimit: 3 } },
  ];

  async function template() {
    return account((builder) =>
      builder
        .launchTemplate('lt-1', { region, name: 'nodes', versions, defaultVersion: 2 })
        .launchTemplate('lt-2', { region, versions: [{}] }),
    );
  }

  it.each([
    [{ LaunchTemplateId: 'lt-1' }, [3, 2, 1]],
    [{ LaunchTemplateName: 'nodes', Versions: ['$Default'] }, [2]],
    [{ LaunchTemplateId: 'lt-1', Versions: ['$Latest', '1'] }, [3, 1]],
    [{ Versions: ['$Latest'] }, [3, 1]],
  ])('give the versions of %o', async (input, expected) => {
    const { client } = await template();
    const { LaunchTemplateVersions } = await client.send(new DescribeLaunchTemplateVersionsCommand(input));
    expect(LaunchTemplateVersions?.map(({ VersionNumber }) => VersionNumber)).toEqual(expected);
  });

  it('carry their data over the wire', async () => {
    const { client } = await template();
    const command = new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: 'lt-1', Versions: ['2'] });
    const { LaunchTemplateVersions } = await client.send(command);
    expect(LaunchTemplateVersions).toMatchObject([
      { LaunchTemplateName: 'nodes', DefaultVersion: true, LaunchTemplateData: versions[1] },
    ]);
  });

  it.each([
    ['InvalidLaunchTemplateId.NotFound', { LaunchTemplateId: 'lt-x' }],
    ['InvalidLaunchTemplateName.NotFoundException', { LaunchTemplateName: 'missing' }],
    ['InvalidLaunchTemplateId.VersionNotFound', { LaunchTemplateId: 'lt-1', Versions: ['9'] }],
    ['MissingParameter', { Versions: ['1'] }],
    ['InvalidParameterValue', { LaunchTemplateId: 'lt-1', MaxResults: 201 }],
    ['InvalidParameterValue', { LaunchTemplateId: 'lt-1', Versions: ['latest'] }],
  ])('answer with %s to %o', async (name, input) => {
    const { client } = await template();
    await expect(client.send(new DescribeLaunchTemplateVersionsCommand(input))).rejects.toMatchObject({
      name,
    });
  });

  it('come in pages of 200', async () => {
    const { client } = await account((builder) =>
      builder.launchTemplate('lt-1', { region, versions: Array.from({ length: 201 }, () => ({})) }),
    );
    const sizes: number[] = [];
    for await (const page of paginateDescribeLaunchTemplateVersions(
      { client },
      { LaunchTemplateId: 'lt-1' },
    )) {
      sizes.push(page.LaunchTemplateVersions?.length ?? 0);
    }
    expect(sizes).toEqual([200, 1]);
  });
});
