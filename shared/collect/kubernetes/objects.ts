import { CallTimeoutError, OutOfTimeError } from '../../aws/errors.ts';
import { actionsOf } from '../../aws/operation.ts';
import { describeClusterConnection } from '../../aws/operations/eks.ts';
import {
  absent,
  type Evidence,
  OUT_OF_TIME,
  present,
  type Reading,
  type Unreadable,
} from '../../model/evidence.ts';
import type { Cluster } from '../../model/facts.ts';
import type { KubernetesKind, KubernetesObjects } from '../../model/kubernetes-facts.ts';
import { type CollectContext, clusterCollector } from '../collector.ts';
import { clusterOf } from '../eks/cluster.ts';
import { ConnectionError, connectTo } from './connection.ts';
import { readObjects } from './read-objects.ts';
import { CONNECT, KubernetesReader, Unreachable } from './reader.ts';
import { clusterToken } from './token.ts';

/** Milliseconds for everything that is read of one cluster. */
const CLUSTER_MS = 60_000;

export const kubernetesObjects = clusterCollector({
  fact: 'kubernetes',
  actions: actionsOf(describeClusterConnection),
  events: {
    audited: [],
    ignored: ['eks:AssociateAccessPolicy', 'eks:CreateAccessEntry'],
    because:
      'what happens inside a cluster is in no event of AWS; that access was granted is seen by the next scheduled run',
  },
  async collect(context, cluster): Promise<Evidence<KubernetesObjects>> {
    const { kubernetes } = context;
    if (!kubernetes?.isEnabledFor(cluster)) return absent;
    const described = await context.read(describeClusterConnection, { name: cluster.name });
    if (described.state !== 'present') return described;
    const { endpoint, certificateAuthority } = described.value;
    const ca = Buffer.from(certificateAuthority?.data ?? '', 'base64').toString('utf8');
    if (endpoint === undefined || ca === '')
      return unreachable('NoEndpoint', 'EKS names no endpoint, or no certificate authority');
    const kinds = neededKinds(kubernetes.kinds, await clusterOf(context, cluster.name));
    return readCluster(context, { name: cluster.name, endpoint, ca }, kinds);
  },
});

/** Without the ConfigMaps that decide nothing in this cluster. */
function neededKinds(
  kinds: ReadonlySet<KubernetesKind>,
  described: Reading<Cluster>,
): ReadonlySet<KubernetesKind> {
  const needed = new Set(kinds);
  if (described.state !== 'present') return needed;
  const { accessConfig, computeConfig } = described.value;
  if (accessConfig?.authenticationMode === 'API') needed.delete('awsAuth');
  if (computeConfig?.enabled !== true) needed.delete('vpcCniConfigMap');
  return needed;
}

async function readCluster(
  { aws, scope: { region }, now }: CollectContext,
  { name, endpoint, ca }: { readonly name: string; readonly endpoint: string; readonly ca: string },
  kinds: ReadonlySet<KubernetesKind>,
): Promise<Evidence<KubernetesObjects>> {
  try {
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
    if (error instanceof Unreachable) return error.unreadable;
    if (error instanceof ConnectionError) return unreachable(error.code, error.message);
    if (error instanceof OutOfTimeError) return unreachable(OUT_OF_TIME, error.message);
    if (error instanceof CallTimeoutError) return unreachable('TooSlow', error.message);
    throw error;
  }
}

function unreachable(code: string, detail: string): Unreadable {
  return { state: 'unreadable', kind: 'failed', code, operation: CONNECT, detail };
}
