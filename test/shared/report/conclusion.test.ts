import { expect, it } from 'vitest';
import { NO_CHANGES } from '../../../shared/model/run.ts';
import { conclusionOf } from '../../../shared/report/conclusion.ts';
import { summarize } from '../../../shared/report/summary.ts';
import { aGap, anAccount, aRegion, aRun, aVerdict } from './builders.ts';

const failed = aVerdict();
const notCovered = anAccount({ state: 'not-covered', regions: [], gaps: [aGap()] });
const withGap = anAccount({ regions: [aRegion({ gaps: [aGap({ what: 'cluster' })] })] });
const noCluster = anAccount({ regions: [aRegion({ clusters: { found: 0, judged: 0 } })] });
const rejected = { accountId: '111111111111', region: 'eu-west-1', findingId: 'id', code: 'c', message: 'm' };

it.each([
  {
    run: aRun({ verdicts: [aVerdict({ status: 'PASSED' })] }),
    text: 'PASSED: nothing failed; the audit is complete',
  },
  {
    run: aRun({ accounts: [noCluster] }),
    text: 'PASSED: nothing failed; no cluster was found (0 clusters in 1 account); the audit is complete',
  },
  {
    run: {
      ...aRun({ accounts: [noCluster] }),
      caller: { accountId: '222222222222', arn: 'arn:aws:iam::222222222222:user/me' },
    },
    text:
      'PASSED: nothing failed; no cluster was found (0 clusters in 1 account, read by ' +
      'arn:aws:iam::222222222222:user/me of account 222222222222); the audit is complete',
  },
  { run: aRun({ verdicts: [failed] }), text: 'FAILED: 1 finding (1 HIGH)' },
  {
    run: aRun({ verdicts: [failed, failed, aVerdict({ severity: 'CRITICAL' })] }),
    text: 'FAILED: 3 findings (1 CRITICAL, 2 HIGH)',
  },
  {
    run: aRun({ verdicts: [failed], accounts: [anAccount(), notCovered, withGap] }),
    text: 'FAILED: 1 finding (1 HIGH); 1 of 3 accounts could not be audited',
  },
  { run: aRun({ accounts: [withGap] }), text: 'INCOMPLETE: nothing failed; 1 gap in coverage' },
  {
    run: aRun({ verdicts: [aVerdict({ status: 'NOT_AVAILABLE' })] }),
    text: 'INCOMPLETE: nothing failed; 1 verdict not available',
  },
  {
    run: aRun({ changes: { ...NO_CHANGES, failed: [rejected] } }),
    text: 'INCOMPLETE: nothing failed; Security Hub rejected 1 finding',
  },
  {
    run: aRun({ complete: false }),
    text: 'INCOMPLETE: nothing failed; not everything that was requested was audited',
  },
])('$text', ({ run, text }) => {
  expect(conclusionOf(run, summarize(run))).toBe(text);
});

it.each([
  {
    what: 'a failure below the one that counts',
    run: aRun({ verdicts: [failed] }),
    options: { failOn: 'CRITICAL' },
    text: 'PASSED: nothing of CRITICAL or worse failed; 1 finding (1 HIGH) below that; the audit is complete',
  },
  {
    what: 'a failure that counts',
    run: aRun({ verdicts: [failed] }),
    options: { failOn: 'HIGH' },
    text: 'FAILED: 1 finding (1 HIGH)',
  },
  {
    what: 'no cluster, where one is required',
    run: aRun({ accounts: [noCluster] }),
    options: { requireClusters: true },
    text: 'INCOMPLETE: nothing failed; no cluster was found (0 clusters in 1 account), and --require-clusters was given',
  },
] as const)('$what: $text', ({ run, options, text }) => {
  expect(conclusionOf(run, summarize(run), options)).toBe(text);
});
