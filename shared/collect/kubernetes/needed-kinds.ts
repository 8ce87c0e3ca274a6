import type { Cluster } from '../../model/facts.ts';
import type { KubernetesKind } from '../../model/kubernetes-facts.ts';

/** Without the ConfigMaps that decide nothing in this cluster. */
export function neededKinds(
  kinds: ReadonlySet<KubernetesKind>,
  { accessConfig, computeConfig }: Cluster,
): ReadonlySet<KubernetesKind> {
  const needed = new Set(kinds);
  if (accessConfig?.authenticationMode === 'API') needed.delete('awsAuth');
  if (computeConfig?.enabled !== true) needed.delete('vpcCniConfigMap');
  return needed;
}
