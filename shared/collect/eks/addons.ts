import { actionsOf } from '../../aws/operation.ts';
import { describeAddon, listAddons } from '../../aws/operations/eks.ts';
import { isNetworkPolicyEngine, POD_IDENTITY_AGENT } from '../../model/addons.ts';
import { mapReading } from '../../model/evidence.ts';
import { clusterCollector } from '../collector.ts';
import { addonNamesOf } from './list-addons.ts';
import { describeListed } from './list-and-describe.ts';

export const eksAddons = clusterCollector({
  fact: 'addons',
  actions: actionsOf(listAddons, describeAddon),
  events: ['eks:CreateAddon', 'eks:DeleteAddon', 'eks:UpdateAddon'],
  async collect(context, { name: clusterName }) {
    const names = await addonNamesOf(context, clusterName);
    const judged = mapReading(names, (all) =>
      all.filter((name) => name === POD_IDENTITY_AGENT || isNetworkPolicyEngine(name)),
    );
    return describeListed(judged, {
      list: () => context.list(listAddons, { clusterName }),
      describe: (addonName) => context.read(describeAddon, { clusterName, addonName }),
    });
  },
});
