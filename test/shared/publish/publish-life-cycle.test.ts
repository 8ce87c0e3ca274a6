import { describe, expect, it } from 'vitest';
import { present } from '../../../shared/model/evidence.ts';
import { aPass, aVerdict, NOW, notAvailableVerdict } from './builders.ts';
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

describe('the life of a finding', () => {
  it('goes from passed to failed to passed', async () => {
    await publish([aPass()]);
    expect(onlyFinding()?.Workflow).toEqual({ Status: 'RESOLVED' });

    expect(counts(await publish([aVerdict()], { days: 1 }))).toEqual({ ...NOTHING, updated: 1 });
    expect(onlyFinding()).toMatchObject({
      Compliance: { Status: 'FAILED' },
      Severity: { Label: 'HIGH' },
      Workflow: { Status: 'NEW' },
    });

    expect(counts(await publish([aPass()], { days: 2 }))).toEqual({ ...NOTHING, updated: 1 });
    expect(onlyFinding()).toMatchObject({
      Compliance: { Status: 'PASSED' },
      Severity: { Label: 'INFORMATIONAL' },
      Workflow: { Status: 'RESOLVED' },
      CreatedAt: NOW.toISOString(),
    });
  });

  it('matches an alert rule exactly once when it fails', async () => {
    const runs = [aPass(), aVerdict(), aVerdict(), aVerdict(), aPass()];
    for (const [days, verdict] of runs.entries()) await publish([verdict], { days });
    const alerts = sandbox.events.filter(
      ({
        detail: {
          findings: [finding],
        },
      }) => {
        const open = finding.Compliance?.Status === 'FAILED' && finding.Workflow?.Status === 'NEW';
        return open && finding.RecordState === 'ACTIVE';
      },
    );
    expect(alerts).toHaveLength(1);
  });

  it('is reported as not available when its control can no longer be judged, and not archived', async () => {
    await publish([aVerdict()]);
    await publish([notAvailableVerdict()], { days: 1 });
    expect(onlyFinding()).toMatchObject({ Compliance: { Status: 'NOT_AVAILABLE' }, RecordState: 'ACTIVE' });
  });

  it('keeps the workflow of a person who suppressed it', async () => {
    await publish([aVerdict()]);
    await setWorkflow('SUPPRESSED');
    await publish([aPass()], { days: 1 });
    await publish([aVerdict()], { days: 2 });
    expect(onlyFinding()).toMatchObject({
      Compliance: { Status: 'FAILED' },
      Workflow: { Status: 'SUPPRESSED' },
    });
    expect(calls('BatchUpdateFindings')).toBe(0);
  });

  it('comes back from the archive with its history, and resolved when it passes', async () => {
    await publish([aPass()]);
    await publish([], { days: 1, clusterNames: present([]) });
    expect(onlyFinding()?.RecordState).toBe('ARCHIVED');
    expect(counts(await publish([aPass()], { days: 2 }))).toEqual({ ...NOTHING, created: 1 });
    expect(onlyFinding()).toMatchObject({
      RecordState: 'ACTIVE',
      Workflow: { Status: 'RESOLVED' },
      CreatedAt: NOW.toISOString(),
    });
  });

  it('comes back from the archive suppressed when it was', async () => {
    await publish([aVerdict()]);
    await setWorkflow('SUPPRESSED');
    await publish([], { days: 1, clusterNames: present([]) });
    await publish([aPass()], { days: 2 });
    expect(onlyFinding()).toMatchObject({ RecordState: 'ACTIVE', Workflow: { Status: 'SUPPRESSED' } });
  });

  it('is updated although the clock of the last run was ahead', async () => {
    await publish([aVerdict()], { days: 1 });
    await publish([aPass()], { days: 0 });
    expect(onlyFinding()?.Compliance?.Status).toBe('PASSED');
  });
});
