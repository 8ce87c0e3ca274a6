import { actionsOf } from '../../aws/operation.ts';
import { describeAccessEntry, describeCluster, listAccessEntries } from '../../aws/operations/eks.ts';
import { absent, type Evidence, type Named } from '../../model/evidence.ts';
import type { AccessEntry } from '../../model/facts.ts';
import { type CollectContext, clusterCollector } from '../collector.ts';
import { clusterOf } from './cluster.ts';
import { listAndDescribe } from './list-and-describe.ts';

export const eksAccessEntries = clusterCollector({
  fact: 'accessEntries',
  actions: actionsOf(describeCluster, listAccessEntries, describeAccessEntry),
  events: [
    'eks:AssociateAccessPolicy',
    'eks:CreateAccessEntry',
    'eks:CreateCapability',
    'eks:DeleteAccessEntry',
    'eks:DeleteCapability',
    'eks:DisassociateAccessPolicy',
    'eks:UpdateAccessEntry',
    'eks:UpdateCapability',
  ],
  async collect(context, { name: clusterName }): Promise<Evidence<readonly Named<AccessEntry>[]>> {
    const mode = await authenticationMode(context, clusterName);
    if (mode === 'CONFIG_MAP') return absent;
    const entries = await listAndDescribe({
      list: () => context.list(listAccessEntries, { clusterName }),
      describe: (principalArn) => context.read(describeAccessEntry, { clusterName, principalArn }),
    });
    // A cluster whose authentication mode is CONFIG_MAP has no access entries and refuses to list them.
    const isRefused = entries.state === 'unreadable' && entries.code === 'InvalidRequestException';
    return mode === undefined && isRefused ? absent : entries;
  },
});

async function authenticationMode(context: CollectContext, name: string): Promise<string | undefined> {
  const cluster = await clusterOf(context, name);
  return cluster.state === 'present' ? cluster.value.accessConfig?.authenticationMode : undefined;
}
