import type { Status, Verdict } from '../model/verdict.ts';

/** What people see of a verdict, worst first: a status, or that an exception covers it. */
export const SHOWN_STATUSES = ['FAILED', 'NOT_AVAILABLE', 'WARNING', 'EXCEPTED', 'PASSED'] as const;
export type ShownStatus = Status | 'EXCEPTED';

/** A FAILED or WARNING that an exception covers is EXCEPTED: shown, and counted apart. */
export function shownStatusOf(verdict: Pick<Verdict, 'status' | 'exception'>): ShownStatus {
  return verdict.exception === undefined ? verdict.status : 'EXCEPTED';
}

/** `Vendor appliance (exception legacy-endpoint of platform@example.com until 2027-03-31)`; empty without an exception. */
export function exceptionText({ exception }: Pick<Verdict, 'status' | 'exception'>): string {
  if (exception === undefined) return '';
  const { id, reason, owner, expires } = exception;
  return `${reason} (exception ${id} of ${owner} until ${expires})`;
}

/** Severity is of failures: what is EXCEPTED, a WARNING or not available shows none. */
export function shownSeverityOf(verdict: Pick<Verdict, 'status' | 'severity' | 'exception'>): string {
  return shownStatusOf(verdict) === 'FAILED' ? verdict.severity : '';
}
