import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Tests over HTTP come last: most mutants are killed before. */
class PureFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isOverHttp = ({ moduleId }: TestSpecification) => Number(moduleId.includes('/publish/publish'));
    return files.toSorted((a, b) => isOverHttp(a) - isOverHttp(b) || (a.moduleId < b.moduleId ? -1 : 1));
  }
}

/** The tests that judge mutants of the evaluation and of publishing: stryker.config.mjs. */
export default defineConfig({
  test: {
    setupFiles: ['test/mutation/setup.ts'],
    include: ['test/shared/{evaluate,publish}/**/*.test.ts'],
    // One worker loads the modules once for a mutant.
    isolate: false,
    // Node loads the modules itself, which takes half as long as Vite.
    experimental: { viteModuleRunner: false },
    sequence: { sequencer: PureFirst },
    testTimeout: 60_000,
  },
});
