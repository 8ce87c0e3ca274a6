import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { PreconditionFailed, type Store } from '../../shared/aws/store.ts';
import type { Plan, RunResult } from '../../shared/model/run.ts';
import { renderHtmlWith } from '../../shared/report/html.ts';
import { buildRunResult } from '../../shared/report/run-result.ts';
import { type Summary, summarize } from '../../shared/report/summary.ts';
import { type ReportEvent, reportEventSchema } from '../runtime/events.ts';
import { lambdaHandler, type StepContext } from '../runtime/lambda.ts';
import { keysOf } from '../runtime/storage-keys.ts';
import { type FoldedRun, foldRun } from './fold-run.ts';
import { updateLatest } from './latest.ts';
import { type MetricGroup, metricsOf, RUN_WITHOUT_PLAN } from './metrics.ts';
import { accountReader } from './read-account.ts';
import { resultDocument } from './result-document.ts';
import type { RunChanges } from './run-changes.ts';
import { parsePlan } from './stored-run.ts';

/** The output of the state machine. */
export interface ReportOutput {
  readonly resultKey: string;
  readonly htmlKey: string;
  readonly complete: boolean;
  readonly findingsFailedToImport: number;
}

/** A run that was reported. */
interface ReportedRun {
  /** Without its verdicts. */
  readonly result: RunResult;
  /** Of all of them. */
  readonly summary: Summary;
  readonly changes: RunChanges;
  /** How the execution ended, if not by itself. */
  readonly endedAs?: EndStatus;
}

type EndStatus = Extract<ReportEvent, { ended: unknown }>['ended']['status'];

/**
 * Adds up a run's results, stores the report in the bucket, and emits metrics (CloudWatch's embedded metric format). Of an
 * execution that failed, timed out or was aborted it reports what there is, unless it was reported before.
 */
async function reportStep(
  event: ReportEvent,
  context: StepContext,
): Promise<ReportOutput | { reported: false }> {
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
  if (endedAs !== undefined && planText === undefined) {
    logger.error('a run ended before anything was planned', { endedAs });
    emitMetrics([RUN_WITHOUT_PLAN]);
    return { reported: false };
  }
  return report(parsePlan(planText, planKey), endedAs, context);
}

async function report(
  plan: Plan,
  endedAs: EndStatus | undefined,
  context: StepContext,
): Promise<ReportOutput> {
  const { logger, store, now } = context;
  const reader = await accountReader(store, plan);
  if (reader.foreign.length > 0)
    logger.warn('results of accounts that were not planned', { keys: reader.foreign.slice(0, 10) });
  const folded = await foldRun(plan.targets, reader);
  const results = folded.accounts.map((account) => account.result);
  const result = buildRunResult(plan, results, now(), endedAs && whyNoResult(endedAs));
  await storeReport(store, plan, { result, folded, isFull: isFull(plan, endedAs) });
  const summary = summarize(result, folded.html.tally);
  if (await claim(store, plan.run.id, result)) {
    emitMetrics(metricsOf({ result, summary, isCutShort: endedAs !== undefined }));
    await announce({ result, summary, changes: folded.changes, ...(endedAs && { endedAs }) }, context);
  }
  const { resultKey, htmlKey } = keysOf(plan.run);
  const { complete } = result.coverage;
  return { resultKey, htmlKey, complete, findingsFailedToImport: result.changes.failed.length };
}

function whyNoResult(endedAs: EndStatus): string {
  const ends = { FAILED: 'failed', TIMED_OUT: 'timed out', ABORTED: 'was aborted' } as const;
  return `The run ${ends[endedAs]} before the audit of this account had a result.`;
}

/** Whether a run was over everything that is configured, and ended by itself. */
function isFull({ run }: Plan, endedAs: EndStatus | undefined): boolean {
  return endedAs === undefined && run.trigger !== 'change';
}

async function storeReport(
  store: Store,
  plan: Plan,
  { result, folded, isFull: full }: { result: RunResult; folded: FoldedRun; isFull: boolean },
): Promise<void> {
  const { resultKey, htmlKey } = keysOf(plan.run);
  const json = resultDocument(result, folded.verdictsJson);
  const html = renderHtmlWith(result, folded.html);
  await store.put(resultKey, json);
  await store.put(htmlKey, html, { contentType: 'text/html; charset=utf-8' });
  await updateLatest(store, { plan, accounts: folded.accounts, isFull: full }, { json, html });
}

/** Records that a run is reported. Returns whether this is the first report of it: only that one is announced. */
async function claim(store: Store, id: string, { run }: RunResult): Promise<boolean> {
  const document = JSON.stringify({ reportedAt: run.finishedAt });
  try {
    await store.put(keysOf({ id }).reportedKey, document, { ifNoneMatch: '*' });
    return true;
  } catch (error) {
    if (error instanceof PreconditionFailed) return false;
    throw error;
  }
}

/** Tells of a run once its report is stored; at most once a run. */
async function announce({ result, endedAs }: ReportedRun, { logger }: StepContext): Promise<void> {
  const { coverage, changes } = result;
  const findings = { ...changes, failed: changes.failed.length };
  logger.info('reported', { complete: coverage.complete, ...findings, ...(endedAs && { endedAs }) });
}

function emitMetrics(groups: readonly MetricGroup[]): void {
  for (const { dimensions, metrics: group } of groups) {
    const metrics = new Metrics({ namespace: 'EKSAuditor', serviceName: 'eks-auditor' });
    metrics.addDimensions({ ...dimensions });
    for (const { name, unit, value } of group) metrics.addMetric(name, MetricUnit[unit], value);
    metrics.publishStoredMetrics();
  }
}

export const handler = lambdaHandler(reportEventSchema, reportStep);
