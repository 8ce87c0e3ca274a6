import { DescribeClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import { read } from '../../aws/read.ts';
import type { Reading } from '../../model/evidence.ts';
import { type Cluster, clusterSchema } from '../../model/facts.ts';
import { type CollectContext, clusterCollector } from '../collector.ts';

export const eksCluster = clusterCollector({
  fact: 'cluster',
  actions: ['eks:DescribeCluster'],
  events: [
    'eks:AssociateEncryptionConfig',
    'eks:CancelUpdate',
    'eks:TagResource',
    'eks:UntagResource',
    'eks:UpdateClusterConfig',
    'eks:UpdateClusterVersion',
  ],
  collect: (context, { name }) => describeCluster(context, name),
});

/** Describes a cluster; several collectors need the same description. */
export function describeCluster(
  { aws, scope, cached }: CollectContext,
  name: string,
): Promise<Reading<Cluster>> {
  const eks = aws.client(EKSClient, scope.region);
  return cached(`eks:DescribeCluster ${name}`, () =>
    read('eks:DescribeCluster', async () => {
      const answer = await eks.send(new DescribeClusterCommand({ name }));
      return clusterSchema.parse(answer.cluster);
    }),
  );
}
