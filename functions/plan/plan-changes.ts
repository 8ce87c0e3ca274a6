import type { Store } from '../../shared/aws/store.ts';
import type { Config } from '../../shared/config/config.ts';
import type { Caller, Plan, Run } from '../../shared/model/run.ts';
import {
  type ChangedAccount,
  type ChangedTarget,
  changedAccounts,
  changedTargets,
  mergeChanged,
} from '../../shared/plan/changes.ts';
import { runOptionsOf } from '../../shared/plan/run-options.ts';
import { readList, replaceList, type StoredList } from '../runtime/change-list.ts';
import { type ChangeQueue, type Drained, type DrainLimits, drain } from './change-queue.ts';
import { type LastFullRun, lastFullRun } from './last-full-run.ts';

/** What planning a run on change depends on. */
export interface ChangeDependencies {
  readonly store: Store;
  readonly queue: ChangeQueue;
  readonly limits: DrainLimits;
  /** The status of an execution of the state machine; `undefined` when it is not known any more. */
  readonly statusOf: (executionArn: string) => Promise<string | undefined>;
  readonly executionArn: string;
  readonly partition: string;
  readonly caller?: Caller;
  readonly config: Config;
  readonly log: (message: string, details: object) => void;
}

/**
 * Plans a run on change from what is in the queue and what the last run on change did not audit. `undefined` when there
 * is nothing to audit, or when another run on change is under way: what is in the queue stays there.
 *
 * Nothing is lost, wherever it ends: messages are deleted when the list of their accounts is stored; only the report of its
 * run takes accounts out of a list, and a list is replaced by one that holds its accounts. Messages that come again are
 * audited again.
 */
export async function planChanges(run: Run, dependencies: ChangeDependencies): Promise<Plan | undefined> {
  const { store, executionArn, log } = dependencies;
  const latest = await lastFullRun(store);
  if (latest === undefined) return undefined;
  const before = await readList(store);
  const left = await accountsLeft(before, dependencies);
  if (left === undefined) return undefined;
  const drained = await drain(dependencies.queue, dependencies.limits);
  const changed = mergeChanged(left, changedAccounts(drained.changes));
  const targets = changedTargets(changed, latest, dependencies);
  // An empty list replaces one of which nothing is to be audited any more.
  if (targets.length + left.length > 0) {
    const accounts = targets.map((target) => target.changed);
    const isReplaced = await replaceList(store, before, { runId: run.id, executionArn, accounts });
    if (!isReplaced) {
      log('another run on change was planned at the same time', {});
      return undefined;
    }
  }
  await deleteMessages(drained, dependencies);
  log('changes', { messages: drained.messages.length, accounts: changed.length, audited: targets.length });
  return targets.length === 0 ? undefined : planOf(run, targets, latest, dependencies);
}

/** What the last list holds; `undefined` while its run is under way. */
async function accountsLeft(
  before: StoredList | undefined,
  { executionArn, statusOf }: Pick<ChangeDependencies, 'executionArn' | 'statusOf'>,
): Promise<readonly ChangedAccount[] | undefined> {
  if (before === undefined || before.list.accounts.length === 0) return [];
  // Planned by an earlier attempt of this very run.
  if (before.list.executionArn === executionArn) return before.list.accounts;
  const status = await statusOf(before.list.executionArn);
  return status === 'RUNNING' ? undefined : before.list.accounts;
}

async function deleteMessages(
  { messages, invalid }: Drained,
  { queue, log }: Pick<ChangeDependencies, 'queue' | 'log'>,
): Promise<void> {
  if (invalid > 0) log('messages that are no changes are deleted', { invalid });
  const failed = messages.length === 0 ? 0 : await queue.delete(messages);
  if (failed > 0) log('messages that were not deleted come again', { failed });
}

function planOf(
  run: Run,
  targets: readonly ChangedTarget[],
  { organization }: LastFullRun,
  { config, caller }: Pick<ChangeDependencies, 'config' | 'caller'>,
): Plan {
  const { clusters } = config.targets;
  return {
    run,
    ...(caller && { caller }),
    options: runOptionsOf(config),
    organization,
    targets: targets.map(({ target }) => target),
    skipped: [],
    ...(clusters.length > 0 && { clusters }),
  };
}
