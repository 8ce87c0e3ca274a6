import { actionsOf } from '../../aws/operation.ts';
import { describeAddon, listAddons } from '../../aws/operations/eks.ts';
import { absent, type Evidence, type Reading } from '../../model/evidence.ts';
import type { Addon } from '../../model/facts.ts';
import { type CollectContext, clusterCollector } from '../collector.ts';
import { withoutDeleted } from '../without-deleted.ts';
import { addonNamesOf } from './list-addons.ts';

const VPC_CNI = 'vpc-cni';

export const eksVpcCni = clusterCollector({
  fact: 'vpcCni',
  actions: actionsOf(listAddons, describeAddon),
  events: ['eks:CreateAddon', 'eks:DeleteAddon', 'eks:UpdateAddon'],
  async collect(context, { name: clusterName }): Promise<Evidence<Addon>> {
    const names = await addonNamesOf(context, clusterName);
    if (names.state === 'present' && !names.value.includes(VPC_CNI)) return absent;
    const addon = await context.read(describeAddon, { clusterName, addonName: VPC_CNI });
    return addonUnlessDeleted(context, clusterName, addon);
  },
});

async function addonUnlessDeleted(
  { list }: CollectContext,
  clusterName: string,
  addon: Reading<Addon>,
): Promise<Evidence<Addon>> {
  const existing = await withoutDeleted([[VPC_CNI, addon]], () => list(listAddons, { clusterName }));
  if (existing.state === 'unreadable') return existing;
  const [entry] = existing.value;
  return entry === undefined ? absent : entry[1];
}
