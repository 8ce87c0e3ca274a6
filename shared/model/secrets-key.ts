import type { Cluster } from './facts.ts';

/**
 * The key that a cluster's secrets are encrypted with, an ARN of a key or an alias; `undefined` when none is
 * configured. EKS takes one entry at most, but answers with a list: the first entry for secrets that names a key counts.
 * `resources` may be missing: it is deprecated, and secrets are all that it could ever name.
 */
export function secretsKeyArn(cluster: Pick<Cluster, 'encryptionConfig'>): string | undefined {
  const entries = cluster.encryptionConfig ?? [];
  const isForSecrets = (resources: readonly string[] | undefined) => resources?.includes('secrets') ?? true;
  return entries.find(({ resources, provider }) => isForSecrets(resources) && provider?.keyArn)?.provider
    ?.keyArn;
}
