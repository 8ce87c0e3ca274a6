import { Annotations, CfnOutput, Duration, Stack, type StackProps, TimeZone } from 'aws-cdk-lib';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { ScheduleExpression, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { AUDIT_ROLE } from '../../shared/publish/service-control-policy.ts';
import type { Bundles, FunctionName } from './bundle.ts';
import { FORWARD_ROLE_PREFIX } from './change-events.ts';
import { Alerts } from './constructs/alerts.ts';
import { AuditFunction } from './constructs/audit-function.ts';
import { alertsKey, resultsKey } from './constructs/auditor-key.ts';
import { ChangeTrigger } from './constructs/change-trigger.ts';
import { deadLetterQueue } from './constructs/dead-letter-queue.ts';
import { EndedRuns } from './constructs/ended-runs.ts';
import { Insights } from './constructs/insights.ts';
import type { Permission } from './constructs/least-privilege-role.ts';
import { LockedReports } from './constructs/locked-reports.ts';
import { Monitoring, type MonitoringProps } from './constructs/monitoring.ts';
import { Results } from './constructs/results.ts';
import { RunMachine } from './constructs/run-machine.ts';
import { ScheduledStart } from './constructs/scheduled-start.ts';
import type { DeployedConfig } from './deployment-config.ts';
import { functionPermissions } from './function-permissions.ts';
import { hardenRoles } from './hardened-roles.ts';
import { MEMORY_MIB } from './memory.ts';

interface AuditorStackProps extends StackProps {
  readonly deployed: DeployedConfig;
  readonly bundles: Bundles;
}

/** The longest that Lambda allows. An audit stops before its end, and continues in another invocation. */
const TIMEOUT = Duration.minutes(15);

/** How often changes are looked for. */
const CHANGE_INTERVAL = Duration.minutes(5);

/** The stack of the security account: the functions, the state machine, its schedule, alerts and monitoring. */
export class AuditorStack extends Stack {
  readonly #deployed: DeployedConfig;
  readonly #bundles: Bundles;
  readonly #key: IKey;
  readonly #results: Results;
  readonly #lockedReports: LockedReports | undefined;
  readonly #alerts: Alerts;

  constructor(scope: Construct, id: string, props: AuditorStackProps) {
    const { deployed, bundles, ...stackProps } = props;
    super(scope, id, {
      description: 'EKS Auditor: audits the EKS clusters of the organization against the CIS benchmark',
      ...stackProps,
    });
    this.#deployed = deployed;
    this.#bundles = bundles;
    const { deployment } = deployed;
    hardenRoles(this, deployment);
    const { productName } = deployed.config.securityHub;
    const { keys } = deployment;
    this.#key = keys.results ? Key.fromKeyArn(this, 'Key', keys.results) : resultsKey(this, 'Key');
    const accessLogs = this.#accessLogs();
    this.#results = new Results(this, 'Results', {
      key: this.#key,
      retentionDays: deployment.resultRetentionDays,
      ...accessLogs,
    });
    this.#lockedReports =
      deployment.objectLock &&
      new LockedReports(this, 'Reports', { ...deployment.objectLock, key: this.#key, ...accessLogs });
    const key = keys.alerts ? Key.fromKeyArn(this, 'AlertsKey', keys.alerts) : alertsKey(this, 'AlertsKey');
    this.#alerts = new Alerts(this, 'Alerts', { deployment, key });
    const notScheduled = deadLetterQueue(this, 'NotScheduled');
    const notReported = deadLetterQueue(this, 'NotReported');
    const changes = this.#changes(notScheduled);
    const functions = this.#functions(changes);
    const machine = this.#machine(functions);
    this.#schedule(machine, notScheduled);
    if (changes) this.#auditChanges(machine, notScheduled);
    const { report } = functions;
    const ended = new EndedRuns(this, 'Ended', { report, notReported, ...this.#machineProps() });
    const deadLetters = [
      notScheduled,
      notReported,
      this.#alerts.undelivered,
      ...(changes ? [changes.deadLetters] : []),
    ];
    this.#monitoring({ machine, functions: Object.values(functions), deadLetters, changes, ended });
    new Insights(this, 'Insights', { productName });
    new CfnOutput(this, 'StateMachineArn', { value: machine.stateMachineArn });
    new CfnOutput(this, 'ResultsBucket', { value: this.#results.bucket.bucketName });
  }

  #monitoring({
    ended,
    ...props
  }: Pick<MonitoringProps, 'machine' | 'functions' | 'deadLetters'> & {
    readonly changes: ChangeTrigger | undefined;
    readonly ended: EndedRuns;
  }): void {
    const { schedule, alarms, longestScheduleGapMs } = this.#deployed.deployment;
    new Monitoring(this, 'Monitoring', {
      ...props,
      endedRuns: ended.machine,
      alerts: this.#alerts,
      rules: [...this.#alerts.rules, ended.rule, ...(props.changes ? [props.changes.rule] : [])],
      coverageBelowPercent: alarms.coverageBelowPercent,
      longestScheduleGapMs,
      scheduleEnabled: schedule.enabled,
      flexibleMinutes: schedule.flexibleMinutes,
    });
  }

  #machine(functions: Readonly<Record<FunctionName, LambdaFunction>>): RunMachine['machine'] {
    const { concurrentAccounts } = this.#deployed.deployment;
    const results = this.#results;
    return new RunMachine(this, 'Run', { ...functions, results, concurrentAccounts, ...this.#machineProps() })
      .machine;
  }

  #machineProps() {
    const { tracing, logRetentionDays } = this.#deployed.deployment;
    return { key: this.#key, tracing, logRetentionDays };
  }

  #function(
    name: FunctionName,
    permissions: readonly Permission[],
    more: { readonly roleName?: string; readonly environment?: Readonly<Record<string, string>> } = {},
  ) {
    const { deployment } = this.#deployed;
    return new AuditFunction(this, name[0]?.toUpperCase() + name.slice(1), {
      name,
      bundle: this.#bundles[name],
      bucketName: this.#results.bucket.bucketName,
      key: this.#key,
      memoryMiB: MEMORY_MIB[name],
      timeout: TIMEOUT,
      tracing: deployment.tracing,
      logRetentionDays: deployment.logRetentionDays,
      ...(deployment.codeSigning ? { codeSigning: deployment.codeSigning } : {}),
      ...more,
      ...(name === 'audit' && deployment.vpc && { vpc: deployment.vpc }),
      permissions: [...permissions, ...this.#alerts.permissionsOf(name)],
      environment: { ...more.environment, ...this.#alerts.environmentOf(name) },
    });
  }

  #functions(changes: ChangeTrigger | undefined): Readonly<Record<FunctionName, LambdaFunction>> {
    const { concurrentAccounts } = this.#deployed.deployment;
    const lockedReports = this.#lockedReports;
    const permissions = functionPermissions({
      deployed: this.#deployed,
      results: this.#results,
      lockedReports,
      changes,
    });
    const plan = this.#function('plan', permissions.plan, {
      environment: {
        EKS_AUDITOR_CONCURRENT_ACCOUNTS: String(concurrentAccounts),
        ...(changes ? { EKS_AUDITOR_CHANGE_QUEUE: changes.queue.queueUrl } : {}),
      },
    });
    const audit = this.#function('audit', permissions.audit, { roleName: AUDIT_ROLE });
    const report = this.#function('report', permissions.report, {
      environment: lockedReports ? { EKS_AUDITOR_REPORTS_BUCKET: lockedReports.bucket.bucketName } : {},
    });
    this.#alerts.acceptOnlyFrom([audit.role, report.role]);
    return { plan: plan.lambda, audit: audit.lambda, report: report.lambda };
  }

  /** The bucket of access logs, as the properties of what it gets the logs of. */
  #accessLogs(): { readonly accessLogs?: IBucket } {
    const { accessLogBucket } = this.#deployed.deployment;
    if (accessLogBucket === undefined) return {};
    const accessLogs = Bucket.fromBucketName(this, 'AccessLogs', accessLogBucket);
    Annotations.of(this).acknowledgeWarning(
      '@aws-cdk/aws-s3:accessLogsPolicyNotAdded',
      'Its own policy allows S3 to write logs: docs/configuration.md says how.',
    );
    return { accessLogs };
  }

  #schedule(machine: RunMachine['machine'], notScheduled: Queue): void {
    const { schedule } = this.#deployed.deployment;
    new ScheduledStart(this, 'Schedule', {
      machine,
      trigger: 'schedule',
      notScheduled,
      description: 'Audits the organization',
      enabled: schedule.enabled,
      schedule: ScheduleExpression.expression(schedule.expression, TimeZone.of(schedule.timezone)),
      timeWindow:
        schedule.flexibleMinutes > 0
          ? TimeWindow.flexible(Duration.minutes(schedule.flexibleMinutes))
          : TimeWindow.off(),
    });
  }

  #changes(notDelivered: Queue): ChangeTrigger | undefined {
    const { onChange, organizationId, partition, rolePath } = this.#deployed.deployment;
    if (!onChange.enabled) return undefined;
    return new ChangeTrigger(this, 'OnChange', {
      organizationId,
      notDelivered,
      forwardRoleArnPattern: `arn:${partition}:iam::*:role${rolePath}${FORWARD_ROLE_PREFIX}-*`,
    });
  }

  /** The plan step ends the run at once when nothing has changed, or when another run on change is under way. */
  #auditChanges(machine: RunMachine['machine'], notScheduled: Queue): void {
    new ScheduledStart(this, 'ChangeSchedule', {
      machine,
      trigger: 'change',
      notScheduled,
      description: 'Audits the accounts that have changed',
      schedule: ScheduleExpression.rate(CHANGE_INTERVAL),
      // The next start is soon enough.
      retryAttempts: 0,
    });
  }
}
