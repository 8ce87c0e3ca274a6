import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ChangeModel, Crash, type Missed } from './change-model.ts';

const accountIds = (count: number) =>
  Array.from({ length: count }, (_, index) => String(100000000000 + index));
const ACCOUNTS = accountIds(4);
const [A = '', B = '', C = ''] = ACCOUNTS;

/** Starts a run; it crashes at a step, or ends in some way. A step that crashes is repeated once, as the machine does. */
interface Start {
  /** Accounts that change before it. */
  readonly changed: readonly string[];
  /** The steps of each attempt to plan after which it crashes. */
  readonly crashes: readonly number[];
  /** The same of each attempt to report. */
  readonly reportCrashes: readonly number[];
  /** No first answer to a write arrives. */
  readonly losesAnswers: boolean;
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  /** The accounts that its audits miss. */
  readonly missed: Readonly<Record<string, Missed>>;
  /** How many later starts find it running. */
  readonly lasts: number;
}

const CALM: Start = {
  changed: [],
  crashes: [],
  reportCrashes: [],
  losesAnswers: false,
  status: 'SUCCEEDED',
  missed: {},
  lasts: 0,
};

/** Does a step that may crash, and once more if it does. `undefined` when both crash. */
async function attempts<T>(
  crashes: readonly number[],
  step: (before: () => void) => Promise<T>,
): Promise<T | undefined> {
  for (const limit of [...crashes, Number.POSITIVE_INFINITY].slice(0, 2)) {
    let steps = 0;
    const before = () => {
      steps += 1;
      if (steps > limit) throw new Crash();
    };
    try {
      return await step(before);
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
  }
  return undefined;
}

/** An execution whose accounts are audited. */
interface Execution {
  readonly name: string;
  readonly accounts: readonly string[];
  readonly start: Start;
  readonly plannedAt: number;
}

/** Runs, five minutes apart, and what became of the changes. */
class History {
  readonly #model: ChangeModel;
  /** When each account changed last that was not audited since. */
  readonly #waiting = new Map<string, number>();
  /** How many runs in a row missed an account. */
  readonly #misses = new Map<string, number>();
  #running: Execution[] = [];
  /** The accounts that each run audited. */
  readonly audited: string[][] = [];

  constructor(model: ChangeModel) {
    this.#model = model;
  }

  /** What was not audited after its change. */
  async lostBy(starts: readonly Start[]): Promise<readonly string[]> {
    // At the end all is well for long enough: whatever is left is audited then.
    const calm = Array.from({ length: 8 }, () => CALM);
    for (const [tick, start] of [...starts, ...calm].entries()) {
      this.#model.tick = tick;
      await this.#endThose((until) => until <= tick || tick >= starts.length);
      await this.#start(start, tick);
      if (start.lasts === 0) await this.#endThose((until) => until === tick);
    }
    return [...this.#waiting.keys()];
  }

  async #start(start: Start, tick: number): Promise<void> {
    for (const account of start.changed) {
      this.#waiting.set(account, tick);
      this.#model.change(account);
    }
    const name = `run-${tick}`;
    const { crashes, losesAnswers, status } = start;
    const accounts = await attempts(crashes, async (before) => {
      return (await this.#model.plan(name, { before, losesAnswers })) ?? [];
    });
    if (accounts === undefined) this.#model.end(name, status === 'SUCCEEDED' ? 'FAILED' : status);
    else if (accounts.length === 0) this.#model.end(name, 'SUCCEEDED');
    else this.#running.push({ name, accounts, start, plannedAt: tick });
  }

  async #endThose(isOver: (until: number) => boolean): Promise<void> {
    const ended = this.#running.filter(({ start, plannedAt }) => isOver(plannedAt + start.lasts));
    this.#running = this.#running.filter((execution) => !ended.includes(execution));
    for (const execution of ended) await this.#end(execution);
  }

  async #end(execution: Execution): Promise<void> {
    const { name, accounts, start } = execution;
    if (start.status !== 'SUCCEEDED') return this.#model.end(name, start.status);
    const met = accounts.filter((account) => start.missed[account] === undefined);
    this.audited.push(met);
    for (const account of met) this.#isOver(account, execution);
    for (const account of accounts)
      this.#misses.set(account, met.includes(account) ? 0 : (this.#misses.get(account) ?? 0) + 1);
    return this.#report(execution);
  }

  async #report(execution: Execution): Promise<void> {
    const { name, start } = execution;
    const { reportCrashes, losesAnswers } = start;
    const missed = new Map(Object.entries(start.missed));
    const before = this.#model.givenUp.length;
    const isReported = await attempts(reportCrashes, async (step) => {
      await this.#model.report(name, missed, { before: step, losesAnswers });
      return true;
    });
    for (const account of this.#model.givenUp.slice(before)) {
      expect(this.#misses.get(account)).toBeGreaterThan(3);
      this.#isOver(account, execution);
    }
    this.#model.end(name, isReported ? 'SUCCEEDED' : 'FAILED');
  }

  /** Nothing is to be done any more for the changes of an account that came before a run. */
  #isOver(account: string, { plannedAt }: Execution): void {
    if ((this.#waiting.get(account) ?? Number.POSITIVE_INFINITY) <= plannedAt) this.#waiting.delete(account);
  }
}

describe('whatever crashes, at whichever step, and whatever audits miss', () => {
  const account = fc.constantFrom(...accountIds(30));
  const crashes = fc.array(fc.nat({ max: 40 }), { maxLength: 2 });
  const start = fc.record<Start>({
    changed: fc.array(account, { maxLength: 25 }),
    crashes,
    reportCrashes: fc.array(fc.nat({ max: 3 }), { maxLength: 2 }),
    losesAnswers: fc.boolean(),
    status: fc.constantFrom('SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'),
    missed: fc.dictionary(account, fc.constantFrom<Missed>('busy', 'crashed', 'no result', 'throttled')),
    lasts: fc.nat({ max: 3 }),
  });

  test('no change is lost', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(start, { maxLength: 12 }), async (starts) => {
        const model = new ChangeModel(accountIds(30));

        expect(await new History(model).lostBy(starts)).toEqual([]);
        expect(model.queued).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  test.each([false, true])(
    'a crash at every single step loses nothing, answers lost: %s',
    async (losesAnswers) => {
      for (let step = 0; step < 30; step += 1) {
        const crashing: Start = { ...CALM, changed: [A, B, C], crashes: [step, step], losesAnswers };

        expect(await new History(new ChangeModel(ACCOUNTS)).lostBy([crashing])).toEqual([]);
      }
    },
  );
});

test('a thousand accounts that change within ten minutes are audited in a handful of runs', async () => {
  const changed = accountIds(1_000);
  const history = new History(new ChangeModel(changed));
  const starts = [0, 1].map(
    (half): Start => ({
      ...CALM,
      // Each account changes five times: a role with its policies.
      changed: changed
        .slice(half * 500, half * 500 + 500)
        .flatMap((account) => Array.from({ length: 5 }, () => account)),
      lasts: 1,
    }),
  );

  expect(await history.lostBy(starts)).toEqual([]);
  expect(history.audited.length).toBeLessThanOrEqual(3);
  expect(history.audited.flat()).toHaveLength(1_000);
});
