import { describe, expect, it } from 'vitest';
import type { Alteration } from '../../../../infra/sandbox/sandbox.ts';
import { REGION } from '../../../harness.ts';
import { collected, valueIn } from '../collected.ts';
import { aWorld, TAGS, VPC } from './network-world.ts';

const region = REGION;

function alteringInstances(edit: (instance: object) => unknown): Alteration {
  return ({ Reservations }) => {
    for (const { Instances } of Reservations as { readonly Instances: readonly object[] }[])
      for (const instance of Instances) edit(instance);
  };
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

  it('keep their own address where no network interface is listed yet', async () => {
    const sandbox = await aWorld((account) =>
      account.instance({
        region,
        tags: TAGS,
        State: { Code: 0, Name: 'pending' },
        SubnetId: 'subnet-1',
        PublicIpAddress: '203.0.113.7',
        NetworkInterfaces: [],
      }),
    );

    const [instance] = valueIn((await collected(sandbox, 'instances')).instances);

    expect(instance?.networkInterfaces).toEqual([
      { subnetId: 'subnet-1', publicIpv4: ['203.0.113.7'], ipv6: [] },
    ]);
  });

  it.each(['running', 'stopping', 'stopped'] as const)(
    'that are %s are not known without a network interface',
    async (Name) => {
      const sandbox = await aWorld((account) =>
        account.instance({ region, tags: TAGS, State: { Name }, NetworkInterfaces: [] }),
      );

      expect((await collected(sandbox, 'instances')).instances).toMatchObject({
        state: 'unreadable',
        code: 'MalformedResponse',
        operation: 'ec2:DescribeInstances',
      });
    },
  );

  it.each<[string, Alteration]>([
    ['tags', alteringInstances((instance) => Object.assign(instance, { Tags: [] }))],
    ['reservation', (answer) => Object.assign(answer, { Reservations: [{ Instances: [] }] })],
  ])('are not known without their %s', async (_, alter) => {
    const sandbox = await aWorld((account) => account.instance({ region, tags: TAGS }));
    sandbox.fail({ operation: 'ec2:DescribeInstances', alter });

    expect((await collected(sandbox, 'instances')).instances).toMatchObject({
      state: 'unreadable',
      code: 'MalformedResponse',
    });
  });

  it('keep their node group, instance profile and metadata options', async () => {
    const profile = 'arn:aws:iam::333333333333:instance-profile/nodes';
    const sandbox = await aWorld((account) =>
      account.instance({
        region,
        tags: { ...TAGS, 'eks:nodegroup-name': 'workers' },
        IamInstanceProfile: { Arn: profile },
        MetadataOptions: { HttpTokens: 'optional', HttpPutResponseHopLimit: 2, HttpEndpoint: 'enabled' },
      }),
    );

    const [instance] = valueIn((await collected(sandbox, 'instances')).instances);

    expect(instance).toMatchObject({
      nodegroup: 'workers',
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
