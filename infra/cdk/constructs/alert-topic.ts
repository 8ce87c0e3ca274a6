import { Stack } from 'aws-cdk-lib';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { SubscriptionFilter, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { type Permission, usedThrough } from './least-privilege-role.ts';

/** An address, with the severities that it asked for if it does not get every message. */
export interface Subscriber {
  readonly email: string;
  readonly severities?: readonly string[];
}

interface AlertTopicProps {
  readonly topicName: string;
  readonly key: IKey;
  readonly subscribers: readonly Subscriber[];
}

/** In every filter: what has no severity, such as an account that was not seen. */
const NO_SEVERITY = 'OTHER';

/** A topic of this account, encrypted with the key of alerts. */
export class AlertTopic extends Topic {
  readonly #keyArn: string;

  constructor(scope: Construct, id: string, { topicName, key, subscribers }: AlertTopicProps) {
    // Imported by its ARN: subscriptions and targets would add actions with wildcards to the key's policy.
    const masterKey = Key.fromKeyArn(scope, `${id}Key`, key.keyArn);
    super(scope, id, { topicName, masterKey, enforceSSL: true });
    this.#keyArn = key.keyArn;
    for (const { email, severities } of subscribers) {
      this.addSubscription(new EmailSubscription(email, severities ? filterBy(severities) : {}));
    }
  }

  /** Permissions to publish to it. */
  publish(): readonly Permission[] {
    return publishTo(this.topicArn, Stack.of(this).region, { resources: [this.#keyArn] });
  }
}

/** Permissions to publish to a topic whose key is not known: to use any of its account's through SNS. */
export function publishToArn(topicArn: string): readonly Permission[] {
  const [, partition = '', , region = '', account = ''] = topicArn.split(':');
  return publishTo(topicArn, region, {
    resources: [`arn:${partition}:kms:${region}:${account}:key/*`],
    wildcard: 'Which key encrypts the topic is not known; it can be used through SNS only.',
  });
}

/**
 * Whoever publishes to an encrypted topic needs both actions: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
function publishTo(
  topicArn: string,
  region: string,
  key: Pick<Permission, 'resources' | 'wildcard'>,
): readonly Permission[] {
  return [
    { actions: ['sns:Publish'], resources: [topicArn] },
    {
      ...key,
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      conditions: usedThrough('sns', region),
    },
  ];
}

/** Matches the attribute `severities` (String.Array) of a message that has one of these. */
function filterBy(severities: readonly string[]) {
  const allowlist = [...severities, NO_SEVERITY];
  return { filterPolicy: { severities: SubscriptionFilter.stringFilter({ allowlist }) } };
}
