import { describe, expect, it } from 'vitest';
import { collectors } from '../../../shared/collect/index.ts';
import { BENCHMARKS, CONTROL_KEYS, numbersOf } from '../../../shared/model/benchmarks.ts';
import { benchmarkMatrix } from '../../../shared/report/benchmark-matrix.ts';
import { matrixStateText } from '../../../shared/report/benchmark-matrix-text.ts';
import { aRun, aVerdict } from './builders.ts';

/** `3.2.1-4` are four numbers. */
function numbers(...ranges: readonly string[]): string[] {
  return ranges.flatMap((range) => {
    const [start = '', end] = range.split('-');
    const [section, group, first] = start.split('.').map(Number);
    const last = Number(end ?? first);
    return Array.from({ length: last - Number(first) + 1 }, (_, index) =>
      [section, group, Number(first) + index].join('.'),
    );
  });
}

const SERVICES = ['5.1.1-4', '5.2.1', '5.3.1', '5.4.1-5', '5.5.1'];
const EXPECTED = {
  '1.3.0': [
    '2.1.1',
    '3.1.1-4',
    '3.2.1-10',
    '3.3.1',
    '4.1.1-8',
    '4.2.1-8',
    '4.3.1-2',
    '4.4.1-2',
    '4.5.1-3',
    ...SERVICES,
    '5.6.1',
  ],
  '1.5.0': [
    '2.1.1',
    '3.1.1-4',
    '3.2.1-9',
    '4.1.1-8',
    '4.2.1-5',
    '4.3.1-2',
    '4.4.1-2',
    '4.5.1-3',
    ...SERVICES,
  ],
  '1.6.0': ['2.1.1', ...SERVICES],
  '1.7.0': [
    '2.1.1-2',
    '3.1.1-4',
    '3.2.1-9',
    '4.1.1-8',
    '4.2.1-5',
    '4.3.1-2',
    '4.4.1-2',
    '4.5.1-2',
    ...SERVICES,
  ],
  '1.8.0': [
    '2.1.1-2',
    '3.1.1-4',
    '3.2.1-9',
    '4.1.1-12',
    '4.2.1-5',
    '4.3.1-2',
    '4.4.1-2',
    '4.5.1-2',
    ...SERVICES,
  ],
  '2.0.0': [
    '2.1.1',
    '3.1.1-4',
    '3.2.1-8',
    '4.1.1-12',
    '4.2.1-5',
    '4.3.1-2',
    '4.4.1-2',
    '4.5.1-2',
    '5.1.1-4',
    '5.2.1',
    '5.3.1',
    '5.4.1-4',
    '5.5.1',
  ],
} as const;

describe.each(BENCHMARKS)('the matrix of %s', (benchmark) => {
  const { rows } = benchmarkMatrix(benchmark);

  it('has every recommendation once, in the order of the numbers', () => {
    expect(rows.map(({ number }) => number)).toEqual(numbers(...EXPECTED[benchmark]));
  });

  it('answers by this auditor what a control judges', () => {
    const judged = CONTROL_KEYS.flatMap((key) => numbersOf(key, benchmark));
    const audited = rows.filter(({ answeredBy }) => answeredBy === 'eks-auditor');

    expect(audited.map(({ number }) => number)).toEqual(expect.arrayContaining(judged));
  });

  it('says of each what answers it, and of what only', () => {
    for (const row of rows) {
      expect(row.title.length, row.number).toBeGreaterThan(10);
      expect(row.evidence, row.number).not.toBe('');
      expect(row.section, row.number).not.toBe('');
      expect(row.state).toBeUndefined();
    }
  });

  it('names only operations that the auditor calls', () => {
    const actions = new Set(collectors.flatMap((collector) => collector.actions));
    const named = rows
      .filter(({ answeredBy }) => answeredBy === 'eks-auditor')
      .flatMap(({ evidence }) => evidence.match(/\b[a-z]+:[A-Z]\w+/g) ?? []);

    expect(named.filter((action) => !actions.has(action))).toEqual([]);
  });
});

describe('the state of a recommendation', () => {
  const stateOf = (number: string, verdicts: ReturnType<typeof aVerdict>[], benchmark = '1.5.0' as const) =>
    benchmarkMatrix(benchmark, aRun({ verdicts })).rows.find((row) => row.number === number)?.state;

  it('counts clusters by the worst of their verdicts', () => {
    const verdicts = [
      aVerdict({ cluster: 'a', status: 'PASSED' }),
      aVerdict({ cluster: 'a', status: 'FAILED' }),
      aVerdict({ cluster: 'b', status: 'PASSED' }),
      aVerdict({ cluster: 'b', region: 'us-east-1', status: 'NOT_AVAILABLE' }),
    ];

    expect(stateOf('5.4.1', verdicts)).toEqual({
      status: 'FAILED',
      levels: [
        {
          level: 'cluster',
          counts: { FAILED: 1, NOT_AVAILABLE: 1, WARNING: 0, EXCEPTED: 0, PASSED: 1 },
          total: 3,
        },
      ],
    });
  });

  it('counts Regions and accounts apart', () => {
    const { clusterArn: _, ...registry } = aVerdict({
      control: 'ecr-access',
      level: 'region',
      status: 'PASSED',
    });
    const account = { ...registry, level: 'account', status: 'FAILED' } as const;

    expect(stateOf('5.1.2', [registry, account])?.levels).toMatchObject([
      { level: 'region', total: 1, counts: { PASSED: 1 } },
      { level: 'account', total: 1, counts: { FAILED: 1 } },
    ]);
  });

  it('shows what an exception covers as EXCEPTED', () => {
    const exception = { id: 'legacy', reason: 'Vendor', owner: 'team', expires: '2027-01-01' };

    expect(stateOf('5.4.1', [aVerdict({ exception })])?.status).toBe('EXCEPTED');
  });

  it('is one line for people', () => {
    const verdicts = [aVerdict({ cluster: 'a' }), aVerdict({ cluster: 'b', status: 'PASSED' })];
    const { rows } = benchmarkMatrix('1.5.0', aRun({ verdicts }));
    const text = (number: string) => rows.filter((row) => row.number === number).map(matrixStateText);

    expect(text('5.4.1')).toEqual(['FAILED: 1 failed, 1 passed of 2 clusters']);
    expect(text('5.4.2')).toEqual(['Not audited']);
    expect(text('3.1.1')).toEqual(['Not judged here']);
  });

  it('is absent where the run judged nothing', () => {
    expect(stateOf('5.4.2', [aVerdict()])).toBeUndefined();
    expect(stateOf('3.1.1', [aVerdict()])).toBeUndefined();
  });

  it.each([
    { reasonCode: 'ENFORCEMENT_OFF', status: 'FAILED', enforced: 'FAILED', covered: 'NOT_AVAILABLE' },
    { reasonCode: 'ENFORCEMENT_ON', status: 'PASSED', enforced: 'PASSED', covered: 'NOT_AVAILABLE' },
    { reasonCode: 'NAMESPACES_WITHOUT_POLICY', status: 'FAILED', enforced: 'PASSED', covered: 'FAILED' },
    { reasonCode: 'ALL_NAMESPACES_COVERED', status: 'PASSED', enforced: 'PASSED', covered: 'PASSED' },
    { reasonCode: 'UNKNOWN_CNI', status: 'WARNING', enforced: 'WARNING', covered: 'NOT_AVAILABLE' },
    { reasonCode: 'POLICIES_NOT_ENFORCED', status: 'FAILED', enforced: 'FAILED', covered: 'NOT_AVAILABLE' },
  ] as const)('2.0.0 reads two from $reasonCode of network-policies', ({ enforced, covered, ...verdict }) => {
    const run = aRun({ verdicts: [aVerdict({ control: 'network-policies', ...verdict })] });
    const { rows } = benchmarkMatrix('2.0.0', run);

    expect(rows.find(({ number }) => number === '4.3.1')?.state?.status).toBe(enforced);
    expect(rows.find(({ number }) => number === '4.3.2')?.state?.status).toBe(covered);
  });

  it.each([
    { mode: 'API', codes: ['SUPERUSER_ENTRY'], old: 'FAILED', recent: 'PASSED' },
    { mode: 'API', codes: ['IAM_USER_ENTRY'], old: 'PASSED', recent: 'PASSED' },
    { mode: 'API_AND_CONFIG_MAP', codes: ['IAM_ACCESS_ENTRIES'], old: 'WARNING', recent: 'PASSED' },
    { mode: 'CONFIG_MAP', codes: ['LEGACY_AUTH_MODE'], old: 'WARNING', recent: 'FAILED' },
    { mode: 'CONFIG_MAP', codes: ['IAM_AUTH_MAP'], old: 'PASSED', recent: 'FAILED' },
    { mode: '', codes: ['EXTERNAL_IDENTITY_PROVIDER'], old: 'WARNING', recent: 'NOT_AVAILABLE' },
  ])('4.1.7 of 1.5.0 and of 1.8.0 are read from $codes with mode $mode', ({ mode, codes, old, recent }) => {
    const verdict = aVerdict({
      control: 'iam-access',
      reasonCodes: codes,
      evidence: { authenticationMode: mode },
    });
    const of = (benchmark: '1.5.0' | '1.8.0') =>
      benchmarkMatrix(benchmark, aRun({ verdicts: [verdict] })).rows.find(({ number }) => number === '4.1.7');

    expect(of('1.5.0')?.state?.status).toBe(old);
    expect(of('1.8.0')?.state?.status).toBe(recent);
  });
});
