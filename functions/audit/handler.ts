import { RequestError } from '../../shared/aws/errors.ts';
import type { Unreadable } from '../../shared/model/evidence.ts';
import { type AccountResult, gapsOfAccount, type Run, toGap } from '../../shared/model/run.ts';
import { resultNotCovered } from '../../shared/pipeline/coverage.ts';
import { type AccountState, type Lease, takeLease } from '../runtime/account-state.ts';
import { type AuditEvent, auditEventSchema } from '../runtime/events.ts';
import { pendingEvents, sendPending } from '../runtime/finding-events.ts';
import { lambdaHandler, type StepContext } from '../runtime/lambda.ts';
import { parseRunScope } from '../runtime/run-scope.ts';
import { accountKeysOf, keysOf } from '../runtime/storage-keys.ts';
import { serializeDocument } from '../runtime/stored-document.ts';
import { compareWithState } from './compare-with-state.ts';
import { type AuditedAccount, auditSlice, type Slice } from './slice.ts';

/** What the state machine needs to know: small, however large the account is. */
export interface AuditOutput {
  /** Time ran out: the state machine invokes the function again, with this. */
  readonly continue?: { readonly slice: number };
}

/**
 * Audits one account, or goes on with it, and stores the result in the bucket. Holds the account's lease meanwhile: rejects
 * with AccountBusy when another run does.
 */
async function auditStep(event: AuditEvent, context: StepContext): Promise<AuditOutput> {
  const { run, target, slice } = event;
  const { logger, store, now } = context;
  logger.setCorrelationId(run.id);
  logger.appendKeys({ accountId: target.accountId });
  const { organizationKey } = keysOf(run);
  const organization = parseRunScope(await store.get(organizationKey), organizationKey, target);
  const lease = await takeLease(store, run, target.accountId, now());
  // An invocation that ended after it had reported the account is not repeated: only its events are.
  if (lease.state.runId === run.id) {
    await sendPending(lease, context);
    return {};
  }
  const audited = await auditSlice({ run, target, slice, lease }, { ...context, organization });
  if (audited === undefined) return { continue: { slice: slice + 1 } };
  const state =
    audited.state === 'present'
      ? await report(run, audited.value, lease, context)
      : await reportNotCovered(event, audited, lease, context);
  if (state.events.length === 0) await lease.free(state);
  else await sendPending(await lease.write(state), context);
  return {};
}

/** Stores the result. Returns what is reported of the account then, with the events that tell of the changes. */
async function report(
  run: Run,
  audited: AuditedAccount,
  lease: Lease,
  context: StepContext,
): Promise<AccountState> {
  const compared = compareWithState(lease.state, audited, context.config);
  await storeResult(run, { ...audited.result, ...compared.ofResult }, context);
  return { ...stateAfter(lease, compared, run, context.bus !== undefined), runId: run.id };
}

/**
 * Stores that the account could not be audited. Rejects with RequestError where an earlier invocation has stored a result:
 * that stays, and the report adds how the audit ended.
 */
async function reportNotCovered(
  { run, target }: Pick<Slice, 'run' | 'target'>,
  why: Unreadable,
  lease: Lease,
  context: StepContext,
): Promise<AccountState> {
  const { resultKey } = accountKeysOf(run, target.accountId);
  const stored = await context.store.list(resultKey);
  if (stored.length > 0) throw new RequestError(why);
  await storeResult(run, resultNotCovered(target, toGap(why, { what: 'account' })), context);
  return { ...lease.state, runId: run.id };
}

async function storeResult(
  run: Run,
  result: AccountResult,
  { logger, store }: Pick<StepContext, 'logger' | 'store'>,
): Promise<void> {
  const { coverage, verdicts, changes } = result;
  await store.put(accountKeysOf(run, coverage.accountId).resultKey, serializeDocument(result));
  // The findings are in the result; a log entry has a maximum size.
  const failed = changes.failed.length;
  logger.info('audited', {
    state: coverage.state,
    gaps: gapsOfAccount(coverage).length,
    verdicts: verdicts.length,
    ...changes,
    failed,
  });
}

function stateAfter(
  { id: leaseId, state: { events } }: Pick<Lease, 'id' | 'state'>,
  { ofResult, reported }: ReturnType<typeof compareWithState>,
  { id: runId }: Run,
  hasBus: boolean,
): AccountState {
  const raised =
    ofResult.firstAudit || !hasBus ? [] : pendingEvents(ofResult.verdictChanges, { runId, leaseId });
  return { isAudited: true, reported: [...reported], events: [...events, ...raised] };
}

export const handler = lambdaHandler(auditEventSchema, auditStep);
