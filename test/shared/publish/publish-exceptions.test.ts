import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../../shared/model/verdict.ts';
import { isSuppressedByException, workflowGoal } from '../../../shared/publish/workflow.ts';
import { aPass, aVerdict, notAvailableVerdict, stored } from './builders.ts';
import {
  calls,
  counts,
  NOTHING,
  onlyFinding,
  publish,
  sandbox,
  setWorkflow,
  startSandboxForEachTest,
} from './publish-support.ts';

startSandboxForEachTest();

const LEGACY = {
  id: 'legacy-endpoint',
  reason: 'Vendor appliance,\nreplaced in Q2',
  owner: 'platform@example.com',
  expires: '2027-03-31',
};

function excepted(differing: Partial<Verdict> = {}): Verdict {
  return aVerdict({ exception: LEGACY, ...differing });
}

const SUPPRESSED = {
  Workflow: { Status: 'SUPPRESSED' },
  Note: {
    UpdatedBy: 'eks-auditor',
    Text: 'Accepted by exception legacy-endpoint of platform@example.com until 2027-03-31: Vendor appliance, replaced in Q2',
  },
} as const;

describe('a finding that an exception covers', () => {
  test('is imported, then suppressed with a note, and keeps its status and severity', async () => {
    const result = await publish([excepted()]);

    expect(counts(result)).toEqual({ ...NOTHING, created: 1 });
    expect(onlyFinding()).toMatchObject({
      ...SUPPRESSED,
      Compliance: { Status: 'FAILED' },
      Severity: { Label: 'HIGH' },
      ProductFields: { 'eks-auditor/exception': 'legacy-endpoint' },
    });
    expect([...result.findings.values()]).toEqual([{ outcome: 'created' }]);
    expect(result.notices).toEqual([]);
  });

  test('is suppressed where it is there already', async () => {
    await publish([aVerdict()]);
    await publish([excepted()], { days: 1 });

    expect(onlyFinding()).toMatchObject({
      ...SUPPRESSED,
      ProductFields: { 'eks-auditor/event': 'relabelled' },
    });
  });

  test('costs nothing more from then on', async () => {
    await publish([excepted()]);
    sandbox.clearLog();
    const result = await publish([excepted()], { days: 1 });

    expect(counts(result)).toEqual({ ...NOTHING, unchanged: 1 });
    expect([calls('BatchImportFindings'), calls('BatchUpdateFindings')]).toEqual([0, 0]);
    expect(result.notices).toEqual([]);
  });

  test('gets another note when the exception changes', async () => {
    await publish([excepted()]);
    await publish([excepted({ exception: { ...LEGACY, expires: '2027-06-30' } })], { days: 1 });

    expect(onlyFinding()?.Note?.Text).toContain('until 2027-06-30');
    expect(onlyFinding()?.Workflow).toEqual(SUPPRESSED.Workflow);
  });

  test('is new again, with a note, when none covers it any more: for a rule on changed findings exactly once', async () => {
    await publish([excepted()]);
    const before = sandbox.events.length;
    await publish([aVerdict()], { days: 1 });
    await publish([aVerdict()], { days: 2 });

    expect(onlyFinding()).toMatchObject({
      Workflow: { Status: 'NEW' },
      Note: {
        UpdatedBy: 'eks-auditor',
        Text: 'Exception legacy-endpoint does not cover it any more. It still fails.',
      },
    });
    expect(onlyFinding()?.ProductFields).not.toHaveProperty('eks-auditor/exception');
    const alerting = sandbox.events.slice(before).filter(
      ({
        detail: {
          findings: [finding],
        },
      }) => {
        return (
          finding.Workflow?.Status === 'NEW' && finding.ProductFields?.['eks-auditor/event'] === 'changed'
        );
      },
    );
    expect(alerting).toHaveLength(1);
  });

  test('is resolved when it passes, and new when it fails again', async () => {
    await publish([excepted()]);
    await publish([aPass()], { days: 1 });
    expect(onlyFinding()?.Workflow).toEqual({ Status: 'RESOLVED' });

    await publish([aVerdict()], { days: 2 });
    expect(onlyFinding()?.Workflow).toEqual({ Status: 'NEW' });
  });

  test('is new when it cannot be judged, which no exception covers, and suppressed again when it can', async () => {
    await publish([excepted()]);
    await publish([notAvailableVerdict()], { days: 1 });
    expect(onlyFinding()?.Workflow).toEqual({ Status: 'NEW' });

    await publish([excepted()], { days: 2 });
    expect(onlyFinding()).toMatchObject(SUPPRESSED);
  });

  test('stays suppressed when it comes back from the archive', async () => {
    await publish([excepted()]);
    await publish([], { days: 1, clusterNames: { state: 'present', value: [] } });
    expect(onlyFinding()?.RecordState).toBe('ARCHIVED');

    await publish([excepted()], { days: 2 });
    expect(onlyFinding()).toMatchObject({ ...SUPPRESSED, RecordState: 'ACTIVE' });
  });
});

describe('a finding that a person suppressed', () => {
  test('that no exception of the configuration covers is opened again, whoever wrote its note', async () => {
    await publish([aVerdict()]);
    const Text = 'Accepted by exception legacy-endpoint of platform@example.com until 2099-12-31: trust me';
    await setWorkflow('SUPPRESSED', { Note: { Text, UpdatedBy: 'eks-auditor' } });

    await publish([aVerdict()], { days: 1 });

    expect(onlyFinding()).toMatchObject({ Workflow: { Status: 'NEW' }, Compliance: { Status: 'FAILED' } });
  });

  test('stays his, with his note, while an exception covers it and after', async () => {
    await publish([aVerdict()]);
    await setWorkflow('SUPPRESSED');
    await publish([excepted()], { days: 1 });
    await publish([aVerdict()], { days: 2 });

    expect(onlyFinding()?.Workflow).toEqual({ Status: 'SUPPRESSED' });
    expect(onlyFinding()?.Note).toBeUndefined();
    expect(calls('BatchUpdateFindings')).toBe(0);
  });

  test('after an exception ended stays his, too: our note tells of the end', async () => {
    await publish([excepted()]);
    await publish([aVerdict()], { days: 1 });
    await setWorkflow('SUPPRESSED');
    const result = await publish([aVerdict()], { days: 2 });

    expect(onlyFinding()?.Workflow).toEqual({ Status: 'SUPPRESSED' });
    expect(result.notices).toMatchObject([{ code: 'FINDINGS_SUPPRESSED', count: 1 }]);
  });

  test('after what an exception covered had passed stays his', async () => {
    await publish([excepted()]);
    await publish([aPass()], { days: 1 });
    await publish([aVerdict()], { days: 2 });
    await setWorkflow('SUPPRESSED');
    await publish([aVerdict()], { days: 3 });

    expect(onlyFinding()?.Workflow).toEqual({ Status: 'SUPPRESSED' });
  });
});

describe('what a workflow is to be', () => {
  test('is settled once it is set, and never touches what a person suppressed', () => {
    const workflow = fc.constantFrom('NEW', 'NOTIFIED', 'RESOLVED', 'SUPPRESSED' as const);
    const verdict = fc.constantFrom(
      aVerdict(),
      aPass(),
      notAvailableVerdict(),
      excepted(),
      excepted({ status: 'WARNING' }),
    );
    const note = fc.option(
      fc.record({
        Text: fc.oneof(
          fc.string(),
          fc.constant(SUPPRESSED.Note.Text),
          fc.constant('Accepted by exception x'),
        ),
        UpdatedBy: fc.constantFrom('eks-auditor', 'alice'),
        UpdatedAt: fc.constant('2026-11-22T10:15:00.000Z'),
      }),
      { nil: undefined },
    );
    fc.assert(
      fc.property(workflow, verdict, note, (Status, judged, Note) => {
        const held = { ...stored(judged), Workflow: { Status }, ...(Note && { Note }) };
        const goal = workflowGoal(judged, held);
        if (Status === 'SUPPRESSED' && !isSuppressedByException(held)) expect(goal).toBeUndefined();
        if (goal === undefined) return;
        const text = goal.note;
        expect(text?.length ?? 0).toBeLessThanOrEqual(512);
        const after = {
          ...held,
          Workflow: { Status: goal.status },
          ...(text !== undefined && { Note: { Text: text, UpdatedBy: 'eks-auditor', UpdatedAt: '' } }),
        };
        expect(workflowGoal(judged, after)).toBeUndefined();
      }),
    );
  });

  test('has a note of at most 512 characters', () => {
    const long = { ...LEGACY, reason: 'x '.repeat(500) };

    expect(workflowGoal(excepted({ exception: long }), undefined)?.note).toHaveLength(512);
  });
});
