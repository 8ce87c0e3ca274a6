import type { Gap, RunResult } from '../model/run.ts';
import { isAtLeast, type Severity, type Verdict } from '../model/verdict.ts';
import { shownStatusOf } from './shown-status.ts';

/** The exit codes of the command line: part of the public interface, see docs/cli.md. */
export const EXIT_CODES = {
  passed: 0,
  crashed: 1,
  usage: 2,
  failed: 3,
  incomplete: 4,
  outputNotWritten: 5,
  interrupted: 130,
  terminated: 143,
} as const;

/** The outcome of a run: the worst that happened. */
export type Outcome = 'failed' | 'incomplete' | 'passed';

/** A failure outweighs what could not be read, because it is certain. What an exception covers is none. */
export function outcomeOf(result: RunResult, failOn?: Severity): Outcome {
  if (result.verdicts.some((verdict) => isFailure(verdict, failOn))) return 'failed';
  return isIncomplete(result) ? 'incomplete' : 'passed';
}

/** Whether a verdict is a failure of at least this severity. */
function isFailure(verdict: Verdict, failOn: Severity | undefined): boolean {
  return isAtLeast(verdict.severity, failOn) && shownStatusOf(verdict) === 'FAILED';
}

export interface ExitOptions {
  /** Failures, and nothing else, count as success. */
  readonly exitZero: boolean;
  /** Only failures of at least this severity count. */
  readonly failOn?: Severity;
  /** A run that found no cluster is incomplete. */
  readonly requireClusters?: boolean;
  /** A report could not be written, although everything was audited. */
  readonly outputFailed?: boolean;
}

/** The exit code of an audit: of several that apply, the first of 5, 3, 4, 0. */
export function exitCodeOf(result: RunResult, options: ExitOptions): number {
  if (options.outputFailed) return EXIT_CODES.outputNotWritten;
  const outcome = outcomeOf(result, options.failOn);
  if (outcome === 'failed') return options.exitZero ? EXIT_CODES.passed : EXIT_CODES.failed;
  if (options.requireClusters && !hasClusters(result)) return EXIT_CODES.incomplete;
  return EXIT_CODES[outcome];
}

function hasClusters({ coverage }: RunResult): boolean {
  return coverage.accounts.some(({ regions }) => regions.some(({ clusters }) => clusters.found > 0));
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

/** Every gap of a run: of the run as a whole, then in the order of its accounts. */
export function gapsOf(result: RunResult): LocatedGap[] {
  const { gaps: ofRun = [], accounts } = result.coverage;
  const ofAccounts = accounts.flatMap(({ accountId, gaps, regions }) => [
    ...gaps.map((gap) => ({ ...gap, accountId })),
    ...regions.flatMap(({ region, gaps: regional }) =>
      regional.map((gap) => ({ ...gap, accountId, region })),
    ),
  ]);
  return [...ofRun, ...ofAccounts];
}
