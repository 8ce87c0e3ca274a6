import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NO_CHANGES, type RunResult } from '../../../shared/model/run.ts';
import type { Verdict } from '../../../shared/model/verdict.ts';
import { CHANGE_KINDS, type ChangeKind } from '../../../shared/model/verdict-change.ts';
import { compareResults } from '../../../shared/report/compare-results.ts';
import { aGap, anAccount, aRegion, aRun, aVerdict } from './builders.ts';

const FAILED = aVerdict();
const PASSED = aVerdict({ status: 'PASSED' });
const NOT_AVAILABLE = aVerdict({ status: 'NOT_AVAILABLE' });
const exception = { id: 'legacy', reason: 'r', owner: 'o', expires: '2027-03-31' };
const LOAD_BALANCER = {
  type: 'AwsElbv2LoadBalancer',
  id: 'arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/app/web/1',
} as const;
const OPTIONS = { controls: ['endpoint-access'] } as const;

function of(verdicts: readonly Verdict[], differing: Parameters<typeof aRun>[0] = {}): RunResult {
  return aRun({ verdicts, options: OPTIONS, ...differing });
}

function kindsOf(before: RunResult, after: RunResult): ChangeKind[] {
  const changes = compareResults(before, after);
  return CHANGE_KINDS.flatMap((kind) => (changes[kind] ?? []).map(() => kind));
}

describe('two results', () => {
  test.each<[string, RunResult, RunResult, ChangeKind[]]>([
    ['a failure of what passed', of([PASSED]), of([FAILED]), ['new']],
    ['a failure of a resource that was not there', of([]), of([FAILED]), ['new']],
    ['what passes now', of([FAILED]), of([PASSED]), ['fixed']],
    ['nothing of what stays as it is', of([FAILED]), of([FAILED]), []],
    ['another severity', of([FAILED]), of([aVerdict({ severity: 'CRITICAL' })]), ['worse']],
    ['a warning instead', of([FAILED]), of([aVerdict({ status: 'WARNING' })]), ['better']],
    ['what cannot be judged', of([FAILED]), of([NOT_AVAILABLE]), ['notAvailable']],
    ['what is gone, whatever it was', of([PASSED]), of([]), ['gone']],
    ['what is excepted', of([FAILED]), of([aVerdict({ exception })]), ['excepted']],
    ['what is not excepted any more', of([aVerdict({ exception })]), of([FAILED]), ['exceptionEnded']],
  ])('tell %s', (_, before, after, expected) => {
    expect(kindsOf(before, after)).toEqual(expected);
  });

  test('tell what is seen again, as the earlier result says what it was', () => {
    const unseen = of([NOT_AVAILABLE], {
      changes: { ...NO_CHANGES, ...compareResults(of([FAILED]), of([NOT_AVAILABLE])) },
    });

    expect(kindsOf(unseen, of([FAILED]))).toEqual(['seenAgain']);
    expect(kindsOf(unseen, of([PASSED]))).toEqual(['fixed']);
    expect(kindsOf(of([NOT_AVAILABLE]), of([FAILED]))).toEqual(['new']);
  });

  test('say what a verdict was and is, and which run came before', () => {
    const { since, new: added } = compareResults(of([PASSED]), of([FAILED]));

    expect(since).toEqual({ runId: '20261122T101500Z-3f2a9c', startedAt: '2026-11-22T10:15:00.000Z' });
    expect(added).toEqual([
      {
        control: 'endpoint-access',
        controlId: '5.4.1',
        resource: { type: 'AwsEksCluster', id: FAILED.clusterArn, name: 'payments' },
        scope: FAILED.scope,
        clusterArn: FAILED.clusterArn,
        from: { status: 'PASSED', severity: 'INFORMATIONAL', reasonCode: 'OPEN_TO_INTERNET' },
        to: { status: 'FAILED', severity: 'HIGH', reasonCode: 'OPEN_TO_INTERNET' },
      },
    ]);
  });

  test.each<[string, Parameters<typeof aRun>[0]]>([
    ['the account was not selected', { accounts: [anAccount({ accountId: '222222222222' })] }],
    [
      'the account could not be entered',
      { accounts: [anAccount({ state: 'not-covered', regions: [], gaps: [aGap()] })] },
    ],
    [
      'the Region was not selected',
      { accounts: [anAccount({ regions: [aRegion({ region: 'us-east-1' })] })] },
    ],
    [
      'the Region could not be read',
      { accounts: [anAccount({ regions: [aRegion({ state: 'not-covered' })] })] },
    ],
    [
      'the organization closed the Region',
      { accounts: [anAccount({ regions: [aRegion({ state: 'closed' })] })] },
    ],
    ['the control was not selected', { options: { controls: ['private-endpoint'] } }],
    ['the cluster was not selected', { options: { ...OPTIONS, clusters: ['orders'] } }],
    [
      'the cluster is not ready',
      {
        accounts: [
          anAccount({
            regions: [
              aRegion({
                clusters: { found: 1, judged: 0, notReady: [{ name: 'payments', status: 'UPDATING' }] },
              }),
            ],
          }),
        ],
      },
    ],
    [
      'the cluster could not be read',
      {
        accounts: [
          anAccount({
            regions: [
              aRegion({
                state: 'partial',
                gaps: [aGap({ what: 'cluster', resource: FAILED.clusterArn ?? '' })],
              }),
            ],
          }),
        ],
      },
    ],
  ])('do not take for gone what was not looked at: %s', (_, differing) => {
    expect(kindsOf(of([FAILED]), of([], differing))).toEqual([]);
  });

  test.each<[string, Parameters<typeof aRun>[0]]>([
    ['the account was not selected before', { accounts: [] }],
    ['the Region was not selected before', { accounts: [anAccount({ regions: [] })] }],
    ['the control was not selected before', { options: { controls: ['private-endpoint'] } }],
    ['the cluster was not selected before', { options: { ...OPTIONS, clusters: ['orders'] } }],
  ])('do not take for new what nobody had looked at: %s', (_, differing) => {
    expect(kindsOf(of([], differing), of([FAILED]))).toEqual([]);
  });

  test('tell nothing of what a gap hides, whatever the number of its control', () => {
    const options = { controls: ['load-balancer-tls'] } as const;
    const verdict = aVerdict({ control: 'load-balancer-tls', controlId: '5.4.5', resource: LOAD_BALANCER });
    const gap = aGap({ what: 'evidence', resource: verdict.clusterArn ?? '', controlIds: ['5.4.4'] });
    const later = of([], { options, accounts: [anAccount({ regions: [aRegion({ gaps: [gap] })] })] });

    const after = { ...later, run: { ...later.run, benchmark: '2.0.0' as const } };

    expect(kindsOf(of([verdict], { options }), after)).toEqual([]);
    expect(kindsOf(of([verdict], { options }), later)).toEqual(['gone']);
  });

  test('tell what is gone although another cluster, or Security Hub, could not be read', () => {
    const gaps = [aGap({ what: 'cluster', resource: 'arn:aws:eks:eu-west-1:111111111111:cluster/orders' })];
    const regions = [aRegion({ state: 'partial', gaps: [...gaps, aGap({ what: 'security-hub' })] })];

    expect(kindsOf(of([FAILED]), of([], { accounts: [anAccount({ regions })] }))).toEqual(['gone']);
  });

  test('list every verdict in at most one kind, and nothing of a result and itself', () => {
    const verdict = fc
      .record({
        cluster: fc.constantFrom('a', 'b', 'c', 'd'),
        status: fc.constantFrom('FAILED', 'WARNING', 'PASSED', 'NOT_AVAILABLE' as const),
        covered: fc.boolean(),
      })
      .map(({ cluster, status, covered }) => {
        const isProblem = status === 'FAILED' || status === 'WARNING';
        return aVerdict({ cluster, status, ...(covered && isProblem && { exception }) });
      });
    const verdicts = fc.uniqueArray(verdict, { selector: ({ clusterArn }) => clusterArn, maxLength: 4 });
    fc.assert(
      fc.property(verdicts, verdicts, (before, after) => {
        const changes = compareResults(of(before), of(after));
        const listed = CHANGE_KINDS.flatMap((kind) =>
          (changes[kind] ?? []).map(({ clusterArn }) => clusterArn),
        );

        expect(new Set(listed).size).toBe(listed.length);
        expect(kindsOf(of(after), of(after))).toEqual([]);
      }),
    );
  });
});
