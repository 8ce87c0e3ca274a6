import { expect, it } from 'vitest';
import { NO_CHANGES } from '../../../shared/model/run.ts';
import { exitCodeOf, gapsOf } from '../../../shared/report/exit-code.ts';
import { aGap, anAccount, aRegion, aRun, aVerdict } from './builders.ts';

const passed = aVerdict({ status: 'PASSED' });
const failed = aVerdict({ status: 'FAILED' });
const failedImport = {
  accountId: '111111111111',
  region: 'eu-west-1',
  findingId: 'id',
  code: 'InvalidInput',
  message: 'refused',
};

it.each([
  { what: 'everything passed', run: aRun({ verdicts: [passed] }), code: 0 },
  { what: 'there was nothing to judge', run: aRun(), code: 0 },
  { what: 'there are only warnings', run: aRun({ verdicts: [aVerdict({ status: 'WARNING' })] }), code: 0 },
  { what: 'something failed', run: aRun({ verdicts: [passed, failed] }), code: 3 },
  {
    what: 'something failed and an account has a gap',
    run: aRun({ verdicts: [failed], accounts: [anAccount({ gaps: [aGap()] })] }),
    code: 3,
  },
  {
    what: 'a verdict is not available',
    run: aRun({ verdicts: [aVerdict({ status: 'NOT_AVAILABLE' })] }),
    code: 4,
  },
  { what: 'an account has a gap', run: aRun({ accounts: [anAccount({ gaps: [aGap()] })] }), code: 4 },
  {
    what: 'a Region has a gap',
    run: aRun({ accounts: [anAccount({ regions: [aRegion({ gaps: [aGap({ what: 'region' })] })] })] }),
    code: 4,
  },
  {
    what: 'Security Hub rejected a finding',
    run: aRun({ verdicts: [passed], changes: { ...NO_CHANGES, failed: [failedImport] } }),
    code: 4,
  },
  { what: 'coverage is not complete', run: aRun({ verdicts: [passed], complete: false }), code: 4 },
])('the exit code is $code when $what', ({ run, code }) => {
  expect(exitCodeOf(run, { exitZero: false })).toBe(code);
});

it('is 0 with exitZero although something failed', () => {
  expect(exitCodeOf(aRun({ verdicts: [failed] }), { exitZero: true })).toBe(0);
});

it('is 4 with exitZero when there are gaps', () => {
  const withGap = aRun({ accounts: [anAccount({ gaps: [aGap()] })] });

  expect(exitCodeOf(withGap, { exitZero: true })).toBe(4);
});

it('gives each gap its account and Region', () => {
  const run = aRun({
    accounts: [
      anAccount({
        accountId: '333333333333',
        gaps: [aGap()],
        regions: [aRegion({ region: 'us-east-1', gaps: [aGap({ what: 'region' })] })],
      }),
    ],
  });

  expect(gapsOf(run)).toMatchObject([
    { what: 'account', accountId: '333333333333' },
    { what: 'region', accountId: '333333333333', region: 'us-east-1' },
  ]);
});

const failedLow = aVerdict({ severity: 'LOW' });
const excepted = aVerdict({
  cluster: 'legacy',
  exception: { id: 'legacy', reason: 'Vendor', owner: 'team', expires: '2027-03-31' },
});
const gap = { accounts: [anAccount({ gaps: [aGap()] })] };
const noClusters = { accounts: [anAccount({ regions: [aRegion({ clusters: { found: 0, judged: 0 } })] })] };

it.each([
  { what: 'a failure is at --fail-on', run: aRun({ verdicts: [failed] }), failOn: 'HIGH', code: 3 },
  { what: 'a failure is worse than --fail-on', run: aRun({ verdicts: [failed] }), failOn: 'LOW', code: 3 },
  { what: 'a failure is below --fail-on', run: aRun({ verdicts: [failedLow] }), failOn: 'HIGH', code: 0 },
  {
    what: 'a failure is below --fail-on, and something was not seen',
    run: aRun({ verdicts: [failedLow], ...gap }),
    failOn: 'HIGH',
    code: 4,
  },
  { what: 'exceptions cover all failures', run: aRun({ verdicts: [excepted] }), code: 0 },
  { what: 'an exception covers one of two', run: aRun({ verdicts: [excepted, failed] }), code: 3 },
  {
    what: 'a report was not written',
    run: aRun({ verdicts: [failed], ...gap }),
    outputFailed: true,
    code: 5,
  },
  {
    what: 'a report was not written, with --exit-zero',
    run: aRun({ verdicts: [failed] }),
    exitZero: true,
    outputFailed: true,
    code: 5,
  },
  { what: 'there is no cluster', run: aRun(noClusters), code: 0 },
  { what: 'there is no cluster, and one is required', run: aRun(noClusters), requireClusters: true, code: 4 },
  { what: 'there is a required cluster', run: aRun(), requireClusters: true, code: 0 },
  {
    what: 'something failed where no cluster was found',
    run: aRun({ verdicts: [failed], ...noClusters }),
    requireClusters: true,
    code: 3,
  },
] as const)('the exit code is $code when $what', ({ run, code, what: _, ...options }) => {
  expect(exitCodeOf(run, { exitZero: false, ...options })).toBe(code);
});
