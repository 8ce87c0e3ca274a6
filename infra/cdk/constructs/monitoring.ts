import { Duration, Fn } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Alerts } from './alerts.ts';
import { addDashboard } from './dashboard.ts';
import { runMetricBy, scheduledRunMetric } from './run-metrics.ts';

interface MonitoringProps {
  readonly machine: StateMachine;
  readonly functions: readonly LambdaFunction[];
  /** Queues that are empty unless something failed. */
  readonly deadLetters: readonly IQueue[];
  /** Its operations topic is notified of every alarm, and of its end. */
  readonly alerts: Pick<Alerts, 'bus' | 'rules' | 'topics' | 'operations'>;
  /** A scheduled run that covers less raises an alarm. */
  readonly coverageBelowPercent: number;
  /** Whether there are runs on change. */
  readonly onChangeEnabled: boolean;
  /** The longest time between two scheduled runs. */
  readonly longestScheduleGapMs: number;
  readonly scheduleEnabled: boolean;
  readonly flexibleMinutes: number;
}

const HOUR_MS = 3_600_000;
/** The longest time that an alarm of CloudWatch evaluates. */
const MAX_HOURS = 7 * 24;
/** How long a run may take. */
const RUN_HOURS = 3;

const PERIOD = Duration.minutes(5);

/**
 * Of rules on other buses than the default one, metrics have both dimensions:
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
 */
function failedInvocations(EventBusName: string, ruleArn: string): IMetric {
  // `arn:…:rule/bus/name`. What CloudFormation gives as the name of such a rule is `bus|name`.
  const RuleName = Fn.select(2, Fn.split('/', ruleArn));
  return new Metric({
    namespace: 'AWS/Events',
    metricName: 'FailedInvocations',
    dimensionsMap: { EventBusName, RuleName },
    statistic: Stats.SUM,
    period: PERIOD,
  });
}

/** Alarms for when the auditor itself does not work, and a dashboard. */
export class Monitoring extends Construct {
  readonly #topic: Alerts['operations'];
  readonly #alarms: Alarm[] = [];

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    this.#topic = props.alerts.operations;
    this.#runAlarms(props);
    this.#missingAlarm(props);
    this.#coverageAlarms(props);
    this.#deliveryAlarms(props);
    addDashboard(this, { ...props, alarms: this.#alarms });
  }

  /** An alarm for each metric: a sum of metrics has no value where one of them has none. */
  #runAlarms({ machine }: MonitoringProps): void {
    const sum = { period: Duration.minutes(5), statistic: Stats.SUM };
    const consequence = 'its findings were not published.';
    this.#alarm('RunFailed', `A run failed; ${consequence}`, machine.metricFailed(sum));
    this.#alarm('RunTimedOut', `A run timed out; ${consequence}`, machine.metricTimedOut(sum));
    this.#alarm('RunAborted', `A run was aborted; ${consequence}`, machine.metricAborted(sum));
  }

  #missingAlarm({ longestScheduleGapMs, scheduleEnabled, flexibleMinutes }: MonitoringProps): void {
    const hours = Math.ceil(longestScheduleGapMs / HOUR_MS + flexibleMinutes / 60) + RUN_HOURS;
    // A schedule with longer gaps is monitored by RunFailed and NotDelivered only.
    if (!scheduleEnabled || hours > MAX_HOURS) return;
    this.#alarm(
      'RunMissing',
      `No scheduled run has finished for ${hours} hours.`,
      scheduledRunMetric('RunsFinished', Stats.SUM, Duration.hours(1)),
      {
        comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
        threshold: 1,
        evaluationPeriods: hours,
        treatMissingData: TreatMissingData.BREACHING,
      },
    );
  }

  #coverageAlarms({ coverageBelowPercent, onChangeEnabled }: MonitoringProps): void {
    this.#alarm(
      'CoverageIncomplete',
      'Some accounts, or parts of them, could not be audited. The report names them and the reasons.',
      scheduledRunMetric('CoveragePercent', Stats.MINIMUM, PERIOD),
      // Keeps its state until the next run.
      {
        comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
        threshold: coverageBelowPercent,
        treatMissingData: TreatMissingData.IGNORE,
      },
    );
    // By trigger: the 0 of a run that audited other accounts must not end the alarm.
    this.#notImportedAlarm('FindingsNotImported', 'schedule');
    if (onChangeEnabled) this.#notImportedAlarm('FindingsNotImportedOnChange', 'change');
  }

  #notImportedAlarm(id: string, trigger: 'schedule' | 'change'): void {
    this.#alarm(
      id,
      'Security Hub did not accept some findings. The report names them and the reasons.',
      runMetricBy(trigger, 'FindingsFailedToImport', Stats.SUM, PERIOD),
      { treatMissingData: TreatMissingData.IGNORE },
    );
  }

  #deliveryAlarms({ deadLetters, alerts }: MonitoringProps): void {
    const period = PERIOD;
    for (const queue of deadLetters) {
      this.#alarm(
        `NotDelivered-${queue.node.id}`,
        'A start of a run, a change or an alert could not be delivered.',
        queue.metricApproximateNumberOfMessagesVisible({ period, statistic: Stats.MAXIMUM }),
      );
    }
    for (const rule of alerts.rules) {
      this.#alarm(
        `NotInvoked-${rule.node.id}`,
        'A target of a rule on the bus eks-auditor could not be invoked: see what its policy allows.',
        failedInvocations(alerts.bus.eventBusName, rule.ruleArn),
      );
    }
    for (const topic of alerts.topics) {
      this.#alarm(
        `NotNotified-${topic.node.id}`,
        'A message of a topic could not be delivered to a subscriber.',
        topic.metricNumberOfNotificationsFailed({ period }),
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
}
