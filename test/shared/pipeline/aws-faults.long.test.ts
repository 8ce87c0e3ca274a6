import { describe, expect, test } from 'vitest';
import type { FaultKind, Sandbox } from '../../../infra/sandbox/sandbox.ts';
import {
  aTestOrganization,
  coverageOf,
  gapsOf,
  linesOf,
  PAYMENTS,
  REGION,
  regionOf,
  run,
  signedIn,
} from '../../harness.ts';
import { CLOSED, ENDPOINTS, twoAccounts, verdictsOn } from './two-accounts.ts';

const FAULTS: readonly FaultKind[] = ['AccessDenied', 'Throttling', 'ServerError', 'Timeout', 'Malformed'];

/** No retries, and a time-out just long enough for a response on a busy machine. */
const SHORT_LIMITS = { maxAttempts: 1, requestTimeoutMs: 400 };

describe.each(FAULTS)('when AWS answers with %s', (fault) => {
  test('one cluster is not available, is named in the coverage, and changes no other', async () => {
    const sandbox = await signedIn(twoAccounts());
    const before = await run(ENDPOINTS);
    const isProd = (params: Readonly<Record<string, unknown>>) => params.name === 'prod';
    sandbox.fail({ accountId: PAYMENTS, operation: 'eks:DescribeCluster', with: fault, match: isProd });

    const result = await run({ ...ENDPOINTS, limits: SHORT_LIMITS });

    expect(verdictsOn(result, 'prod')).toEqual([
      '5.4.1 prod NOT_AVAILABLE EVIDENCE_UNREADABLE',
      '5.4.2 prod NOT_AVAILABLE EVIDENCE_UNREADABLE',
    ]);
    for (const cluster of ['test', 'web'])
      expect(verdictsOn(result, cluster)).toEqual(verdictsOn(before, cluster));
    expect(result.changes).toMatchObject({ archived: 0, updated: 2, unchanged: 4 });
    expect(regionOf(result, PAYMENTS).state).toBe('partial');
    expect(gapsOf(result)).toMatchObject([
      { what: 'cluster', operation: 'eks:DescribeCluster', controlIds: ['5.4.1', '5.4.2'] },
    ]);
    expect(result.coverage.complete).toBe(false);
  });

  test('one Region is not covered, and nothing of it is archived', async () => {
    const sandbox = await signedIn(twoAccounts());
    await run(ENDPOINTS);
    sandbox.fail({ accountId: PAYMENTS, operation: 'eks:ListClusters', with: fault });

    const result = await run({ ...ENDPOINTS, limits: SHORT_LIMITS });

    expect(regionOf(result, PAYMENTS)).toMatchObject({ state: 'not-covered', gaps: [{ what: 'region' }] });
    expect(verdictsOn(result, 'web')).toHaveLength(2);
    expect(result.changes).toMatchObject({ archived: 0, updated: 0, created: 0, unchanged: 2 });
  });

  test('one account is not covered, and nothing of it is archived', async () => {
    const sandbox = await signedIn(twoAccounts());
    await run(ENDPOINTS);
    const isPayments = (params: Readonly<Record<string, unknown>>) =>
      String(params.RoleArn).includes(PAYMENTS);
    sandbox.fail({ operation: 'sts:AssumeRole', with: fault, match: isPayments });

    const result = await run({ ...ENDPOINTS, limits: SHORT_LIMITS });

    expect(coverageOf(result, PAYMENTS)).toMatchObject({
      state: 'not-covered',
      gaps: [{ operation: 'sts:AssumeRole' }],
    });
    expect(verdictsOn(result, 'web')).toHaveLength(2);
    expect(result.changes).toMatchObject({ archived: 0, updated: 0, created: 0, unchanged: 2 });
  });
});

test('temporary errors of AWS change no finding', async () => {
  const sandbox = await signedIn(twoAccounts());
  const before = await run(ENDPOINTS);
  sandbox.clearEvents();
  for (const operation of [
    'sts:AssumeRole',
    'eks:ListClusters',
    'eks:DescribeCluster',
    'securityhub:GetFindings',
  ])
    sandbox.fail({ operation, with: 'ServerError', times: 1 });
  sandbox.fail({ operation: 'eks:DescribeCluster', with: 'Throttling', times: 1 });

  const result = await run({ ...ENDPOINTS, limits: { maxAttempts: 4 } });

  expect(linesOf(result.verdicts)).toEqual(linesOf(before.verdicts));
  expect(result.coverage.complete).toBe(true);
  expect(sandbox.events).toEqual([]);
});

test('a list of clusters that ends after its first page archives nothing', async () => {
  const world = aTestOrganization().account(PAYMENTS, {}, (account) => {
    for (let index = 0; index < 101; index += 1) account.cluster(`cluster-${index}`, CLOSED);
  });
  const sandbox = await signedIn(world);
  const config = { controls: { include: ['private-endpoint'] } };
  await run(config);
  sandbox.clearEvents();
  const isSecondPage = (params: Readonly<Record<string, unknown>>) => params.nextToken !== undefined;
  sandbox.fail({ operation: 'eks:ListClusters', with: 'AccessDenied', match: isSecondPage });

  const result = await run(config);

  expect(regionOf(result, PAYMENTS)).toMatchObject({ state: 'not-covered', gaps: [{ what: 'region' }] });
  expect(result.verdicts).toEqual([]);
  expect(sandbox.events).toEqual([]);
});

test('a session that ends in the middle of an account leaves its findings as they are', async () => {
  const sandbox = await signedIn(twoAccounts());
  await run(ENDPOINTS);
  sandbox.clearEvents();
  const expire = () => {
    sandbox.setClock(() => new Date(Date.now() + 2 * 60 * 60 * 1_000));
    return false;
  };
  sandbox.fail({ accountId: PAYMENTS, operation: 'eks:ListClusters', with: 'ServerError', match: expire });

  const result = await run({
    ...ENDPOINTS,
    targets: { organization: true, accounts: [PAYMENTS], regions: [REGION] },
  });

  expect(coverageOf(result, PAYMENTS).state).toBe('partial');
  expect(gapsOf(result)).toContainEqual(
    expect.objectContaining({ kind: 'denied', code: 'ExpiredTokenException' }),
  );
  expect(sandbox.events).toEqual([]);
});

test('a cluster that vanishes while it is read archives nothing and is named', async () => {
  const sandbox = await signedIn(twoAccounts());
  await run(ENDPOINTS);
  deleteWhenDescribed(sandbox, 'prod');

  const result = await run(ENDPOINTS);

  expect(result.changes).toMatchObject({ archived: 0, updated: 0, unchanged: 4 });
  expect(gapsOf(result)).toMatchObject([
    { what: 'cluster', kind: 'gone', code: 'ResourceNotFoundException' },
  ]);
});

/** Deletes a cluster between the request that lists it and the one that describes it. */
function deleteWhenDescribed(sandbox: Sandbox, name: string): void {
  const deleteCluster = (params: Readonly<Record<string, unknown>>) => {
    if (params.name === name) sandbox.account(PAYMENTS).deleteCluster(REGION, name);
    return false;
  };
  sandbox.fail({ operation: 'eks:DescribeCluster', with: 'ServerError', match: deleteCluster });
}
