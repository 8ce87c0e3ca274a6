import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IWidget,
  LogQueryWidget,
  type Metric,
  SingleValueWidget,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { DAY, runMetric, scheduledRunMetric } from './run-metrics.ts';

interface DashboardProps {
  readonly machine: StateMachine;
  readonly functions: readonly LambdaFunction[];
  readonly alarms: readonly Alarm[];
}

/** Shows the last scheduled run, the alarms and what happened in the last month. */
export function addDashboard(scope: Construct, { machine, functions, alarms }: DashboardProps): Dashboard {
  const dashboard = new Dashboard(scope, 'Dashboard', {
    dashboardName: 'eks-auditor',
    defaultInterval: Duration.days(30),
  });
  const rows = [
    [title()],
    lastRun(),
    [new AlarmStatusWidget({ title: 'Alarms', width: 24, height: 3, alarms: [...alarms] })],
    history(),
    runs(machine, functions),
    [errorLogs(functions)],
  ];
  for (const row of rows) dashboard.addWidgets(...row);
  return dashboard;
}

function title(): IWidget {
  return new TextWidget({
    width: 24,
    height: 2,
    markdown:
      '# EKS Auditor\nThe last scheduled run, and the runs before it. Findings are in Security Hub, reports in the bucket under `runs/`.',
  });
}

function lastRun(): readonly IWidget[] {
  return [
    new SingleValueWidget({
      title: 'Coverage',
      width: 6,
      metrics: [scheduledRunMetric('CoveragePercent', Stats.MINIMUM).with({ label: '%' })],
    }),
    new SingleValueWidget({
      title: 'Audited',
      width: 6,
      metrics: [lastValue('Accounts', 'Accounts'), lastValue('Clusters', 'Clusters')],
    }),
    new SingleValueWidget({ title: 'Verdicts', width: 12, metrics: verdicts() }),
  ];
}

function history(): readonly IWidget[] {
  return [
    new GraphWidget({ title: 'Verdicts', width: 12, stacked: true, left: verdicts() }),
    new GraphWidget({
      title: 'Changes to findings, all runs',
      width: 12,
      left: ['Created', 'Updated', 'Archived', 'FailedToImport'].map((change) =>
        runMetric(`Findings${change}`, Stats.SUM).with({ label: change }),
      ),
    }),
  ];
}

function runs(machine: StateMachine, functions: readonly LambdaFunction[]): readonly IWidget[] {
  const period = DAY;
  return [
    new GraphWidget({
      title: 'Runs',
      width: 8,
      left: [
        machine.metricSucceeded({ period }),
        machine.metricFailed({ period }),
        machine.metricTimedOut({ period }),
      ],
    }),
    new GraphWidget({
      title: 'Duration of a run, seconds',
      width: 8,
      left: [scheduledRunMetric('Duration', Stats.MAXIMUM)],
    }),
    new GraphWidget({
      title: 'Errors of the functions',
      width: 8,
      left: functions.flatMap((lambda) => [
        lambda.metricErrors({ period }),
        lambda.metricThrottles({ period }),
      ]),
    }),
  ];
}

function errorLogs(functions: readonly LambdaFunction[]): IWidget {
  return new LogQueryWidget({
    title: 'Last errors and warnings',
    width: 24,
    logGroupNames: functions.map(({ logGroup }) => logGroup.logGroupName),
    queryLines: [
      'fields @timestamp, correlation_id, accountId, message, error.message',
      'filter level in ["ERROR", "WARN"]',
      'sort @timestamp desc',
      'limit 50',
    ],
  });
}

function verdicts(): Metric[] {
  return ['Failed', 'NotAvailable', 'Warning', 'Passed'].map((status) =>
    lastValue(`Verdicts${status}`, status),
  );
}

function lastValue(metricName: string, label: string): Metric {
  return scheduledRunMetric(metricName, Stats.MAXIMUM).with({ label });
}
