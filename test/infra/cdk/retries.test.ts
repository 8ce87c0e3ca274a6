import { expect, test } from 'vitest';
import { RequestError } from '../../../shared/aws/errors.ts';
import { states } from './run-machine-states.ts';

interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly MaxAttempts: number;
  readonly BackoffRate: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: string;
}

function retrierOf(error: string, state = 'Audit'): Retrier {
  const retriers = (states()[state]?.Retry ?? []) as Retrier[];
  const found = retriers.find(({ ErrorEquals }) => ErrorEquals.includes(error));
  if (found === undefined) throw new Error(`nothing is repeated for ${error}`);
  return found;
}

/** The longest delay before each attempt, in seconds. */
function delaysOf({
  IntervalSeconds,
  BackoffRate,
  MaxDelaySeconds = Infinity,
  MaxAttempts,
}: Retrier): number[] {
  return Array.from({ length: MaxAttempts }, (_, attempt) =>
    Math.min(IntervalSeconds * BackoffRate ** attempt, MaxDelaySeconds),
  );
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

test('a busy account is waited for 30 seconds to 5 minutes at a time, and two hours at most', () => {
  const retrier = retrierOf('AccountBusy', 'Audit when no other run does');
  const delays = delaysOf(retrier);

  expect([Math.min(...delays), Math.max(...delays)]).toEqual([30, 300]);
  expect(sum(delays)).toBeLessThanOrEqual(2 * 3_600);
  expect(sum(delays)).toBeGreaterThan(1.9 * 3_600);
});

test('the next run on change is there before a run on change has waited for a busy account for longer than minutes', () => {
  expect(sum(delaysOf(retrierOf('AccountBusy')))).toBeLessThan(5 * 60);
});

test('an AWS that throttles is waited for patiently, by the name with which the functions say so', () => {
  const throttled = new RequestError({
    state: 'unreadable',
    kind: 'throttled',
    code: 'SlowDown',
    operation: 's3:PutObject',
    detail: '',
  });
  const retrier = retrierOf(throttled.name);

  expect(retrier.ErrorEquals).not.toContain('States.ALL');
  expect(retrier.JitterStrategy).toBe('FULL');
  expect(sum(delaysOf(retrier)) / 2).toBeGreaterThan(15 * 60);
});

test('a Lambda at capacity is waited for longer than twenty slices of a quarter of an hour, and shorter than the run may last', () => {
  const retrier = retrierOf('Lambda.TooManyRequestsException');

  expect(retrier.ErrorEquals).toEqual(['Lambda.TooManyRequestsException']);
  expect(retrier.JitterStrategy).toBe('FULL');
  // With full jitter a delay is half of the longest in the mean.
  expect(sum(delaysOf(retrier)) / 2).toBeGreaterThan(2 * 20 * 900);
  expect(sum(delaysOf(retrier)) / 2).toBeLessThan(20 * 3_600);
});

/** Numbers between 0 and 1 that are the same in every run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Seconds that audits take: of 2 % of the accounts minutes, of the others seconds. */
function duration(random: () => number): number {
  return random() < 0.02 ? 120 + 480 * random() : 1 + 3 * random();
}

/** Audits so many accounts at a time on a Lambda that runs fewer. Returns how many are lost, and how many minutes it takes. */
function simulate(retrier: Retrier, { accounts = 5_000, concurrent = 40, capacity = 10 }) {
  const random = randomNumbers(20_261_126);
  const delays = delaysOf(retrier);
  let [waiting, running, lost, now] = [accounts, 0, 0, 0];
  /** What is under way: when it asks Lambda next, or is done. */
  const slots = Array.from({ length: concurrent }, () => ({ at: 0, attempt: 0, runs: false }));
  const follow = (slot: (typeof slots)[number]) => {
    waiting -= 1;
    if (waiting < concurrent) slots.splice(slots.indexOf(slot), 1);
    Object.assign(slot, { attempt: 0, runs: false });
  };
  const ask = (slot: (typeof slots)[number]) => {
    const delay = delays[slot.attempt];
    if (running < capacity) {
      running += 1;
      Object.assign(slot, { runs: true, at: now + duration(random) });
    } else if (delay === undefined) {
      lost += 1;
      follow(slot);
    } else Object.assign(slot, { attempt: slot.attempt + 1, at: now + random() * delay });
  };
  while (slots.length > 0) {
    const next = slots.reduce((first, slot) => (slot.at < first.at ? slot : first));
    now = next.at;
    if (next.runs) {
      running -= 1;
      follow(next);
    } else ask(next);
  }
  return { lost, minutes: now / 60 };
}

test('5,000 accounts on a Lambda that runs ten functions at the same time lose none, and end within three hours', () => {
  const { lost, minutes } = simulate(retrierOf('Lambda.TooManyRequestsException'), {});

  expect(lost).toBe(0);
  expect(minutes).toBeLessThan(180);
});

test('eight attempts would lose some', () => {
  const impatient = { ...retrierOf('Lambda.TooManyRequestsException'), MaxAttempts: 8, MaxDelaySeconds: 60 };

  expect(simulate(impatient, {}).lost).toBeGreaterThan(50);
});
