import { Aws, CfnOutput, Duration, Stack, type StackProps, TimeZone } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { ScheduleExpression, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { ORGANIZATION_ACTIONS } from '../../shared/plan/organization.ts';
import { assumePermission } from './access-permissions.ts';
import { permissionsFor } from './action-resources.ts';
import type { Bundles, FunctionName } from './bundle.ts';
import { FORWARD_ROLE_PREFIX } from './change-events.ts';
import { Alerts } from './constructs/alerts.ts';
import { AuditFunction } from './constructs/audit-function.ts';
import { auditorKey } from './constructs/auditor-key.ts';
import { ChangeTrigger } from './constructs/change-trigger.ts';
import { deadLetterQueue } from './constructs/dead-letter-queue.ts';
import { EndedRuns, notReportedQueue } from './constructs/ended-runs.ts';
import { Insights } from './constructs/insights.ts';
import type { Permission } from './constructs/least-privilege-role.ts';
import { Monitoring } from './constructs/monitoring.ts';
import { Results } from './constructs/results.ts';
import { RUN_MACHINE_NAME, RunMachine } from './constructs/run-machine.ts';
import { ScheduledStart } from './constructs/scheduled-start.ts';
import type { DeployedConfig } from './deployment-config.ts';
import { memberActions } from './member-actions.ts';
import { AUDIT_ROLE_NAME } from './member-stack.ts';

interface AuditorStackProps extends StackProps {
  readonly deployed: DeployedConfig;
  readonly bundles: Bundles;
}

/**
 * Measured peaks: 150 MiB for a plan of 1,000 accounts, 260 MiB for an audit of 200 clusters. More memory means more CPU,
 * and a report holds the results of all accounts.
 */
const MEMORY_MIB: Readonly<Record<FunctionName, number>> = { plan: 512, audit: 1024, report: 2048 };
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
    const { productName } = deployed.config.securityHub;
    this.#key = auditorKey(this, 'Key');
    this.#results = new Results(this, 'Results', {
      key: this.#key,
      retentionDays: deployment.resultRetentionDays,
    });
    this.#alerts = new Alerts(this, 'Alerts', { deployment, key: this.#key });
    const notScheduled = deadLetterQueue(this, 'NotScheduled');
    const notReported = notReportedQueue(this);
    const changes = this.#changes(notScheduled);
    const functions = {
      plan: this.#planFunction(changes),
      audit: this.#function('audit', this.#auditPermissions(), { roleName: AUDIT_ROLE_NAME }),
      report: this.#function('report', this.#reportPermissions(notReported)),
    };
    const machine = this.#machine(functions);
    this.#schedule(machine, notScheduled);
    if (changes) this.#auditChanges(machine, notScheduled);
    new EndedRuns(this, 'Ended', { report: functions.report, notReported });
    const deadLetters = [
      notScheduled,
      notReported,
      this.#alerts.undelivered,
      ...(changes ? [changes.deadLetters] : []),
    ];
    this.#monitoring(machine, Object.values(functions), deadLetters);
    new Insights(this, 'Insights', { productName });
    new CfnOutput(this, 'StateMachineArn', { value: machine.stateMachineArn });
    new CfnOutput(this, 'ResultsBucket', { value: this.#results.bucket.bucketName });
  }

  #monitoring(
    machine: RunMachine['machine'],
    functions: readonly LambdaFunction[],
    deadLetters: Queue[],
  ): void {
    const { schedule, alarms, onChange, longestScheduleGapMs } = this.#deployed.deployment;
    new Monitoring(this, 'Monitoring', {
      machine,
      functions,
      alerts: this.#alerts,
      coverageBelowPercent: alarms.coverageBelowPercent,
      onChangeEnabled: onChange.enabled,
      deadLetters,
      longestScheduleGapMs,
      scheduleEnabled: schedule.enabled,
      flexibleMinutes: schedule.flexibleMinutes,
    });
  }

  #machine(functions: Readonly<Record<FunctionName, LambdaFunction>>): RunMachine['machine'] {
    const { concurrentAccounts, tracing, logRetentionDays } = this.#deployed.deployment;
    const results = this.#results;
    const key = this.#key;
    const props = { ...functions, results, key, concurrentAccounts, tracing, logRetentionDays };
    return new RunMachine(this, 'Run', props).machine;
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
      ...more,
      ...(name === 'audit' && deployment.vpc && { vpc: deployment.vpc }),
      permissions: [...permissions, ...this.#alerts.permissionsOf(name)],
      environment: { ...more.environment, ...this.#alerts.environmentOf(name) },
    }).lambda;
  }

  #planFunction(changes: ChangeTrigger | undefined) {
    const { concurrentAccounts } = this.#deployed.deployment;
    const permissions = [...this.#planPermissions(), ...(changes ? this.#changePermissions(changes) : [])];
    const environment = {
      EKS_AUDITOR_CONCURRENT_ACCOUNTS: String(concurrentAccounts),
      ...(changes ? { EKS_AUDITOR_CHANGE_QUEUE: changes.queue.queueUrl } : {}),
    };
    return this.#function('plan', permissions, { environment });
  }

  #planPermissions(): readonly Permission[] {
    const { organizationId, partition } = this.#deployed.deployment;
    const organizations = (type: string) => `arn:${partition}:organizations::*:${type}/${organizationId}/*`;
    const unitActions = [
      'organizations:ListAccountsForParent',
      'organizations:ListOrganizationalUnitsForParent',
    ];
    return [
      {
        actions: ORGANIZATION_ACTIONS.filter((action) => !unitActions.includes(action)),
        resources: ['*'],
        wildcard: 'These read-only actions of Organizations support no resource-level permissions.',
      },
      {
        actions: unitActions,
        resources: [organizations('ou'), organizations('root')],
        wildcard:
          'All OUs below the configured ones are read; the account id in the ARN is the management account’s.',
      },
      {
        actions: ['account:ListRegions'],
        resources: [
          `arn:${partition}:account::${Aws.ACCOUNT_ID}:account`,
          `arn:${partition}:account::*:account/${organizationId}/*`,
        ],
        wildcard:
          'The Regions of every account are read; the account id in the ARN is the management account’s.',
      },
      ...permissionsFor(['ec2:DescribeRegions'], { partition, account: Aws.ACCOUNT_ID }),
      {
        actions: ['lambda:GetAccountSettings'],
        resources: ['*'],
        wildcard: 'The action supports no resource-level permissions.',
      },
      this.#results.list('latest/*'),
      ...this.#results.read('latest/accounts.json'),
      ...this.#results.write(
        'runs/*/organization.json',
        'runs/*/plan.json',
        'runs/*/targets.json',
        'latest/organization.json',
      ),
    ];
  }

  /** What planning audits on change needs besides. */
  #changePermissions({ queue }: ChangeTrigger): readonly Permission[] {
    return [
      { actions: ['sqs:DeleteMessage', 'sqs:ReceiveMessage'], resources: [queue.queueArn] },
      {
        actions: ['states:DescribeExecution'],
        resources: [this.formatArn({ service: 'states', resource: `execution:${RUN_MACHINE_NAME}:*` })],
        wildcard: 'The executions of the state machine are named when they start.',
      },
      this.#results.list('changes/*'),
      ...this.#results.read('changes/current.json', 'latest/organization.json'),
      ...this.#results.write('changes/current.json'),
    ];
  }

  #auditPermissions(): readonly Permission[] {
    const { deployment } = this.#deployed;
    return [
      assumePermission(this.#deployed),
      // In its own account it does not assume the member role.
      ...permissionsFor(memberActions(), { partition: deployment.partition, account: Aws.ACCOUNT_ID }),
      this.#results.list('accounts/*', 'runs/*'),
      ...this.#results.read('runs/*/organization.json', 'runs/*/checkpoints/*', 'accounts/*/state.json'),
      ...this.#results.write('runs/*/accounts/*', 'runs/*/checkpoints/*', 'accounts/*/state.json'),
    ];
  }

  #reportPermissions(notReported: Queue): readonly Permission[] {
    return [
      {
        actions: ['securityhub:ListFindingAggregators'],
        resources: ['*'],
        wildcard: 'The action supports no resource-level permissions.',
      },
      {
        actions: ['securityhub:GetFindingAggregator'],
        resources: [
          Stack.of(this).formatArn({ service: 'securityhub', region: '*', resource: 'finding-aggregator/*' }),
        ],
        wildcard: 'Security Hub names the aggregator, which may be in another Region.',
      },
      this.#results.list('accounts/*', 'latest/*', 'runs/*'),
      ...this.#results.read(
        'runs/*/plan.json',
        'runs/*/accounts/*',
        'runs/*/crashed/*',
        'runs/*/reported.json',
        'accounts/*/state.json',
        'latest/*',
      ),
      ...this.#results.write(
        'runs/*/result.json',
        'runs/*/report.html',
        'runs/*/reported.json',
        'accounts/*/state.json',
        'latest/*',
      ),
      { actions: ['sqs:SendMessage'], resources: [notReported.queueArn] },
    ];
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
    const { onChange, organizationId, partition } = this.#deployed.deployment;
    if (!onChange.enabled) return undefined;
    return new ChangeTrigger(this, 'OnChange', {
      organizationId,
      notDelivered,
      forwardRoleArnPattern: `arn:${partition}:iam::*:role/${FORWARD_ROLE_PREFIX}-*`,
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
