import { defineConfig } from 'vitest/config';

/** Every fault of every operation that the auditor sends. */
export default defineConfig({
  // Half of the time is spent waiting for limits.
  test: { maxWorkers: 4, include: ['test/faults/**/*.test.ts'], testTimeout: 600_000, hookTimeout: 60_000 },
});
