import { Aws, Duration } from 'aws-cdk-lib';
import { EventBus, EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { AnyPrincipal, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution as StartBySchedule } from 'aws-cdk-lib/aws-scheduler-targets';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import {
  Choice,
  Condition,
  type IChainable,
  type IStateMachine,
  JsonPath,
  Map as MapState,
  Pass,
  type StateMachine,
  StateMachineType,
  Succeed,
} from 'aws-cdk-lib/aws-stepfunctions';
import { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { CHANGE_BUS_NAME, CHANGE_PATTERN } from '../change-events.ts';
import { deadLetterQueue } from './dead-letter-queue.ts';
import { LeastPrivilegeRole } from './least-privilege-role.ts';
import { loggedStateMachine } from './logged-state-machine.ts';

interface ChangeTriggerProps {
  /** Audits the accounts that changed. */
  readonly machine: IStateMachine;
  readonly organizationId: string;
  /** The ARN, with a pattern for the account, of the roles that forward changes. */
  readonly forwardRoleArns: string;
  readonly key: IKey;
  readonly tracing: boolean;
  readonly logRetentionDays: number;
  /** Takes the starts that failed. */
  readonly notScheduled: Queue;
}

const NAME = 'eks-auditor-changes';
/** For how long SQS takes a message of the same text for the same: what it drops, the delayed one stands for. */
const DEBOUNCE = Duration.minutes(5);

/**
 * Audits an account some minutes after something changed in it. All changes of five minutes become one message that says
 * which account, and it is delivered after those five minutes: the audit that it starts sees every one of them.
 *
 * A small state machine looks into the queue every minute. EventBridge Pipes would do it, but is missing in GovCloud and
 * several Regions.
 */
export class ChangeTrigger extends Construct {
  readonly deadLetters: Queue;
  /** Looks for changes. */
  readonly machine: StateMachine;

  constructor(scope: Construct, id: string, props: ChangeTriggerProps) {
    super(scope, id);
    this.deadLetters = deadLetterQueue(this, 'NotStarted', { fifo: true });
    const queue = new Queue(this, 'Changes', {
      fifo: true,
      contentBasedDeduplication: true,
      deliveryDelay: DEBOUNCE,
      visibilityTimeout: Duration.minutes(2),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 5 },
    });
    new Rule(this, 'Rule', {
      description: 'EKS Auditor: changes in the accounts of the organization',
      eventBus: this.#bus(props),
      eventPattern: { source: CHANGE_PATTERN.source },
      targets: [
        new SqsQueue(queue, {
          messageGroupId: 'changes',
          message: RuleTargetInput.fromObject({ account: EventField.account }),
          deadLetterQueue: props.notScheduled,
        }),
      ],
    });
    this.machine = this.#machine(queue, props);
    this.#everyMinute(this.machine, props);
  }

  #bus({ organizationId, forwardRoleArns }: ChangeTriggerProps): EventBus {
    const bus = new EventBus(this, 'Bus', { eventBusName: CHANGE_BUS_NAME });
    bus.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AccountsOfTheOrganization',
        principals: [new AnyPrincipal()],
        actions: ['events:PutEvents'],
        resources: [bus.eventBusArn],
        conditions: {
          StringEquals: { 'aws:PrincipalOrgID': organizationId },
          ArnLike: { 'aws:PrincipalArn': forwardRoleArns },
        },
      }),
    );
    return bus;
  }

  #machine(queue: Queue, props: ChangeTriggerProps): StateMachine {
    const { machine, key, tracing, logRetentionDays } = props;
    return loggedStateMachine(this, {
      name: NAME,
      type: StateMachineType.EXPRESS,
      definition: this.#definition(queue, props),
      permissions: [
        { actions: ['sqs:DeleteMessage', 'sqs:ReceiveMessage'], resources: [queue.queueArn] },
        { actions: ['states:StartExecution'], resources: [machine.stateMachineArn] },
      ],
      timeout: Duration.minutes(1),
      key,
      tracing,
      logRetentionDays,
    });
  }

  /** A message is deleted after its audit was started: what fails in between is audited twice, not never. */
  #definition(queue: Queue, { machine }: ChangeTriggerProps): IChainable {
    const receive = new CallAwsService(this, 'Receive', {
      service: 'sqs',
      action: 'receiveMessage',
      iamResources: [],
      parameters: { QueueUrl: queue.queueUrl, MaxNumberOfMessages: 10 },
    });
    const read = MapState.jsonPath(this, 'Read', {
      itemsPath: '$.Messages',
      resultPath: '$.changes',
    }).itemProcessor(
      Pass.jsonPath(this, 'Message', {
        parameters: {
          'change.$': 'States.StringToJson($.Body)',
          entry: { 'Id.$': '$.MessageId', 'ReceiptHandle.$': '$.ReceiptHandle' },
        },
      }),
    );
    const ask = Pass.jsonPath(this, 'Ask', {
      parameters: { trigger: 'change', 'accounts.$': '$.changes[*].change.account' },
      resultPath: '$.request',
    });
    const start = new CallAwsService(this, 'Audit the accounts', {
      service: 'sfn',
      action: 'startExecution',
      iamResources: [],
      parameters: {
        StateMachineArn: machine.stateMachineArn,
        Input: JsonPath.jsonToString(JsonPath.objectAt('$.request')),
      },
      resultPath: JsonPath.DISCARD,
    });
    const forget = new CallAwsService(this, 'Delete', {
      service: 'sqs',
      action: 'deleteMessageBatch',
      iamResources: [],
      parameters: { QueueUrl: queue.queueUrl, Entries: JsonPath.objectAt('$.changes[*].entry') },
      resultPath: JsonPath.DISCARD,
    });
    return receive.next(
      new Choice(this, 'Did anything change?')
        .when(Condition.isPresent('$.Messages[0]'), read.next(ask).next(start).next(forget).next(receive))
        .otherwise(new Succeed(this, 'Nothing')),
    );
  }

  #everyMinute(machine: StateMachine, { notScheduled }: ChangeTriggerProps): void {
    const { role } = new LeastPrivilegeRole(this, 'Scheduler', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
      permissions: [
        { actions: ['states:StartExecution'], resources: [machine.stateMachineArn] },
        { actions: ['sqs:SendMessage'], resources: [notScheduled.queueArn] },
      ],
    });
    new Schedule(this, 'EveryMinute', {
      description: 'EKS Auditor: looks for changed accounts',
      schedule: ScheduleExpression.rate(Duration.minutes(1)),
      target: new StartBySchedule(machine, { role, deadLetterQueue: notScheduled, retryAttempts: 0 }),
    });
  }
}
