import { DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, it } from 'vitest';
import { anOrganization } from '../../../infra/sandbox/world.ts';
import { as, member, other, region, running } from './support.ts';

async function aQueue(bodies: readonly string[] = []) {
  const sandbox = await running(anOrganization().account(member).account(other));
  let now = new Date('2026-01-01T00:00:00Z');
  sandbox.setClock(() => now);
  const queue = sandbox.account(member).queue(region, 'changes', { visibilityTimeoutSeconds: 60 });
  for (const body of bodies) queue.send(body);
  const QueueUrl = `${sandbox.url}/${member}/changes`;
  const receiveAs = async (accountId: string) => {
    const sqs = new SQSClient(as(sandbox, accountId));
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    return Messages;
  };
  const pass = (seconds: number) => {
    now = new Date(now.getTime() + seconds * 1_000);
  };
  return { sandbox, queue, QueueUrl, receiveAs, pass };
}

it('leaves the list of messages out when there are none', async () => {
  const { receiveAs } = await aQueue();

  expect(await receiveAs(member)).toBeUndefined();
});

it('gives at most ten messages, each to one receiver until its visibility timeout is over', async () => {
  const { receiveAs, pass } = await aQueue(Array.from({ length: 12 }, (_, index) => String(index)));

  expect(await receiveAs(member)).toHaveLength(10);
  expect((await receiveAs(member))?.map(({ Body }) => Body)).toEqual(['10', '11']);
  expect(await receiveAs(member)).toBeUndefined();
  pass(60);
  expect(await receiveAs(member)).toHaveLength(10);
});

it('deletes by the receipt of the last delivery', async () => {
  const { sandbox, queue, QueueUrl, receiveAs, pass } = await aQueue(['a']);
  const deleteWith = (ReceiptHandle = '') =>
    new SQSClient(as(sandbox, member)).send(
      new DeleteMessageBatchCommand({ QueueUrl, Entries: [{ Id: '0', ReceiptHandle }] }),
    );
  const [first] = (await receiveAs(member)) ?? [];
  pass(60);
  const [second] = (await receiveAs(member)) ?? [];

  await deleteWith(first?.ReceiptHandle);
  expect(queue.size).toBe(1);
  await deleteWith(second?.ReceiptHandle);
  expect(queue.size).toBe(0);
});

it('has no queue for another account', async () => {
  const { receiveAs } = await aQueue(['a']);

  await expect(receiveAs(other)).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
});
