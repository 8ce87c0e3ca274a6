import type { Control, FactName } from '../model/control.ts';
import type { Inventory, ObservationTimes } from '../model/inventory.ts';

/**
 * When the oldest of the facts that a control needs began to be read, ISO 8601, UTC. Where there was no time for any of
 * them, the earliest time that is known of the audit: what rests on nothing is older than all that rests on something.
 */
export function observationTime(
  { needs }: Control,
  observed: ObservationTimes<FactName>,
  inventory: Inventory,
  { startedAt }: { readonly startedAt: string },
): string {
  return (
    earliest(needs.map((name) => observed[name])) ?? earliest([...timesOf(inventory), startedAt]) ?? startedAt
  );
}

/** The issuers of the account's own clusters come of the lists of clusters and of each cluster's description. */
export function ownIssuersObserved({ regions }: Inventory): ObservationTimes<'ownIssuers'> {
  const observedAt = earliest(
    regions.flatMap(({ observed, clusters }) => [
      observed.clusterNames,
      ...clusters.map((cluster) => cluster.observed.cluster),
    ]),
  );
  return observedAt === undefined ? {} : { ownIssuers: observedAt };
}

function timesOf({ observed, regions }: Inventory): string[] {
  return [
    observed,
    ...regions.flatMap((region) => [region.observed, ...region.clusters.map((one) => one.observed)]),
  ].flatMap((times) => Object.values(times));
}

/** Times of one form, ISO 8601 in UTC with milliseconds, are in the order of their texts. */
function earliest(times: readonly (string | undefined)[]): string | undefined {
  return times.filter((time) => time !== undefined).toSorted()[0];
}
