import { describe, expect, it } from 'vitest';
import { privateNodes } from '../../../../shared/evaluate/controls/private-nodes.ts';
import { absent, present } from '../../../../shared/model/evidence.ts';
import { denied } from '../../../builders.ts';
import { aLaunchTemplate, aNodegroup, anInstance, aSubnet, judgeOne } from '../../../builders-network.ts';
import { aNetwork, type Given, IN_PUBLIC, PUBLIC_IPV4 } from './private-nodes-support.ts';

const gone = denied('ec2:DescribeLaunchTemplateVersions', {
  kind: 'gone',
  code: 'InvalidLaunchTemplateId.NotFound',
});
const launchTemplate = { id: 'lt-1', version: '3' };

/** Node groups that can start no more nodes. */
const GONE: readonly [string, Given][] = [
  [
    'launch template',
    {
      nodegroups: present([aNodegroup({ launchTemplate, subnets: ['subnet-public'] })]),
      launchTemplates: present({ 'lt-1:3': gone }),
    },
  ],
  [
    'subnets',
    {
      nodegroups: present([aNodegroup({ subnets: ['a', 'b'] })]),
      subnets: present({ a: absent, b: absent, 'subnet-private': present(aSubnet()) }),
    },
  ],
  [
    'launch template’s subnet',
    {
      nodegroups: present([aNodegroup({ launchTemplate, subnets: ['subnet-private'] })]),
      launchTemplates: present({
        'lt-1:3': present(aLaunchTemplate({ subnetId: 'a', associatePublicIpAddress: true })),
      }),
      subnets: present({ a: absent, 'subnet-private': present(aSubnet()) }),
    },
  ],
];

describe.each(GONE)('5.4.3 of a node group whose %s is gone', (_, given) => {
  it('is decided by the nodes that it has', () => {
    const instances = present([anInstance()]);

    expect(judgeOne(privateNodes, { ...given, instances })).toMatchObject({
      status: 'PASSED',
      reasonCode: 'PRIVATE_NODES',
      reason: 'No public address and no public subnet: 1 node and 0 node groups.',
    });
  });

  it('passes without nodes: none will be started', () => {
    expect(judgeOne(privateNodes, given).reasonCode).toBe('NO_EC2_NODES');
  });

  it('fails by a node with a public address', () => {
    const instances = present([anInstance({ networkInterfaces: [PUBLIC_IPV4] })]);

    expect(judgeOne(privateNodes, { ...given, instances }).reasonCodes).toEqual([
      'NODES_HAVE_PUBLIC_ADDRESSES',
    ]);
  });
});

it('a node in a public subnet is a warning, also of a node group whose launch template is gone', () => {
  const [, given] = GONE[0] ?? [];
  const instances = present([anInstance({ networkInterfaces: [IN_PUBLIC] })]);

  expect(judgeOne(privateNodes, { ...aNetwork(), ...given, instances })).toMatchObject({
    reasonCode: 'NODES_IN_PUBLIC_SUBNET',
    evidence: { nodegroups: 'none' },
  });
});

it('a node group whose subnets could not be read may start nodes anywhere', () => {
  const nodegroups = present([aNodegroup({ subnets: ['a', 'b'] })]);
  const subnets = present({ a: absent, b: denied('ec2:DescribeSubnets') });

  expect(judgeOne(privateNodes, { nodegroups, subnets }).status).toBe('NOT_AVAILABLE');
});
