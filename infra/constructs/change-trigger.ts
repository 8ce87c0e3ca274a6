import { Aws, Duration } from 'aws-cdk-lib';
import { EventBus, EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { AnyPrincipal, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnPipe } from 'aws-cdk-lib/aws-pipes';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { CHANGE_BUS_NAME, CHANGE_PATTERN } from '../change-events.ts';
import { deadLetterQueue } from './dead-letter-queue.ts';
import { LeastRole } from './least-role.ts';

interface ChangeTriggerProps {
  readonly machine: IStateMachine;
  readonly organizationId: string;
  /** The ARN, with a pattern for the account, of the roles that forward changes. */
  readonly forwardRoleArns: string;
}

/** For how long SQS takes a message of the same text for the same: what it drops, the delayed one stands for. */
const DEBOUNCE = Duration.minutes(5);

/**
 * Audits an account some minutes after something changed in it. All changes of five minutes become one message that says
 * which account, and it is delivered after those five minutes: the audit that it starts sees every one of them.
 */
export class ChangeTrigger extends Construct {
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: ChangeTriggerProps) {
    super(scope, id);
    const bus = new EventBus(this, 'Bus', { eventBusName: CHANGE_BUS_NAME });
    bus.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AccountsOfTheOrganization',
        principals: [new AnyPrincipal()],
        actions: ['events:PutEvents'],
        resources: [bus.eventBusArn],
        conditions: {
          StringEquals: { 'aws:PrincipalOrgID': props.organizationId },
          ArnLike: { 'aws:PrincipalArn': props.forwardRoleArns },
        },
      }),
    );
    this.deadLetters = deadLetterQueue(this, 'NotStarted', { fifo: true });
    const queue = new Queue(this, 'Changes', {
      fifo: true,
      contentBasedDeduplication: true,
      deliveryDelay: DEBOUNCE,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 5 },
    });
    new Rule(this, 'Rule', {
      description: 'EKS Auditor: changes in the accounts of the organization',
      eventBus: bus,
      eventPattern: { source: CHANGE_PATTERN.source },
      targets: [
        new SqsQueue(queue, {
          messageGroupId: 'changes',
          message: RuleTargetInput.fromObject({ account: EventField.account }),
        }),
      ],
    });
    this.#pipe(queue, props.machine);
  }

  #pipe(queue: Queue, machine: IStateMachine): void {
    const { role } = new LeastRole(this, 'Pipe', {
      assumedBy: new ServicePrincipal('pipes.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
      permissions: [
        {
          actions: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
          resources: [queue.queueArn],
        },
        { actions: ['states:StartExecution'], resources: [machine.stateMachineArn] },
      ],
    });
    new CfnPipe(this, 'Start', {
      description: 'EKS Auditor: audits the accounts that changed',
      roleArn: role.roleArn,
      source: queue.queueArn,
      sourceParameters: { sqsQueueParameters: { batchSize: 10 } },
      target: machine.stateMachineArn,
      targetParameters: {
        inputTemplate: '{"account": "<$.body.account>"}',
        stepFunctionStateMachineParameters: { invocationType: 'FIRE_AND_FORGET' },
      },
    });
  }
}
