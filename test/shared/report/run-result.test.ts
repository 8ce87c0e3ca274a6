import { describe, expect, test } from 'vitest';
import { absent } from '../../../shared/model/evidence.ts';
import { clusterArn } from '../../../shared/model/resource.ts';
import type { AccountResult, Plan, RegionCoverage } from '../../../shared/model/run.ts';
import { NO_CHANGES } from '../../../shared/model/run.ts';
import type { Verdict } from '../../../shared/model/verdict.ts';
import { buildRunResult } from '../../../shared/report/run-result.ts';
import { PAYMENTS, REGION, SHOP } from '../../harness.ts';

const END = new Date('2026-01-02T03:05:05Z');

function aPlan(overrides: Partial<Plan> = {}): Plan {
  const startedAt = '2026-01-02T03:04:05.000Z';
  return {
    run: { id: 'r', trigger: 'manual', startedAt, version: '1.0.0', benchmark: '1.5.0', publish: true },
    organization: { id: absent, accountIds: [PAYMENTS] },
    targets: [{ partition: 'aws', accountId: PAYMENTS, name: 'payments' }],
    skipped: [],
    ...overrides,
  };
}

function aRegion(overrides: Partial<RegionCoverage> = {}): RegionCoverage {
  return { region: REGION, state: 'covered', clusters: { found: 2, judged: 1 }, gaps: [], ...overrides };
}

function aResult(overrides: Partial<AccountResult> = {}, regions = [aRegion()]): AccountResult {
  const state = regions.every((region) => region.state === 'covered') ? 'covered' : 'partial';
  return {
    coverage: { accountId: PAYMENTS, name: 'payments', state, regions, gaps: [] },
    clusters: ['prod'],
    verdicts: [],
    changes: { ...NO_CHANGES, created: 1 },
    ...overrides,
  };
}

function aVerdict(overrides: Partial<Verdict> = {}): Verdict {
  const scope = { partition: 'aws', accountId: PAYMENTS, region: REGION };
  return {
    control: 'endpoint-access',
    controlId: '5.4.1',
    level: 'cluster',
    scope,
    status: 'PASSED',
    severity: 'INFORMATIONAL',
    reasonCode: 'PRIVATE_ONLY',
    reasonCodes: ['PRIVATE_ONLY'],
    reason: 'Public access is off.',
    resource: { type: 'AwsEksCluster', id: clusterArn(scope, 'prod'), name: 'prod' },
    related: [],
    evidence: {},
    observedAt: '2026-11-22T10:15:01.000Z',
    ...overrides,
  };
}

describe('the result of a run', () => {
  test('takes the name of an account from the plan when the audit does not know it', () => {
    const { name, ...nameless } = aResult().coverage;

    const { coverage } = buildRunResult(aPlan(), [aResult({ coverage: nameless })], END);

    expect(coverage.accounts).toMatchObject([{ accountId: PAYMENTS, name: 'payments' }]);
  });

  test('reports an account without any result as not covered', () => {
    const { coverage } = buildRunResult(aPlan(), [], END);

    expect(coverage).toMatchObject({
      complete: false,
      accounts: [{ accountId: PAYMENTS, state: 'not-covered', gaps: [{ code: 'NoResult' }] }],
    });
  });

  test('says why there is no result', () => {
    const { coverage } = buildRunResult(aPlan(), [], END, 'The run was aborted.');

    expect(coverage.accounts).toMatchObject([
      { gaps: [{ code: 'NoResult', detail: 'The run was aborted.' }] },
    ]);
  });

  test('is complete when only accounts that nobody requested by id were skipped', () => {
    const closed = { accountId: SHOP, code: 'ACCOUNT_NOT_ACTIVE', reason: 'SUSPENDED' } as const;

    const skipped = buildRunResult(aPlan({ skipped: [{ ...closed, askedFor: false }] }), [aResult()], END);
    const requested = buildRunResult(aPlan({ skipped: [{ ...closed, askedFor: true }] }), [aResult()], END);

    expect(skipped.coverage.complete).toBe(true);
    expect(requested.coverage.complete).toBe(false);
  });

  test('names requested clusters that no account has', () => {
    const { coverage } = buildRunResult(aPlan({ clusters: ['prod', 'prdo'] }), [aResult()], END);

    expect(coverage).toMatchObject({ complete: false, clustersNotJudged: ['prdo'] });
  });

  test('is not complete when Security Hub rejected a finding', () => {
    const failed = [
      { accountId: PAYMENTS, region: REGION, findingId: 'x', code: 'InvalidInput', message: '' },
    ];

    expect(
      buildRunResult(aPlan(), [aResult({ changes: { ...NO_CHANGES, failed } })], END).coverage.complete,
    ).toBe(false);
  });

  test('orders verdicts worst first', () => {
    const verdicts = [
      aVerdict({ control: 'private-endpoint', controlId: '5.4.2' }),
      aVerdict({ control: 'endpoint-access', controlId: '5.4.1', status: 'FAILED', severity: 'HIGH' }),
      aVerdict({ control: 'secrets-encryption', controlId: '5.3.1', status: 'FAILED', severity: 'CRITICAL' }),
    ];

    const ordered = buildRunResult(aPlan(), [aResult({ verdicts })], END).verdicts.map(
      (verdict) => verdict.controlId,
    );

    expect(ordered).toEqual(['5.3.1', '5.4.1', '5.4.2']);
  });
});
