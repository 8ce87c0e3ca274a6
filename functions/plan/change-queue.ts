import * as z from 'zod';
import type { AwsAccount } from '../../shared/aws/account.ts';
import { deleteMessageBatch, type QueueMessage, receiveMessage } from '../../shared/aws/operations/sqs.ts';
import { chunksOf } from '../../shared/aws/paginate.ts';
import { answerOf } from '../../shared/aws/read.ts';
import { ACCOUNT_ID } from '../../shared/model/arn.ts';
import type { ChangeEvent } from '../../shared/model/change-events.ts';
import type { Change } from '../../shared/plan/changes.ts';
import { regionName } from '../runtime/events.ts';

/** The queue of changes. */
export interface ChangeQueue {
  /** Some messages, ten at most; none when the queue has none to give. Both throw RequestError. */
  receive(): Promise<readonly QueueMessage[]>;
  /** Deletes messages that were received. Returns how many were not deleted: they come again. */
  delete(messages: readonly QueueMessage[]): Promise<number>;
}

/** What SQS takes and gives at once. */
const BATCH = 10;

export function sqsQueue(aws: AwsAccount, region: string, QueueUrl: string): ChangeQueue {
  return {
    receive: () =>
      answerOf(receiveMessage.action, () =>
        aws.send(receiveMessage, region, { QueueUrl, MaxNumberOfMessages: BATCH, WaitTimeSeconds: 1 }),
      ),
    async delete(messages) {
      const failed = chunksOf(messages, BATCH).map((batch) =>
        answerOf(deleteMessageBatch.action, () =>
          aws.send(deleteMessageBatch, region, {
            QueueUrl,
            Entries: batch.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
          }),
        ),
      );
      return (await Promise.all(failed)).flat().length;
    },
  };
}

/** What ends draining before the queue is empty; what is left is drained by the next run. */
export interface DrainLimits {
  readonly maxAccounts: number;
  /** SQS gives no more than 120,000 that are not deleted yet. */
  readonly maxMessages: number;
  readonly signal: AbortSignal;
}

/** What was taken from the queue. */
export interface Drained {
  readonly changes: readonly Change[];
  /** All that was received, to be deleted. */
  readonly messages: readonly QueueMessage[];
  /** How many of them are not changes. */
  readonly invalid: number;
}

/** Requests under way at the same time. */
const RECEIVERS = 10;

/** Receives until the queue is empty, or a limit is reached. */
export async function drain(queue: ChangeQueue, limits: DrainLimits): Promise<Drained> {
  const messages: QueueMessage[] = [];
  const changes: Change[] = [];
  const accounts = new Set<string>();
  const isOver = () =>
    limits.signal.aborted || accounts.size >= limits.maxAccounts || messages.length >= limits.maxMessages;
  const take = (received: readonly QueueMessage[]): boolean => {
    for (const message of received) {
      // Of what it says nothing else is kept: it may be a megabyte of anything.
      messages.push({ ...message, Body: '' });
      const change = parseChange(message.Body);
      if (change === undefined) continue;
      changes.push(change);
      accounts.add(change.accountId);
    }
    return received.length > 0;
  };
  const receiveAll = async () => {
    while (!isOver() && take(await queue.receive()));
  };
  // Most of the time there is nothing: one request tells.
  if (take(await queue.receive())) await Promise.all(Array.from({ length: RECEIVERS }, receiveAll));
  return { changes, messages, invalid: messages.length - changes.length };
}

/** What the rule of the bus of changes writes. */
const changeSchema = z.object({
  account: z.string().regex(ACCOUNT_ID),
  region: regionName,
  source: z.string().regex(/^aws\.[a-z0-9-]{1,40}$/),
  name: z.string().regex(/^\w{1,128}$/),
});

function parseChange(body: string): Change | undefined {
  const { data } = changeSchema.safeParse(parseJson(body));
  if (data === undefined) return undefined;
  // Compared with the events that are known, and otherwise not used.
  const event = `${data.source.slice('aws.'.length)}:${data.name}` as ChangeEvent;
  return { accountId: data.account, region: data.region, event };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
