import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drain } from '../../../functions/plan/change-queue.ts';
import { ChangeModel, Crash } from './change-model.ts';

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
    model.end('run-1', 'SUCCEEDED');
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
    model.end('run-1', 'SUCCEEDED');
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
    model.end(winner, 'SUCCEEDED', plans.find((accounts) => accounts !== undefined) ?? []);
    model.tick += 3;
    const rest = (await model.plan('run-3')) ?? [];
    expect(new Set([...(model.audited[0] ?? []), ...rest])).toEqual(new Set([A, B, C]));
  });
});

/** Starts a run; it crashes at a step, or ends in some way. A crash of the plan step is repeated once, as the machine does. */
interface Start {
  /** Accounts that change before it. */
  readonly changed: readonly string[];
  /** The steps of each attempt after which it crashes. */
  readonly crashes: readonly number[];
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  /** How many later starts find it running. */
  readonly lasts: number;
}

async function startRun(
  model: ChangeModel,
  name: string,
  { crashes, status }: Start,
): Promise<readonly string[]> {
  for (const limit of [...crashes, Number.POSITIVE_INFINITY].slice(0, 2)) {
    let steps = 0;
    const before = () => {
      steps += 1;
      if (steps > limit) throw new Crash();
    };
    try {
      return (await model.plan(name, { before })) ?? [];
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
  }
  model.end(name, status === 'SUCCEEDED' ? 'FAILED' : status);
  return [];
}

/** Runs a history of starts, five minutes apart. Returns the accounts that changed and were not audited afterwards. */
async function lostBy(model: ChangeModel, starts: readonly Start[]): Promise<string[]> {
  const waiting = new Set<string>();
  const running: { readonly name: string; readonly until: number; readonly end: () => void }[] = [];
  const endThose = (isOver: (until: number) => boolean) => {
    for (const run of running.filter(({ until }) => isOver(until))) {
      run.end();
      running.splice(running.indexOf(run), 1);
    }
  };
  // At the end all is well for long enough: whatever is left is audited then.
  const calm = Array.from(
    { length: 8 },
    (): Start => ({ changed: [], crashes: [], status: 'SUCCEEDED', lasts: 0 }),
  );
  for (const [index, start] of [...starts, ...calm].entries()) {
    model.tick = index;
    endThose((until) => until <= index || index >= starts.length);
    for (const account of start.changed) {
      waiting.add(account);
      model.change(account);
    }
    const name = `run-${index}`;
    const before = [...waiting];
    const accounts = await startRun(model, name, start);
    if (model.executions.get(name) !== 'RUNNING') continue;
    const end = () => {
      model.end(name, start.status, accounts);
      if (start.status !== 'SUCCEEDED') return;
      for (const account of accounts) if (before.includes(account)) waiting.delete(account);
    };
    if (accounts.length === 0) model.end(name, 'SUCCEEDED');
    else if (start.lasts === 0) end();
    else running.push({ name, until: index + start.lasts, end });
  }
  return [...waiting];
}

describe('whatever crashes, at whichever step', () => {
  const start = fc.record<Start>({
    changed: fc.array(fc.constantFrom(...accountIds(30)), { maxLength: 25 }),
    crashes: fc.array(fc.nat({ max: 40 }), { maxLength: 2 }),
    status: fc.constantFrom('SUCCEEDED', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'),
    lasts: fc.nat({ max: 3 }),
  });

  test('no change is lost', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(start, { maxLength: 12 }), async (starts) => {
        const model = new ChangeModel(accountIds(30));

        expect(await lostBy(model, starts)).toEqual([]);
        expect(model.queued).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  test('a crash at every single step loses nothing', async () => {
    for (let step = 0; step < 30; step += 1) {
      const model = new ChangeModel(ACCOUNTS);
      const crashing: Start = { changed: [A, B, C], crashes: [step, step], status: 'FAILED', lasts: 0 };

      expect(await lostBy(model, [crashing])).toEqual([]);
    }
  });
});

test('a thousand accounts that change within ten minutes are audited in a handful of runs', async () => {
  const changed = accountIds(1_000);
  const model = new ChangeModel(changed);
  const starts = [0, 1].map(
    (half): Start => ({
      // Each account changes five times: a role with its policies.
      changed: changed
        .slice(half * 500, half * 500 + 500)
        .flatMap((account) => Array.from({ length: 5 }, () => account)),
      crashes: [],
      status: 'SUCCEEDED',
      lasts: 1,
    }),
  );

  expect(await lostBy(model, starts)).toEqual([]);
  expect(model.audited.length).toBeLessThanOrEqual(3);
  expect(model.audited.flat()).toHaveLength(1_000);
});
