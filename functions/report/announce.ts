import { publish } from '../../shared/aws/operations/sns.ts';
import { answerOf } from '../../shared/aws/read.ts';
import type { Changes, Run, RunResult } from '../../shared/model/run.ts';
import { type Digest, type DigestInput, digestOf } from '../../shared/report/digest.ts';
import { countsByKind } from '../../shared/report/run-changes.ts';
import { safeText } from '../../shared/report/safe-text.ts';
import type { StatusCounts } from '../../shared/report/summary.ts';
import type { AuditorEvent } from '../runtime/event-bus.ts';
import type { StepContext } from '../runtime/lambda.ts';
import { emitMetrics, RUN_NOT_ANNOUNCED } from './metrics.ts';

/** What a run is announced with. */
export interface Announcement extends Pick<DigestInput, 'state' | 'changes' | 'always' | 'exceptions'> {
  /** Of a run that ended before it was planned, only the id is known. */
  readonly run: Pick<Run, 'id'> & Partial<Pick<Run, 'trigger' | 'startedAt'>>;
  /** ISO 8601, UTC. */
  readonly finishedAt: string;
  readonly coverage: Pick<RunResult['coverage'], 'complete' | 'accounts'>;
  /** How many verdicts there are of each status. */
  readonly statuses: StatusCounts;
  /** What was done in Security Hub; `failed` is how many findings it refused. */
  readonly findings: Pick<Changes, 'created' | 'updated' | 'archived'> & { readonly failed: number };
  /** Where the report is in the bucket; absent when there is none. */
  readonly keys?: { readonly resultKey: string; readonly htmlKey: string };
}

/** What it takes to tell of a run. */
export type AnnounceContext = Pick<
  StepContext,
  'bus' | 'bucket' | 'caller' | 'digestTopic' | 'logger' | 'region'
>;

/**
 * Tells of a run: one event on the auditor's bus for machines, and a digest for people when something changed. What cannot
 * be sent is logged, and counted for an alarm; it is no reason for the report to fail.
 */
export async function announce(announcement: Announcement, context: AnnounceContext): Promise<void> {
  const sent = await Promise.all([
    isSent('event', () => sendEvent(announcement, context), context),
    isSent('digest', () => sendDigest(announcement, context), context),
  ]);
  if (sent.includes(false)) emitMetrics([RUN_NOT_ANNOUNCED]);
}

async function isSent(
  what: 'event' | 'digest',
  send: () => Promise<void>,
  { logger }: AnnounceContext,
): Promise<boolean> {
  try {
    await send();
    return true;
  } catch (error) {
    logger.error(`the ${what} of the run is not sent`, { error: toError(error) });
    return false;
  }
}

async function sendEvent(announcement: Announcement, { bus, bucket }: AnnounceContext): Promise<void> {
  if (bus === undefined) return;
  const refused = await bus.send([runEvent(announcement, bucket)]);
  if (refused.length > 0) throw new Error('the event bus refused it');
}

/** The event of a run: counts only, so that it is small whatever the run found. */
function runEvent(announcement: Announcement, bucket: string): AuditorEvent {
  const { run, state, finishedAt, coverage, statuses, changes, findings, keys } = announcement;
  const { complete, accounts } = coverage;
  const count = (of: (typeof accounts)[number]['state']) =>
    accounts.filter((account) => account.state === of).length;
  return {
    detailType: 'EKS Auditor Run',
    detail: {
      runId: safeText(run.id, 'event'),
      trigger: run.trigger,
      state,
      startedAt: run.startedAt,
      finishedAt,
      coverage: {
        complete,
        accounts: accounts.length,
        covered: count('covered'),
        partial: count('partial'),
        notCovered: count('not-covered'),
      },
      verdicts: statuses,
      changes: countsByKind(changes),
      firstAudits: changes.firstAudits,
      findings,
      ...(keys && { report: { bucket, ...keys } }),
    },
  };
}

/** Of a run without a report nothing is known that people could be told: an alarm tells of it. */
async function sendDigest(announcement: Announcement, context: AnnounceContext): Promise<void> {
  const { digestTopic, bucket } = context;
  const { run, coverage, keys } = announcement;
  const { trigger } = run;
  if (digestTopic === undefined || keys === undefined || trigger === undefined) return;
  const report = `s3://${bucket}/${keys.htmlKey}`;
  const digest = digestOf({
    ...announcement,
    run: { ...run, trigger },
    accounts: coverage.accounts,
    report,
  });
  if (digest !== undefined) await publishDigest(digest, digestTopic, context);
}

/**
 * The attribute is what subscriptions filter by. https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
 */
export async function publishDigest(
  { subject, text, severities }: Digest,
  TopicArn: string,
  { caller, region }: Pick<AnnounceContext, 'caller' | 'region'>,
): Promise<void> {
  const message = {
    TopicArn,
    Subject: subject,
    Message: text,
    MessageAttributes: {
      severities: { DataType: 'String.Array', StringValue: JSON.stringify(severities) },
    },
  };
  await answerOf(publish.action, () => caller.send(publish, region, message));
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
