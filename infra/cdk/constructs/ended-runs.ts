import { Duration, Stack } from 'aws-cdk-lib';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import {
  type Chain,
  JsonPath,
  type StateMachine,
  StateMachineType,
  TaskInput,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { invoke, invokePermission } from './invocation.ts';
import { LeastPrivilegeRole, serviceOfThisAccount } from './least-privilege-role.ts';
import { loggedStateMachine } from './logged-state-machine.ts';
import { RUN_MACHINE_NAME } from './run-machine.ts';

interface EndedRunsProps {
  readonly report: LambdaFunction;
  /** Keeps the events of which no report could be started. */
  readonly notReported: Queue;
  readonly key: IKey;
  readonly tracing: boolean;
  readonly logRetentionDays: number;
}

/**
 * An execution that ends leaves its audits under way, which go on to write and to tell what they find. The last began before
 * the end, has 15 minutes from when Lambda has started it, and a lease of the account for 16.
 */
const LAST_AUDITS = Duration.minutes(17);

/**
 * Reports the runs that do not come to their own report: executions that failed, timed out or were aborted, when nothing of
 * them is under way any more. The input of an execution is not passed on, for whoever starts one can write what he wants
 * into it. https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
 */
export class EndedRuns extends Construct {
  readonly rule: Rule;
  readonly machine: StateMachine;

  constructor(scope: Construct, id: string, props: EndedRunsProps) {
    super(scope, id);
    const { report, notReported, ...machine } = props;
    this.machine = loggedStateMachine(this, {
      name: `${RUN_MACHINE_NAME}-ended`,
      type: StateMachineType.STANDARD,
      definition: this.#definition(report),
      permissions: [invokePermission(report)],
      timeout: Duration.hours(24),
      ...machine,
    });
    this.rule = this.#rule(notReported);
  }

  #definition(report: LambdaFunction): Chain {
    const wait = Wait.jsonPath(this, 'Wait for the last audits', { time: WaitTime.duration(LAST_AUDITS) });
    const ended = TaskInput.fromObject({ ended: JsonPath.objectAt('$.ended') });
    return wait.next(invoke(this, 'Report', report, ended, { outputPath: '$.Payload' }));
  }

  #rule(notReported: Queue): Rule {
    const runs = Stack.of(this).formatArn({
      service: 'states',
      resource: `stateMachine:${RUN_MACHINE_NAME}`,
    });
    const { role } = new LeastPrivilegeRole(this, 'Start', {
      assumedBy: serviceOfThisAccount('events.amazonaws.com'),
      permissions: [{ actions: ['states:StartExecution'], resources: [this.machine.stateMachineArn] }],
    });
    return new Rule(this, 'Rule', {
      description: 'EKS Auditor: runs that failed, timed out or were aborted',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { stateMachineArn: [runs], status: ['FAILED', 'TIMED_OUT', 'ABORTED'] },
      },
      targets: [
        new SfnStateMachine(this.machine, {
          input: RuleTargetInput.fromObject({
            ended: {
              execution: EventField.fromPath('$.detail.name'),
              status: EventField.fromPath('$.detail.status'),
            },
          }),
          deadLetterQueue: notReported,
          role,
        }),
      ],
    });
  }
}
