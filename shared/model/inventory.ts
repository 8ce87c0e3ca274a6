import type { Evidence, Reading } from './evidence.ts';
import type { AccountFacts, ClusterFacts, RegionFacts } from './facts.ts';
import { issuerOf, type OwnIssuers } from './oidc-issuers.ts';
import type { Scope } from './scope.ts';

/** When the first request for each fact was sent: ISO 8601, UTC. A fact that was not asked for has none. */
export type ObservationTimes<Name extends string> = Readonly<Partial<Record<Name, string>>>;

/** One cluster and what was read of it: only the facts that the selected controls need. */
export interface ClusterInventory {
  readonly name: string;
  readonly arn: string;
  readonly facts: Partial<ClusterFacts>;
  readonly observed: ObservationTimes<keyof ClusterFacts>;
  /** The ARN of the role to which this run gave access to its Kubernetes API. */
  readonly accessGranted?: string;
}

/** One Region of an account. */
export interface RegionInventory {
  readonly scope: Scope;
  /** The name of every cluster that eks:ListClusters returned, whether or not it was read. */
  readonly clusterNames: Reading<readonly string[]>;
  /** The clusters that were read. */
  readonly clusters: readonly ClusterInventory[];
  readonly facts: Partial<RegionFacts>;
  readonly observed: ObservationTimes<'clusterNames' | keyof RegionFacts>;
}

/** What of an account was to be read. */
export interface Selection {
  /** All Regions that it has enabled. */
  readonly allRegions: boolean;
  /** All clusters of these Regions. */
  readonly allClusters: boolean;
  /** Its registries, even without a cluster. */
  readonly registries: boolean;
}

/** Everything that was read of one account: plain and serialisable, so it can be saved and judged offline. */
export interface Inventory {
  readonly partition: string;
  readonly accountId: string;
  readonly selection: Selection;
  readonly regions: readonly RegionInventory[];
  readonly facts: Partial<AccountFacts>;
  readonly observed: ObservationTimes<keyof AccountFacts>;
}

/** A policy of the organization does not let clusters be listed in the Region: there are none to audit. */
export function hasClosedClusters({ clusterNames }: Pick<RegionInventory, 'clusterNames'>): boolean {
  return isByOrganization(clusterNames);
}

/** The same, and that policy lets nothing else be read there either that was asked for. */
export function isClosed(region: Pick<RegionInventory, 'clusterNames' | 'facts'>): boolean {
  return hasClosedClusters(region) && Object.values(region.facts).every(isByOrganization);
}

function isByOrganization(evidence: Evidence<unknown>): boolean {
  return evidence.state === 'unreadable' && evidence.byOrganization === true;
}

/** A cluster in these states is judged by a later run, when it is ready, or deleted. One in `FAILED` never came up. */
const STATES_NOT_READY = ['CREATING', 'DELETING', 'FAILED'];

/** Whether a cluster can be judged now. One that could not be read is judged too, as not available. */
export function isReady(cluster: Pick<ClusterInventory, 'facts'>): boolean {
  const description = cluster.facts.cluster;
  if (description?.state === 'unreadable') return description.kind !== 'gone';
  return !STATES_NOT_READY.includes(description?.value.status ?? '');
}

/** What an inventory tells of the issuers of the account's own clusters. */
export function ownIssuersOf({ regions, selection }: Omit<Inventory, 'facts' | 'observed'>): OwnIssuers {
  const unread = selection.allClusters ? regions.filter(hasUnreadClusters) : regions;
  const isWhole = selection.allRegions && selection.allClusters;
  return {
    known: regions.flatMap(({ clusters }) => clusters.flatMap(issuersIn)),
    unclearRegions: regions.filter(isUnclear).map(({ scope }) => scope.region),
    unreadRegions: unread.map(({ scope }) => scope.region),
    regions: isWhole ? 'all' : regions.map(({ scope }) => scope.region),
  };
}

/** Every cluster has an issuer: https://docs.aws.amazon.com/eks/latest/userguide/enable-iam-roles-for-service-accounts.html */
function isUnclear({ clusterNames, clusters }: RegionInventory): boolean {
  return clusterNames.state === 'unreadable' || clusters.some((cluster) => issuersIn(cluster).length === 0);
}

/** What AWS refused to tell, or what was deleted meanwhile, is not unread. */
function hasUnreadClusters({ clusterNames, clusters }: RegionInventory): boolean {
  const read = new Set(clusters.map(({ name }) => name));
  return clusterNames.state === 'present' && clusterNames.value.some((name) => !read.has(name));
}

function issuersIn({ facts: { cluster } }: RegionInventory['clusters'][number]): string[] {
  const issuer = cluster?.state === 'present' ? cluster.value.identity?.oidc?.issuer : undefined;
  return issuer ? [issuerOf(issuer)] : [];
}
