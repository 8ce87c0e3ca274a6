import { expect, test } from 'vitest';
import { checkHistories } from './life-cycle.ts';

test('Security Hub is in sync through months of changes, faults and people', async () => {
  const transitions = await checkHistories({ seed: 2, numRuns: 1 });

  // Or the months were too quiet to prove anything.
  expect([...transitions]).toEqual(
    expect.arrayContaining(['new FAILED', 'changed PASSED', 'gone FAILED', 'kept SUPPRESSED']),
  );
}, 120_000);
