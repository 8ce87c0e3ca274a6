import type { RunResult } from '../model/run.ts';
import { STATUSES, type Verdict } from '../model/verdict.ts';
import { contentOf, type ReportContent } from './content.ts';
import { type MatrixRow, matrixRows } from './matrix.ts';
import { controlRefKey } from './reported-controls.ts';
import { shownStatusOf } from './shown-status.ts';
import {
  addTallies,
  compareText,
  compareVerdicts,
  keepWorst,
  tallyOf,
  type VerdictTally,
} from './summary.ts';

/*
 * What the HTML shows of verdicts is bounded, whether a result lists all of them or they are added up account by account:
 * the memory that it takes, too, does not grow with their number.
 */

/** The most rows of one control, or of one table. */
export const MAX_ROWS = 100;
/** The most clusters, Regions and accounts with their controls. */
const MAX_MATRIX_ROWS = 200;

/** Verdicts as the HTML shows them. */
export interface HtmlVerdicts {
  /** Of all verdicts. */
  readonly tally: VerdictTally;
  /** The worst of each status and control; none that passed. */
  readonly listed: ReadonlyMap<string, readonly Verdict[]>;
  readonly matrix: {
    /** Those with most failures, in the order of accounts, Regions and names. */
    readonly rows: readonly MatrixRow[];
    /** How many there are in all. */
    readonly total: number;
  };
}

/** A page of HTML: its result lists the verdicts that are shown, its summary counts all. */
export interface HtmlContent extends ReportContent {
  readonly matrix: HtmlVerdicts['matrix'];
}

export function htmlContentOf(result: RunResult, { tally, listed, matrix }: HtmlVerdicts): HtmlContent {
  const verdicts = [...listed.values()].flat();
  return { ...contentOf({ ...result, verdicts }, tally), matrix };
}

/** Pure. */
export function htmlVerdictsOf(verdicts: readonly Verdict[]): HtmlVerdicts {
  const shown = verdicts.filter(({ status }) => status !== 'PASSED');
  const byControl = Map.groupBy(shown, (verdict) => `${shownStatusOf(verdict)} ${controlRefKey(verdict)}`);
  const rows = matrixRows(verdicts);
  return {
    tally: tallyOf(verdicts),
    listed: new Map([...byControl].map(([key, own]) => [key, own.sort(compareVerdicts).slice(0, MAX_ROWS)])),
    matrix: { rows: mostFailures(rows), total: rows.length },
  };
}

/** The verdicts of both, which are of different accounts. Pure. */
export function addHtmlVerdicts(a: HtmlVerdicts, b: HtmlVerdicts): HtmlVerdicts {
  const listed = new Map(a.listed);
  for (const [key, verdicts] of b.listed)
    listed.set(key, keepWorst(listed.get(key) ?? [], verdicts, MAX_ROWS, compareVerdicts));
  return {
    tally: addTallies(a.tally, b.tally),
    listed,
    matrix: {
      rows: mostFailures([...a.matrix.rows, ...b.matrix.rows]),
      total: a.matrix.total + b.matrix.total,
    },
  };
}

/** The rows with most failures, then with most that is not available, in the order of their keys. */
function mostFailures(rows: readonly MatrixRow[]): MatrixRow[] {
  if (rows.length <= MAX_MATRIX_ROWS) return rows.toSorted((a, b) => compareText(a.key, b.key));
  return rows
    .map((row) => ({ row, counts: STATUSES.map((status) => countOf(row, status)) }))
    .sort((a, b) => compareCounts(b.counts, a.counts) || compareText(a.row.key, b.row.key))
    .slice(0, MAX_MATRIX_ROWS)
    .map(({ row }) => row)
    .sort((a, b) => compareText(a.key, b.key));
}

function countOf({ statuses }: MatrixRow, status: (typeof STATUSES)[number]): number {
  return [...statuses.values()].filter((each) => each === status).length;
}

/** By the first number that differs. */
function compareCounts(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((count, position) => count !== b[position]);
  return index === -1 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
}
