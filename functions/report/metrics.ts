import type { RunResult } from '../../shared/model/run.ts';
import { STATUSES, type Status } from '../../shared/model/verdict.ts';

/**
 * One CloudWatch metric of a run, in the namespace `EKSAuditor`, with the dimension `service` = `eks-auditor`, and a second
 * time with the dimension `trigger` as well.
 */
export interface RunMetric {
  readonly name: string;
  readonly unit: 'Count' | 'Percent' | 'Seconds';
  readonly value: number;
}

const VERDICT_METRICS = {
  FAILED: 'VerdictsFailed',
  NOT_AVAILABLE: 'VerdictsNotAvailable',
  WARNING: 'VerdictsWarning',
  PASSED: 'VerdictsPassed',
} as const satisfies Record<Status, string>;

/** The metrics of a run. */
export function metricsOf({ run, coverage, verdicts, changes, notices = [] }: RunResult): RunMetric[] {
  const { accounts } = coverage;
  const covered = accounts.filter((account) => account.state === 'covered').length;
  const count = (name: string, value: number): RunMetric => ({ name, unit: 'Count', value });
  const clusters = accounts.flatMap((account) => account.regions).map((region) => region.clusters);
  return [
    count('RunsFinished', 1),
    count('Accounts', accounts.length),
    count('AccountsNotCovered', accounts.length - covered),
    {
      name: 'CoveragePercent',
      unit: 'Percent',
      value: accounts.length === 0 ? 100 : (100 * covered) / accounts.length,
    },
    count(
      'Clusters',
      clusters.reduce((sum, { found }) => sum + found, 0),
    ),
    ...STATUSES.map((status) =>
      count(VERDICT_METRICS[status], verdicts.filter((verdict) => verdict.status === status).length),
    ),
    count(
      'VerdictsFailedSuppressed',
      notices.reduce((sum, one) => sum + (one.code === 'FINDINGS_SUPPRESSED' ? (one.count ?? 0) : 0), 0),
    ),
    count('FindingsCreated', changes.created),
    count('FindingsUpdated', changes.updated),
    count('FindingsArchived', changes.archived),
    count('FindingsFailedToImport', changes.failed.length),
    {
      name: 'Duration',
      unit: 'Seconds',
      value: (Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1_000,
    },
  ];
}
