import { describe, expect, it } from 'vitest';
import type { AccountBuilder } from '../../../../infra/sandbox/account-builder.ts';
import type { Sandbox } from '../../../../infra/sandbox/sandbox.ts';
import { privateNodes } from '../../../../shared/evaluate/controls/private-nodes.ts';
import { aTestOrganization, PAYMENTS, REGION, signedIn } from '../../../harness.ts';
import { collected, collectedFor, valueIn } from '../collected.ts';

const region = REGION;
const VPC = 'vpc-1';
const TAGS = { 'kubernetes.io/cluster/orders': 'owned' };

/** A cluster `orders` without nodes, in a VPC whose main route table leads nowhere. */
function aWorld(build: (account: AccountBuilder) => unknown): Promise<Sandbox> {
  return signedIn(
    aTestOrganization().account(PAYMENTS, {}, (account) => {
      account.vpc(VPC, { region }).cluster('orders', { region, resourcesVpcConfig: { vpcId: VPC } });
      build(account);
    }),
  );
}

describe('instances', () => {
  it('are those tagged for a cluster that was read, by any of the tags', async () => {
    const sandbox = await aWorld((account) =>
      account
        .instance({ region, InstanceId: 'i-self', tags: TAGS })
        .instance({ region, InstanceId: 'i-managed', tags: { 'eks:cluster-name': 'orders' } })
        .instance({ region, InstanceId: 'i-auto', tags: { 'eks:eks-cluster-name': 'orders' } })
        .instance({ region, InstanceId: 'i-foreign', tags: { 'kubernetes.io/cluster/kops': 'owned' } })
        .instance({ region, InstanceId: 'i-other', tags: { Name: 'orders' } })
        .instance({ region: 'us-east-1', InstanceId: 'i-elsewhere', tags: TAGS }),
    );

    const instances = valueIn((await collected(sandbox, 'instances')).instances);

    expect(instances.map(({ instanceId, clusters }) => [instanceId, clusters])).toEqual([
      ['i-self', ['orders']],
      ['i-managed', ['orders']],
      ['i-auto', ['orders']],
    ]);
  });

  it('of two clusters in one VPC keep the cluster they belong to, and are listed once', async () => {
    const sandbox = await aWorld((account) =>
      account
        .cluster('billing', { region, resourcesVpcConfig: { vpcId: VPC } })
        .instance({ region, InstanceId: 'i-orders', tags: TAGS })
        .instance({ region, InstanceId: 'i-billing', tags: { 'eks:cluster-name': 'billing' } }),
    );

    const instances = valueIn((await collected(sandbox, 'instances')).instances);

    expect(instances.map(({ clusters }) => clusters)).toEqual([['orders'], ['billing']]);
    expect(sandbox.calls({ operation: 'ec2:DescribeInstances' })).toHaveLength(1);
  });

  it('that are terminated are left out, stopped ones are not', async () => {
    const sandbox = await aWorld((account) =>
      account
        .instance({ region, InstanceId: 'i-1', tags: TAGS, State: { Code: 48, Name: 'terminated' } })
        .instance({ region, InstanceId: 'i-2', tags: TAGS, State: { Code: 80, Name: 'stopped' } }),
    );

    const instances = valueIn((await collected(sandbox, 'instances')).instances);

    expect(instances.map(({ instanceId }) => instanceId)).toEqual(['i-2']);
  });

  it('keep the addresses of every network interface', async () => {
    const sandbox = await aWorld((account) =>
      account.instance({
        region,
        tags: TAGS,
        SubnetId: 'subnet-1',
        PublicIpAddress: '203.0.113.7',
        NetworkInterfaces: [
          {
            SubnetId: 'subnet-1',
            Association: { PublicIp: '203.0.113.7' },
            PrivateIpAddresses: [
              { Primary: true, PrivateIpAddress: '10.0.0.4', Association: { PublicIp: '203.0.113.7' } },
              { PrivateIpAddress: '10.0.0.5', Association: { PublicIp: '198.51.100.7' } },
            ],
          },
          { SubnetId: 'subnet-2', Ipv6Addresses: [{ Ipv6Address: '2600:1f18::1' }] },
        ],
      }),
    );

    const [instance] = valueIn((await collected(sandbox, 'instances')).instances);

    expect(instance?.networkInterfaces).toEqual([
      { subnetId: 'subnet-1', publicIpv4: ['203.0.113.7', '198.51.100.7'], ipv6: [] },
      { subnetId: 'subnet-2', publicIpv4: [], ipv6: ['2600:1f18::1'] },
    ]);
  });

  it('keep their own address where no network interface is listed', async () => {
    const sandbox = await aWorld((account) =>
      account.instance({ region, tags: TAGS, SubnetId: 'subnet-1', PublicIpAddress: '203.0.113.7' }),
    );

    const [instance] = valueIn((await collected(sandbox, 'instances')).instances);

    expect(instance?.networkInterfaces).toEqual([
      { subnetId: 'subnet-1', publicIpv4: ['203.0.113.7'], ipv6: [] },
    ]);
  });

  it('keep their instance profile and metadata options', async () => {
    const profile = 'arn:aws:iam::333333333333:instance-profile/nodes';
    const sandbox = await aWorld((account) =>
      account.instance({
        region,
        tags: TAGS,
        IamInstanceProfile: { Arn: profile },
        MetadataOptions: { HttpTokens: 'optional', HttpPutResponseHopLimit: 2, HttpEndpoint: 'enabled' },
      }),
    );

    const [instance] = valueIn((await collected(sandbox, 'instances')).instances);

    expect(instance).toMatchObject({
      instanceProfile: profile,
      metadata: { httpTokens: 'optional', hopLimit: 2, httpEndpoint: 'enabled' },
    });
  });

  it('are read on every page', async () => {
    const sandbox = await aWorld((account) => {
      for (let count = 0; count < 1001; count += 1) account.instance({ region, tags: TAGS });
    });

    const instances = valueIn((await collected(sandbox, 'instances')).instances);

    expect(new Set(instances.map(({ instanceId }) => instanceId)).size).toBe(1001);
    expect(sandbox.calls({ operation: 'ec2:DescribeInstances' })).toHaveLength(2);
  });
});

describe('launch templates', () => {
  const launchTemplate = { id: 'lt-1', version: '2' };

  it('are read once for each version that node groups name', async () => {
    const sandbox = await aWorld((account) =>
      account
        .launchTemplate('lt-1', {
          region,
          versions: [
            {},
            {
              NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: 'subnet-9', AssociatePublicIpAddress: true }],
              MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
            },
          ],
        })
        .cluster('billing', { region, nodegroups: [{ launchTemplate }, { launchTemplate: { id: 'lt-1' } }] })
        .cluster('shop', { region, nodegroups: [{ launchTemplate }, {}] }),
    );

    const templates = valueIn((await collected(sandbox, 'launchTemplates')).launchTemplates);

    expect(Object.keys(templates).sort()).toEqual(['lt-1:$Default', 'lt-1:2']);
    expect(valueIn(templates['lt-1:2'])).toMatchObject({
      id: 'lt-1',
      version: '2',
      networkInterfaces: [{ deviceIndex: 0, subnetId: 'subnet-9', associatePublicIpAddress: true }],
      metadata: { httpTokens: 'required', hopLimit: 1 },
    });
    expect(valueIn(templates['lt-1:$Default']).networkInterfaces).toEqual([]);
    expect(sandbox.calls({ operation: 'ec2:DescribeLaunchTemplateVersions' })).toHaveLength(2);
  });

  it('are found by their name where a node group names no id', async () => {
    const sandbox = await aWorld((account) =>
      account
        .launchTemplate('lt-1', { region, name: 'workers', versions: [{}] })
        .cluster('shop', { region, nodegroups: [{ launchTemplate: { name: 'workers', version: '1' } }] }),
    );

    const templates = valueIn((await collected(sandbox, 'launchTemplates')).launchTemplates);

    expect(valueIn(templates['workers:1']).id).toBe('lt-1');
  });

  it('that were deleted are gone; the others are read', async () => {
    const sandbox = await aWorld((account) =>
      account
        .launchTemplate('lt-1', { region, versions: [{}] })
        .cluster('shop', {
          region,
          nodegroups: ['lt-gone', 'lt-1'].map((id) => ({ launchTemplate: { id, version: '1' } })),
        })
        .cluster('billing', { region, nodegroups: [{ launchTemplate: { id: 'lt-1', version: '7' } }] }),
    );

    const templates = valueIn((await collected(sandbox, 'launchTemplates')).launchTemplates);

    expect(templates).toMatchObject({
      'lt-gone:1': { state: 'unreadable', kind: 'gone' },
      'lt-1:7': { state: 'unreadable', kind: 'gone' },
      'lt-1:1': { state: 'present' },
    });
  });
});

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

describe('the facts that private nodes are judged by', () => {
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
