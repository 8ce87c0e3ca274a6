import type { Reading } from './evidence.ts';
import type { AccountFacts, ClusterFacts, RegionFacts } from './facts.ts';
import type { Scope } from './scope.ts';

/** One cluster and what was read of it: only the facts that the selected controls need. */
export interface ClusterInventory {
  readonly name: string;
  readonly arn: string;
  readonly facts: Partial<ClusterFacts>;
}

/** One Region of an account. */
export interface RegionInventory {
  readonly scope: Scope;
  /** The name of every cluster that eks:ListClusters returned, whether or not it was read. */
  readonly clusterNames: Reading<readonly string[]>;
  /** The clusters that were read. */
  readonly clusters: readonly ClusterInventory[];
  readonly facts: Partial<RegionFacts>;
}

/** Everything that was read of one account: plain and serialisable, so it can be saved and judged offline. */
export interface Inventory {
  readonly partition: string;
  readonly accountId: string;
  readonly regions: readonly RegionInventory[];
  readonly facts: Partial<AccountFacts>;
}

/** A cluster in these states is judged by a later run, when it is ready, or deleted. One in `FAILED` never came up. */
const STATES_NOT_READY = ['CREATING', 'DELETING', 'FAILED'];

/** Whether a cluster can be judged now. One that could not be read is judged too, as not available. */
export function isReady(cluster: Pick<ClusterInventory, 'facts'>): boolean {
  const description = cluster.facts.cluster;
  if (description?.state === 'unreadable') return description.kind !== 'gone';
  return !STATES_NOT_READY.includes(description?.value.status ?? '');
}
