import { defineConfig } from 'vitest/config';

/** What others write, at random and as hostile as it may be: new every time. FUZZ_SEED repeats a run. */
export default defineConfig({
  test: {
    include: ['test/fuzz/**/*.test.ts'],
    setupFiles: ['test/fuzz/setup.ts'],
    pool: 'threads',
    isolate: false,
    maxWorkers: '100%',
    experimental: { viteModuleRunner: false },
    testTimeout: 120_000,
  },
});
