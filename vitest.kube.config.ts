import { defineConfig } from 'vitest/config';

/** The runs against a real kube-apiserver. */
export default defineConfig({
  test: {
    include: ['test/kube/**/*.test.ts'],
    globalSetup: ['test/kube/setup.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    // A server that is asked to start among others.
    hookTimeout: 180_000,
  },
});
