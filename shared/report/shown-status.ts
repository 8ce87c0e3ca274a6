import type { Status, Verdict } from '../model/verdict.ts';

/** What people see of a verdict, worst first: a status, or that an exception covers it. */
export const SHOWN_STATUSES = ['FAILED', 'NOT_AVAILABLE', 'WARNING', 'EXCEPTED', 'PASSED'] as const;
export type ShownStatus = Status | 'EXCEPTED';

/** A FAILED or WARNING that an exception covers is EXCEPTED: shown, and counted apart. */
export function shownStatusOf(
  verdict: Pick<Verdict, 'status'> & { readonly exception?: unknown },
): ShownStatus {
  return verdict.exception === undefined ? verdict.status : 'EXCEPTED';
}
