import type { Cluster } from './facts.ts';

/**
 * The key that a cluster's secrets are encrypted with, an ARN of a key or an alias; `undefined` when none is
 * configured. EKS takes one entry at most, but answers with a list: the first entry for secrets that names a key counts.
 */
export function secretsKeyArn(cluster: Pick<Cluster, 'encryptionConfig'>): string | undefined {
  const entries = cluster.encryptionConfig ?? [];
  return entries.find(({ resources, provider }) => resources?.includes('secrets') && provider?.keyArn)
    ?.provider?.keyArn;
}
