import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import pLimit from 'p-limit';
import type { Store } from '../../shared/aws/store.ts';
import type { AccountResult, RunResult } from '../../shared/model/run.ts';
import { renderHtml } from '../../shared/report/html.ts';
import { buildRunResult } from '../../shared/report/run-result.ts';
import { type ReportEvent, reportEventSchema } from '../runtime/events.ts';
import { lambdaHandler, type StepContext } from '../runtime/lambda.ts';
import { keysOf } from '../runtime/storage-keys.ts';
import { metricsOf } from './metrics.ts';
import { parseAccountResult, parsePlan } from './stored-run.ts';

/** The output of the state machine. */
export interface ReportOutput {
  readonly resultKey: string;
  readonly htmlKey: string;
  readonly complete: boolean;
  readonly findingsFailedToImport: number;
}

/** Joins a run's results, stores the report in the bucket, and emits metrics (CloudWatch's embedded metric format). */
async function reportStep(event: ReportEvent, context: StepContext): Promise<ReportOutput> {
  const { logger, store, now } = context;
  const id = 'run' in event ? event.run.id : event.ended.execution;
  logger.setCorrelationId(id);
  const { planKey, accountsPrefix, crashedPrefix, resultKey, htmlKey } = keysOf({ id });
  const plan = parsePlan(await store.get(planKey), planKey);
  const { run } = plan;
  const result = buildRunResult(plan, await readResults(store, [crashedPrefix, accountsPrefix]), now());
  await store.put(resultKey, JSON.stringify(result));
  await store.put(htmlKey, renderHtml(result), { contentType: 'text/html; charset=utf-8' });
  emitMetrics(result, run.trigger);
  const { coverage, changes } = result;
  logger.info('reported', { complete: coverage.complete, ...changes, failed: changes.failed.length });
  return {
    resultKey,
    htmlKey,
    complete: coverage.complete,
    findingsFailedToImport: changes.failed.length,
  };
}

/** Results that are read at the same time. */
const CONCURRENT_READS = 20;

/** Of an account under several prefixes, the result under the last one comes last. */
async function readResults(store: Store, prefixes: readonly string[]): Promise<AccountResult[]> {
  const limit = pLimit(CONCURRENT_READS);
  const keys = (await Promise.all(prefixes.map((prefix) => store.list(prefix)))).flat();
  const results = keys.map((key) =>
    limit(async () => {
      const text = await store.get(key);
      return text === undefined ? [] : [parseAccountResult(text, key)];
    }),
  );
  return (await Promise.all(results)).flat();
}

/** Once without and once with the trigger: alarms about scheduled runs must not count an audit of one changed account. */
function emitMetrics(result: RunResult, trigger: string): void {
  for (const dimensions of [{}, { trigger }]) {
    const metrics = new Metrics({ namespace: 'EKSAuditor', serviceName: 'eks-auditor' });
    metrics.addDimensions(dimensions);
    for (const { name, unit, value } of metricsOf(result)) metrics.addMetric(name, MetricUnit[unit], value);
    metrics.publishStoredMetrics();
  }
}

export const handler = lambdaHandler(reportEventSchema, reportStep);
