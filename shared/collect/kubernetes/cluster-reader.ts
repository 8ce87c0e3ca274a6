import type { AwsAccount } from '../../aws/account.ts';
import type { DescribedCluster } from '../../aws/operations/eks.ts';
import { assumeRole } from '../../aws/operations/sts.ts';
import { toReading } from '../../aws/read.ts';
import { present, type Reading } from '../../model/evidence.ts';
import { ConnectionError, connectTo } from './connection.ts';
import { CONNECT, KubernetesReader, toUnreadable } from './reader.ts';
import { clusterToken } from './token.ts';

/** A cluster, and whose credentials it is read with. */
export interface ClusterAccess {
  readonly aws: AwsAccount;
  readonly region: string;
  readonly cluster: Pick<DescribedCluster, 'name' | 'endpoint' | 'certificateAuthority'>;
  readonly now: () => Date;
}

/** Does something over connections of its own to a cluster, within `timeoutMs`. Unreadable when that is not to be reached. */
export async function withReader<T>(
  { aws, region, cluster, now }: ClusterAccess,
  timeoutMs: number,
  work: (reader: KubernetesReader, signal: AbortSignal) => Promise<T>,
): Promise<Reading<T>> {
  const { name, endpoint, certificateAuthority } = cluster;
  const ca = Buffer.from(certificateAuthority?.data ?? '', 'base64').toString('utf8');
  try {
    if (endpoint === undefined || ca === '')
      throw new ConnectionError('NoEndpoint', 'EKS names no endpoint, or no certificate authority');
    return await aws.within(timeoutMs, async (signal): Promise<Reading<T>> => {
      const credentials = await toReading(assumeRole.action, () => aws.credentials(region));
      if (credentials.state === 'unreadable') return credentials;
      const token = await clusterToken({ name, region }, credentials.value, now());
      const connection = connectTo({ url: endpoint, ca, token, userAgent: aws.userAgent });
      try {
        return present(await work(new KubernetesReader(connection, signal), signal));
      } finally {
        connection.close();
      }
    });
  } catch (error) {
    return toUnreadable(error, { operation: CONNECT });
  }
}
