import { actionsOf } from '../../aws/operation.ts';
import { type DescribedCluster, describeCluster } from '../../aws/operations/eks.ts';
import { mapReading, type Reading } from '../../model/evidence.ts';
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
  collect: async (context, { name }) =>
    mapReading(await clusterOf(context, name), ({ certificateAuthority: _, ...cluster }) => cluster),
});

/** Describes a cluster; several collectors need the same description. */
export function clusterOf(
  { read, cached }: CollectContext,
  name: string,
): Promise<Reading<DescribedCluster>> {
  return cached(`${describeCluster.action} ${name}`, () => read(describeCluster, { name }));
}
