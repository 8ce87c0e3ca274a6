import type { Exception } from '../model/exception.ts';
import { clusterNameIn } from '../model/resource.ts';
import type { Verdict } from '../model/verdict.ts';
import { matchesWildcard } from '../model/wildcard.ts';

/** What exceptions are compared with besides verdicts. */
export interface ExceptionContext {
  /** In the order of the configuration: of several that cover a verdict, the first does. */
  readonly exceptions: readonly Exception[];
  /** The day of the run in UTC: `2027-03-31`. */
  readonly day: string;
  /** The root and the OUs of the account, where they were read. */
  readonly organizationalUnits?: readonly { readonly id: string }[];
}

/** Verdicts of one account, each with the exception that covers it, if one does. Pure. */
export function withExceptions(verdicts: readonly Verdict[], context: ExceptionContext): Verdict[] {
  const exceptions = context.exceptions.filter((exception) => !isExpired(exception, context.day));
  return verdicts.map((verdict) => {
    const exception = exceptions.find((one) => covers(one, verdict, context.organizationalUnits));
    if (exception === undefined) return verdict;
    const { id, reason, owner, expires } = exception;
    return { ...verdict, exception: { id, reason, owner, expires } };
  });
}

/** Whether the last day of an exception, which still counts, is over. */
export function isExpired({ expires }: Pick<Exception, 'expires'>, day: string): boolean {
  return expires < day;
}

/** Whether an exception covers a verdict: one that failed or warns, and only if everything that it names matches. */
function covers(
  exception: Exception,
  verdict: Verdict,
  organizationalUnits: ExceptionContext['organizationalUnits'] = [],
): boolean {
  if (verdict.status !== 'FAILED' && verdict.status !== 'WARNING') return false;
  const { scope, resource, clusterArn } = verdict;
  const cluster = clusterArn === undefined ? undefined : clusterNameIn(clusterArn);
  return (
    isAmong(exception.controls, [verdict.control]) &&
    isAnyOrAmong(exception.accounts, [scope.accountId]) &&
    isAnyOrAmong(exception.regions, [scope.region]) &&
    isAnyOrAmong(exception.clusters, cluster === undefined ? [] : [cluster]) &&
    isAnyOrAmong(exception.resources, [
      resource.id,
      ...(resource.name === undefined ? [] : [resource.name]),
    ]) &&
    isAnyOrAmong(exception.reasonCodes, [verdict.reasonCode]) &&
    isBelow(exception.organizationalUnits, organizationalUnits)
  );
}

function isAnyOrAmong(patterns: readonly string[], texts: readonly string[]): boolean {
  return patterns.length === 0 || isAmong(patterns, texts);
}

function isAmong(patterns: readonly string[], texts: readonly string[]): boolean {
  return texts.some((text) => patterns.some((pattern) => matchesWildcard(pattern, text)));
}

function isBelow(ids: readonly string[], path: readonly { readonly id: string }[]): boolean {
  return ids.length === 0 || path.some(({ id }) => ids.includes(id));
}
