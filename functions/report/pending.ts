import pLimit from 'p-limit';
import type { Run } from '../../shared/model/run.ts';
import { AccountBusy, hasEventsToSend, takeLease } from '../runtime/account-state.ts';
import { sendPending } from '../runtime/finding-events.ts';
import type { StepContext } from '../runtime/lambda.ts';

/** Accounts that are looked at at the same time. */
const CONCURRENT_ACCOUNTS = 20;

interface PendingOptions {
  readonly run: Pick<Run, 'id'>;
  /**
   * Whether audits of the run may still go on: its execution ended early, and may be redriven. Their leases are left to them
   * then, until they expire. Otherwise a lease of the run is one that an audit left behind when it crashed.
   */
  readonly mayStillRun: boolean;
}

/** How many accounts had events to send, and what became of them. */
export interface PendingSent {
  /** Whose events were handed to the bus; what it did not take stays with the account. */
  readonly sent: number;
  /** Another run audits these now, and will send their events. */
  readonly busy: number;
  /** Whose state could not be read or written. It is logged why. */
  readonly failed: number;
}

/**
 * Sends the events that audits left behind with accounts. An account without any is only read. Never rejects: what is not
 * sent now is sent by the next audit of the account.
 */
export async function sendPendingOf(
  accountIds: readonly string[],
  { run, mayStillRun }: PendingOptions,
  context: Pick<StepContext, 'store' | 'bus' | 'region' | 'logger' | 'now'>,
): Promise<PendingSent> {
  const limit = pLimit(CONCURRENT_ACCOUNTS);
  const holder = mayStillRun ? { id: `${run.id}/report` } : run;
  const outcomes = await Promise.all(
    accountIds.map((accountId) => limit(() => sendOfAccount(accountId, holder, context))),
  );
  const count = (outcome: Outcome) => outcomes.filter((one) => one === outcome).length;
  return { sent: count('sent'), busy: count('busy'), failed: count('failed') };
}

type Outcome = 'nothing' | 'sent' | 'busy' | 'failed';

async function sendOfAccount(
  accountId: string,
  holder: Pick<Run, 'id'>,
  context: Parameters<typeof sendPendingOf>[2],
): Promise<Outcome> {
  const { store, logger, now } = context;
  try {
    if (!(await hasEventsToSend(store, accountId))) return 'nothing';
    await sendPending(await takeLease(store, holder, accountId, now()), context);
    return 'sent';
  } catch (error) {
    if (error instanceof AccountBusy) return 'busy';
    const reason = error instanceof Error ? error : new Error(String(error));
    logger.error('events of an account are not sent', { accountId, error: reason });
    return 'failed';
  }
}
