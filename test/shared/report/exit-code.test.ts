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
