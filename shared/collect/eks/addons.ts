import { DescribeAddonCommand, EKSClient } from '@aws-sdk/client-eks';
import { read } from '../../aws/read.ts';
import { isNetworkPolicyEngine, POD_IDENTITY_AGENT } from '../../model/addons.ts';
import { type Named, present, type Reading } from '../../model/evidence.ts';
import { type Addon, addonSchema } from '../../model/facts.ts';
import { clusterCollector } from '../collector.ts';
import { listAddons } from './list-addons.ts';

export const eksAddons = clusterCollector({
  fact: 'addons',
  actions: ['eks:ListAddons', 'eks:DescribeAddon'],
  async collect(context, { name: clusterName }): Promise<Reading<readonly Named<Addon>[]>> {
    const names = await listAddons(context, clusterName);
    if (names.state === 'unreadable') return names;
    const eks = context.aws.client(EKSClient, context.scope.region);
    const describe = async (addonName: string) => {
      const answer = await eks.send(new DescribeAddonCommand({ clusterName, addonName }));
      return addonSchema.parse(answer.addon);
    };
    const judged = names.value.filter((name) => name === POD_IDENTITY_AGENT || isNetworkPolicyEngine(name));
    const described = judged.map(async (name) => ({
      name,
      detail: await read('eks:DescribeAddon', () => describe(name)),
    }));
    return present(await Promise.all(described));
  },
});
