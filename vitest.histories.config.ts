import { defineConfig } from 'vitest/config';

/** Months of an organization at random: more of them than `npm test` has time for, and new ones each time. */
export default defineConfig({
  test: { maxWorkers: '100%', include: ['test/histories/**/*.test.ts'], testTimeout: 600_000 },
});
