import type { RunResult } from '../model/run.ts';
import { accountNames } from './places.ts';
import { type Summary, summarize, type VerdictTally } from './summary.ts';

/** What every section of a report is made from, whatever its format. */
export interface ReportContent {
  readonly result: RunResult;
  readonly summary: Summary;
  /** The names of accounts by id, as far as they are known. */
  readonly names: ReadonlyMap<string, string>;
}

export function contentOf(result: RunResult, tally?: VerdictTally): ReportContent {
  return { result, summary: summarize(result, tally), names: accountNames(result) };
}
