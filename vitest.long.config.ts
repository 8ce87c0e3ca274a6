import { mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** Tests that start processes, or take seconds each: what `npm test` has no time for. */
export default mergeConfig(
  { ...base, test: { ...base.test, include: [], exclude: [] } },
  { test: { include: ['test/**/*.long.test.ts'], exclude: ['**/node_modules/**'] } },
);
