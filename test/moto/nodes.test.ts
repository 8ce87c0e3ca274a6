import { beforeEach, describe, expect, test } from 'vitest';
import { linesOf } from '../harness.ts';
import { type Account, aMember, freshMoto, run } from './account.ts';
import { aLaunchTemplate, aNode, aPublicSubnet, aSubnet, aVpc, openMainRouteTable } from './ec2.ts';
import { aCluster, aFargateProfile, aNodegroup } from './eks.ts';

beforeEach(freshMoto);

describe('nodes in moto', () => {
  test('are private or public by their addresses, templates, subnets and routes', async () => {
    const account = await aMember('payments');
    const vpc = await aVpc(account);
    const [inside, outside] = [await aSubnet(account, vpc, 1), await aPublicSubnet(account, vpc, 2)];
    const withAddress = await aTemplate(account, 'with-address', true);
    const withoutAddress = await aTemplate(account, 'without-address', false);
    await clusters(account, ['empty', 'exposed', 'growing', 'hidden', 'inside', 'templated']);
    await Promise.all([
      aNode(account, 'exposed', outside),
      aNodegroup(account, 'growing', [inside, outside]),
      aNodegroup(account, 'hidden', [outside], { launchTemplate: { id: withoutAddress, version: '1' } }),
      aNodegroup(account, 'inside', [inside]),
      aNode(account, 'inside', inside),
      aNodegroup(account, 'templated', [inside], { launchTemplate: { id: withAddress } }),
    ]);

    const { verdicts } = await run(['private-nodes']);

    expect(linesOf(verdicts)).toEqual([
      '5.4.3 empty PASSED NO_EC2_NODES',
      '5.4.3 exposed FAILED NODES_HAVE_PUBLIC_ADDRESSES',
      '5.4.3 growing FAILED NODES_WILL_GET_PUBLIC_ADDRESSES',
      '5.4.3 hidden WARNING NODES_IN_PUBLIC_SUBNET',
      '5.4.3 inside PASSED PRIVATE_NODES',
      '5.4.3 templated FAILED NODES_WILL_GET_PUBLIC_ADDRESSES',
    ]);
  });

  test('are in a public subnet when the main route table of its VPC makes it one', async () => {
    const account = await aMember('payments');
    const vpc = await aVpc(account);
    const subnet = await aSubnet(account, vpc, 1);
    await openMainRouteTable(account, vpc);
    await clusters(account, ['prod']);
    await aNode(account, 'prod', subnet);

    const { verdicts } = await run(['private-nodes']);

    expect(linesOf(verdicts)).toEqual(['5.4.3 prod WARNING NODES_IN_PUBLIC_SUBNET']);
  });

  test('may be left to Fargate', async () => {
    const account = await aMember('payments');
    await clusters(account, ['fargate', 'nodes']);
    await aFargateProfile(account, 'fargate', ['untrusted-*']);
    const settings = { untrustedNamespaces: ['untrusted-uploads'] };

    const available = await run(['fargate'], { benchmark: '1.3.0' });
    const demanded = await run(['fargate'], { benchmark: '1.3.0', settings });

    expect(linesOf(available.verdicts)).toEqual([
      '5.6.1 fargate PASSED FARGATE_AVAILABLE',
      '5.6.1 nodes WARNING NO_FARGATE_PROFILE',
    ]);
    expect(linesOf(demanded.verdicts)).toEqual([
      '5.6.1 fargate PASSED FARGATE_AVAILABLE',
      '5.6.1 nodes FAILED UNTRUSTED_NOT_ON_FARGATE',
    ]);
  });
});

async function clusters(account: Account, names: readonly string[]): Promise<void> {
  await Promise.all(names.map((name) => aCluster(account, name)));
}

function aTemplate(account: Account, name: string, AssociatePublicIpAddress: boolean): Promise<string> {
  return aLaunchTemplate(account, name, {
    NetworkInterfaces: [{ DeviceIndex: 0, AssociatePublicIpAddress }],
  });
}
