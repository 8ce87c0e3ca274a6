import type { Gap, RunResult } from '../model/run.ts';

/** What the process says when it ends: part of the public interface, see docs/cli.md. */
export const EXIT_CODES = {
  passed: 0,
  crashed: 1,
  usage: 2,
  failed: 3,
  incomplete: 4,
  interrupted: 130,
  terminated: 143,
} as const;

/** What came of a run in one word: the worst of it. */
export type Outcome = 'failed' | 'incomplete' | 'passed';

/** A failure outweighs what could not be looked at, because it is certain. */
export function outcomeOf(result: RunResult): Outcome {
  if (result.verdicts.some((one) => one.status === 'FAILED')) return 'failed';
  return isIncomplete(result) ? 'incomplete' : 'passed';
}

/** The exit code of an audit. `exitZero` takes failures, and only these, for success. */
export function exitCodeOf(result: RunResult, options: { readonly exitZero: boolean }): number {
  const outcome = outcomeOf(result);
  return outcome === 'failed' && options.exitZero ? EXIT_CODES.passed : EXIT_CODES[outcome];
}

/** Whether anything is unknown: not looked at, not answered, or not taken by Security Hub. */
export function isIncomplete(result: RunResult): boolean {
  return (
    !result.coverage.complete ||
    gapsOf(result).length > 0 ||
    result.changes.failed.length > 0 ||
    result.verdicts.some((one) => one.status === 'NOT_AVAILABLE')
  );
}

/** A gap and where it is. */
export interface PlacedGap extends Gap {
  readonly accountId: string;
  /** Absent for a gap of the account as a whole. */
  readonly region?: string;
}

/** Every gap of a run, in the order of its accounts. */
export function gapsOf(result: RunResult): PlacedGap[] {
  return result.coverage.accounts.flatMap(({ accountId, gaps, regions }) => [
    ...gaps.map((gap) => ({ ...gap, accountId })),
    ...regions.flatMap(({ region, gaps: regional }) =>
      regional.map((gap) => ({ ...gap, accountId, region })),
    ),
  ]);
}
