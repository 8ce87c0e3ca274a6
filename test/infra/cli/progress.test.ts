import { expect, it } from 'vitest';
import { describeProgress } from '../../../infra/cli/progress.ts';

const done = { kind: 'account-done', accountId: '111122223333', state: 'covered', clusters: 2 } as const;

it.each([
  { progress: { kind: 'planning' }, seconds: 1, text: 'Looking up accounts and Regions … 1.0 s' },
  { progress: { kind: 'planned', accounts: 40 }, seconds: 2, text: 'Auditing 40 accounts … 2.0 s' },
  {
    progress: { ...done, name: 'payments', done: 10, total: 40 },
    seconds: 30,
    text: '███░░░░░░░░░ 10 of 40 accounts, 30 s, about 1 min 30 s left, last payments (111122223333)',
  },
  {
    progress: { ...done, done: 40, total: 40 },
    seconds: 120,
    text: '████████████ 40 of 40 accounts, 2 min 0 s, last 111122223333',
  },
  {
    progress: { ...done, name: 'a\u001b[31m', done: 1, total: 1 },
    seconds: 1,
    text: expect.not.stringContaining('\u001b'),
  },
] as const)('says how far it is after $seconds s', ({ progress, seconds, text }) => {
  expect(describeProgress(progress, seconds)).toEqual(text);
});
