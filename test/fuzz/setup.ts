import fc from 'fast-check';
import { beforeAll } from 'vitest';

const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000_000);

/** So long each property is tried, in milliseconds. There are about twenty. */
const TIME_MS = 3_000;

beforeAll(() => {
  fc.configureGlobal({
    seed,
    numRuns: Number.MAX_SAFE_INTEGER,
    interruptAfterTimeLimit: TIME_MS,
    endOnFailure: true,
  });
  process.stdout.write(`FUZZ_SEED=${seed}\n`);
});
