import { expect, it } from 'vitest';
import { metricsOf } from '../../../functions/report/metrics.ts';
import type { Notice, RunResult } from '../../../shared/model/run.ts';
import { renderHtml } from '../../../shared/report/html.ts';
import { buildRunResult } from '../../../shared/report/run-result.ts';
import { summarize } from '../../../shared/report/summary.ts';
import { anAccount, aRun, flattened } from './builders.ts';
import { table } from './table-support.ts';

function suppressed(overrides: Partial<Notice> = {}): Notice {
  return {
    code: 'FINDINGS_SUPPRESSED',
    accountId: '111111111111',
    region: 'eu-west-1',
    detail: 'Failures whose findings somebody set to SUPPRESSED.',
    count: 3,
    findingIds: ['finding-1', 'finding-2', 'finding-3'],
    ...overrides,
  };
}

function suppressedFailures(result: RunResult) {
  const groups = metricsOf({ result, summary: summarize(result), isCutShort: false });
  return groups.flatMap(({ metrics }) => metrics).find(({ name }) => name === 'VerdictsFailedSuppressed');
}

const accounts = [anAccount({ name: 'payments' })];
const TEXT =
  '111111111111 (payments) · eu-west-1: Failures whose findings somebody set to SUPPRESSED. 3 findings, among them finding-1';

it('notices are in the report for a terminal and in HTML', () => {
  const result = aRun({ accounts, notices: [suppressed()] });

  expect(flattened(table(result))).toContain(`Notice ${TEXT}`);
  expect(flattened(renderHtml(result))).toContain(TEXT);
});

it('of many notices ten are listed, and the others are counted', () => {
  const notices = Array.from({ length: 12 }, (_, index) => suppressed({ region: `region-${index}` }));
  const result = aRun({ accounts, notices });

  for (const text of [flattened(table(result)), flattened(renderHtml(result))]) {
    expect(text).toContain('region-9: ');
    expect(text).not.toContain('region-10: ');
    expect(text).toContain('… and 2 notices more');
  }
});

it('a run without notices does not mention them', () => {
  const result = aRun({ accounts });

  expect(table(result)).not.toContain('Notice');
  expect(renderHtml(result)).not.toContain('Notices');
});

it('a run has the notices of all its accounts, and is complete with them', () => {
  const { run, coverage, verdicts, changes } = aRun({ accounts });
  const plan = {
    run,
    organization: { id: { state: 'absent' }, accountIds: [] },
    targets: ['111111111111', '222222222222'].map((accountId) => ({ partition: 'aws', accountId })),
    skipped: [],
  } as const;
  const results = plan.targets.map(({ accountId }) => ({
    coverage: anAccount({ accountId }),
    clusters: [],
    verdicts,
    changes,
    notices: [suppressed({ accountId })],
  }));

  const result = buildRunResult(plan, results, new Date(run.finishedAt));

  expect(result.notices).toEqual([suppressed(), suppressed({ accountId: '222222222222' })]);
  expect(result.coverage.complete).toBe(coverage.complete);
  expect(suppressedFailures(result)).toMatchObject({ unit: 'Count', value: 6 });
});

it('findings from the future are no suppressed failures', () => {
  const result = aRun({ accounts, notices: [suppressed({ code: 'FINDING_FROM_THE_FUTURE' })] });

  expect(suppressedFailures(result)).toMatchObject({ value: 0 });
});
