import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Run } from '../../../shared/model/run.ts';

/** Long enough for a dashboard to show the last run of a daily schedule. */
export const DAY = Duration.days(1);

/** A metric of the report function, counted over scheduled runs only: they audit the whole organization. */
export function scheduledRunMetric(metricName: string, statistic: string, period = DAY): Metric {
  return runMetricBy('schedule', metricName, statistic, period);
}

/** A metric of the report function, counted over the runs that were started by this only. */
export function runMetricBy(
  trigger: Run['trigger'],
  metricName: string,
  statistic: string,
  period: Duration,
): Metric {
  return metric(metricName, statistic, period, { trigger });
}

/** A metric of the report function, counted over all runs, whatever started them. */
export function runMetric(metricName: string, statistic: string, period = DAY): Metric {
  return metric(metricName, statistic, period, {});
}

function metric(
  metricName: string,
  statistic: string,
  period: Duration,
  dimensions: Readonly<Record<string, string>>,
): Metric {
  const dimensionsMap = { service: 'eks-auditor', ...dimensions };
  return new Metric({ namespace: 'EKSAuditor', metricName, statistic, period, dimensionsMap });
}
