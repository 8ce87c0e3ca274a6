import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // These need Python (see vitest.moto.config.ts and vitest.engines.config.ts).
    exclude: ['test/moto/**', 'test/engines/**', '**/node_modules/**'],
    testTimeout: 30_000,
  },
});
