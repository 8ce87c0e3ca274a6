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
import { CHANGE_BUS_NAME, changeSources } from '../change-events.ts';
import { deadLetterQueue } from './dead-letter-queue.ts';
import { LeastPrivilegeRole } from './least-privilege-role.ts';
import { loggedStateMachine } from './logged-state-machine.ts';

interface ChangeTriggerProps {
  /** The state machine that audits the changed accounts. */
  readonly machine: IStateMachine;
  readonly organizationId: string;
  /** A pattern of the ARNs of the roles that forward changes. */
  readonly forwardRoleArnPattern: string;
  readonly key: IKey;
  readonly tracing: boolean;
  readonly logRetentionDays: number;
  /** Keeps starts that failed. */
  readonly notScheduled: Queue;
}

const NAME = 'eks-auditor-changes';
/** How long SQS deduplicates messages with the same content. The message that it keeps is delivered after this time. */
const DEDUPLICATION_INTERVAL = Duration.minutes(5);

/**
 * Audits an account some minutes after a change in it. All changes of an account within five minutes become one message,
 * which is delivered after those five minutes, so that the audit that it starts observes all of them.
 *
 * A small state machine polls the queue every minute, because EventBridge Pipes is not available in GovCloud and several
 * Regions.
 */
export class ChangeTrigger extends Construct {
  readonly deadLetters: Queue;
  /** The state machine that polls the queue. */
  readonly machine: StateMachine;

  constructor(scope: Construct, id: string, props: ChangeTriggerProps) {
    super(scope, id);
    this.deadLetters = deadLetterQueue(this, 'NotStarted', { fifo: true });
    const queue = new Queue(this, 'Changes', {
      fifo: true,
      contentBasedDeduplication: true,
      deliveryDelay: DEDUPLICATION_INTERVAL,
      visibilityTimeout: Duration.minutes(2),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 5 },
    });
    new Rule(this, 'Rule', {
      description: 'EKS Auditor: changes in the accounts of the organization',
      eventBus: this.#bus(props),
      eventPattern: { source: changeSources() },
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

  #bus({ organizationId, forwardRoleArnPattern }: ChangeTriggerProps): EventBus {
    const bus = new EventBus(this, 'Bus', { eventBusName: CHANGE_BUS_NAME });
    bus.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AccountsOfTheOrganization',
        principals: [new AnyPrincipal()],
        actions: ['events:PutEvents'],
        resources: [bus.eventBusArn],
        conditions: {
          StringEquals: { 'aws:PrincipalOrgID': organizationId },
          ArnLike: { 'aws:PrincipalArn': forwardRoleArnPattern },
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

  /** A message is deleted after its audit has started: a failure in between repeats an audit, and loses none. */
  #definition(queue: Queue, { machine }: ChangeTriggerProps): IChainable {
    const receive = new CallAwsService(this, 'Receive messages', {
      service: 'sqs',
      action: 'receiveMessage',
      iamResources: [],
      parameters: { QueueUrl: queue.queueUrl, MaxNumberOfMessages: 10 },
    });
    const parse = MapState.jsonPath(this, 'Parse messages', {
      itemsPath: '$.Messages',
      resultPath: '$.changes',
    }).itemProcessor(
      Pass.jsonPath(this, 'Parse message', {
        parameters: {
          'change.$': 'States.StringToJson($.Body)',
          entry: { 'Id.$': '$.MessageId', 'ReceiptHandle.$': '$.ReceiptHandle' },
        },
      }),
    );
    const request = Pass.jsonPath(this, 'Request', {
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
    const deleteMessages = new CallAwsService(this, 'Delete messages', {
      service: 'sqs',
      action: 'deleteMessageBatch',
      iamResources: [],
      parameters: { QueueUrl: queue.queueUrl, Entries: JsonPath.objectAt('$.changes[*].entry') },
      resultPath: JsonPath.DISCARD,
    });
    return receive.next(
      new Choice(this, 'Any changes?')
        .when(
          Condition.isPresent('$.Messages[0]'),
          parse.next(request).next(start).next(deleteMessages).next(receive),
        )
        .otherwise(new Succeed(this, 'Done')),
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
      description: 'EKS Auditor: polls the queue of changed accounts',
      schedule: ScheduleExpression.rate(Duration.minutes(1)),
      target: new StartBySchedule(machine, { role, deadLetterQueue: notScheduled, retryAttempts: 0 }),
    });
  }
}
