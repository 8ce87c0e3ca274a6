import { compareNumbers } from '../model/benchmarks.ts';
import type { CoverageState, RegionCoverage, RunResult } from '../model/run.ts';
import { compareSeriousness, SEVERITIES, type Severity, type Verdict } from '../model/verdict.ts';
import { gapsOf, type Outcome, outcomeOf } from './exit-code.ts';
import { type ControlRef, controlRefKey } from './reported-controls.ts';
import { SHOWN_STATUSES, type ShownStatus, shownStatusOf } from './shown-status.ts';

export type StatusCounts = Readonly<Record<ShownStatus, number>>;

/** How many accounts or Regions were to be audited, by their coverage. */
interface CoverageCounts {
  readonly total: number;
  readonly covered: number;
  /** Audited, with gaps. */
  readonly partial: number;
  readonly notCovered: number;
}

/** One control over the whole run. */
interface ControlSummary extends ControlRef {
  readonly counts: StatusCounts;
  /** Of its FAILED verdicts; absent when it has none. */
  readonly worstSeverity?: Severity;
}

/** Verdicts in numbers, and the worst of them. */
export interface VerdictTally {
  readonly verdicts: StatusCounts;
  /** In the order of the benchmark. */
  readonly controls: readonly ControlSummary[];
  readonly failedBySeverity: Readonly<Partial<Record<Severity, number>>>;
  /** At most ten, worst first. */
  readonly worstFailures: readonly Verdict[];
}

/** A run in numbers. */
export interface Summary extends VerdictTally {
  readonly outcome: Outcome;
  /** Seconds from start to end. */
  readonly seconds: number;
  readonly accounts: CoverageCounts & { readonly skipped: number };
  /** Counted per account: two accounts with three Regions each are six. Without those that are closed. */
  readonly regions: CoverageCounts;
  /** The Regions that the organization has closed, by name, and in how many accounts. */
  readonly closedRegions: readonly { readonly region: string; readonly accounts: number }[];
  readonly clusters: { readonly found: number; readonly judged: number; readonly notJudged: number };
  readonly gaps: number;
  readonly findings: {
    readonly created: number;
    readonly updated: number;
    readonly archived: number;
    readonly unchanged: number;
    readonly outdated: number;
    readonly failed: number;
  };
}

const WORST_FAILURES = 10;

/** Counts a run; with a tally where the result does not list all its verdicts, but at least one of each status. Pure. */
export function summarize(result: RunResult, tally = tallyOf(result.verdicts)): Summary {
  const { accounts, skipped } = result.coverage;
  const regions = accounts.flatMap((account) => account.regions);
  const found = sum(regions.map((region) => region.clusters.found));
  const judged = sum(regions.map((region) => region.clusters.judged));
  return {
    ...tally,
    outcome: outcomeOf(result),
    seconds: (Date.parse(result.run.finishedAt) - Date.parse(result.run.startedAt)) / 1000,
    accounts: { ...countCoverage(accounts), skipped: skipped.length },
    regions: countCoverage(regions.flatMap(({ state }) => (state === 'closed' ? [] : [{ state }]))),
    closedRegions: closedRegionsOf(regions),
    clusters: { found, judged, notJudged: found - judged },
    gaps: gapsOf(result).length,
    findings: { ...result.changes, failed: result.changes.failed.length },
  };
}

/** Counts verdicts. Pure. */
export function tallyOf(verdicts: readonly Verdict[]): VerdictTally {
  const failures = failuresOf(verdicts);
  return {
    verdicts: countStatuses(verdicts),
    controls: summarizeControls(verdicts),
    failedBySeverity: countBy(failures, (verdict) => verdict.severity),
    worstFailures: failures.slice(0, WORST_FAILURES),
  };
}

/** The tally of the verdicts of both. Pure. */
export function addTallies(a: VerdictTally, b: VerdictTally): VerdictTally {
  const controls = Map.groupBy([...a.controls, ...b.controls], controlRefKey);
  return {
    verdicts: addCounts([a.verdicts, b.verdicts], SHOWN_STATUSES),
    controls: [...controls.values()].flatMap(addControls).sort(compareControls),
    failedBySeverity: addCounts([a.failedBySeverity, b.failedBySeverity], SEVERITIES),
    worstFailures: keepWorst(a.worstFailures, b.worstFailures, WORST_FAILURES, compareVerdicts),
  };
}

function addControls(parts: readonly ControlSummary[]): ControlSummary[] {
  const [first] = parts;
  if (first === undefined) return [];
  const { control, controlId, level } = first;
  const severities = parts.flatMap(({ worstSeverity }) => worstSeverity ?? []);
  const worst = SEVERITIES.find((severity) => severities.includes(severity));
  const counts = addCounts(
    parts.map((part) => part.counts),
    SHOWN_STATUSES,
  );
  return [{ control, controlId, level, counts, ...(worst && { worstSeverity: worst }) }];
}

/** Adds up counts by key; a key that none has is left out. */
function addCounts<Key extends string, Counts extends Readonly<Partial<Record<Key, number>>>>(
  parts: readonly Counts[],
  keys: readonly Key[],
): Counts {
  const sums = keys.flatMap((key) => {
    const counts = parts.flatMap((part) => part[key] ?? []);
    return counts.length > 0 ? [[key, sum(counts)]] : [];
  });
  // Every key that a part has is in the sum.
  return Object.fromEntries(sums);
}

/** The first of two lists in an order, of which the one that is kept is in that order. Pure. */
function keepWorst<Item>(
  kept: readonly Item[],
  others: readonly Item[],
  most: number,
  compare: (a: Item, b: Item) => number,
): readonly Item[] {
  const last = kept[most - 1];
  const worse = last === undefined ? others : others.filter((other) => compare(other, last) < 0);
  return worse.length === 0 ? kept : [...kept, ...worse].sort(compare).slice(0, most);
}

/** The failed verdicts that no exception covers, worst first; equals by control, account, Region and resource. */
function failuresOf(verdicts: readonly Verdict[]): Verdict[] {
  return verdicts.filter((verdict) => shownStatusOf(verdict) === 'FAILED').sort(compareVerdicts);
}

/** Worst first, then in a stable order that people can follow. */
export function compareVerdicts(a: Verdict, b: Verdict): number {
  return (
    compareSeriousness(a, b) ||
    compareNumbers(a.controlId, b.controlId) ||
    compareText(placeKey(a), placeKey(b))
  );
}

function placeKey({ scope, resource, clusterArn }: Verdict): string {
  return [scope.accountId, scope.region, resource.id, clusterArn].join(' ');
}

/** By code units, so that the order is the same on every machine. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function summarizeControls(verdicts: readonly Verdict[]): ControlSummary[] {
  return [...Map.groupBy(verdicts, controlRefKey).values()]
    .flatMap((ofControl) => {
      const [first] = ofControl;
      if (first === undefined) return [];
      const { control, controlId, level } = first;
      const worst = failuresOf(ofControl)[0]?.severity;
      const counts = countStatuses(ofControl);
      return [{ control, controlId, level, counts, ...(worst && { worstSeverity: worst }) }];
    })
    .sort(compareControls);
}

function compareControls(a: ControlRef, b: ControlRef): number {
  return compareNumbers(a.controlId, b.controlId) || compareText(a.level, b.level);
}

function countStatuses(verdicts: readonly Verdict[]): StatusCounts {
  const counts: Record<ShownStatus, number> = {
    FAILED: 0,
    NOT_AVAILABLE: 0,
    WARNING: 0,
    EXCEPTED: 0,
    PASSED: 0,
  };
  for (const verdict of verdicts) counts[shownStatusOf(verdict)] += 1;
  return counts;
}

function closedRegionsOf(regions: readonly RegionCoverage[]): Summary['closedRegions'] {
  const counts = countBy(
    regions.filter(({ state }) => state === 'closed'),
    ({ region }) => region,
  );
  return Object.entries(counts)
    .map(([region, accounts = 0]) => ({ region, accounts }))
    .sort((a, b) => compareText(a.region, b.region));
}

function countCoverage(parts: readonly { readonly state: CoverageState }[]): CoverageCounts {
  const { covered = 0, partial = 0, 'not-covered': notCovered = 0 } = countBy(parts, (part) => part.state);
  return { total: parts.length, covered, partial, notCovered };
}

function countBy<Item, Key extends string>(
  items: readonly Item[],
  keyOf: (item: Item) => Key,
): Partial<Record<Key, number>> {
  const counts: Partial<Record<Key, number>> = {};
  for (const item of items) {
    const key = keyOf(item);
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Each status as people read it. */
export const STATUS_LABELS = {
  FAILED: 'Failed',
  NOT_AVAILABLE: 'Not available',
  WARNING: 'Warning',
  EXCEPTED: 'Excepted',
  PASSED: 'Passed',
} as const satisfies Record<ShownStatus, string>;
