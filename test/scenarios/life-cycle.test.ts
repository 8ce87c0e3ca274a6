import { expect, test } from 'vitest';
import { checkHistories } from './life-cycle.ts';

test('Security Hub is in sync through months of changes, faults and people', async () => {
  const occurred = await checkHistories({ seed: 8, numRuns: 1 });

  // Or the months were too quiet to prove anything.
  expect([...occurred]).toEqual(
    expect.arrayContaining(['new FAILED', 'other PASSED', 'gone FAILED', 'kept SUPPRESSED']),
  );
}, 120_000);
