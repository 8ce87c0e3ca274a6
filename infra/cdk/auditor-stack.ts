import { Aws, CfnOutput, Duration, Stack, type StackProps, TimeZone } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Schedule, ScheduleExpression, ScheduleTargetInput, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { ORGANIZATION_ACTIONS } from '../../shared/plan/organization.ts';
import { permissionsFor } from './action-resources.ts';
import type { Bundles, FunctionName } from './bundle.ts';
import { FORWARD_ROLE_PREFIX } from './change-events.ts';
import { Alerts } from './constructs/alerts.ts';
import { AuditFunction } from './constructs/audit-function.ts';
import { auditorKey } from './constructs/auditor-key.ts';
import { ChangeTrigger } from './constructs/change-trigger.ts';
import { deadLetterQueue } from './constructs/dead-letter-queue.ts';
import { Insights } from './constructs/insights.ts';
import { LeastPrivilegeRole, type Permission } from './constructs/least-privilege-role.ts';
import { Monitoring } from './constructs/monitoring.ts';
import { Results } from './constructs/results.ts';
import { RunMachine } from './constructs/run-machine.ts';
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
    const functions = {
      plan: this.#function('plan', this.#planPermissions()),
      audit: this.#function('audit', this.#auditPermissions(), AUDIT_ROLE_NAME),
      report: this.#function('report', this.#reportPermissions()),
    };
    const { machine } = new RunMachine(this, 'Run', {
      ...functions,
      results: this.#results,
      key: this.#key,
      concurrentAccounts: deployment.concurrentAccounts,
      tracing: deployment.tracing,
      logRetentionDays: deployment.logRetentionDays,
    });
    const notScheduled = this.#schedule(machine);
    const changes = this.#onChange(machine, notScheduled);
    new Monitoring(this, 'Monitoring', {
      machine,
      ...(changes ? { changeMachine: changes.machine } : {}),
      functions: Object.values(functions),
      alerts: this.#alerts,
      coverageBelowPercent: deployment.alarms.coverageBelowPercent,
      onChangeEnabled: deployment.onChange.enabled,
      deadLetters: [notScheduled, this.#alerts.undelivered, ...(changes ? [changes.deadLetters] : [])],
      longestScheduleGapMs: deployment.longestScheduleGapMs,
      scheduleEnabled: deployment.schedule.enabled,
      flexibleMinutes: deployment.schedule.flexibleMinutes,
    });
    new Insights(this, 'Insights', { productName });
    new CfnOutput(this, 'StateMachineArn', { value: machine.stateMachineArn });
    new CfnOutput(this, 'ResultsBucket', { value: this.#results.bucket.bucketName });
  }

  #function(name: FunctionName, permissions: readonly Permission[], roleName?: string) {
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
      permissions: [...permissions, ...this.#alerts.permissionsOf(name)],
      environment: this.#alerts.environmentOf(name),
      ...(roleName ? { roleName } : {}),
    }).lambda;
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
      ...this.#results.write('organization.json', 'plan.json', 'targets.json'),
    ];
  }

  #auditPermissions(): readonly Permission[] {
    const { deployment, config } = this.#deployed;
    return [
      {
        actions:
          Object.keys(config.role.sessionTags).length > 0
            ? ['sts:AssumeRole', 'sts:TagSession']
            : ['sts:AssumeRole'],
        resources: [`arn:${deployment.partition}:iam::*:role/${config.role.name}`],
        conditions: { StringEquals: { 'aws:ResourceOrgID': deployment.organizationId } },
        wildcard: 'The member role of any account of the organization.',
      },
      // In its own account it does not assume the member role.
      ...permissionsFor(memberActions(), { partition: deployment.partition, account: Aws.ACCOUNT_ID }),
      ...this.#results.read('organization.json'),
      ...this.#results.write('accounts/*'),
    ];
  }

  #reportPermissions(): readonly Permission[] {
    return [
      this.#results.list(),
      ...this.#results.read('plan.json', 'accounts/*'),
      ...this.#results.write('result.json', 'report.html'),
    ];
  }

  #schedule(machine: RunMachine['machine']): Queue {
    const { schedule } = this.#deployed.deployment;
    const queue = deadLetterQueue(this, 'NotScheduled');
    new Schedule(this, 'Schedule', {
      description: 'Audits the organization',
      enabled: schedule.enabled,
      schedule: ScheduleExpression.expression(schedule.expression, TimeZone.of(schedule.timezone)),
      timeWindow:
        schedule.flexibleMinutes > 0
          ? TimeWindow.flexible(Duration.minutes(schedule.flexibleMinutes))
          : TimeWindow.off(),
      target: new StepFunctionsStartExecution(machine, {
        input: ScheduleTargetInput.fromObject({ trigger: 'schedule' }),
        deadLetterQueue: queue,
        role: new LeastPrivilegeRole(this, 'Scheduler', {
          assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
            conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
          }),
          permissions: [
            { actions: ['states:StartExecution'], resources: [machine.stateMachineArn] },
            { actions: ['sqs:SendMessage'], resources: [queue.queueArn] },
          ],
        }).role,
      }),
    });
    return queue;
  }

  #onChange(machine: RunMachine['machine'], notScheduled: Queue): ChangeTrigger | undefined {
    const { onChange, organizationId, partition, tracing, logRetentionDays } = this.#deployed.deployment;
    if (!onChange.enabled) return undefined;
    return new ChangeTrigger(this, 'OnChange', {
      machine,
      organizationId,
      key: this.#key,
      tracing,
      logRetentionDays,
      notScheduled,
      forwardRoleArnPattern: `arn:${partition}:iam::*:role/${FORWARD_ROLE_PREFIX}-*`,
    });
  }
}
