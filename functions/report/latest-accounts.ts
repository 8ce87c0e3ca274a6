import type { Plan } from '../../shared/model/run.ts';
import type { LatestAccount } from '../runtime/latest-accounts.ts';
import type { FoldedAccount } from './fold-run.ts';

/** What is known of accounts from earlier runs, by their ids. */
export type LatestAccounts = ReadonlyMap<string, LatestAccount>;

/** What is known with a full run: of the accounts of its plan, and of what it could not see what was known before. Pure. */
export function replaced(
  stored: LatestAccounts | undefined,
  { targets }: Pick<Plan, 'targets'>,
  accounts: readonly FoldedAccount[],
): LatestAccounts {
  const seen = new Map(
    accounts.map((account) => [
      account.result.coverage.accountId,
      latestOf(account, stored, isPlanned(account)),
    ]),
  );
  return new Map(
    targets.flatMap(({ accountId }) => {
      const latest = seen.get(accountId) ?? stored?.get(accountId);
      return latest === undefined ? [] : [[accountId, latest] as const];
    }),
  );
}

/**
 * What is known with a run over some accounts, or some of their Regions. `undefined` when no full run came before it: others
 * would take its accounts for all there are. Pure.
 */
export function refined(
  stored: LatestAccounts | undefined,
  accounts: readonly FoldedAccount[],
): LatestAccounts | undefined {
  if (stored === undefined) return undefined;
  const seen = accounts.map(
    (account) => [account.result.coverage.accountId, latestOf(account, stored, () => true)] as const,
  );
  return new Map([...stored, ...seen]);
}

/** A Region that is not audited any more is forgotten; of an account that could not be entered nothing is. */
function isPlanned({ result: { coverage } }: FoldedAccount): (region: string) => boolean {
  const planned = new Set(coverage.regions.map(({ region }) => region));
  return (region) => planned.size === 0 || planned.has(region);
}

/** An account as a run saw it. Regions that it did not see are as they were, if they are to be kept. */
function latestOf(
  { result, regionsWithVerdicts }: FoldedAccount,
  stored: LatestAccounts | undefined,
  isKept: (region: string) => boolean,
): LatestAccount {
  const { coverage, regionsWithClusters = [], durationMs } = result;
  const known = stored?.get(coverage.accountId);
  const seen = coverage.regions.filter(({ state }) => state !== 'not-covered').map(({ region }) => region);
  const kept = (known?.regions ?? []).filter((region) => !seen.includes(region) && isKept(region));
  const regions = new Set([...kept, ...regionsWithClusters, ...regionsWithVerdicts]);
  return { regions: [...regions].sort(), durationMs: durationMs ?? known?.durationMs ?? 0 };
}
