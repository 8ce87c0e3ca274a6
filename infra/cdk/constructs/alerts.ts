import { Aws, Stack } from 'aws-cdk-lib';
import { CfnSlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { EventBus, EventField, type IRuleTarget, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import {
  EventBus as EventBusTarget,
  LambdaFunction,
  SnsTopic,
  SqsQueue,
} from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Function as LambdaFunctionReference } from 'aws-cdk-lib/aws-lambda';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { consoleDomainOf, partitionOf } from '../../../shared/model/partition.ts';
import { FIELDS } from '../../../shared/publish/asff.ts';
import { type AlertRoute, type AlertTarget, type Deployment, SEVERITIES } from '../deployment-config.ts';
import { type FindingFilter, failedPattern, resolvedPattern } from '../finding-events.ts';
import { deadLetterQueue } from './dead-letter-queue.ts';
import { LeastPrivilegeRole } from './least-privilege-role.ts';

type RuleFilter = FindingFilter & { readonly resolvedFindings?: boolean };

interface AlertsProps {
  readonly deployment: Deployment;
  readonly productName: string;
  readonly key: IKey;
}

/** A topic of this account, encrypted with the auditor's key. */
class AlertTopic extends Topic {
  constructor(scope: Construct, id: string, topicName: string, key: IKey, emails: readonly string[]) {
    // Imported by its ARN: EventBridge's target would add an action with a wildcard to the key's policy, which allows it already.
    const masterKey = Key.fromKeyArn(scope, `${id}Key`, key.keyArn);
    super(scope, id, { topicName, masterKey, enforceSSL: true });
    for (const email of emails) this.addSubscription(new EmailSubscription(email));
  }
}

/** Alerts people once about each failed and each resolved finding, by the events that Security Hub sends for imports. */
export class Alerts extends Construct {
  /** Alerts about the auditor itself. */
  readonly operations: Topic;
  /** Events that could not be delivered to a target. */
  readonly undelivered: Queue;
  readonly #props: AlertsProps;

  constructor(scope: Construct, id: string, props: AlertsProps) {
    super(scope, id);
    this.#props = props;
    const { deployment, key } = props;
    const { emails, operationsEmails, resolvedEmails, slack, routes } = deployment.alerts;
    this.undelivered = deadLetterQueue(this, 'Undelivered');
    this.operations = new AlertTopic(this, 'Operations', 'eks-auditor-operations', key, operationsEmails);
    this.operations.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.operations.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    for (const severity of SEVERITIES) {
      const name = `eks-auditor-${severity.toLowerCase()}`;
      const topic = new AlertTopic(this, `Topic${severity}`, name, key, emails[severity] ?? []);
      this.#rule(`Failed${severity}`, { severities: [severity] }, [this.#toTopic(topic, false)]);
    }
    const topic = new AlertTopic(this, 'TopicResolved', 'eks-auditor-resolved', key, resolvedEmails);
    this.#rule('Resolved', { severities: SEVERITIES, resolvedFindings: true }, [this.#toTopic(topic, true)]);
    if (slack) this.#slack(slack);
    for (const route of routes) this.#route(route);
  }

  #rule(id: string, filter: RuleFilter, targets: IRuleTarget[]): void {
    const pattern = filter.resolvedFindings ? resolvedPattern : failedPattern;
    new Rule(this, id, {
      description: `EKS Auditor: ${filter.resolvedFindings ? 'resolved' : `failed, ${filter.severities.join(', ')}`}`,
      eventPattern: pattern(this.#props.productName, filter),
      targets,
    });
  }

  #toTopic(topic: ITopic, resolved: boolean): IRuleTarget {
    const message = RuleTargetInput.fromMultilineText(messageLines(Stack.of(this), resolved).join('\n'));
    return new SnsTopic(topic, { message, deadLetterQueue: this.undelivered });
  }

  #route(route: AlertRoute): void {
    const targets = route.targets.map((target, index) =>
      this.#target(`${route.name}${index}`, target, route),
    );
    this.#rule(`Route-${route.name}`, route, targets);
  }

  /** Topics get a text for people, other targets the event as it is. */
  #target(id: string, target: AlertTarget, route: AlertRoute): IRuleTarget {
    const deadLetter = { deadLetterQueue: this.undelivered };
    if ('topic' in target)
      return this.#toTopic(Topic.fromTopicArn(this, id, target.topic), route.resolvedFindings);
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
    const { role } = new LeastPrivilegeRole(this, `${id}Role`, {
      assumedBy: new ServicePrincipal('events.amazonaws.com'),
      permissions: [{ actions: ['events:PutEvents'], resources: [target.eventBus] }],
    });
    return new EventBusTarget(EventBus.fromEventBusArn(this, id, target.eventBus), { role, ...deadLetter });
  }

  /** Amazon Q needs messages in a format of its own, which is unreadable in an e-mail: hence a separate topic. */
  #slack({ workspaceId, channelId, severities }: NonNullable<Deployment['alerts']['slack']>): void {
    const topic = new AlertTopic(this, 'TopicSlack', 'eks-auditor-slack', this.#props.key, []);
    const message = RuleTargetInput.fromObject(slackMessage(Stack.of(this)));
    this.#rule('FailedSlack', { severities }, [
      new SnsTopic(topic, { message, deadLetterQueue: this.undelivered }),
    ]);
    new CfnSlackChannelConfiguration(this, 'Slack', {
      configurationName: 'eks-auditor',
      slackWorkspaceId: workspaceId,
      slackChannelId: channelId,
      snsTopicArns: [topic.topicArn, this.operations.topicArn],
      iamRoleArn: new LeastPrivilegeRole(this, 'SlackRole', {
        assumedBy: new ServicePrincipal('chatbot.amazonaws.com'),
        permissions: [],
      }).role.roleArn,
      // Messages only: no command may be run from the channel.
      guardrailPolicies: [`arn:${this.#props.deployment.partition}:iam::aws:policy/AWSDenyAll`],
    });
  }
}

const finding = (path: string) => EventField.fromPath(`$.detail.findings[0].${path}`);

/** The values of a message, as they are in the finding. */
function messageValues(stack: Stack) {
  const { region } = stack;
  const id = finding('Id');
  // A deployment in a partition whose console is not known is refused (deployment-config.ts).
  const console = consoleDomainOf(partitionOf(region)) ?? '';
  return {
    title: finding('Title'),
    reason: finding('Description'),
    severity: finding('Severity.Label'),
    account: finding('AwsAccountId'),
    region: finding('Region'),
    cluster: finding(`ProductFields.${FIELDS.cluster}`),
    resource: finding('Resources[0].Id'),
    // The recommendation's text has quotation marks, which would end the text of the template.
    fixUrl: finding('Remediation.Recommendation.Url'),
    findingUrl: `https://${region}.${console}/securityhub/home?region=${region}#/findings?search=Id%3D%255Coperator%255C%253AEQUALS%255C%253A${id}`,
  };
}

function messageLines(stack: Stack, resolved: boolean): readonly string[] {
  const value = messageValues(stack);
  return [
    `EKS Auditor: ${resolved ? 'resolved' : value.severity}: ${value.title}`,
    value.reason,
    `Account ${value.account}, Region ${value.region}`,
    `Cluster: ${value.cluster}`,
    `Resource: ${value.resource}`,
    `Finding: ${value.findingUrl}`,
    ...(resolved ? [] : [`How to fix it: ${value.fixUrl}`]),
  ];
}

/** https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html */
function slackMessage(stack: Stack) {
  const value = messageValues(stack);
  return {
    version: '1.0',
    source: 'custom',
    content: {
      textType: 'client-markdown',
      title: `${value.severity}: ${value.title}`,
      description: `${value.reason}\nAccount ${value.account}, Region ${value.region}\nCluster: ${value.cluster}\nResource: ${value.resource}`,
      nextSteps: [`How to fix it: ${value.fixUrl}`, `Finding: ${value.findingUrl}`],
    },
  };
}
