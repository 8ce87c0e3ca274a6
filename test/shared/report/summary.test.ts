import { expect, it } from 'vitest';
import { summarize } from '../../../shared/report/summary.ts';
import { aGap, anAccount, aRegion, aRun, aVerdict } from './builders.ts';

it('counts accounts, Regions and clusters, covered and not', () => {
  const partial = aRegion({
    state: 'partial',
    clusters: { found: 4, judged: 3 },
    gaps: [aGap({ what: 'cluster' })],
  });
  const summary = summarize(
    aRun({
      accounts: [
        anAccount({ regions: [aRegion(), aRegion({ region: 'us-east-1' })] }),
        anAccount({ accountId: '222222222222', state: 'partial', regions: [partial] }),
        anAccount({ accountId: '333333333333', state: 'not-covered', regions: [], gaps: [aGap()] }),
      ],
      skipped: [
        { accountId: '444444444444', code: 'ACCOUNT_NOT_ACTIVE', reason: 'suspended', askedFor: false },
      ],
    }),
  );

  expect(summary.accounts).toEqual({ total: 3, covered: 1, partial: 1, notCovered: 1, skipped: 1 });
  expect(summary.regions).toEqual({ total: 3, covered: 2, partial: 1, notCovered: 0 });
  expect(summary.clusters).toEqual({ found: 6, judged: 5, notJudged: 1 });
  expect(summary.gaps).toBe(2);
});

it('counts verdicts by status and by control, in the order of the benchmark', () => {
  const summary = summarize(
    aRun({
      verdicts: [
        aVerdict({ control: 'iam-access', controlId: '5.4.10', status: 'PASSED' }),
        aVerdict({ control: 'private-nodes', controlId: '5.4.9', status: 'FAILED', severity: 'MEDIUM' }),
        aVerdict({
          control: 'private-nodes',
          controlId: '5.4.9',
          status: 'FAILED',
          severity: 'CRITICAL',
          cluster: 'orders',
        }),
        aVerdict({ control: 'private-nodes', controlId: '5.4.9', status: 'NOT_AVAILABLE', cluster: 'batch' }),
      ],
    }),
  );

  expect(summary.verdicts).toEqual({ FAILED: 2, NOT_AVAILABLE: 1, WARNING: 0, EXCEPTED: 0, PASSED: 1 });
  expect(summary.controls).toEqual([
    {
      control: 'private-nodes',
      controlId: '5.4.9',
      level: 'cluster',
      counts: { FAILED: 2, NOT_AVAILABLE: 1, WARNING: 0, EXCEPTED: 0, PASSED: 0 },
      worstSeverity: 'CRITICAL',
    },
    {
      control: 'iam-access',
      controlId: '5.4.10',
      level: 'cluster',
      counts: { FAILED: 0, NOT_AVAILABLE: 0, WARNING: 0, EXCEPTED: 0, PASSED: 1 },
    },
  ]);
  expect(summary.failedBySeverity).toEqual({ CRITICAL: 1, MEDIUM: 1 });
});

it('keeps two controls with the same number apart', () => {
  const verdicts = [
    aVerdict({ control: 'ecr-access', controlId: '5.1.2', level: 'region' }),
    aVerdict({ control: 'ecr-access', controlId: '5.1.2', level: 'account', status: 'PASSED' }),
  ];

  expect(summarize(aRun({ verdicts })).controls).toHaveLength(2);
});

it('lists the ten worst failures, worst first', () => {
  const low = Array.from({ length: 12 }, (_, index) =>
    aVerdict({ severity: 'LOW', cluster: `c${String(index).padStart(2, '0')}` }),
  );
  const high = aVerdict({ severity: 'HIGH', cluster: 'zebra' });

  const { worstFailures } = summarize(aRun({ verdicts: [...low.toReversed(), high] }));

  expect(worstFailures.map((verdict) => verdict.resource.name)).toEqual([
    'zebra',
    ...['c00', 'c01', 'c02', 'c03', 'c04', 'c05', 'c06', 'c07', 'c08'],
  ]);
});

it('counts what happened to findings', () => {
  const failed = { accountId: '1', region: 'r', findingId: 'id', code: 'c', message: 'm' };
  const changes = { created: 5, updated: 4, archived: 3, unchanged: 2, outdated: 1, failed: [failed] };

  expect(summarize(aRun({ changes })).findings).toEqual({ ...changes, failed: 1 });
});

it('measures how long the run took', () => {
  expect(summarize(aRun()).seconds).toBe(12.4);
});
