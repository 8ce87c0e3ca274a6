import { describe, expect, it } from 'vitest';
import { present } from '../../../shared/model/evidence.ts';
import { aContext, aPass, aRole, aVerdict, findingOf, NOW } from './builders.ts';
import {
  calls,
  counts,
  DAY,
  hubWith,
  importAsOwner,
  NOTHING,
  onlyFinding,
  onRoles,
  publish,
  sandbox,
  setWorkflow,
  startSandboxForEachTest,
} from './publish-support.ts';

startSandboxForEachTest();

const { Id: ID = '' } = findingOf(aVerdict());
const later = (minutes: number) => new Date(NOW.getTime() + DAY + minutes * 60_000).toISOString();

/** It reads a day, and publishes two days after the first time. */
const TWO_DAYS_LATER = aContext({ now: new Date(NOW.getTime() + 2 * DAY) });

/** The parameters of a look at findings by id. */
const isById = (params: Readonly<Record<string, unknown>>) => JSON.stringify(params).includes('"Id"');

describe('a run that publishes what it read before another one', () => {
  it('changes neither what the other has imported nor its workflow', async () => {
    await publish([aVerdict()]);
    await publish([aPass()], { days: 2 });

    const slow = await publish([aVerdict()], { days: 1, context: TWO_DAYS_LATER });

    expect(counts(slow)).toEqual({ ...NOTHING, outdated: 1 });
    expect(slow.findings.get(ID)).toEqual({ outcome: 'outdated' });
    expect(onlyFinding()).toMatchObject({
      Compliance: { Status: 'PASSED' },
      Workflow: { Status: 'RESOLVED' },
    });
  });

  it('archives nothing of a cluster that was created meanwhile', async () => {
    await publish([aVerdict()], { days: 2 });

    const slow = await publish([], { days: 1, context: TWO_DAYS_LATER, clusterNames: present([]) });

    expect(counts(slow)).toEqual({ ...NOTHING, outdated: 1 });
    expect(slow.archived).toEqual([]);
    expect(slow.findings.get(ID)?.outcome).toBe('outdated');
    expect(onlyFinding()?.RecordState).toBe('ACTIVE');
  });

  it('overwrites nothing that the other imports after this one has looked', async () => {
    await publish([aPass()]);
    const theirs = { ...findingOf(aPass()), UpdatedAt: later(5) };

    await publish([aVerdict()], {
      days: 1,
      securityHub: hubWith('BatchImportFindings', 1, () => importAsOwner(theirs)),
    });

    expect(onlyFinding()).toMatchObject({ Compliance: { Status: 'PASSED' }, UpdatedAt: later(5) });
  });
});

describe('the workflow of what passes', () => {
  it('is not set when another run sees it fail right after it was imported', async () => {
    await publish([aVerdict()]);
    const theirs = { ...findingOf(aVerdict()), UpdatedAt: later(5) };

    const result = await publish([aPass()], {
      days: 1,
      securityHub: hubWith('GetFindings', 2, () => importAsOwner(theirs)),
    });

    expect(calls('BatchUpdateFindings')).toBe(0);
    expect(onlyFinding()).toMatchObject({ Compliance: { Status: 'FAILED' }, Workflow: { Status: 'NEW' } });
    expect(counts(result)).toEqual({ ...NOTHING, outdated: 1 });
    expect(result.findings.get(ID)?.outcome).toBe('outdated');
  });

  it.each(['SUPPRESSED', 'RESOLVED'] as const)(
    'is not set when a person sets it to %s meanwhile',
    async (status) => {
      await publish([aVerdict()]);

      const result = await publish([aPass()], {
        days: 1,
        securityHub: hubWith('GetFindings', 2, () => setWorkflow(status)),
      });

      expect(calls('BatchUpdateFindings')).toBe(0);
      expect(onlyFinding()?.Workflow).toEqual({ Status: status });
      expect(counts(result)).toEqual({ ...NOTHING, updated: 1 });
    },
  );

  it('is set once the import can be read', async () => {
    await publish([aVerdict()]);
    const [before] = structuredClone(sandbox.findings('222222222222', 'eu-west-1'));
    sandbox.fail({
      operation: 'securityhub:GetFindings',
      times: 2,
      match: (params) => isById(params),
      alter: () => ({ Findings: [before] }),
    });

    const result = await publish([aPass()], { days: 1 });

    expect(result.findings.get(ID)).toEqual({ outcome: 'updated' });
    expect(onlyFinding()?.Workflow).toEqual({ Status: 'RESOLVED' });
  });

  it('is left to the next run when the import cannot be read for long, which is no failure', async () => {
    await publish([aVerdict()]);
    const hidden = { operation: 'securityhub:GetFindings', match: isById, alter: () => ({ Findings: [] }) };
    sandbox.fail(hidden);
    sandbox.clearLog();

    const result = await publish([aPass()], { days: 1 });

    expect(counts(result)).toEqual({ ...NOTHING, updated: 1 });
    expect(result.findings.get(ID)).toEqual({ outcome: 'updated' });
    expect(calls('GetFindings')).toBe(1 + 3);
    sandbox.clearFaults();
    expect(counts(await publish([aPass()], { days: 2 }))).toEqual({ ...NOTHING, unchanged: 1 });
    expect(onlyFinding()?.Workflow).toEqual({ Status: 'RESOLVED' });
  });

  it('is reported where the findings cannot be read again', async () => {
    await publish([aVerdict()]);
    sandbox.fail({ operation: 'securityhub:GetFindings', with: 'AccessDenied', match: isById });

    const result = await publish([aPass()], { days: 1 });

    expect(counts(result)).toEqual({ ...NOTHING, updated: 1, failed: 1 });
    expect(result.changes.failed).toMatchObject([{ findingId: ID, code: 'AccessDeniedException' }]);
    expect(calls('BatchUpdateFindings')).toBe(0);
  });
});

it('each finding that was judged has an outcome', async () => {
  await publish([aVerdict(), ...onRoles(3)]);
  sandbox.fail({
    operation: 'securityhub:BatchImportFindings',
    with: 'AccessDenied',
    match: (params) => JSON.stringify(params).includes('role-1/'),
  });
  const verdicts = [aVerdict(), ...onRoles(1), ...onRoles(2, { evidence: { now: 'another' } }).slice(1)];

  const { findings } = await publish(verdicts, { days: 1 });

  expect(Object.fromEntries(findings)).toEqual({
    [ID]: { outcome: 'unchanged' },
    [findingOf(onRoles(1)[0] ?? aVerdict()).Id ?? '']: { outcome: 'unchanged' },
    [findingOf(onRoles(2)[1] ?? aVerdict()).Id ?? '']: { outcome: 'failed' },
  });
});

it.each([
  ['NOTIFIED', 'NEW'],
  ['SUPPRESSED', 'SUPPRESSED'],
] as const)('a pass whose workflow is %s and that fails now is %s', async (before, after) => {
  await publish([aPass()]);
  await setWorkflow(before);

  const { findings } = await publish([aVerdict()], { days: 1 });

  expect(findings.get(ID)).toEqual({ outcome: 'updated' });
  expect(onlyFinding()?.Workflow).toEqual({ Status: after });
});

it('what is new has the times of its observation, and the workflow that Security Hub gives it', async () => {
  const onRole = aPass({ resource: aRole('fine') });

  const { findings } = await publish([aVerdict(), onRole], { days: 1 });

  expect(findings.get(ID)).toEqual({ outcome: 'created' });
  expect(findings.get(findingOf(onRole).Id ?? '')).toEqual({ outcome: 'created' });
  const times = {
    CreatedAt: later(0),
    FirstObservedAt: later(0),
    UpdatedAt: later(0),
    LastObservedAt: later(0),
  };
  expect(sandbox.findings('222222222222', 'eu-west-1')).toMatchObject([
    { ...times, Id: findingOf(onRole).Id, Workflow: { Status: 'RESOLVED' } },
    { ...times, Id: ID, Workflow: { Status: 'NEW' } },
  ]);
});
