import { Duration, Stack } from 'aws-cdk-lib';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { EventInvokeConfig, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { deadLetterQueue } from './dead-letter-queue.ts';
import { RUN_MACHINE_NAME } from './run-machine.ts';

interface EndedRunsProps {
  readonly report: LambdaFunction;
  /** Keeps the events that the report function failed for. Its role has to allow `sqs:SendMessage`. */
  readonly notReported: Queue;
}

/** The queue is made before the function, whose role names it. */
export function notReportedQueue(scope: Construct): Queue {
  return deadLetterQueue(scope, 'NotReported');
}

/**
 * Reports the runs that do not come to their own report: executions that failed, timed out or were aborted. The input of an
 * execution is not passed on, for whoever starts one can write what he wants into it.
 * https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
 */
export class EndedRuns extends Construct {
  readonly rule: Rule;

  constructor(scope: Construct, id: string, { report, notReported }: EndedRunsProps) {
    super(scope, id);
    const machine = Stack.of(this).formatArn({
      service: 'states',
      resource: `stateMachine:${RUN_MACHINE_NAME}`,
    });
    this.rule = new Rule(this, 'Rule', {
      description: 'EKS Auditor: runs that failed, timed out or were aborted',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { stateMachineArn: [machine], status: ['FAILED', 'TIMED_OUT', 'ABORTED'] },
      },
      targets: [
        new LambdaTarget(report, {
          event: RuleTargetInput.fromObject({
            ended: {
              execution: EventField.fromPath('$.detail.name'),
              status: EventField.fromPath('$.detail.status'),
            },
          }),
          deadLetterQueue: notReported,
        }),
      ],
    });
    // What EventBridge delivered and the function failed for.
    new EventInvokeConfig(this, 'Failures', {
      function: report,
      retryAttempts: 2,
      maxEventAge: Duration.hours(6),
      onFailure: new SqsDestination(notReported),
    });
  }
}
