import fc from 'fast-check';
import { afterAll, beforeAll, test, vi } from 'vitest';
import { type Auditor, startAuditor } from './auditor.ts';
import { History } from './history.ts';
import { seed, tellSeed } from './seed.ts';
import { aHistory } from './steps.ts';

/*
 * Random histories of one account: clusters change, people decide, runs of the functions overlap, run out of time, crash, and
 * are repeated, resumed and reported, and runs of the command line, which hold no lease, publish what they read long before.
 */

const HISTORIES = 300;
/** To make a history that fails smaller, before the test takes too long. */
const TIME_LIMIT_MS = 500_000;
/** An account for each history, also of those that are tried to make another smaller. */
const ids = Array.from({ length: HISTORIES + 2_000 }, (_, index) => String(600_000_000_000 + index));

let auditor: Auditor;

beforeAll(async () => {
  auditor = await startAuditor(ids);
});

afterAll(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await auditor.close();
});

test('nothing is lost, doubled, resurrected or wrongly archived, whatever overlaps, crashes and is resumed', async () => {
  tellSeed(HISTORIES, 'overlapping runs');
  let next = 0;
  await fc.assert(
    fc.asyncProperty(aHistory, async (history) => {
      const accountId = ids[next % ids.length] ?? '';
      next += 1;
      await new History(auditor, accountId).run(history);
    }),
    {
      numRuns: HISTORIES,
      seed,
      interruptAfterTimeLimit: TIME_LIMIT_MS,
      markInterruptAsFailure: true,
    },
  );
});
