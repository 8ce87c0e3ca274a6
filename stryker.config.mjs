/**
 * Mutation testing of the folders where a mistake is a wrong verdict or a wrong finding: `npm run test:mutation`.
 * https://stryker-mutator.io/docs/stryker-js/configuration/
 */
export default {
  mutate: ['shared/{evaluate,publish}/**/*.ts', '!shared/evaluate/controls/index.ts'],
  mutator: {
    // Most texts are the wording of reasons, which tests do not repeat. Texts that decide are held anyway: by mutants of
    // the comparisons they stand in, reason codes and statuses by the tests of each control's rows.
    excludedMutations: ['StringLiteral'],
  },
  // What runs when a module is loaded: the literals of controls and tables, which test/conventions.test.ts and the tests
  // of each row hold. Each such mutant would take all tests.
  ignoreStatic: true,

  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'vitest.mutation.config.ts', related: false },
  coverageAnalysis: 'perTest',
  // A mutant that never ends is stopped after what its tests take, and these milliseconds.
  timeoutFactor: 1.25,
  timeoutMS: 3000,
  // TypeScript 7 has no JavaScript API, with which Stryker would rewrite tsconfig.json and check types.
  tsconfigFile: 'none',
  disableTypeChecks: false,

  // As many as the machine of continuous integration has processors.
  concurrency: 2,
  // What did not change since the last run here is not tested again.
  incremental: true,
  incrementalFile: 'mutation/incremental.json',
  tempDirName: 'mutation/sandbox',
  reporters: ['progress-append-only', 'clear-text', 'html'],
  clearTextReporter: { logTests: false, reportTests: false },
  htmlReporter: { fileName: 'mutation/report.html' },
  thresholds: { high: 95, low: 90, break: 90 },
};
