import { Duration } from 'aws-cdk-lib';
import { EventBus, EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { CHANGE_BUS_NAME, changeSources } from '../change-events.ts';
import { acknowledge } from './acknowledge.ts';
import { deadLetterQueue, ENCRYPTED_BY_SQS } from './dead-letter-queue.ts';

interface ChangeTriggerProps {
  readonly organizationId: string;
  /** A pattern of the ARNs of the roles that forward changes. */
  readonly forwardRoleArnPattern: string;
  /** Keeps events that could not be put into the queue. */
  readonly notDelivered: Queue;
}

/** The longest that SQS allows. */
const RETENTION = Duration.days(14);
/** As long as the plan function may run: until then it has deleted what it received, or it has failed. */
const VISIBILITY_TIMEOUT = Duration.minutes(15);
/**
 * A message that planning failed for this often, a day long, is put aside. It is planned again when it is moved back.
 * Messages that are not valid do not come to it: the plan function deletes them.
 */
const MAX_RECEIVE_COUNT = 96;

/**
 * The queue of changes in the accounts of the organization. The run machine is started every few minutes, and its plan step
 * takes what is in the queue. It is a standard queue: changes that arrive twice, or in another order, start the same audit.
 */
export class ChangeTrigger extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  /** Puts changes into the queue. */
  readonly rule: Rule;

  constructor(scope: Construct, id: string, props: ChangeTriggerProps) {
    super(scope, id);
    this.deadLetters = deadLetterQueue(this, 'NotPlanned');
    this.queue = new Queue(this, 'Changes', {
      retentionPeriod: RETENTION,
      visibilityTimeout: VISIBILITY_TIMEOUT,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAX_RECEIVE_COUNT },
    });
    acknowledge(this.queue, ENCRYPTED_BY_SQS);
    this.rule = new Rule(this, 'Rule', {
      description: 'EKS Auditor: changes in the accounts of the organization',
      eventBus: this.#bus(props),
      eventPattern: { source: changeSources(), detail: { eventName: [{ exists: true }] } },
      targets: [
        new SqsQueue(this.queue, {
          // What is needed to plan the audit, and nothing that others can write into an event.
          message: RuleTargetInput.fromObject({
            account: EventField.account,
            region: EventField.region,
            source: EventField.source,
            name: EventField.fromPath('$.detail.eventName'),
            time: EventField.time,
          }),
          deadLetterQueue: props.notDelivered,
        }),
      ],
    });
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
}
