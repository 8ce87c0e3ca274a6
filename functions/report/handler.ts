import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import pLimit from 'p-limit';
import * as z from 'zod';
import type { Store } from '../../shared/aws/store.ts';
import type { AccountResult, Plan, RunResult } from '../../shared/model/run.ts';
import { NO_CHANGES } from '../../shared/model/run.ts';
import { notCovered } from '../../shared/pipeline/coverage.ts';
import { renderHtml } from '../../shared/report/html.ts';
import { report } from '../../shared/report/run-result.ts';
import { type ReportEvent, reportEventSchema } from '../runtime/events.ts';
import { lambdaHandler, type StepContext } from '../runtime/lambda.ts';
import { keysOf } from '../runtime/storage-keys.ts';
import { metricsOf } from './metrics.ts';

/** What the state machine ends with. */
export interface ReportOutput {
  readonly resultKey: string;
  readonly htmlKey: string;
  readonly complete: boolean;
  readonly findingsFailedToImport: number;
}

/** Joins a run's results, leaves the report in the bucket, and counts in metrics (CloudWatch's embedded format). */
async function reportStep(
  { run, planKey, trigger }: ReportEvent,
  context: StepContext,
): Promise<ReportOutput> {
  const { logger, store, now } = context;
  logger.setCorrelationId(run.id);
  const plan = await readPlan(store, planKey);
  const result = report(plan, await readResults(store, keysOf(run).accountsPrefix), now());
  const { resultKey, htmlKey } = keysOf(run);
  await store.put(resultKey, JSON.stringify(result));
  await store.put(htmlKey, renderHtml(result), 'text/html; charset=utf-8');
  emitMetrics(result, trigger);
  const { coverage, changes } = result;
  logger.info('reported', { complete: coverage.complete, ...changes, failed: changes.failed.length });
  return {
    resultKey,
    htmlKey,
    complete: coverage.complete,
    findingsFailedToImport: changes.failed.length,
  };
}

async function readPlan(store: Store, key: string): Promise<Plan> {
  const text = await store.get(key);
  if (text === undefined) throw new Error(`there is no plan at ${key}`);
  // Written by the plan step of the same version.
  return JSON.parse(text) as Plan;
}

const READS = 20;

async function readResults(store: Store, prefix: string): Promise<AccountResult[]> {
  const limit = pLimit(READS);
  const results = (await store.list(prefix)).map((key) =>
    limit(async () => {
      const text = await store.get(key);
      return text === undefined ? [] : [toResult(JSON.parse(text))];
    }),
  );
  return (await Promise.all(results)).flat();
}

/** What the state machine records of an audit that ended with an error. */
const crashSchema = z.object({ accountId: z.string(), error: z.string(), cause: z.string().optional() });

function toResult(document: unknown): AccountResult {
  const crash = crashSchema.safeParse(document);
  // Anything else was written by the audit step of the same version.
  if (!crash.success) return document as AccountResult;
  const { accountId, error, cause } = crash.data;
  const gap = { what: 'account', kind: 'failed', code: error, operation: 'audit' } as const;
  const detail = (cause ?? 'The audit ended with an error.').slice(0, 300);
  return {
    coverage: notCovered({ accountId }, { ...gap, detail }),
    clusters: [],
    verdicts: [],
    changes: NO_CHANGES,
  };
}

/** Once for all runs, and once by what asked for them: an audit of one changed account says nothing of the schedule. */
function emitMetrics(result: RunResult, trigger: string): void {
  for (const dimensions of [{}, { trigger }]) {
    const metrics = new Metrics({ namespace: 'EKSAuditor', serviceName: 'eks-auditor' });
    metrics.addDimensions(dimensions);
    for (const { name, unit, value } of metricsOf(result)) metrics.addMetric(name, MetricUnit[unit], value);
    metrics.publishStoredMetrics();
  }
}

export const handler = lambdaHandler(reportEventSchema, reportStep);
