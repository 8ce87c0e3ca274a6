import { CfnSlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import {
  CfnEventBusPolicy,
  EventBus,
  type EventPattern,
  type IEventBus,
  type IRuleTarget,
  Rule,
  type RuleTargetInput,
} from 'aws-cdk-lib/aws-events';
import {
  EventBus as EventBusTarget,
  LambdaFunction,
  SnsTopic,
  SqsQueue,
} from 'aws-cdk-lib/aws-events-targets';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Function as LambdaFunctionReference } from 'aws-cdk-lib/aws-lambda';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { EVENT_SOURCE } from '../../../functions/runtime/event-bus.ts';
import { type AlertRoute, type AlertTarget, SEVERITIES } from '../alerts-config.ts';
import type { FunctionName } from '../bundle.ts';
import type { Deployment } from '../deployment-config.ts';
import { type FindingFilter, findingPattern, RUN_PATTERN } from '../finding-events.ts';
import { runMessage, slackMessage, textMessage } from '../finding-messages.ts';
import { AlertTopic, publishToArn, type Subscriber } from './alert-topic.ts';
import { deadLetterQueue } from './dead-letter-queue.ts';
import { LeastPrivilegeRole, type Permission, serviceOfThisAccount } from './least-privilege-role.ts';

interface AlertsProps {
  readonly deployment: Deployment;
  readonly key: IKey;
}

const BUS_NAME = 'eks-auditor';

/**
 * A request may hold several events, so the key has several values, all of which have to be ours; that there are any has to
 * be said apart. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
 */
const ONLY_OWN_EVENTS = {
  'ForAllValues:StringEquals': { 'events:source': EVENT_SOURCE },
  Null: { 'events:source': 'false' },
};

/**
 * The auditor's own event bus, the rules that send its events to machines and chat, and the topics that people get mail
 * from: a digest of each run, and alerts about the auditor itself.
 */
export class Alerts extends Construct {
  readonly bus: EventBus;
  /** The rules on the bus. */
  readonly rules: Rule[] = [];
  /** Digests of runs, each with the attribute `severities`. */
  readonly digest: AlertTopic;
  /** Alerts about the auditor itself. */
  readonly operations: AlertTopic;
  readonly topics: AlertTopic[] = [];
  /** Events that could not be delivered to a target. */
  readonly undelivered: Queue;
  readonly #props: AlertsProps;

  constructor(scope: Construct, id: string, props: AlertsProps) {
    super(scope, id);
    this.#props = props;
    const { emails, operationsEmails, mailEachFinding, slack, routes } = props.deployment.alerts;
    this.bus = new EventBus(this, 'Bus', { eventBusName: BUS_NAME });
    this.undelivered = deadLetterQueue(this, 'Undelivered');
    this.operations = this.#operations(operationsEmails);
    this.digest = this.#topic('Digest', 'digest', digestSubscribers(emails));
    if (mailEachFinding.length > 0) this.#mailEachFinding(mailEachFinding);
    if (slack) this.#slack(slack);
    for (const route of routes) this.#route(route);
  }

  /**
   * Refuses events of anybody but these roles, whatever else allows them: rules and people trust what is on the bus.
   * Called when the roles are there, which need the bus.
   */
  acceptOnlyFrom(roles: readonly IRole[]): void {
    new CfnEventBusPolicy(this, 'OnlyFromTheAuditor', {
      eventBusName: this.bus.eventBusName,
      statementId: 'OnlyFromTheAuditor',
      statement: {
        Effect: 'Deny',
        Principal: '*',
        Action: 'events:PutEvents',
        Resource: this.bus.eventBusArn,
        Condition: { ArnNotEquals: { 'aws:PrincipalArn': roles.map(({ roleArn }) => roleArn) } },
      },
    });
  }

  /** What a function has to be allowed for its part in alerts. */
  permissionsOf(name: FunctionName): readonly Permission[] {
    if (name === 'plan') return [];
    const putEvents = {
      actions: ['events:PutEvents'],
      resources: [this.bus.eventBusArn],
      conditions: ONLY_OWN_EVENTS,
    };
    return name === 'report' ? [putEvents, ...this.digest.publish()] : [putEvents];
  }

  /** The environment variables of a function for its part in alerts. */
  environmentOf(name: FunctionName): Readonly<Record<string, string>> {
    if (name === 'plan') return {};
    const bus = { EKS_AUDITOR_EVENT_BUS: this.bus.eventBusName };
    if (name === 'audit') return bus;
    const { digest } = this.#props.deployment.alerts;
    return {
      ...bus,
      EKS_AUDITOR_DIGEST_TOPIC: this.digest.topicArn,
      ...(digest === 'always' ? { EKS_AUDITOR_DIGEST: digest } : {}),
    };
  }

  #topic(id: string, name: string, subscribers: readonly Subscriber[]): AlertTopic {
    const topicName = `eks-auditor-${name}`;
    const topic = new AlertTopic(this, id, { topicName, key: this.#props.key, subscribers });
    this.topics.push(topic);
    return topic;
  }

  #operations(emails: readonly string[]): AlertTopic {
    const topic = this.#topic(
      'Operations',
      'operations',
      emails.map((email) => ({ email })),
    );
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [serviceOfThisAccount('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
      }),
    );
    return topic;
  }

  #findingRule(id: string, filter: FindingFilter, targets: IRuleTarget[]): void {
    const { severities, resolvedFindings } = filter;
    const description = `${severities.join(', ')}${resolvedFindings ? ', and resolved' : ''}`;
    this.#rule(id, description, findingPattern(filter), targets);
  }

  #rule(id: string, description: string, eventPattern: EventPattern, targets: IRuleTarget[]): void {
    const rule = new Rule(this, id, {
      description: `EKS Auditor: ${id}: ${description}`,
      // The cast is needed because the CDK's types do not allow for exactOptionalPropertyTypes.
      eventBus: this.bus as IEventBus,
      eventPattern,
      targets,
    });
    this.rules.push(rule);
  }

  #mailEachFinding(severities: Deployment['alerts']['mailEachFinding']): void {
    const { emails } = this.#props.deployment.alerts;
    const addresses = new Set(severities.flatMap((severity) => emails[severity] ?? []));
    const topic = this.#topic(
      'Findings',
      'findings',
      [...addresses].map((email) => ({ email })),
    );
    this.#findingRule('MailEachFinding', { severities }, [
      this.#toTopic('MailEachFinding', topic, topic.publish(), textMessage()),
    ]);
  }

  /**
   * A rule publishes by a role of its own, because EventBridge cannot say for which rule it uses the key of a topic.
   * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
   */
  #toTopic(
    id: string,
    topic: ITopic,
    permissions: readonly Permission[],
    message: RuleTargetInput,
  ): IRuleTarget {
    const role = this.#ruleRole(id, permissions);
    return new SnsTopic(topic, { message, role, deadLetterQueue: this.undelivered });
  }

  #ruleRole(id: string, permissions: readonly Permission[]): IRole {
    return new LeastPrivilegeRole(this, `${id}Role`, {
      assumedBy: serviceOfThisAccount('events.amazonaws.com'),
      permissions,
    }).role;
  }

  #route(route: AlertRoute): void {
    const targetsFor = (id: string, message: RuleTargetInput) =>
      route.targets.map((target, index) => this.#target(`${id}${index}`, target, message));
    const { name, runs } = route;
    this.#findingRule(`Route-${name}`, route, targetsFor(name, textMessage()));
    if (runs) this.#rule(`Runs-${name}`, 'runs', RUN_PATTERN, targetsFor(`${name}Runs`, runMessage()));
  }

  /** Topics get a text for people, other targets the event as it is. */
  #target(id: string, target: AlertTarget, message: RuleTargetInput): IRuleTarget {
    const deadLetter = { deadLetterQueue: this.undelivered };
    if ('topic' in target) {
      const topic = Topic.fromTopicArn(this, id, target.topic);
      return this.#toTopic(id, topic, publishToArn(target.topic), message);
    }
    if ('queue' in target) {
      // Messages of a FIFO queue need a group; the queue has to deduplicate them by content.
      const group = target.queue.endsWith('.fifo') ? { messageGroupId: 'eks-auditor' } : {};
      return new SqsQueue(Queue.fromQueueArn(this, id, target.queue), { ...group, ...deadLetter });
    }
    if ('function' in target) {
      const functionArn = target.function;
      const reference = LambdaFunctionReference.fromFunctionAttributes(this, id, {
        functionArn,
        sameEnvironment: true,
      });
      return new LambdaFunction(reference, deadLetter);
    }
    const role = this.#ruleRole(id, [{ actions: ['events:PutEvents'], resources: [target.eventBus] }]);
    return new EventBusTarget(EventBus.fromEventBusArn(this, id, target.eventBus), { role, ...deadLetter });
  }

  /** Amazon Q needs messages in a format of its own, which is unreadable in an e-mail: hence a separate topic. */
  #slack({ workspaceId, channelId, severities }: NonNullable<Deployment['alerts']['slack']>): void {
    const topic = this.#topic('TopicSlack', 'slack', []);
    this.#findingRule('ToSlack', { severities }, [
      this.#toTopic('ToSlack', topic, topic.publish(), slackMessage()),
    ]);
    new CfnSlackChannelConfiguration(this, 'Slack', {
      configurationName: 'eks-auditor',
      slackWorkspaceId: workspaceId,
      slackChannelId: channelId,
      snsTopicArns: [topic.topicArn, this.operations.topicArn],
      iamRoleArn: new LeastPrivilegeRole(this, 'SlackRole', {
        assumedBy: serviceOfThisAccount('chatbot.amazonaws.com'),
        permissions: [],
      }).role.roleArn,
      // Messages only: no command may be run from the channel.
      guardrailPolicies: [`arn:${this.#props.deployment.partition}:iam::aws:policy/AWSDenyAll`],
    });
  }
}

/** One subscription an address, whatever number of severities it asked for. */
function digestSubscribers(emails: Deployment['alerts']['emails']): Subscriber[] {
  const addresses = new Set(SEVERITIES.flatMap((severity) => emails[severity] ?? []));
  return [...addresses].map((email) => ({
    email,
    severities: SEVERITIES.filter((severity) => emails[severity]?.includes(email)),
  }));
}
