import { actionsOf } from '../../aws/operation.ts';
import { type DescribedCluster, describeCluster } from '../../aws/operations/eks.ts';
import { absent, type Evidence, present } from '../../model/evidence.ts';
import type { Cluster } from '../../model/facts.ts';
import type { KubernetesKind, KubernetesObjects } from '../../model/kubernetes-facts.ts';
import { type CollectContext, clusterCollector } from '../collector.ts';
import { clusterOf } from '../eks/cluster.ts';
import { ConnectionError, connectTo } from './connection.ts';
import { readObjects } from './read-objects.ts';
import { CONNECT, KubernetesReader, toUnreadable } from './reader.ts';
import { clusterToken } from './token.ts';

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
    return readCluster(context, described.value, neededKinds(kubernetes.kinds, described.value));
  },
});

/** Without the ConfigMaps that decide nothing in this cluster. */
function neededKinds(
  kinds: ReadonlySet<KubernetesKind>,
  { accessConfig, computeConfig }: Cluster,
): ReadonlySet<KubernetesKind> {
  const needed = new Set(kinds);
  if (accessConfig?.authenticationMode === 'API') needed.delete('awsAuth');
  if (computeConfig?.enabled !== true) needed.delete('vpcCniConfigMap');
  return needed;
}

async function readCluster(
  { aws, scope: { region }, now }: CollectContext,
  { name, endpoint, certificateAuthority }: DescribedCluster,
  kinds: ReadonlySet<KubernetesKind>,
): Promise<Evidence<KubernetesObjects>> {
  const ca = Buffer.from(certificateAuthority?.data ?? '', 'base64').toString('utf8');
  try {
    if (endpoint === undefined || ca === '')
      throw new ConnectionError('NoEndpoint', 'EKS names no endpoint, or no certificate authority');
    return await aws.within(CLUSTER_MS, async (signal) => {
      const token = await clusterToken({ name, region }, await aws.credentials(region), now());
      const connection = connectTo({ url: endpoint, ca, token, userAgent: aws.userAgent });
      try {
        return present(await readObjects(new KubernetesReader(connection, signal), kinds));
      } finally {
        connection.close();
      }
    });
  } catch (error) {
    return toUnreadable(error, { operation: CONNECT });
  }
}
