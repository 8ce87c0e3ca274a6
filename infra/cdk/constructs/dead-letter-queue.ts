import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

/** Checkov knows KMS only. */
export const ENCRYPTED_BY_SQS = {
  checkov: ['CKV_AWS_27'],
  reason:
    'SQS encrypts it with its own key (SqsManagedSseEnabled). It holds ids and events, and no findings.',
};

/** Keeps events and messages that could not be delivered for 14 days, the longest that SQS allows. */
export function deadLetterQueue(scope: Construct, id: string, props: Pick<QueueProps, 'fifo'> = {}): Queue {
  const queue = new Queue(scope, id, {
    ...props,
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
  });
  acknowledge(
    queue,
    { nag: ['AwsSolutions-SQS3'], reason: 'It is itself a dead-letter queue.' },
    ENCRYPTED_BY_SQS,
  );
  return queue;
}
