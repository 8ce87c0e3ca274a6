import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmStatusWidget,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  LogQueryWidget,
  Metric,
  SingleValueWidget,
  Stats,
  TextWidget,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';

interface MonitoringProps {
  readonly machine: StateMachine;
  /** Starts runs for accounts that changed, when it is there. */
  readonly changeMachine?: StateMachine;
  readonly functions: readonly LambdaFunction[];
  /** Queues that stay empty as long as all is well. */
  readonly deadLetters: readonly IQueue[];
  /** Told of every alarm, and of its end. */
  readonly topic: ITopic;
  /** The longest time between two scheduled runs. */
  readonly longestScheduleGapMs: number;
  readonly scheduleEnabled: boolean;
  /** Minutes by which a run may start late. */
  readonly flexibleMinutes: number;
}

const HOUR = 3_600_000;
/** CloudWatch looks back no further. */
const MAX_HOURS = 7 * 24;
/** What a run may take until its report. */
const RUN_HOURS = 3;
/** Long enough for a dashboard to show the last run of a schedule. */
const DAY = Duration.days(1);

/** The metrics of the report function. What came of an organization is counted by its scheduled runs. */
function scheduled(metricName: string, statistic: string, period = DAY): Metric {
  return new Metric({
    namespace: 'EKSAuditor',
    metricName,
    statistic,
    period,
    dimensionsMap: { service: 'eks-auditor', trigger: 'schedule' },
  });
}

/** A metric of all runs, whatever started them. */
function ofAllRuns(metricName: string, statistic: string, period = DAY): Metric {
  return new Metric({
    namespace: 'EKSAuditor',
    metricName,
    statistic,
    period,
    dimensionsMap: { service: 'eks-auditor' },
  });
}

/** Tells when the auditor itself does not do its work, and shows what it does. */
export class Monitoring extends Construct {
  readonly #topic: ITopic;
  readonly #alarms: Alarm[] = [];

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    this.#topic = props.topic;
    this.#runAlarms(props);
    this.#missingAlarm(props);
    this.#coverageAlarms(props);
    this.#dashboard(props);
  }

  /** One alarm each: the sum of metrics is missing where one of them is. */
  #runAlarms({ machine, changeMachine }: MonitoringProps): void {
    const sum = { period: Duration.minutes(5), statistic: Stats.SUM };
    const untold = 'nobody was told of what it would have found.';
    this.#alarm('RunFailed', `A run failed: ${untold}`, machine.metricFailed(sum));
    this.#alarm('RunTimedOut', `A run took too long: ${untold}`, machine.metricTimedOut(sum));
    this.#alarm('RunAborted', `A run was stopped: ${untold}`, machine.metricAborted(sum));
    if (!changeMachine) return;
    const description = 'Changed accounts could not be looked for, or their audits not be started.';
    this.#alarm('ChangesFailed', description, changeMachine.metricFailed(sum));
  }

  #missingAlarm({ longestScheduleGapMs, scheduleEnabled, flexibleMinutes }: MonitoringProps): void {
    const hours = Math.ceil(longestScheduleGapMs / HOUR + flexibleMinutes / 60) + RUN_HOURS;
    // A rarer schedule than CloudWatch can look back for is watched by RunFailed and NotDelivered alone.
    if (!scheduleEnabled || hours > MAX_HOURS) return;
    this.#alarm(
      'RunMissing',
      `No scheduled run finished for ${hours} hours.`,
      scheduled('RunsFinished', Stats.SUM, Duration.hours(1)),
      {
        comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
        threshold: 1,
        evaluationPeriods: hours,
        treatMissingData: TreatMissingData.BREACHING,
      },
    );
  }

  #coverageAlarms({ deadLetters }: MonitoringProps): void {
    const period = Duration.minutes(5);
    this.#alarm(
      'CoverageIncomplete',
      'Accounts, or parts of them, could not be looked at; the report says which and why.',
      scheduled('CoveragePercent', Stats.MINIMUM, period),
      // Stays as the last run left it.
      {
        comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
        threshold: 100,
        treatMissingData: TreatMissingData.IGNORE,
      },
    );
    this.#alarm(
      'FindingsNotImported',
      'Security Hub did not take findings; the report says which and why.',
      ofAllRuns('FindingsFailedToImport', Stats.SUM, period),
      { treatMissingData: TreatMissingData.IGNORE },
    );
    for (const queue of deadLetters) {
      this.#alarm(
        `NotDelivered-${queue.node.id}`,
        'Something could not be delivered: a start of a run, a change, or an alert.',
        queue.metricApproximateNumberOfMessagesVisible({ period, statistic: Stats.MAXIMUM }),
      );
    }
  }

  #alarm(
    id: string,
    alarmDescription: string,
    metric: IMetric,
    rest: Partial<ConstructorParameters<typeof Alarm>[2]> = {},
  ): void {
    const alarm = new Alarm(this, id, {
      alarmName: `eks-auditor-${id}`,
      alarmDescription,
      metric,
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...rest,
    });
    const action = new SnsAction(this.#topic);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
    this.#alarms.push(alarm);
  }

  #dashboard({ machine, functions }: MonitoringProps): void {
    const last = (name: string, label: string) => scheduled(name, Stats.MAXIMUM).with({ label });
    const verdicts = (['Failed', 'NotAvailable', 'Warning', 'Passed'] as const).map((status) =>
      last(`Verdicts${status}`, status),
    );
    const dashboard = new Dashboard(this, 'Dashboard', {
      dashboardName: 'eks-auditor',
      defaultInterval: Duration.days(30),
    });
    dashboard.addWidgets(
      new TextWidget({
        width: 24,
        height: 2,
        markdown:
          '# EKS Auditor\nThe last scheduled run, and how it got there. Findings are in Security Hub; reports in the bucket, below `runs/`.',
      }),
    );
    dashboard.addWidgets(
      new SingleValueWidget({
        title: 'Covered',
        width: 6,
        metrics: [scheduled('CoveragePercent', Stats.MINIMUM).with({ label: '%' })],
      }),
      new SingleValueWidget({
        title: 'Looked at',
        width: 6,
        metrics: [last('Accounts', 'Accounts'), last('Clusters', 'Clusters')],
      }),
      new SingleValueWidget({ title: 'Verdicts', width: 12, metrics: verdicts }),
    );
    dashboard.addWidgets(
      new AlarmStatusWidget({ title: 'Alarms', width: 24, height: 3, alarms: this.#alarms }),
    );
    dashboard.addWidgets(
      new GraphWidget({ title: 'Verdicts', width: 12, stacked: true, left: verdicts }),
      new GraphWidget({
        title: 'Changes to findings, all runs',
        width: 12,
        left: ['Created', 'Updated', 'Archived', 'FailedToImport'].map((what) =>
          ofAllRuns(`Findings${what}`, Stats.SUM).with({ label: what }),
        ),
      }),
    );
    dashboard.addWidgets(
      new GraphWidget({
        title: 'Runs',
        width: 8,
        left: [
          machine.metricSucceeded({ period: DAY }),
          machine.metricFailed({ period: DAY }),
          machine.metricTimedOut({ period: DAY }),
        ],
      }),
      new GraphWidget({
        title: 'Duration of a run, seconds',
        width: 8,
        left: [scheduled('Duration', Stats.MAXIMUM)],
      }),
      new GraphWidget({
        title: 'Errors of the functions',
        width: 8,
        left: functions.flatMap((one) => [
          one.metricErrors({ period: DAY }),
          one.metricThrottles({ period: DAY }),
        ]),
      }),
    );
    dashboard.addWidgets(
      new LogQueryWidget({
        title: 'What went wrong last',
        width: 24,
        logGroupNames: functions.map((one) => one.logGroup.logGroupName),
        queryLines: [
          'fields @timestamp, runId, accountId, message, error.message',
          'filter level in ["ERROR", "WARN"]',
          'sort @timestamp desc',
          'limit 50',
        ],
      }),
    );
  }
}
