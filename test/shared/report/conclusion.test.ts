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
  { run: aRun({ accounts: [noCluster] }), text: 'PASSED: no cluster was found; the audit is complete' },
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
