import { defineConfig } from 'vitest/config';

/** The deployment, run by other people's engines: cfn-lint, Step Functions' and EventBridge's, and Lambda's runtime. */
export default defineConfig({
  test: {
    include: ['test/engines/**/*.test.ts'],
    globalSetup: ['test/engines/setup.ts'],
    // They share what they install.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
