import type { Gap, RunResult } from '../model/run.ts';

/** The exit codes of the command line: part of the public interface, see docs/cli.md. */
export const EXIT_CODES = {
  passed: 0,
  crashed: 1,
  usage: 2,
  failed: 3,
  incomplete: 4,
  interrupted: 130,
  terminated: 143,
} as const;

/** The outcome of a run: the worst that happened. */
export type Outcome = 'failed' | 'incomplete' | 'passed';

/** A failure outweighs what could not be read, because it is certain. */
export function outcomeOf(result: RunResult): Outcome {
  if (result.verdicts.some((verdict) => verdict.status === 'FAILED')) return 'failed';
  return isIncomplete(result) ? 'incomplete' : 'passed';
}

/** The exit code of an audit. With `exitZero` failures, and nothing else, count as success. */
export function exitCodeOf(result: RunResult, options: { readonly exitZero: boolean }): number {
  const outcome = outcomeOf(result);
  return outcome === 'failed' && options.exitZero ? EXIT_CODES.passed : EXIT_CODES[outcome];
}

/** Whether something was not audited, could not be judged, or was rejected by Security Hub. */
export function isIncomplete(result: RunResult): boolean {
  return (
    !result.coverage.complete ||
    gapsOf(result).length > 0 ||
    result.changes.failed.length > 0 ||
    result.verdicts.some((verdict) => verdict.status === 'NOT_AVAILABLE')
  );
}

/** A gap with its account and Region. */
export interface LocatedGap extends Gap {
  readonly accountId: string;
  /** Absent for a gap of the account as a whole. */
  readonly region?: string;
}

/** Every gap of a run, in the order of its accounts. */
export function gapsOf(result: RunResult): LocatedGap[] {
  return result.coverage.accounts.flatMap(({ accountId, gaps, regions }) => [
    ...gaps.map((gap) => ({ ...gap, accountId })),
    ...regions.flatMap(({ region, gaps: regional }) =>
      regional.map((gap) => ({ ...gap, accountId, region })),
    ),
  ]);
}
