import { actionsOf } from '../../aws/operation.ts';
import { describeCluster } from '../../aws/operations/eks.ts';
import type { Reading } from '../../model/evidence.ts';
import type { Cluster } from '../../model/facts.ts';
import { type CollectContext, clusterCollector } from '../collector.ts';

export const eksCluster = clusterCollector({
  fact: 'cluster',
  actions: actionsOf(describeCluster),
  events: [
    'eks:AssociateEncryptionConfig',
    'eks:CancelUpdate',
    'eks:TagResource',
    'eks:UntagResource',
    'eks:UpdateClusterConfig',
    'eks:UpdateClusterVersion',
  ],
  collect: (context, { name }) => clusterOf(context, name),
});

/** Describes a cluster; several collectors need the same description. */
export function clusterOf({ read, cached }: CollectContext, name: string): Promise<Reading<Cluster>> {
  return cached(`${describeCluster.action} ${name}`, () => read(describeCluster, { name }));
}
