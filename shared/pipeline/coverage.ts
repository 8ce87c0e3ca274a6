import type { MissingEvidence } from '../model/evaluation.ts';
import { REGION_NOT_ENABLED, type Unreadable } from '../model/evidence.ts';
import {
  hasClosedClusters,
  type Inventory,
  isClosed,
  isReady,
  type RegionInventory,
} from '../model/inventory.ts';
import {
  type AccountCoverage,
  type AccountResult,
  type ClusterAccessGranted,
  type ClusterNotReady,
  type CoverageState,
  type Gap,
  NO_CHANGES,
  type RegionCoverage,
  type RegionState,
  type Target,
  toGap,
} from '../model/run.ts';
import { untoldGaps } from './unread-evidence.ts';

/** What the coverage of an account follows from. */
export interface CoverageInput {
  readonly target: Pick<Target, 'accountId' | 'name'>;
  readonly inventory: Inventory;
  /** Regions that were requested but are not enabled in the account. */
  readonly disabledRegions: readonly string[];
  readonly missingEvidence: readonly MissingEvidence[];
  readonly unverified: readonly Unreadable[];
  /** What publishing met, by Region. */
  readonly publishing: ReadonlyMap<string, Gap>;
}

/** Says what of an account was audited and what was not, and why. Pure. */
export function coverageOf(input: CoverageInput): AccountCoverage {
  const untold = untoldGaps(input.inventory, input);
  const regions = [
    ...input.inventory.regions.map((region) => regionCoverage(region, input, untold.ofRegion(region))),
    ...input.disabledRegions.map((region) => disabledCoverage(region, input)),
  ].sort((a, b) => a.region.localeCompare(b.region));
  // What was judged outside the Regions that were audited: an account as a whole, in its home Region.
  const seen = new Set(regions.map((coverage) => coverage.region));
  const judged = [...input.missingEvidence.map((missing) => missing.region), ...input.publishing.keys()];
  const elsewhere = [...new Set(judged)].filter((region) => !seen.has(region));
  const gaps = [...elsewhere.flatMap((region) => gapsOf(region, input)), ...untold.ofAccount()];
  return { ...named(input.target), state: overall(regions, gaps), regions, gaps };
}

/** The result of an account of which nothing could be read. */
export function resultNotCovered(target: Pick<Target, 'accountId' | 'name'>, gap: Gap): AccountResult {
  const coverage: AccountCoverage = { ...named(target), state: 'not-covered', regions: [], gaps: [gap] };
  return { coverage, clusters: [], verdicts: [], changes: NO_CHANGES };
}

function named({ accountId, name }: Pick<Target, 'accountId' | 'name'>) {
  return { accountId, ...(name && { name }) };
}

function overall(regions: readonly RegionCoverage[], gaps: readonly Gap[]): CoverageState {
  const open = regions.filter((coverage) => coverage.state !== 'closed');
  if (open.length > 0 && open.every((coverage) => coverage.state === 'not-covered')) return 'not-covered';
  return gaps.length === 0 && open.every((coverage) => coverage.state === 'covered') ? 'covered' : 'partial';
}

function regionCoverage(
  inventory: RegionInventory,
  input: CoverageInput,
  untold: readonly Gap[],
): RegionCoverage {
  const { region } = inventory.scope;
  const list = inventory.clusterNames;
  const isUnlisted = list.state === 'unreadable' && !hasClosedClusters(inventory);
  const unlisted = isUnlisted ? [toGap(list, { what: 'region' })] : [];
  const unread = isClosed(inventory) ? [] : untold;
  const gaps = [...unlisted, ...vanished(inventory), ...gapsOf(region, input), ...unread];
  const judged = inventory.clusters.filter(
    (cluster) => isReady(cluster) && cluster.facts.cluster?.state === 'present',
  ).length;
  const found = list.state === 'present' ? list.value.length : 0;
  const notReady = clustersNotReady(inventory);
  const accessGranted = clustersWithAccess(inventory);
  const clusters = {
    ...{ found, judged },
    ...(notReady.length > 0 && { notReady }),
    ...(accessGranted.length > 0 && { accessGranted }),
  };
  return { region, state: regionState(inventory, gaps), clusters, gaps };
}

function regionState(inventory: RegionInventory, gaps: readonly Gap[]): RegionState {
  const isWhole = gaps.length === 0;
  if (hasClosedClusters(inventory)) return isWhole ? 'closed' : 'partial';
  // The registry of a Region may be seen although its clusters are not.
  const isSeen = inventory.clusterNames.state === 'present' || Object.keys(inventory.facts).length > 0;
  return isSeen ? (isWhole ? 'covered' : 'partial') : 'not-covered';
}

/** What was missed while judging and publishing in a Region, whether or not it was audited. */
function gapsOf(region: string, { missingEvidence, publishing }: CoverageInput): Gap[] {
  const published = publishing.get(region);
  return [
    ...evidenceGaps(missingEvidence.filter((missing) => missing.region === region)),
    ...(published ? [published] : []),
  ];
}

function clustersNotReady({ clusters }: RegionInventory): ClusterNotReady[] {
  return clusters
    .flatMap(({ name, facts }) => {
      const status = facts.cluster?.state === 'present' ? facts.cluster.value.status : undefined;
      return status === undefined || isReady({ facts }) ? [] : [{ name, status }];
    })
    .sort((a, b) => a.name.localeCompare(b.name));
}

function clustersWithAccess({ clusters }: RegionInventory): ClusterAccessGranted[] {
  return clusters
    .flatMap(({ name, accessGranted }) => (accessGranted ? [{ name, principalArn: accessGranted }] : []))
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** Clusters that were listed and gone a moment later. They were not audited; the next run sees that they are gone. */
function vanished(inventory: RegionInventory): Gap[] {
  return inventory.clusters.flatMap((cluster) => {
    const description = cluster.facts.cluster;
    if (description?.state !== 'unreadable' || description.kind !== 'gone') return [];
    return [toGap(description, { what: 'cluster', resource: cluster.arn })];
  });
}

/** One gap for each thing that could not be read, with all controls that need it. */
function evidenceGaps(missingEvidence: readonly MissingEvidence[]): Gap[] {
  const gaps = new Map<string, Gap>();
  for (const { controlId, resource, unreadable } of missingEvidence) {
    const key = `${unreadable.operation} ${unreadable.code} ${resource.id}`;
    const controlIds = new Set([...(gaps.get(key)?.controlIds ?? []), controlId]);
    const what = unreadable.operation === 'eks:DescribeCluster' ? 'cluster' : 'evidence';
    gaps.set(key, toGap(unreadable, { what, resource: resource.id, controlIds: [...controlIds].sort() }));
  }
  return [...gaps.values()];
}

function disabledCoverage(region: string, input: CoverageInput): RegionCoverage {
  const gap: Gap = {
    what: 'region',
    kind: 'denied',
    code: REGION_NOT_ENABLED,
    operation: 'account:ListRegions',
    detail: 'The Region was requested and is not enabled in this account.',
  };
  const gaps = [gap, ...gapsOf(region, input)];
  return { region, state: 'not-covered', clusters: { found: 0, judged: 0 }, gaps };
}
