import type { CoverageState, RunResult } from '../model/run.ts';
import { compareSeriousness, type Severity, type Status, type Verdict } from '../model/verdict.ts';
import { gapsOf, type Outcome, outcomeOf } from './exit-code.ts';
import { type ControlRef, controlKey } from './reported-controls.ts';

export type StatusCounts = Readonly<Record<Status, number>>;

/** How many things were to be looked at, and how that went. */
export interface CoverageCounts {
  readonly total: number;
  readonly covered: number;
  /** Looked at, with gaps. */
  readonly partial: number;
  readonly notCovered: number;
}

/** One control over the whole run. */
export interface ControlSummary extends ControlRef {
  readonly counts: StatusCounts;
  /** Of its failures; absent when it has none. */
  readonly worstSeverity?: Severity;
}

/** A run in numbers. */
export interface Summary {
  readonly outcome: Outcome;
  /** Seconds from start to end. */
  readonly seconds: number;
  readonly accounts: CoverageCounts & { readonly skipped: number };
  /** Counted once an account: two accounts in three Regions each are six. */
  readonly regions: CoverageCounts;
  readonly clusters: { readonly found: number; readonly judged: number; readonly notJudged: number };
  readonly gaps: number;
  readonly verdicts: StatusCounts;
  /** In the benchmark's order. */
  readonly controls: readonly ControlSummary[];
  readonly failedBySeverity: Readonly<Partial<Record<Severity, number>>>;
  /** At most ten, worst first. */
  readonly worstFailures: readonly Verdict[];
  readonly findings: {
    readonly created: number;
    readonly updated: number;
    readonly archived: number;
    readonly unchanged: number;
    readonly failed: number;
  };
}

const WORST_FAILURES = 10;

/** Counts a run. Pure. */
export function summarize(result: RunResult): Summary {
  const { accounts, skipped } = result.coverage;
  const regions = accounts.flatMap((one) => one.regions);
  const found = sum(regions.map((one) => one.clusters.found));
  const judged = sum(regions.map((one) => one.clusters.judged));
  const failures = failuresOf(result.verdicts);
  return {
    outcome: outcomeOf(result),
    seconds: (Date.parse(result.run.finishedAt) - Date.parse(result.run.startedAt)) / 1000,
    accounts: { ...countCoverage(accounts), skipped: skipped.length },
    regions: countCoverage(regions),
    clusters: { found, judged, notJudged: found - judged },
    gaps: gapsOf(result).length,
    verdicts: countStatuses(result.verdicts),
    controls: summarizeControls(result.verdicts),
    failedBySeverity: countBy(failures, (one) => one.severity),
    worstFailures: failures.slice(0, WORST_FAILURES),
    findings: { ...result.changes, failed: result.changes.failed.length },
  };
}

/** The failed verdicts, worst first; equals by control, account, Region and resource. */
function failuresOf(verdicts: readonly Verdict[]): Verdict[] {
  return verdicts.filter((one) => one.status === 'FAILED').sort(compareVerdicts);
}

/** Worst first, then in a stable order that people can follow. */
export function compareVerdicts(a: Verdict, b: Verdict): number {
  return (
    compareSeriousness(a, b) ||
    compareControlIds(a.controlId, b.controlId) ||
    compareText(placeKey(a), placeKey(b))
  );
}

function placeKey({ scope, resource, clusterArn }: Verdict): string {
  return [scope.accountId, scope.region, resource.id, clusterArn].join(' ');
}

/** Made once: a large organization compares millions of times. */
const NUMERIC = new Intl.Collator('en', { numeric: true });

/** `5.4.10` comes after `5.4.9`. */
export function compareControlIds(a: string, b: string): number {
  return a === b ? 0 : NUMERIC.compare(a, b);
}

/** By code units: the same order on every machine. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function summarizeControls(verdicts: readonly Verdict[]): ControlSummary[] {
  return [...Map.groupBy(verdicts, controlKey).values()]
    .flatMap((own) => {
      const [first] = own;
      if (first === undefined) return [];
      const { control, controlId, level } = first;
      const worst = failuresOf(own)[0]?.severity;
      return [
        { control, controlId, level, counts: countStatuses(own), ...(worst && { worstSeverity: worst }) },
      ];
    })
    .sort((a, b) => compareControlIds(a.controlId, b.controlId) || compareText(a.level, b.level));
}

function countStatuses(verdicts: readonly Verdict[]): StatusCounts {
  const counts: Record<Status, number> = { FAILED: 0, NOT_AVAILABLE: 0, WARNING: 0, PASSED: 0 };
  for (const { status } of verdicts) counts[status] += 1;
  return counts;
}

function countCoverage(all: readonly { readonly state: CoverageState }[]): CoverageCounts {
  const { covered = 0, partial = 0, 'not-covered': notCovered = 0 } = countBy(all, (one) => one.state);
  return { total: all.length, covered, partial, notCovered };
}

function countBy<T, Key extends string>(
  all: readonly T[],
  keyOf: (one: T) => Key,
): Partial<Record<Key, number>> {
  const counts: Partial<Record<Key, number>> = {};
  for (const one of all) {
    const key = keyOf(one);
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

/** What people call each status. */
export const STATUS_LABELS = {
  FAILED: 'Failed',
  NOT_AVAILABLE: 'Not available',
  WARNING: 'Warning',
  PASSED: 'Passed',
} as const satisfies Record<Status, string>;

/** Nothing to judge is no praise: perhaps these are not the account and Regions that were meant. */
export function passedText({ clusters, controls }: Pick<Summary, 'clusters' | 'controls'>): string {
  return clusters.found === 0 && controls.length === 0 ? 'no cluster was found' : 'nothing failed';
}
