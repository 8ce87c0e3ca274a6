import { createHash } from 'node:crypto';
import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { jsonProtocol } from '../protocols/json.ts';
import type { SandboxQueue } from '../queue.ts';
import { type Call, operation, type Service } from '../service.ts';

/** The caller's queue: `https://<host>/<account>/<name>`. @throws AwsError when there is none */
function queueOf(url: string, { account, region, state }: Call): SandboxQueue {
  const [accountId, name] = url.split('/').slice(-2);
  const queue = accountId === account.id ? state.queues.get(`${accountId}/${region}/${name}`) : undefined;
  if (queue === undefined) {
    throw new AwsError(
      'com.amazonaws.sqs#QueueDoesNotExist',
      'The specified queue does not exist or you do not have access to it.',
    );
  }
  return queue;
}

const QueueUrl = z.string().min(1);

export const sqsService: Service = {
  name: 'sqs',
  signingName: 'sqs',
  protocol: jsonProtocol,
  target: 'AmazonSQS',
  invalid: (message) => new AwsError('com.amazonaws.sqs#InvalidParameterValue', message),
  operations: {
    /** Answers at once, however long it may wait. */
    ReceiveMessage: operation(
      z.strictObject({
        QueueUrl,
        MaxNumberOfMessages: z.number().int().min(1).max(10).default(1),
        WaitTimeSeconds: z.number().int().min(0).max(20).default(0),
      }),
      ({ QueueUrl: url, MaxNumberOfMessages }, call) => {
        const received = queueOf(url, call).receive(MaxNumberOfMessages, call.now);
        const Messages = received.map(({ id, receipt, body }) => ({
          MessageId: id,
          ReceiptHandle: receipt,
          Body: body,
          MD5OfBody: createHash('md5').update(body).digest('hex'),
        }));
        return Messages.length === 0 ? {} : { Messages };
      },
    ),
    DeleteMessageBatch: operation(
      z.strictObject({
        QueueUrl,
        Entries: z
          .array(z.strictObject({ Id: z.string().regex(/^[\w-]{1,80}$/), ReceiptHandle: z.string() }))
          .min(1)
          .max(10),
      }),
      ({ QueueUrl: url, Entries }, call) => {
        const queue = queueOf(url, call);
        for (const { ReceiptHandle } of Entries) {
          queue.delete(ReceiptHandle);
        }
        return { Successful: Entries.map(({ Id }) => ({ Id })), Failed: [] };
      },
    ),
  },
};
