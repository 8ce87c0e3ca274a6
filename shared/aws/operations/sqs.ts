import { DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { type ClientConfig, operation } from '../operation.ts';

/* https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html */

/** The SDK compares checksums of messages, and fails with errors of its own where there are none. TLS protects them. */
const client = class extends SQSClient {
  constructor(config: ClientConfig) {
    super({ ...config, md5: false });
  }
};
const text = z.string().min(1);

const message = z.object({ MessageId: text, ReceiptHandle: text, Body: z.string() });
export type QueueMessage = z.infer<typeof message>;

/**
 * At most ten messages. SQS leaves the list out when there are none; after a wait of at least a second that means that
 * the queue has none to give, because SQS then asks all of its servers.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html
 */
export const receiveMessage = operation({
  action: 'sqs:ReceiveMessage',
  client,
  command: ReceiveMessageCommand,
  answer: z.object({ Messages: z.array(message).optional() }).transform(({ Messages }) => Messages ?? []),
});

/** The ids of the entries that were not deleted. */
export const deleteMessageBatch = operation({
  action: 'sqs:DeleteMessage',
  client,
  command: DeleteMessageBatchCommand,
  answer: z
    .object({ Failed: z.array(z.object({ Id: text, Code: text })).optional() })
    .transform(({ Failed }) => Failed ?? []),
});
