import { OUT_OF_TIME } from '../model/evidence.ts';
import type { ClusterInventory, Inventory, RegionInventory } from '../model/inventory.ts';
import { unreadableIn } from '../model/unreadable-in.ts';

/** What is worth keeping of an inventory for which time ran out. */
export interface ReadSoFar {
  /** Without what there was no time for. */
  readonly inventory: Inventory;
  /** Nothing is left to read. */
  readonly isComplete: boolean;
  /** How many facts were read. */
  readonly facts: number;
}

export interface ReadSoFarOptions {
  /** What was kept the last time: it is kept again. */
  readonly before?: Inventory;
  /** Whether what was begun and cut off is given up: it stays unreadable, and the rest can be read. */
  readonly giveUp?: boolean;
}

/**
 * Separates what was read from what time ran out for. What is read of a Region as a whole rests on all its clusters, and
 * what is read of the account on all its Regions, so it is kept only with them. Pure.
 */
export function readSoFar(inventory: Inventory, options: ReadSoFarOptions = {}): ReadSoFar {
  const regions = inventory.regions.map((region) => regionSoFar(region, options));
  const areRegionsComplete = regions.every(({ isComplete }) => isComplete);
  const account = partSoFar(inventory, options.before, options);
  const kept = areRegionsComplete ? account : NOTHING;
  return {
    inventory: {
      ...inventory,
      regions: regions.flatMap(({ region }) => region ?? []),
      facts: kept.facts,
      observed: kept.observed,
    },
    isComplete: areRegionsComplete && kept.isComplete,
    facts: regions.reduce((sum, { facts }) => sum + facts, 0) + countOf(kept.facts),
  };
}

function regionSoFar(region: RegionInventory, options: ReadSoFarOptions) {
  const before = options.before?.regions.find((one) => one.scope.region === region.scope.region);
  const list = partSoFar(
    { facts: { clusterNames: region.clusterNames }, observed: region.observed },
    before && { facts: { clusterNames: before.clusterNames } },
    options,
  );
  if (!list.isComplete) return { isComplete: false, facts: 0 };
  const clusters = region.clusters.map((cluster) => {
    const earlier = before?.clusters.find(({ name }) => name === cluster.name);
    return { cluster, part: partSoFar(cluster, earlier, options) };
  });
  const areClustersComplete = clusters.every(({ part }) => part.isComplete);
  const whole = partSoFar(region, before, options);
  const kept = areClustersComplete ? whole : NOTHING;
  const { clusterNames } = region.observed;
  return {
    region: {
      ...region,
      clusters: clusters.map(
        ({ cluster, part }): ClusterInventory => ({ ...cluster, ...withoutState(part) }),
      ),
      facts: kept.facts,
      observed: { ...kept.observed, ...(clusterNames !== undefined && { clusterNames }) },
    },
    isComplete: areClustersComplete && kept.isComplete,
    facts: 1 + clusters.reduce((sum, { part }) => sum + countOf(part.facts), 0) + countOf(kept.facts),
  };
}

interface Part {
  readonly facts: object;
  readonly observed: object;
}

const NOTHING = { facts: {}, observed: {}, isComplete: false };

function partSoFar(
  { facts, observed }: Part,
  before: Pick<Part, 'facts'> | undefined,
  { giveUp = false }: ReadSoFarOptions,
) {
  const isKept = ([name, fact]: readonly [string, unknown]) =>
    !isOutOfTime(fact) ||
    Object.hasOwn(before?.facts ?? {}, name) ||
    (giveUp && Object.hasOwn(observed, name));
  const kept = Object.entries(facts).filter(isKept);
  const names = new Set(kept.map(([name]) => name));
  return {
    facts: Object.fromEntries(kept),
    observed: Object.fromEntries(Object.entries(observed).filter(([name]) => names.has(name))),
    isComplete: kept.length === Object.keys(facts).length,
  };
}

function withoutState({ facts, observed }: ReturnType<typeof partSoFar>): Part {
  return { facts, observed };
}

function isOutOfTime(fact: unknown): boolean {
  return unreadableIn(fact).some(({ code }) => code === OUT_OF_TIME);
}

function countOf(facts: object): number {
  return Object.keys(facts).length;
}
