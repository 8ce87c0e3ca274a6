import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { RunResult, Trigger } from '../../shared/model/run.ts';
import { SHOWN_STATUSES, type ShownStatus } from '../../shared/report/shown-status.ts';
import type { Summary } from '../../shared/report/summary.ts';

/** One CloudWatch metric, in the namespace `EKSAuditor`, with the dimension `service` = `eks-auditor`. */
interface RunMetric {
  readonly name: string;
  readonly unit: 'Count' | 'Percent' | 'Seconds';
  readonly value: number;
}

/** Metrics with the same dimensions besides `service`. */
interface MetricGroup {
  readonly dimensions: { readonly trigger?: Trigger };
  readonly metrics: readonly RunMetric[];
}

const VERDICT_METRICS = {
  FAILED: 'VerdictsFailed',
  NOT_AVAILABLE: 'VerdictsNotAvailable',
  WARNING: 'VerdictsWarning',
  EXCEPTED: 'VerdictsExcepted',
  PASSED: 'VerdictsPassed',
} as const satisfies Record<ShownStatus, string>;

/** A run that was reported. */
interface CountedRun {
  readonly result: Pick<RunResult, 'run' | 'notices'>;
  readonly summary: Summary;
  /** It did not end by itself: alarms of the state machine tell of it. */
  readonly isCutShort: boolean;
  /** How many accounts the next run on change audits again: its metrics tell whether it could. */
  readonly leftToNext?: number;
}

/**
 * The metrics of a run. By what started it are those of a run as a whole, for the audit of one changed account says nothing
 * of the organization; the changes in Security Hub are added up over all runs.
 */
export function metricsOf(counted: CountedRun): MetricGroup[] {
  const { trigger } = counted.result.run;
  const { created, updated, archived, failed } = counted.summary.findings;
  const failedToImport = count('FindingsFailedToImport', failed);
  return [
    { dimensions: { trigger }, metrics: [...wholeRun(counted), failedToImport] },
    {
      dimensions: {},
      metrics: [
        count('FindingsCreated', created),
        count('FindingsUpdated', updated),
        count('FindingsArchived', archived),
        failedToImport,
      ],
    },
  ];
}

/** A run ended and nothing was planned: what started it is not known. */
export const RUN_WITHOUT_PLAN: MetricGroup = { dimensions: {}, metrics: [count('RunsWithoutPlan', 1)] };

/** The event or the digest of a run could not be sent. */
export const RUN_NOT_ANNOUNCED: MetricGroup = { dimensions: {}, metrics: [count('RunsNotAnnounced', 1)] };

/** Writes metrics to the log, in CloudWatch's embedded metric format. */
export function emitMetrics(groups: readonly MetricGroup[]): void {
  for (const { dimensions, metrics: group } of groups) {
    const metrics = new Metrics({ namespace: 'EKSAuditor', serviceName: 'eks-auditor' });
    metrics.addDimensions({ ...dimensions });
    for (const { name, unit, value } of group) metrics.addMetric(name, MetricUnit[unit], value);
    metrics.publishStoredMetrics();
  }
}

function wholeRun({ result, summary, isCutShort, leftToNext = 0 }: CountedRun): RunMetric[] {
  const { run, notices = [] } = result;
  const { accounts, clusters, verdicts } = summary;
  const audited = accounts.total - leftToNext;
  const suppressed = notices.map((notice) =>
    notice.code === 'FINDINGS_SUPPRESSED' ? (notice.count ?? 0) : 0,
  );
  return [
    ...(isCutShort ? [] : [count('RunsFinished', 1)]),
    count('Accounts', accounts.total),
    count('AccountsNotCovered', accounts.total - accounts.covered),
    // Of nothing there is no share.
    ...(audited === 0 ? [] : [coveragePercent(accounts.covered, audited)]),
    count('Clusters', clusters.found),
    ...SHOWN_STATUSES.map((status) => count(VERDICT_METRICS[status], verdicts[status])),
    count(
      'VerdictsFailedSuppressed',
      suppressed.reduce((sum, number) => sum + number, 0),
    ),
    {
      name: 'Duration',
      unit: 'Seconds',
      value: (Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1_000,
    },
  ];
}

function coveragePercent(covered: number, total: number): RunMetric {
  return { name: 'CoveragePercent', unit: 'Percent', value: (100 * covered) / total };
}

function count(name: string, value: number): RunMetric {
  return { name, unit: 'Count', value };
}
