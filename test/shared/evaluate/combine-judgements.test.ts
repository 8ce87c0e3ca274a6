import { describe, expect, it } from 'vitest';
import { combineJudgements, notAvailable } from '../../../shared/model/control.ts';
import { denied, judge } from '../../builders.ts';
import { returning, row } from './evaluate-support.ts';

describe('joining the rows that apply', () => {
  it('lets the worst decide and names all, worst first, in whatever order they come', () => {
    const rows = [row('FINE'), row('BAD'), row('WORSE'), row('ODD')];

    for (const order of [rows, rows.toReversed()]) {
      const joined = combineJudgements(order);
      const verdict = judge(returning(joined ?? row('FINE')));

      expect(verdict).toMatchObject({
        status: 'FAILED',
        severity: 'CRITICAL',
        reasonCode: 'WORSE',
        reasonCodes: ['WORSE', 'BAD', 'ODD', 'FINE'],
        reason: 'It is WORSE. It is BAD. It is ODD. It is FINE.',
      });
    }
  });

  it('puts what is not available before a warning and behind a failure', () => {
    const unknown = notAvailable(denied('eks:ListAddons'));

    expect(judge(returning(row('ODD', { also: [unknown] }))).status).toBe('NOT_AVAILABLE');
    expect(judge(returning(row('BAD', { also: [unknown] }))).status).toBe('FAILED');
    expect(judge(returning({ ...unknown, also: [row('BAD')] })).status).toBe('FAILED');
  });

  it('names what is missing beside what was proven, in the reason and apart from the evidence', () => {
    const verdict = judge(returning(row('BAD', { also: [notAvailable(denied('eks:ListAddons'))] })));

    expect(verdict.evidence).toEqual({
      BAD: 'seen',
      unreadable: 'eks:ListAddons failed with AccessDeniedException',
    });
    expect(verdict.reason).toContain('eks:ListAddons');
  });

  it('names a code once and prefers the worst row’s evidence', () => {
    const other = row('ODD', { evidence: { ODD: 'seen', mode: 'mild' } });
    const worst = row('WORSE', { evidence: { mode: 'hard' }, also: [other, other] });

    const verdict = judge(returning(worst));

    expect(verdict.reasonCodes).toEqual(['WORSE', 'ODD']);
    expect(verdict.evidence).toEqual({ mode: 'hard', ODD: 'seen' });
  });

  it('lets a judgement override its severity, but only a failed one', () => {
    expect(judge(returning(row('BAD', { severity: 'LOW' }))).severity).toBe('LOW');
    expect(judge(returning(row('ODD', { severity: 'CRITICAL' }))).severity).toBe('LOW');
    expect(judge(returning(row('FINE', { severity: 'CRITICAL' }))).severity).toBe('INFORMATIONAL');
  });

  it('takes the severity of the row, else of the control', () => {
    expect(judge(returning(row('WORSE'))).severity).toBe('CRITICAL');
    expect(judge(returning(row('BAD'))).severity).toBe('MEDIUM');
  });

  it('has nothing to join when no row applies', () => {
    expect(combineJudgements([])).toBeUndefined();
  });

  it('keeps rows that were joined before', () => {
    const joined = combineJudgements([row('BAD', { also: [row('ODD')] }), row('FINE')]);

    expect(judge(returning(joined ?? row('FINE'))).reasonCodes).toEqual(['BAD', 'ODD', 'FINE']);
  });
});
