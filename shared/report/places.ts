import { parseArn } from '../model/arn.ts';
import { accountResource, clusterNameIn } from '../model/resource.ts';
import type { RunResult } from '../model/run.ts';
import type { Verdict } from '../model/verdict.ts';

/** Names of accounts by id, where they are known. */
export function accountNames(result: RunResult): ReadonlyMap<string, string> {
  const { accounts, skipped } = result.coverage;
  return new Map(
    [...accounts, ...skipped].flatMap(({ accountId, name }) => (name ? [[accountId, name]] : [])),
  );
}

/** The cluster a verdict belongs to; `undefined` for a registry or an account. */
export function clusterNameOf(verdict: Pick<Verdict, 'clusterArn'>): string | undefined {
  return verdict.clusterArn && clusterNameIn(verdict.clusterArn);
}

/**
 * What to call a resource beside its account and Region: a cluster by its name, others by what an ARN ends with, and the
 * account itself by nothing. What belongs to another account keeps its whole ARN.
 */
export function shortName(id: string, accountId: string): string | undefined {
  if (id === accountResource(accountId).id) return undefined;
  const arn = parseArn(id);
  const isOwn = arn?.accountId === accountId || arn?.accountId === '';
  return clusterNameIn(id) ?? (isOwn ? arn.resource : id);
}
