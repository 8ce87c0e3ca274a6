import { controlTitles } from '../../shared/evaluate/control-texts.ts';
import { consoleDomainOf, partitionOf } from '../../shared/model/partition.ts';
import { clusterNameIn } from '../../shared/model/resource.ts';
import type { VerdictChange } from '../../shared/model/verdict-change.ts';
import { MAX_ID } from '../../shared/publish/ids.ts';
import { safeText } from '../../shared/report/safe-text.ts';
import { AccountBusy, type Lease, type PendingEvent } from './account-state.ts';
import type { AuditorEvent } from './event-bus.ts';
import type { StepContext } from './lambda.ts';

/**
 * The changes that raise an event. Of what is new only failures do; what a person suppressed raises none, nor does what an
 * exception covers.
 */
function raisesEvent({ change, status, suppressed, exception }: VerdictChange): boolean {
  if (suppressed || exception !== undefined) return false;
  return change !== 'new' || status === 'FAILED';
}

/**
 * What has to be sent of the changes that a run found under a lease. A run that is repeated after another one has reported
 * finds changes of its own, under another lease: these are other events.
 */
export function pendingEvents(
  changes: readonly VerdictChange[],
  { runId, leaseId }: { readonly runId: string; readonly leaseId: string },
): PendingEvent[] {
  return changes
    .filter(raisesEvent)
    .map((change) => ({ ...change, runId, eventId: `${change.findingId}/${runId}/${leaseId}` }));
}

/** The event of a change. Every text in it is safe: rules put it into messages and JSON as it is. */
export function findingEvent(pending: PendingEvent, region: string): AuditorEvent {
  const { resource, clusterArn, reason = '', control } = pending;
  const declared = controlTitles[control];
  return {
    detailType: 'EKS Auditor Finding',
    detail: {
      change: pending.change,
      eventId: safe(pending.eventId),
      findingId: safe(pending.findingId),
      control,
      controlId: safe(pending.controlId),
      title: declared?.title ?? control,
      status: pending.status,
      severity: pending.severity,
      reasonCode: safe(pending.reasonCode),
      reason: safe(reason),
      accountId: safe(pending.accountId),
      region: safe(pending.region),
      cluster: safe(clusterArn === undefined ? '' : (clusterNameIn(clusterArn) ?? '')),
      arn: safe(resource.id),
      resource: safe(resource.name ?? resource.id),
      resourceType: resource.type,
      remediationUrl: declared?.url ?? '',
      consoleUrl: consoleUrl(pending.findingId, region),
      runId: safe(pending.runId),
    },
  };
}

function safe(text: string): string {
  return safeText(text, 'event');
}

/** Where the finding is seen in the console of Security Hub in a Region; empty where the console's address is not known. */
function consoleUrl(findingId: string, region: string): string {
  const domain = consoleDomainOf(partitionOf(region));
  if (domain === undefined) return '';
  const search = encodeURIComponent(`Id=\\operator\\:EQUALS\\:${findingId.slice(0, MAX_ID).toWellFormed()}`);
  return `https://${region}.${domain}/securityhub/home?region=${region}#/findings?search=${search}`;
}

/**
 * Sends what is to be sent of an account, and frees its lease. What the bus does not take stays with the account: its next
 * audit sends it, or the report of the run.
 */
export async function sendPending(
  lease: Lease,
  { bus, region, logger }: Pick<StepContext, 'bus' | 'region' | 'logger'>,
): Promise<void> {
  const { events } = lease.state;
  const pending = events.map((event) => ({ event, ...findingEvent(event, region) }));
  try {
    const refused = bus ? await bus.send(pending) : [];
    await lease.free({ ...lease.state, events: refused.map(({ event }) => event) });
  } catch (error) {
    if (error instanceof AccountBusy) throw error;
    logger.error('events are not sent', { error: error instanceof Error ? error : new Error(String(error)) });
    await lease.free();
  }
}
