import { defineConfig } from 'vitest/config';

/** The published package: packed, installed and run by every major version of Node that it supports. */
export default defineConfig({
  test: {
    include: ['test/package/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    globalSetup: ['test/package/setup.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
