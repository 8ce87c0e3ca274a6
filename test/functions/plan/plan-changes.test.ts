import { describe, expect, test } from 'vitest';
import { drain } from '../../../functions/plan/change-queue.ts';
import { ChangeModel, type Missed } from './change-model.ts';

const accountIds = (count: number) =>
  Array.from({ length: count }, (_, index) => String(100000000000 + index));
const ACCOUNTS = accountIds(4);
const [A = '', B = '', C = ''] = ACCOUNTS;

describe('a run on change', () => {
  test('audits the accounts of all messages once, and deletes the messages', async () => {
    const model = new ChangeModel(ACCOUNTS);
    for (const account of [A, B, A, A]) model.change(account);

    expect(await model.plan('run-1')).toEqual([A, B]);
    expect(model.queued).toBe(0);
  });

  test('does not begin when nothing has changed', async () => {
    const model = new ChangeModel(ACCOUNTS);

    expect(await model.plan('run-1')).toBeUndefined();
    expect([...model.objects.keys()]).not.toContain('changes/current.json');
  });

  test('does not begin while another is under way, and leaves the messages to the next', async () => {
    const model = new ChangeModel(ACCOUNTS);
    model.change(A);
    await model.plan('run-1');
    model.change(B);

    expect(await model.plan('run-2')).toBeUndefined();
    expect(model.queued).toBe(1);
    await model.succeed('run-1');
    expect(await model.plan('run-3')).toEqual([B]);
  });

  test.each(['FAILED', 'TIMED_OUT', 'ABORTED'] as const)(
    'takes up the list of one that was %s',
    async (status) => {
      const model = new ChangeModel(ACCOUNTS);
      model.change(A);
      await model.plan('run-1');
      model.end('run-1', status);
      model.change(B);

      expect(await model.plan('run-2')).toEqual([A, B]);
    },
  );

  test('takes up the list of one of which nothing is known any more', async () => {
    const model = new ChangeModel(ACCOUNTS);
    model.change(A);
    await model.plan('run-1');
    model.executions.delete('run-1');

    expect(await model.plan('run-2')).toEqual([A]);
  });

  test.each<Missed>(['busy', 'crashed', 'no result', 'throttled'])(
    'takes up the accounts that one has missed, although it succeeded: %s',
    async (missed) => {
      const model = new ChangeModel(ACCOUNTS);
      for (const account of [A, B]) model.change(account);
      await model.plan('run-1');
      await model.succeed('run-1', new Map([[B, missed]]));
      model.change(C);

      expect(await model.plan('run-2')).toEqual([B, C]);
    },
  );

  test('does not take up accounts of which something stays unreadable', async () => {
    const model = new ChangeModel(ACCOUNTS);
    for (const account of [A, B, C]) model.change(account);
    await model.plan('run-1');
    await model.succeed(
      'run-1',
      new Map([
        [A, 'denied'],
        [B, 'malformed'],
        [C, 'Security Hub off'],
      ]),
    );

    expect(await model.plan('run-2')).toBeUndefined();
  });

  test.each<[Missed, number]>([
    ['crashed', 4],
    ['busy', 61],
  ])(
    'an account that is missed again and again is left to the next scheduled run: %s, %i times',
    async (why, most) => {
      const model = new ChangeModel(ACCOUNTS);
      model.change(A);
      let runs = 0;
      while ((await model.plan(`run-${runs}`)) !== undefined) {
        await model.succeed(`run-${runs}`, new Map([[A, why]]));
        runs += 1;
      }

      expect(runs).toBe(most);
      expect(model.givenUp).toEqual([A]);
    },
  );

  test('an account that was missed and changes again is counted anew', async () => {
    const model = new ChangeModel(ACCOUNTS);
    for (let run = 0; run < 6; run += 1) {
      model.change(A);
      await model.plan(`run-${run}`);
      await model.succeed(`run-${run}`, new Map([[A, 'crashed']]));
    }

    expect(model.givenUp).toEqual([]);
    expect(await model.plan('last')).toEqual([A]);
  });

  test('counts a miss once, however often its report is repeated', async () => {
    const model = new ChangeModel(ACCOUNTS);
    model.change(A);
    await model.plan('run-1');
    const missed = new Map<string, Missed>([[A, 'crashed']]);
    for (let attempt = 0; attempt < 5; attempt += 1) await model.report('run-1', missed);
    await model.succeed('run-1', missed);

    expect(model.givenUp).toEqual([]);
    expect(await model.plan('run-2')).toEqual([A]);
  });

  test('leaves alone a list that another run has taken over', async () => {
    const model = new ChangeModel(ACCOUNTS);
    model.change(A);
    await model.plan('run-1');
    model.end('run-1', 'ABORTED');
    await model.plan('run-2');
    await model.report('run-1');
    model.end('run-2', 'FAILED');

    expect(await model.plan('run-3')).toEqual([A]);
  });

  test('reads a list that an earlier version wrote, without counts', async () => {
    const model = new ChangeModel(ACCOUNTS);
    const accounts = [{ accountId: A, newClustersIn: [], hasNewOidcProvider: false }];
    const list = { formatVersion: 1, runId: 'run-0', executionArn: 'run-0', accounts };
    model.objects.set('changes/current.json', JSON.stringify(list));

    expect(await model.plan('run-1')).toEqual([A]);
  });

  test('has the list that it wrote when the answer to that was lost', async () => {
    const model = new ChangeModel(ACCOUNTS);
    model.change(A);

    expect(await model.plan('run-1', { losesAnswers: true })).toEqual([A]);
  });

  test('goes on with its own list when its plan step is repeated', async () => {
    const model = new ChangeModel(ACCOUNTS);
    model.change(A);
    await model.plan('run-1');
    model.change(B);

    expect(await model.plan('run-1')).toEqual([A, B]);
  });

  test('leaves the messages when there is no full run yet', async () => {
    const model = new ChangeModel(ACCOUNTS);
    model.objects.delete('latest/accounts.json');
    model.change(A);

    expect(await model.plan('run-1')).toBeUndefined();
    expect(model.queued).toBe(1);
  });

  test('deletes messages that are no changes, and audits the others', async () => {
    const model = new ChangeModel(ACCOUNTS);
    const change = { account: A, region: 'eu-west-1', source: 'aws.eks', name: 'CreateCluster', time: '' };
    model.send('');
    model.send('null');
    model.send('{"account":"1"}');
    model.send(JSON.stringify({ ...change, account: '../../etc' }));
    model.send(JSON.stringify({ ...change, region: 'eu-west-1.example.com' }));
    model.send(JSON.stringify({ ...change, source: 'somebody' }));
    model.send(JSON.stringify({ ...change, name: 'x'.repeat(200) }));
    model.change(B);

    expect(await model.plan('run-1')).toEqual([B]);
    expect(model.queued).toBe(0);
  });

  test.each([
    ['account', '1'],
    ['account', '../../etc'],
    ['region', 'eu-west-1.example.com'],
    ['source', 'somebody'],
    ['name', 'x'.repeat(200)],
  ])('takes no message for a change whose %s is %s', async (field, value) => {
    const change = { account: A, region: 'eu-west-1', source: 'aws.eks', name: 'CreateCluster' };
    const bodies = [change, { ...change, [field]: value }].map((body) => JSON.stringify(body));
    const messages = bodies.map((Body) => ({ Body, MessageId: Body, ReceiptHandle: Body }));
    const queue = { receive: async () => messages.splice(0), delete: async () => 0 };
    const limits = { maxAccounts: 10, maxMessages: 10, signal: new AbortController().signal };

    const { changes, invalid } = await drain(queue, limits);

    expect(changes).toEqual([{ accountId: A, region: 'eu-west-1', event: 'eks:CreateCluster' }]);
    expect(invalid).toBe(1);
  });

  test('keeps of messages no more than deleting them takes: any may be a megabyte', async () => {
    const Body = 'x'.repeat(1_000_000);
    const messages = [{ Body, MessageId: 'm', ReceiptHandle: 'r' }];
    const queue = { receive: async () => messages.splice(0), delete: async () => 0 };
    const limits = { maxAccounts: 10, maxMessages: 10, signal: new AbortController().signal };

    const drained = await drain(queue, limits);

    expect(JSON.stringify(drained).length).toBeLessThan(200);
    expect(drained.messages).toMatchObject([{ ReceiptHandle: 'r' }]);
  });

  test('has a bounded number of accounts; the next has the others', async () => {
    const model = new ChangeModel(accountIds(300));
    for (const account of accountIds(300)) model.change(account);

    const first = (await model.plan('run-1', { maxAccounts: 100 })) ?? [];
    await model.succeed('run-1');
    const second = (await model.plan('run-2')) ?? [];

    expect(first.length).toBeLessThan(300);
    expect(new Set([...first, ...second]).size).toBe(300);
  });

  test('of two that are planned at the same time, one has the list, and nothing is lost', async () => {
    const model = new ChangeModel(ACCOUNTS);
    for (const account of [A, B, C]) model.change(account);

    const plans = await Promise.all([model.plan('run-1'), model.plan('run-2')]);

    expect(plans.filter((accounts) => accounts !== undefined)).toHaveLength(1);
    const winner = plans[0] ? 'run-1' : 'run-2';
    await model.succeed(winner);
    model.tick += 3;
    const rest = (await model.plan('run-3')) ?? [];
    expect(new Set([...plans.flatMap((accounts) => accounts ?? []), ...rest])).toEqual(new Set([A, B, C]));
  });
});
