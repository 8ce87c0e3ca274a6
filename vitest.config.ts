import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // These have configurations of their own: vitest.<folder>.config.ts, and vitest.long.config.ts.
    exclude: [
      'test/{browser,engines,faults,fuzz,histories,kube,moto,package}/**',
      'test/**/*.long.test.ts',
      '**/node_modules/**',
    ],
    // Test files share their modules: loading the AWS SDK and the CDK for each of them takes longer than the tests.
    pool: 'threads',
    isolate: false,
    // Node loads them itself, which takes half as long as Vite.
    experimental: { viteModuleRunner: false },
    maxWorkers: '100%',
    testTimeout: 30_000,
  },
});
