import { accountResource } from '../model/resource.ts';
import type { RunResult } from '../model/run.ts';
import type { Verdict } from '../model/verdict.ts';

/** The names of accounts by id, as far as they are known. */
export function accountNames(result: RunResult): ReadonlyMap<string, string> {
  const { accounts, skipped } = result.coverage;
  return new Map(
    [...accounts, ...skipped].flatMap(({ accountId, name }) => (name ? [[accountId, name]] : [])),
  );
}

/** The cluster a verdict belongs to; `undefined` for a registry or an account. */
export function clusterNameOf(verdict: Pick<Verdict, 'clusterArn'>): string | undefined {
  return verdict.clusterArn && clusterNameFromArn(verdict.clusterArn);
}

/** The name in the ARN of a cluster; `undefined` for any other ARN. */
export function clusterNameFromArn(arn: string): string | undefined {
  return /^arn:[^:]*:eks:[^:]*:[^:]*:cluster\/(?<name>.+)$/.exec(arn)?.groups?.name;
}

/**
 * A resource as it is named beside its account and Region: a cluster by its name, others by the last part of the ARN. A
 * resource of another account keeps its whole ARN; `undefined` for the account itself.
 */
export function shortName(id: string, accountId: string): string | undefined {
  if (id === accountResource(accountId).id) return undefined;
  const [, , , , owner, ...rest] = id.split(':');
  const isOwn = owner === accountId || owner === '';
  return clusterNameFromArn(id) ?? (id.startsWith('arn:') && isOwn ? rest.join(':') : id);
}
