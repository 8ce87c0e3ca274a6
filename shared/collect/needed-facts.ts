import type { Control, FactName } from '../model/control.ts';
import type { KubernetesKind } from '../model/kubernetes-facts.ts';
import type { Collector } from './collector.ts';

/** Who needs facts, and which. */
export type Needs = Pick<Control, 'needs' | 'withoutClusters' | 'kubernetesKinds'>;

/** The facts that are judged by. */
export function neededBy(controls: readonly Needs[]): ReadonlySet<FactName> {
  return new Set(controls.flatMap((control) => control.needs));
}

/** The same, and the facts of clusters that facts of a Region are read from. */
export function neededOfClusters(
  controls: readonly Needs[],
  collectors: readonly Collector[],
): ReadonlySet<FactName> {
  const needed = neededBy(controls);
  const indirect = collectors.flatMap((collector) =>
    collector.level === 'region' && needed.has(collector.fact) ? (collector.needsClusterFacts ?? []) : [],
  );
  return new Set([...needed, ...indirect]);
}

/** What of the Kubernetes API is judged by. */
export function kindsNeededBy(controls: readonly Needs[]): ReadonlySet<KubernetesKind> {
  return new Set(controls.flatMap(({ kubernetesKinds = [] }) => kubernetesKinds));
}
