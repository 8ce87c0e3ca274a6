import type { RunResult } from '../model/run.ts';
import { SEVERITIES, type Severity, type Verdict } from '../model/verdict.ts';
import { addMatrixStates, type MatrixStates, matrixStatesOf } from './benchmark-matrix.ts';
import { contentOf, type ReportContent } from './content.ts';
import { type ControlRef, controlRefKey } from './reported-controls.ts';
import { SHOWN_STATUSES, shownStatusOf } from './shown-status.ts';
import { addTallies, compareText, compareVerdicts, tallyOf, type VerdictTally } from './summary.ts';

/*
 * What the HTML shows of verdicts is bounded, whether a result lists all of them or they are added up account by account:
 * the memory that it takes, too, does not grow with their number.
 */

/** The most rows of one table that is written without the script. */
export const MAX_ROWS = 100;
/** The most verdicts in the file; 1,000 clusters have 15,000. */
export const MAX_VERDICTS = 16_000;

/** Failures of one control for one reason: what is fixed in one way. */
export interface FailureKind extends ControlRef {
  readonly severity: Severity;
  readonly reasonCode: string;
  readonly findings: number;
  readonly clusters: number;
  readonly accounts: number;
}

/** Verdicts as the HTML shows them. */
export interface HtmlVerdicts {
  /** Of all verdicts. */
  readonly tally: VerdictTally;
  /** In no order, in parts; when there are many, without some that are not among the worst. */
  readonly listed: readonly (readonly Verdict[])[];
  /** Of all failures, by what is the same of a kind. */
  readonly kinds: ReadonlyMap<string, FailureKind>;
  /** How many clusters have a failure that is HIGH or worse. */
  readonly clustersWithHigh: number;
  readonly total: number;
  /** Of all verdicts. */
  readonly matrix: MatrixStates;
}

/** A page of HTML: its result lists the verdicts that are shown, worst first; its summary counts all. */
export interface HtmlContent extends ReportContent {
  readonly kinds: readonly FailureKind[];
  readonly clustersWithHigh: number;
  /** Of verdicts, with those that are left out. */
  readonly total: number;
  readonly matrix: MatrixStates;
}

/** Pure. */
export function htmlContentOf(result: RunResult, verdicts: HtmlVerdicts): HtmlContent {
  const { tally, listed, kinds, ...rest } = verdicts;
  return {
    ...contentOf({ ...result, verdicts: worstOf(listed.flat()) }, tally),
    ...rest,
    kinds: [...kinds.values()].sort(compareKinds),
  };
}

/** The verdicts of one account, or of all: none may be of an account that is added to it. Pure. */
export function htmlVerdictsOf(verdicts: readonly Verdict[]): HtmlVerdicts {
  const failures = verdicts.filter((verdict) => shownStatusOf(verdict) === 'FAILED');
  const severe = failures.filter(
    ({ severity }) => SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf('HIGH'),
  );
  return {
    tally: tallyOf(verdicts),
    listed: bounded([verdicts.map(asShown)]),
    kinds: kindsOf(failures),
    clustersWithHigh: new Set(severe.flatMap(({ clusterArn }) => clusterArn ?? [])).size,
    total: verdicts.length,
    matrix: matrixStatesOf(verdicts),
  };
}

/** The verdicts of both, which are of different accounts. Pure. */
export function addHtmlVerdicts(a: HtmlVerdicts, b: HtmlVerdicts): HtmlVerdicts {
  const kinds = new Map(a.kinds);
  for (const [key, kind] of b.kinds) kinds.set(key, addKinds(kinds.get(key), kind));
  return {
    tally: addTallies(a.tally, b.tally),
    listed: bounded([...a.listed, ...b.listed]),
    kinds,
    clustersWithHigh: a.clustersWithHigh + b.clustersWithHigh,
    total: a.total + b.total,
    matrix: addMatrixStates(a.matrix, b.matrix),
  };
}

/** Sorting them, or copying them, each time an account is added would take minutes. */
function bounded(parts: readonly (readonly Verdict[])[]): readonly (readonly Verdict[])[] {
  const count = parts.reduce((sum, part) => sum + part.length, 0);
  return count > 1.5 * MAX_VERDICTS ? [worstOf(parts.flat())] : parts;
}

function worstOf(verdicts: readonly Verdict[]): Verdict[] {
  return verdicts.toSorted(compareShown).slice(0, MAX_VERDICTS);
}

/** As people see them: what is EXCEPTED comes after what is not. */
function compareShown(a: Verdict, b: Verdict): number {
  const rank = (verdict: Verdict) => SHOWN_STATUSES.indexOf(shownStatusOf(verdict));
  return rank(a) - rank(b) || compareVerdicts(a, b);
}

/** Without what no page shows, which would be kept in memory. */
function asShown(verdict: Verdict): Verdict {
  const { type, id, name } = verdict.resource;
  const evidence = verdict.status === 'PASSED' ? {} : verdict.evidence;
  return { ...verdict, related: [], evidence, resource: { type, id, ...(name !== undefined && { name }) } };
}

function kindsOf(failures: readonly Verdict[]): Map<string, FailureKind> {
  const groups = Map.groupBy(failures, (verdict) =>
    [controlRefKey(verdict), verdict.severity, verdict.reasonCode].join(' '),
  );
  return new Map([...groups].flatMap(([key, own]) => toKind(own).map((kind) => [key, kind] as const)));
}

function toKind(failures: readonly Verdict[]): FailureKind[] {
  const [first] = failures;
  if (first === undefined) return [];
  const { control, controlId, level, severity, reasonCode } = first;
  const clusters = new Set(failures.flatMap(({ clusterArn }) => clusterArn ?? [])).size;
  const accounts = new Set(failures.map(({ scope }) => scope.accountId)).size;
  return [{ control, controlId, level, severity, reasonCode, findings: failures.length, clusters, accounts }];
}

function addKinds(a: FailureKind | undefined, b: FailureKind): FailureKind {
  if (a === undefined) return b;
  return {
    ...b,
    findings: a.findings + b.findings,
    clusters: a.clusters + b.clusters,
    accounts: a.accounts + b.accounts,
  };
}

/** By severity, then by how many clusters and accounts they hit. */
function compareKinds(a: FailureKind, b: FailureKind): number {
  return (
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    b.clusters - a.clusters ||
    b.accounts - a.accounts ||
    b.findings - a.findings ||
    compareText(keyOf(a), keyOf(b))
  );
}

function keyOf({ controlId, level, reasonCode }: FailureKind): string {
  return [controlId, level, reasonCode].join(' ');
}
