import { expect, test } from 'vitest';
import { metricsOf } from '../../functions/report/metrics.ts';
import { NO_CHANGES, type RunResult } from '../../shared/model/run.ts';
import { summarize } from '../../shared/report/summary.ts';
import { anAccount, aRegion, aRun, aVerdict } from '../shared/report/builders.ts';

/** Values by name, of the metrics with the trigger and of those without. */
function valuesOf(result: RunResult, isCutShort = false) {
  const groups = metricsOf({ result, summary: summarize(result), isCutShort });
  return groups.map(({ dimensions, metrics }) => ({
    ...dimensions,
    ...Object.fromEntries(metrics.map(({ name, value }) => [name, value])),
  }));
}

const FAILED = { accountId: '111111111111', region: 'eu-west-1', findingId: 'x', code: 'c', message: 'm' };

test('metrics count a run by its trigger, and what changed in Security Hub over all runs', () => {
  const missed = anAccount({ accountId: '222222222222', state: 'not-covered', regions: [] });
  const run = aRun({
    accounts: [anAccount({ regions: [aRegion({ clusters: { found: 2, judged: 1 } })] }), missed],
    verdicts: [aVerdict()],
    changes: { ...NO_CHANGES, created: 1, failed: [FAILED] },
    notices: [
      { code: 'FINDINGS_SUPPRESSED', accountId: '111111111111', region: 'eu-west-1', detail: '', count: 3 },
    ],
  });

  expect(valuesOf(run)).toEqual([
    {
      trigger: 'manual',
      RunsFinished: 1,
      Accounts: 2,
      AccountsNotCovered: 1,
      CoveragePercent: 50,
      Clusters: 2,
      VerdictsFailed: 1,
      VerdictsNotAvailable: 0,
      VerdictsWarning: 0,
      VerdictsExcepted: 0,
      VerdictsPassed: 0,
      VerdictsFailedSuppressed: 3,
      Duration: 12.4,
      FindingsFailedToImport: 1,
    },
    { FindingsCreated: 1, FindingsUpdated: 0, FindingsArchived: 0, FindingsFailedToImport: 1 },
  ]);
});

test('a run over no account has no coverage', () => {
  expect(valuesOf(aRun({ accounts: [] }))[0]).not.toHaveProperty('CoveragePercent');
});

test('an account that the next run on change audits again is not missing from the coverage', () => {
  const busy = anAccount({ accountId: '222222222222', state: 'not-covered', regions: [] });
  const result = aRun({ accounts: [anAccount(), busy] });
  const coverage = (leftToNext: number) =>
    metricsOf({ result, summary: summarize(result), isCutShort: false, leftToNext })
      .flatMap(({ metrics }) => metrics)
      .find(({ name }) => name === 'CoveragePercent')?.value;

  expect([coverage(0), coverage(1), coverage(2)]).toEqual([50, 100, undefined]);
});

test('a run that was cut short did not finish', () => {
  expect(valuesOf(aRun(), true)[0]).not.toHaveProperty('RunsFinished');
});
