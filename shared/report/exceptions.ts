import { isExpired } from '../evaluate/exceptions.ts';
import type { Exception, ReportedException } from '../model/exception.ts';
import type { RunResult } from '../model/run.ts';
import type { Verdict } from '../model/verdict.ts';

/** An exception that ends within so many days is said to end soon. */
const SOON_DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;

/** How many verdicts each exception covers, by its id. */
export type ExceptionCounts = ReadonlyMap<string, number>;

export function countExceptions(
  verdicts: readonly Verdict[],
  soFar: ExceptionCounts = new Map(),
): ExceptionCounts {
  const counts = new Map(soFar);
  for (const { exception } of verdicts)
    if (exception) counts.set(exception.id, (counts.get(exception.id) ?? 0) + 1);
  return counts;
}

/**
 * A result with what became of each configured exception. A run over some of the accounts does not tell which ones nothing
 * needs, so those are left out. Pure.
 */
export function withReportedExceptions(
  result: RunResult,
  exceptions: readonly Exception[],
  counts: ExceptionCounts = countExceptions(result.verdicts),
  isNarrowed = false,
): RunResult {
  const day = result.run.startedAt.slice(0, 10);
  const reported = exceptions
    .map((exception) => reportedException(exception, counts.get(exception.id) ?? 0, day))
    .filter(({ state }) => !isNarrowed || state !== 'unused');
  return reported.length === 0 ? result : { ...result, exceptions: reported };
}

export function reportedException(exception: Exception, verdicts: number, day: string): ReportedException {
  const { id, controls, reason, owner, expires } = exception;
  return { id, controls, reason, owner, expires, state: stateOf(exception, verdicts, day), verdicts };
}

/** That it has ended matters more than that nothing needs it, and that more than that it ends soon. */
function stateOf(exception: Exception, verdicts: number, day: string): ReportedException['state'] {
  if (isExpired(exception, day)) return 'expired';
  if (verdicts === 0) return 'unused';
  const soon = new Date(Date.parse(day) + SOON_DAYS * DAY_MS).toISOString().slice(0, 10);
  return exception.expires <= soon ? 'expires-soon' : 'used';
}
