import type { Run } from '../../shared/model/run.ts';
import type { AuditDependencies } from '../../shared/pipeline/read-account.ts';
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
  const { isRenewed } = lease;
  const audited = await auditSlice({ run, target, slice, isRenewed }, { ...context, organization });
  if (audited === undefined) return { continue: { slice: slice + 1 } };
  const state = await report(event, audited, lease, context);
  if (state.events.length === 0) await lease.free(state);
  else await sendPending(await lease.write(state), context);
  return {};
}

/** Stores the result. Returns what is reported of the account then, with the events that tell of the changes. */
async function report(
  { run, target }: Pick<Slice, 'run' | 'target'>,
  audited: AuditedAccount,
  lease: Lease,
  { logger, store, config, bus }: StepContext & Partial<AuditDependencies>,
): Promise<AccountState> {
  const { judged } = audited;
  const compared = judged && compareWithState(lease.state, judged, config);
  const result = { ...audited.result, ...compared?.ofResult };
  await store.put(accountKeysOf(run, target.accountId).resultKey, serializeDocument(result));
  const { coverage, verdicts, changes } = result;
  const gaps = [...coverage.gaps, ...coverage.regions.flatMap((region) => region.gaps)];
  // The findings are in the result; a log entry has a maximum size.
  const failed = changes.failed.length;
  logger.info('audited', {
    state: coverage.state,
    gaps: gaps.length,
    verdicts: verdicts.length,
    ...changes,
    failed,
  });
  const next = compared ? stateAfter(lease.state, compared, run, bus !== undefined) : lease.state;
  return { ...next, runId: run.id };
}

function stateAfter(
  { events }: AccountState,
  { ofResult, reported }: ReturnType<typeof compareWithState>,
  run: Run,
  hasBus: boolean,
): AccountState {
  const raised = ofResult.firstAudit || !hasBus ? [] : pendingEvents(ofResult.verdictChanges, run.id);
  return { isAudited: true, reported: [...reported], events: [...events, ...raised] };
}

export const handler = lambdaHandler(auditEventSchema, auditStep);
