import type { Store } from '../../shared/aws/store.ts';
import { isSecurityHubOff, OUT_OF_TIME, TOO_MANY_FINDINGS } from '../../shared/model/evidence.ts';
import { type AccountResult, type Gap, gapsOfAccount, type Run } from '../../shared/model/run.ts';
import { type MissedRuns, missedOnceMore } from '../../shared/plan/changes.ts';
import { ACCOUNT_BUSY } from '../runtime/account-state.ts';
import { readList, replaceList } from '../runtime/change-list.ts';
import type { FoldedAccount } from './fold-run.ts';

/** What a run on change leaves. */
export interface ChangesLeft {
  /** How many accounts the next one audits. */
  readonly toNext: number;
  /** The accounts that were missed too often: they are left to the next scheduled run. */
  readonly givenUp: readonly string[];
}

const NOTHING: ChangesLeft = { toNext: 0, givenUp: [] };

/**
 * Takes the accounts that a run on change has audited out of its list: what is left is audited by the next. A report that is
 * repeated leaves the list as the first one did, and one whose list another run has taken over leaves nothing. Rejects with
 * S3's errors.
 */
export async function leaveChanges(
  store: Store,
  run: Pick<Run, 'id'>,
  accounts: readonly FoldedAccount[],
): Promise<ChangesLeft> {
  const stored = await readList(store);
  if (stored === undefined || stored.list.runId !== run.id || stored.list.isReported) return NOTHING;
  const results = new Map(accounts.map(({ result }) => [result.coverage.accountId, result]));
  const missed = stored.list.accounts.flatMap((changed) => {
    const why = whyMissed(results.get(changed.accountId));
    return why === undefined ? [] : [{ changed, next: missedOnceMore(changed, why) }];
  });
  const left = missed.flatMap(({ next }) => next ?? []);
  const isReplaced = await replaceList(store, stored, { ...stored.list, accounts: left, isReported: true });
  if (!isReplaced) return NOTHING;
  const givenUp = missed.filter(({ next }) => next === undefined);
  return {
    toNext: left.length,
    givenUp: givenUp.map(({ changed }) => changed.accountId),
  };
}

/** Why the changes of an account were not judged and published, if it may be otherwise with the next run. */
function whyMissed(result: AccountResult | undefined): keyof MissedRuns | undefined {
  if (result === undefined) return 'failed';
  const gaps = gapsOfAccount(result.coverage);
  if (gaps.some(({ code }) => code === ACCOUNT_BUSY)) return 'busy';
  return gaps.some(mayPass) ? 'failed' : undefined;
}

/**
 * Much of what is missing stays so: what is denied, and evidence that fails, as of an API server that cannot be reached from
 * here. What passes is throttling, a lack of time, and what keeps an account, a Region or a cluster from being audited, or
 * findings from being published.
 */
function mayPass(gap: Gap): boolean {
  if (gap.kind === 'throttled' || gap.code === OUT_OF_TIME) return true;
  const stays = gap.what === 'evidence' || isSecurityHubOff(gap) || gap.code === TOO_MANY_FINDINGS;
  return gap.kind === 'failed' && !stays;
}
