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
import type { CfnRule, Rule } from 'aws-cdk-lib/aws-events';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Alerts } from './alerts.ts';
import type { ChangeTrigger } from './change-trigger.ts';
import { addDashboard } from './dashboard.ts';
import { runMetric, runMetricBy, scheduledRunMetric } from './run-metrics.ts';

export interface MonitoringProps {
  readonly machine: StateMachine;
  /** Reports the runs that ended early. */
  readonly endedRuns: StateMachine;
  readonly functions: readonly LambdaFunction[];
  /** Queues that are empty unless something failed. */
  readonly deadLetters: readonly IQueue[];
  /** Its operations topic is notified of every alarm, and of its end. */
  readonly alerts: Pick<Alerts, 'topics' | 'operations'>;
  /** The rules that start, tell or keep something. */
  readonly rules: readonly Rule[];
  /** A scheduled run that covers less raises an alarm. */
  readonly coverageBelowPercent: number;
  /** Where there are runs on change. */
  readonly changes: Pick<ChangeTrigger, 'queue'> | undefined;
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

/** A run over everything may take hours, and changes wait for it. */
const MAX_CHANGE_AGE = Duration.hours(6);

const NOT_IMPORTED = 'Security Hub did not accept some findings. The report names them and the reasons.';

/**
 * Of rules on other buses than the default one, metrics have both dimensions:
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
 */
function failedInvocations(rule: Rule): IMetric {
  const EventBusName = (rule.node.defaultChild as CfnRule).eventBusName;
  // `arn:…:rule/name`, or `arn:…:rule/bus/name`. What CloudFormation gives as the name of the latter is `bus|name`.
  const RuleName = Fn.select(EventBusName === undefined ? 1 : 2, Fn.split('/', rule.ruleArn));
  return new Metric({
    namespace: 'AWS/Events',
    metricName: 'FailedInvocations',
    dimensionsMap: { ...(EventBusName !== undefined && { EventBusName }), RuleName },
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
  #runAlarms({ machine, endedRuns }: MonitoringProps): void {
    const sum = { period: Duration.minutes(5), statistic: Stats.SUM };
    const consequence =
      'The accounts that it had audited are published, and its report names the others: it comes 17 minutes later.';
    this.#alarm('RunFailed', `A run failed. ${consequence}`, machine.metricFailed(sum));
    this.#alarm('RunTimedOut', `A run timed out. ${consequence}`, machine.metricTimedOut(sum));
    this.#alarm('RunAborted', `A run was aborted. ${consequence}`, machine.metricAborted(sum));
    const notReported =
      'A run that ended early could not be reported. Redrive this execution of eks-auditor-ended.';
    this.#alarm('ReportFailed', notReported, endedRuns.metricFailed(sum));
    this.#alarm('ReportTimedOut', notReported, endedRuns.metricTimedOut(sum));
    this.#alarm(
      'NotAnnounced',
      'The digest or the event of a run could not be sent. Its report is in the bucket.',
      runMetric('RunsNotAnnounced', Stats.SUM, PERIOD),
    );
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

  #coverageAlarms({ coverageBelowPercent, changes }: MonitoringProps): void {
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
    this.#alarm(
      'FindingsNotImported',
      NOT_IMPORTED,
      runMetricBy('schedule', 'FindingsFailedToImport', Stats.SUM, PERIOD),
      { treatMissingData: TreatMissingData.IGNORE },
    );
    if (changes) this.#changeAlarms(changes);
  }

  /** A run on change audits other accounts than the one before, so that what it did not meet is not over: for a day. */
  #changeAlarms({ queue }: Pick<ChangeTrigger, 'queue'>): void {
    const period = Duration.hours(1);
    const forADay = { evaluationPeriods: 24, datapointsToAlarm: 1 };
    this.#alarm(
      'FindingsNotImportedOnChange',
      NOT_IMPORTED,
      runMetricBy('change', 'FindingsFailedToImport', Stats.SUM, period),
      forADay,
    );
    this.#alarm(
      'CoverageIncompleteOnChange',
      'Some accounts that had changed, or parts of them, could not be audited. The next scheduled run audits them again.',
      runMetricBy('change', 'CoveragePercent', Stats.MINIMUM, period),
      { ...forADay, comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD, threshold: 100 },
    );
    this.#alarm(
      'ChangesWaiting',
      `A change has waited for its audit for more than ${MAX_CHANGE_AGE.toHours()} hours.`,
      queue.metricApproximateAgeOfOldestMessage({ period: PERIOD, statistic: Stats.MAXIMUM }),
      { threshold: MAX_CHANGE_AGE.toSeconds() },
    );
  }

  #deliveryAlarms({ deadLetters, alerts, rules }: MonitoringProps): void {
    const period = PERIOD;
    for (const queue of deadLetters) {
      this.#alarm(
        `NotDelivered-${queue.node.id}`,
        'A start of a run, a change or an alert could not be delivered.',
        queue.metricApproximateNumberOfMessagesVisible({ period, statistic: Stats.MAXIMUM }),
      );
    }
    for (const rule of rules) {
      const id = rule.node.id === 'Rule' ? rule.node.scope?.node.id : rule.node.id;
      this.#alarm(
        `NotInvoked-${id}`,
        'A target of a rule could not be invoked: see what its policy allows.',
        failedInvocations(rule),
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
