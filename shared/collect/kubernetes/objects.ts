import { actionsOf } from '../../aws/operation.ts';
import { type DescribedCluster, describeCluster } from '../../aws/operations/eks.ts';
import { absent, type Evidence } from '../../model/evidence.ts';
import type { KubernetesKind, KubernetesObjects } from '../../model/kubernetes-facts.ts';
import { type CollectContext, clusterCollector } from '../collector.ts';
import { clusterOf } from '../eks/cluster.ts';
import { grantWhereMissing, isUnknownCaller, whyNoEntries } from './access.ts';
import { withReader } from './cluster-reader.ts';
import { neededKinds } from './needed-kinds.ts';
import { readObjects } from './read-objects.ts';

/** Milliseconds for everything that is read of one cluster. */
const CLUSTER_MS = 60_000;

export const kubernetesObjects = clusterCollector({
  fact: 'kubernetes',
  actions: actionsOf(describeCluster),
  events: {
    audited: [],
    ignored: ['eks:AssociateAccessPolicy', 'eks:CreateAccessEntry'],
    because:
      'what happens inside a cluster is in no event of AWS; that access was granted is seen by the next scheduled run',
  },
  async collect(context, cluster): Promise<Evidence<KubernetesObjects>> {
    const { kubernetes } = context;
    if (!kubernetes?.isEnabledFor(cluster)) return absent;
    const described = await clusterOf(context, cluster.name);
    if (described.state === 'unreadable') return described;
    return readCluster(context, cluster.arn, described.value, neededKinds(kubernetes.kinds, described.value));
  },
});

async function readCluster(
  context: CollectContext,
  arn: string,
  cluster: DescribedCluster,
  kinds: ReadonlySet<KubernetesKind>,
): Promise<Evidence<KubernetesObjects>> {
  const { aws, scope, now, kubernetes } = context;
  const access = { aws, region: scope.region, cluster, now };
  const read = () => withReader(access, CLUSTER_MS, (reader) => readObjects(reader, kinds));
  const reading = await read();
  if (!isUnknownCaller(reading)) return reading;
  const why = whyNoEntries(cluster);
  if (why !== undefined) return { ...reading, detail: `${reading.detail}; ${why}` };
  if (kubernetes?.grants === undefined) return reading;
  return (await grantWhereMissing({ ...access, arn, kinds }, kubernetes.grants)) ?? read();
}
