import type { Config } from '../../shared/config/config.ts';
import type { Notice, Plan, RunResult } from '../../shared/model/run.ts';
import { changedByKind } from '../../shared/report/changed-verdicts.ts';
import { withReportedExceptions } from '../../shared/report/exceptions.ts';
import { buildRunResult } from '../../shared/report/run-result.ts';
import { type Summary, summarize } from '../../shared/report/summary.ts';
import { type ReportEvent, reportEventSchema } from '../runtime/events.ts';
import { lambdaHandler, type StepContext } from '../runtime/lambda.ts';
import { keysOf } from '../runtime/storage-keys.ts';
import { unlinkedRegions } from './aggregation.ts';
import { announce } from './announce.ts';
import { type FoldedRun, foldRun } from './fold-run.ts';
import { emitMetrics, metricsOf, RUN_WITHOUT_PLAN } from './metrics.ts';
import { sendPendingOf } from './pending.ts';
import { accountReader } from './read-account.ts';
import { claimReport, storeReport } from './store-report.ts';
import { parsePlan } from './stored-run.ts';
import { sendTestAlert, type TestAlertOutput } from './test-alert.ts';
import { announceWithoutPlan } from './without-plan.ts';

/** The output of the state machine. */
export interface ReportOutput {
  readonly resultKey: string;
  readonly htmlKey: string;
  readonly complete: boolean;
  readonly findingsFailedToImport: number;
}

type EndStatus = Extract<ReportEvent, { ended: unknown }>['ended']['status'];

/**
 * Adds up a run's results, stores the report in the bucket, and emits metrics (CloudWatch's embedded metric format). Of an
 * execution that failed, timed out or was aborted it reports what there is, unless it was reported before. If that is
 * redriven and finishes, it is a run like others.
 *
 * The report is stored first, then `reported.json`, and whoever wrote that one tells of the run: a crash before it is
 * repaired by the next attempt, which reports the same again; one after it loses a digest and never sends two.
 */
async function reportStep(
  event: ReportEvent,
  context: StepContext,
): Promise<ReportOutput | { reported: false } | TestAlertOutput> {
  if ('testAlert' in event) return sendTestAlert(event, context);
  const { logger, store } = context;
  const [id, endedAs] =
    'ended' in event ? [event.ended.execution, event.ended.status] : [event.run.id, undefined];
  logger.setCorrelationId(id);
  const { planKey, reportedKey } = keysOf({ id });
  if (endedAs !== undefined && (await store.get(reportedKey)) !== undefined) {
    logger.info('reported before', { endedAs });
    return { reported: false };
  }
  const planText = await store.get(planKey);
  if (endedAs === undefined || planText !== undefined)
    return report(parsePlan(planText, { id }), endedAs, context);
  if (await claimReport(store, { id }, { at: context.now(), endedAs })) {
    logger.error('a run ended before anything was planned', { endedAs });
    emitMetrics([RUN_WITHOUT_PLAN]);
    await announceWithoutPlan(id, STATES[endedAs], context);
  }
  return { reported: false };
}

async function report(
  plan: Plan,
  endedAs: EndStatus | undefined,
  context: StepContext,
): Promise<ReportOutput> {
  const { logger, store, now } = context;
  const { run, targets } = plan;
  const reader = await accountReader(store, plan);
  if (reader.foreign.length > 0)
    logger.warn('results of accounts that were not planned', { keys: reader.foreign.slice(0, 10) });
  const folded = await foldRun(targets, reader);
  const results = folded.accounts.map((account) => account.result);
  const joined = buildRunResult(plan, results, now(), endedAs && whyNoResult(endedAs));
  const notices = [...(joined.notices ?? []), ...(await aggregationNotices(joined, context))];
  const withNotices = { ...joined, ...(notices.length > 0 && { notices }) };
  const result = withChangesAndExceptions(withNotices, plan, folded, context.config);
  const leftToNext = await storeReport(context, {
    plan,
    result,
    folded,
    isCutShort: endedAs !== undefined,
  });
  const summary = summarize(result, folded.html.tally);
  if (await claimReport(store, run, { at: now(), endedAs }))
    await tell({ result, summary, folded, endedAs, leftToNext }, context);
  const ids = targets.map(({ accountId }) => accountId);
  const pending = await sendPendingOf(ids, { run, mayStillRun: endedAs !== undefined }, context);
  if (pending.sent + pending.busy + pending.failed > 0) logger.info('events were left behind', { pending });
  const { resultKey, htmlKey } = keysOf(run);
  const { complete } = result.coverage;
  return { resultKey, htmlKey, complete, findingsFailedToImport: result.changes.failed.length };
}

/** With what changed since its accounts were last reported, if any was before, and what became of each exception. */
function withChangesAndExceptions(
  result: RunResult,
  { run, narrowed }: Plan,
  { accounts, changed, exceptions: counts }: FoldedRun,
  { exceptions }: Config,
): RunResult {
  const isFirst = accounts.every(
    (account) => account.result.firstAudit || !account.result.regionsWithClusters,
  );
  const changes = isFirst ? result.changes : { ...result.changes, ...changedByKind(changed) };
  const isNarrowed = run.trigger === 'change' || narrowed === true;
  return withReportedExceptions({ ...result, changes }, exceptions, counts, isNarrowed);
}

/** Whether people see all findings in one place; asked once for each run over the whole organization. */
async function aggregationNotices(
  { run, coverage }: RunResult,
  { caller, region, logger }: StepContext,
): Promise<readonly Notice[]> {
  if (run.trigger === 'change') return [];
  const audited = coverage.accounts.flatMap(({ regions }) =>
    regions.filter(({ clusters }) => clusters.found > 0),
  );
  return unlinkedRegions(
    caller,
    region,
    audited.map((one) => one.region),
    logger,
  );
}

function whyNoResult(endedAs: EndStatus): string {
  const ends = { FAILED: 'failed', TIMED_OUT: 'timed out', ABORTED: 'was aborted' } as const;
  return `The run ${ends[endedAs]} before the audit of this account had a result.`;
}

/** A run whose report is stored. */
interface ReportedRun {
  /** Without its verdicts. */
  readonly result: RunResult;
  /** Of all of them. */
  readonly summary: Summary;
  readonly folded: Pick<FoldedRun, 'changes'>;
  /** How the execution ended, if not by itself. */
  readonly endedAs: EndStatus | undefined;
  /** How many accounts the next run on change audits again. */
  readonly leftToNext: number;
}

const STATES = { FAILED: 'failed', TIMED_OUT: 'timedOut', ABORTED: 'aborted' } as const;

/** Tells of a run: metrics and the log, an event and the digest. */
async function tell(
  { result, summary, folded, endedAs, leftToNext }: ReportedRun,
  context: StepContext,
): Promise<void> {
  const { run, coverage } = result;
  const { findings, verdicts: statuses } = summary;
  emitMetrics(metricsOf({ result, summary, isCutShort: endedAs !== undefined, leftToNext }));
  context.logger.info('reported', { complete: coverage.complete, ...findings, ...(endedAs && { endedAs }) });
  const { resultKey, htmlKey } = keysOf(run);
  const { finishedAt } = run;
  const state = endedAs ? STATES[endedAs] : 'finished';
  const always = context.digest === 'always';
  const { changes } = folded;
  const keys = { resultKey, htmlKey };
  const { exceptions = [] } = result;
  await announce(
    { run, state, finishedAt, coverage, statuses, findings, changes, always, exceptions, keys },
    context,
  );
}

export const handler = lambdaHandler(reportEventSchema, reportStep);
