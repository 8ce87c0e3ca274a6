import {
  DescribeInstancesCommand,
  EC2Client,
  type Filter,
  paginateDescribeInstances,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import type { AccountBuilder } from '../../../infra/sandbox/account-builder.ts';
import { ec2Account, filterBy } from './ec2-support.ts';
import { as, member, names, other, region } from './support.ts';

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
    const { client } = await ec2Account(instances);
    const { Reservations } = await client.send(new DescribeInstancesCommand({ Filters }));
    return Reservations?.flatMap(({ Instances }) => Instances?.map(({ InstanceId }) => InstanceId));
  }

  it('returns every field', async () => {
    const { client } = await ec2Account(instances);
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
    [
      'tag-key',
      [filterBy('tag-key', 'kubernetes.io/cluster/prod', 'kubernetes.io/cluster/none')],
      ['i-prod'],
    ],
    ['tag-key with a wildcard', [filterBy('tag-key', 'kubernetes.io/cluster/*')], ['i-prod', 'i-test']],
    ['a wildcard taken literally', [filterBy('tag-key', 'kubernetes.io/cluster/\\*')], []],
    ['one character', [filterBy('instance-id', 'i-p?od')], ['i-prod']],
    ['a tag', [filterBy('tag:env', 'prod')], ['i-gone']],
    ['state', [filterBy('instance-state-name', 'pending', 'running')], ['i-prod', 'i-test']],
    ['VPC', [filterBy('vpc-id', 'vpc-1')], ['i-prod', 'i-test']],
    ['two filters, joined by AND', [filterBy('vpc-id', 'vpc-1'), filterBy('tag-key', 'Name')], ['i-prod']],
  ])('filters by %s', async (_what, filters, expected) => {
    expect(await found(...filters)).toEqual(expected);
  });

  it('rejects a filter that instances do not have', async () => {
    await expect(found(filterBy('instance-state', 'running'))).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
  });

  it('has pages of 1,000 instances by default', async () => {
    const { client } = await ec2Account((builder) => {
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

  it('rejects MaxResults with instance ids', async () => {
    const { client } = await ec2Account(instances);
    const both = new DescribeInstancesCommand({ InstanceIds: ['i-prod'], MaxResults: 5 });
    await expect(client.send(both)).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
  });

  it('returns only the instances of the account and Region', async () => {
    const { sandbox } = await ec2Account(instances);
    const elsewhere = new EC2Client(as(sandbox, member, 'us-east-1'));
    const { Reservations } = await elsewhere.send(new DescribeInstancesCommand({}));
    expect(Reservations?.map(({ Instances }) => Instances?.[0]?.InstanceId)).toEqual(['i-far']);
    const others = await new EC2Client(as(sandbox, other)).send(new DescribeInstancesCommand({}));
    expect(others.Reservations).toEqual([]);
  });
});
