import { describe, expect, test } from 'vitest';
import type { Exception } from '../../../shared/model/exception.ts';
import { withReportedExceptions } from '../../../shared/report/exceptions.ts';
import { exitCodeOf } from '../../../shared/report/exit-code.ts';
import { summarize } from '../../../shared/report/summary.ts';
import { renderTable } from '../../../shared/report/table.ts';
import { aRun, aVerdict, flattened } from './builders.ts';

const exception = {
  id: 'legacy',
  reason: 'Vendor appliance',
  owner: 'platform@example.com',
  expires: '2027-03-31',
};

function anException(differing: Partial<Exception>): Exception {
  const none = {
    accounts: [],
    organizationalUnits: [],
    regions: [],
    clusters: [],
    resources: [],
    reasonCodes: [],
  };
  return { ...exception, ...none, controls: ['*'], everywhere: true, ...differing };
}

/** The run is of 2026-11-22. */
const EXCEPTIONS = [
  anException({}),
  anException({ id: 'unused' }),
  anException({ id: 'soon', expires: '2026-12-22' }),
  anException({ id: 'later', expires: '2026-12-23' }),
  anException({ id: 'today', expires: '2026-11-22' }),
  anException({ id: 'expired', expires: '2026-11-21' }),
];

const COUNTS = new Map([
  ['legacy', 2],
  ['soon', 1],
  ['later', 1],
  ['today', 1],
]);

describe('the exceptions of a result', () => {
  test('are each with what became of it, counted by day in UTC', () => {
    const { exceptions = [] } = withReportedExceptions(aRun(), EXCEPTIONS, COUNTS);

    expect(exceptions.map(({ id, state, verdicts }) => [id, state, verdicts])).toEqual([
      ['legacy', 'used', 2],
      ['unused', 'unused', 0],
      ['soon', 'expires-soon', 1],
      ['later', 'used', 1],
      ['today', 'expires-soon', 1],
      ['expired', 'expired', 0],
    ]);
  });

  test('of a run over some accounts do not say which ones nothing needs', () => {
    const { exceptions = [] } = withReportedExceptions(aRun(), EXCEPTIONS, COUNTS, true);

    expect(exceptions.map(({ id }) => id)).not.toContain('unused');
  });

  test('are not more than ten in the last screen, and what has ended comes first', () => {
    const many = Array.from({ length: 20 }, (_, index) => anException({ id: `unused-${index}` }));
    const run = withReportedExceptions(aRun(), [...many, anException({ id: 'old', expires: '2026-11-21' })]);

    const lines = renderTable(run, { width: 120, colour: false }).match(/^Exception .*/gm);

    expect(lines).toHaveLength(11);
    expect(lines?.[0]).toContain('old of platform@example.com expired on 2026-11-21');
    expect(lines?.at(-1)).toBe('Exception … and 11 exceptions more');
  });

  test('are absent where none is configured', () => {
    expect(withReportedExceptions(aRun(), [])).not.toHaveProperty('exceptions');
  });
});

describe('what an exception covers', () => {
  const covered = aVerdict({ exception, severity: 'CRITICAL' });

  test('is counted apart, and is no failure', () => {
    const run = aRun({ verdicts: [covered, aVerdict({ cluster: 'orders', status: 'PASSED' })] });
    const summary = summarize(run);

    expect(summary.verdicts).toEqual({ FAILED: 0, NOT_AVAILABLE: 0, WARNING: 0, EXCEPTED: 1, PASSED: 1 });
    expect(summary.failedBySeverity).toEqual({});
    expect(summary.worstFailures).toEqual([]);
    expect(summary.controls[0]).not.toHaveProperty('worstSeverity');
    expect(summary.outcome).toBe('passed');
    expect(exitCodeOf(run, { exitZero: false })).toBe(0);
  });

  test('hides no other failure', () => {
    const run = aRun({ verdicts: [covered, aVerdict({ cluster: 'orders' })] });

    expect(exitCodeOf(run, { exitZero: false })).toBe(3);
    expect(summarize(run).verdicts).toMatchObject({ FAILED: 1, EXCEPTED: 1 });
  });

  test('is listed by the table without a severity, with who accepted it', () => {
    const run = withReportedExceptions(aRun({ verdicts: [covered] }), EXCEPTIONS);
    const text = renderTable(run, { width: 100, colour: false });

    expect(text).toContain('EXCEPTED (1)');
    expect(text).not.toContain('CRITICAL');
    expect(flattened(text)).toContain(
      'Accepted: Vendor appliance (exception legacy of platform@example.com until 2027-03-31)',
    );
    expect(text).toMatch(/Verdicts {2}1 excepted\n/);
    expect(flattened(text)).toContain('Exception expired of platform@example.com expired on 2026-11-21');
    expect(flattened(text)).toContain(
      'unused of platform@example.com covers nothing; it is valid until 2027-03-31',
    );
  });
});
