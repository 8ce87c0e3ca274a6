import { expect, test } from 'vitest';
import { checkHistories } from '../scenarios/life-cycle.ts';

test('Security Hub is in sync through all that can happen to a finding', async () => {
  const occurred = await checkHistories({ seed: 2, numRuns: 4 });

  expect([...occurred]).toEqual(
    expect.arrayContaining([
      'new FAILED',
      'new NOT_AVAILABLE',
      'new PASSED',
      'other FAILED',
      'other NOT_AVAILABLE',
      'other PASSED',
      'old PASSED',
      'back FAILED SUPPRESSED',
      'back PASSED RESOLVED',
      'back PASSED SUPPRESSED',
      'gone FAILED',
      'gone PASSED',
      'kept SUPPRESSED',
    ]),
  );
});

test('Security Hub is in sync in histories that nobody has seen before', async () => {
  await checkHistories({ numRuns: 12 });
});
