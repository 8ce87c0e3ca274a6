import type { Evidence, Reading, Unreadable } from '../../model/evidence.ts';
import type { KubernetesKind, KubernetesKinds, KubernetesObjects } from '../../model/kubernetes-facts.ts';

/** What of a kind is known: nothing where Kubernetes evidence is off, which is no gap. */
export function kindOf<Kind extends KubernetesKind>(
  kubernetes: Evidence<KubernetesObjects>,
  kind: Kind,
): Reading<KubernetesKinds[Kind]> | undefined {
  if (kubernetes.state === 'absent') return undefined;
  if (kubernetes.state === 'unreadable') return kubernetes;
  return kubernetes.value[kind] ?? notAskedFor(kind);
}

/** What was read of a kind of which several resources are, and why the others were not. */
export function partsOf<T extends object>(
  list: Reading<readonly (T | Unreadable)[]> | undefined,
): {
  readonly read: readonly T[];
  readonly unread: readonly Unreadable[];
} {
  if (list?.state !== 'present') return { read: [], unread: list ? [list] : [] };
  const isUnread = (item: T | Unreadable): item is Unreadable => 'state' in item;
  return {
    read: list.value.filter((item): item is T => !isUnread(item)),
    unread: list.value.filter(isUnread),
  };
}

/** Of an inventory that was read for other controls. */
function notAskedFor(kind: KubernetesKind): Unreadable {
  return {
    state: 'unreadable',
    kind: 'failed',
    code: 'NotCollected',
    operation: `kubernetes:list ${kind}`,
    detail: 'it was not asked for when the cluster was read',
  };
}

/** Whether Kubernetes evidence is on for the cluster: then it is needed. */
export function isKubernetesOn(kubernetes: Evidence<KubernetesObjects>): boolean {
  return kubernetes.state !== 'absent';
}
