import { parseArn } from '../model/arn.ts';
import { accountResource, clusterNameIn } from '../model/resource.ts';
import type { RunResult } from '../model/run.ts';
import type { Verdict } from '../model/verdict.ts';

/** The names of accounts by id, as far as they are known. */
export function accountNames(result: RunResult): ReadonlyMap<string, string> {
  const { accounts, skipped } = result.coverage;
  return new Map(
    [...accounts, ...skipped].flatMap(({ accountId, name }) => (name ? [[accountId, name]] : [])),
  );
}

/** The cluster a verdict belongs to; `undefined` for a Region or an account. */
export function clusterNameOf(verdict: Pick<Verdict, 'clusterArn'>): string | undefined {
  return verdict.clusterArn && clusterNameIn(verdict.clusterArn);
}

/**
 * A resource as it is named beside its account and Region: a cluster by its name, others by the last part of the ARN. A
 * resource of another account keeps its whole ARN; `undefined` for the account itself.
 */
export function shortName(id: string, accountId: string): string | undefined {
  if (id === accountResource(accountId).id) return undefined;
  const arn = parseArn(id);
  const isOwn = arn?.accountId === accountId || arn?.accountId === '';
  return clusterNameIn(id) ?? (isOwn ? arn.resource : id);
}
