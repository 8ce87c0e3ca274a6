import { expect, test } from 'vitest';
import { checkHistories } from '../scenarios/life-cycle.ts';
import { seed, tellSeed } from './seed.ts';

const HISTORIES = 12;

test('Security Hub is in sync through all that can happen to a finding', async () => {
  const transitions = await checkHistories({ seed: 3, numRuns: 4 });

  expect([...transitions]).toEqual(
    expect.arrayContaining([
      'new FAILED',
      'new NOT_AVAILABLE',
      'new PASSED',
      'changed FAILED',
      'changed NOT_AVAILABLE',
      'changed PASSED',
      'unchanged PASSED',
      'reopened FAILED SUPPRESSED',
      'reopened PASSED RESOLVED',
      'reopened PASSED SUPPRESSED',
      'gone FAILED',
      'gone PASSED',
      'kept SUPPRESSED',
    ]),
  );
});

test('Security Hub is in sync in histories that nobody has seen before', async () => {
  tellSeed(HISTORIES, 'an organization');
  await checkHistories({ seed, numRuns: HISTORIES });
});
