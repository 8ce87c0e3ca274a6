import { isAtLeast, type Severity, type Verdict } from '../model/verdict.ts';
import { type ShownStatus, shownStatusOf } from './shown-status.ts';

/** Which verdicts a person wants to see listed. Whatever is not shown is counted all the same. */
export interface Selection {
  /** Only those of this status. */
  readonly only?: ShownStatus;
  /** Of failures only those of at least this severity; nothing that has no severity but what is not available. */
  readonly severity?: Severity;
}

/** Whether a section of a status is shown. What is not available may hide a failure of any severity. */
export function isStatusShown(status: ShownStatus, { only, severity }: Selection): boolean {
  if (only !== undefined) return only === status;
  return severity === undefined || status === 'FAILED' || status === 'NOT_AVAILABLE';
}

/** Whether a verdict is listed. */
export function isShown(verdict: Verdict, selection: Selection): boolean {
  const status = shownStatusOf(verdict);
  if (!isStatusShown(status, selection)) return false;
  return status !== 'FAILED' || isAtLeast(verdict.severity, selection.severity);
}

/** What `--only` takes, and the status it means. */
export const ONLY = {
  failed: 'FAILED',
  warnings: 'WARNING',
  'not-available': 'NOT_AVAILABLE',
  excepted: 'EXCEPTED',
} as const satisfies Record<string, ShownStatus>;
