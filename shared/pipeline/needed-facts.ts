import { collectors } from '../collect/index.ts';
import { kindsNeededBy, neededOfClusters } from '../collect/needed-facts.ts';
import type { Control } from '../model/control.ts';
import type { ClusterFacts } from '../model/facts.ts';
import type { Inventory } from '../model/inventory.ts';

/**
 * The same inventory with those facts only that some controls are judged by, as if no others had been read: what nobody
 * needs and could not be read is no gap. Pure.
 */
export function withNeededFacts(inventory: Inventory, controls: readonly Control[]): Inventory {
  // A cluster is always described.
  const needed = new Set<string>(['cluster', ...neededOfClusters(controls, collectors)]);
  const kinds = kindsNeededBy(controls);
  return {
    ...inventory,
    facts: pick(inventory.facts, needed),
    regions: inventory.regions.map((region) => ({
      ...region,
      facts: pick(region.facts, needed),
      clusters: region.clusters.map((cluster) => ({
        ...cluster,
        facts: withKinds(pick(cluster.facts, needed), kinds),
      })),
    })),
  };
}

/** What is read of the Kubernetes API is one fact of many kinds. */
function withKinds(facts: Partial<ClusterFacts>, kinds: ReadonlySet<string>): Partial<ClusterFacts> {
  const { kubernetes } = facts;
  if (kubernetes?.state !== 'present') return facts;
  return { ...facts, kubernetes: { ...kubernetes, value: pick(kubernetes.value, kinds) } };
}

function pick<Facts extends object>(facts: Facts, names: ReadonlySet<string>): Partial<Facts> {
  // Every key that is kept is one of the facts.
  return Object.fromEntries(Object.entries(facts).filter(([name]) => names.has(name))) as Partial<Facts>;
}
