import { describe, expect, it } from 'vitest';
import { present } from '../../../shared/model/evidence.ts';
import { aCluster, aPass, aRole, aVerdict, NOW, SCOPE, stored } from './builders.ts';
import {
  calls,
  counts,
  DAY,
  findings,
  hubOf,
  NOTHING,
  onlyFinding,
  onRoles,
  publish,
  reject,
  sandbox,
  startSandboxForEachTest,
} from './publish-support.ts';

startSandboxForEachTest();

/** The number of findings in each call. */
function importSizes(): number[] {
  const imports = sandbox.calls({ operation: 'securityhub:BatchImportFindings' });
  return imports.map(({ params }) => (Array.isArray(params.Findings) ? params.Findings.length : 0));
}

describe('sending', () => {
  it('takes a second call for the 101st finding', async () => {
    expect(counts(await publish(onRoles(101)))).toEqual({ ...NOTHING, created: 101 });
    expect(importSizes()).toEqual([100, 1]);
  });

  it('takes a second and a third call for more than 6 and 12 MB', async () => {
    // 38 fields of 2,048 characters of three bytes: 25 such findings are 5.9 MB.
    const evidence = Object.fromEntries(
      Array.from({ length: 38 }, (_, index) => [`e${index}`, '€'.repeat(2048)]),
    );
    expect(counts(await publish(onRoles(51, { evidence })))).toEqual({ ...NOTHING, created: 51 });
    expect(importSizes()).toEqual([25, 25, 1]);
  });

  it('resolves more than 100 findings in two calls', async () => {
    await publish(onRoles(101));
    const passes = onRoles(101).map(({ resource }) => aPass({ resource, clusterArn: aCluster().id }));
    expect(counts(await publish(passes, { days: 1 }))).toEqual({ ...NOTHING, updated: 101 });
    expect(calls('BatchUpdateFindings')).toBe(2);
    expect(findings().filter((finding) => finding.Workflow?.Status !== 'RESOLVED')).toEqual([]);
  });

  it('of a finding that is too large reports it and imports the others', async () => {
    const evidence = Object.fromEntries(
      Array.from({ length: 45 }, (_, index) => [`e${index}`, '€'.repeat(2048)]),
    );
    const result = await publish([aVerdict({ evidence }), ...onRoles(2)]);
    expect(counts(result)).toEqual({ ...NOTHING, created: 2, failed: 1 });
    expect(result.changes.failed).toMatchObject([
      {
        accountId: SCOPE.accountId,
        region: SCOPE.region,
        findingId: stored(aVerdict()).Id,
        code: 'DoesNotFit',
      },
    ]);
    expect(result.changes.failed[0]?.message).toMatch(
      /^finding has \d+ bytes; Security Hub takes 1 to 240000$/,
    );
  });

  it('of a finding that Security Hub rejects imports the others, and is not tried again', async () => {
    const resource = { type: 'Other' as const, id: 'x'.repeat(513) };
    const result = await publish([aVerdict({ resource, clusterArn: aCluster().id }), ...onRoles(2)]);
    expect(counts(result)).toEqual({ ...NOTHING, created: 2, failed: 1 });
    expect(result.changes.failed).toMatchObject([{ code: 'InvalidInput' }]);
    expect(calls('BatchImportFindings')).toBe(1);
  });

  const id = stored(aVerdict()).Id ?? '';

  it('of a finding that fails for a temporary reason is tried once more', async () => {
    reject('BatchImportFindings', id, 'InternalFailure', 1);
    const result = await publish([aVerdict(), ...onRoles(2)]);
    expect(counts(result)).toEqual({ ...NOTHING, created: 3 });
    const second = sandbox.calls({ operation: 'securityhub:BatchImportFindings' })[1];
    expect(second?.params.Findings).toMatchObject([{ Id: id }]);
  });

  it('keeps permanent failures while it tries the others once more', async () => {
    const rejected = aVerdict({
      resource: { type: 'Other', id: 'x'.repeat(513) },
      clusterArn: aCluster().id,
    });
    reject('BatchImportFindings', id, 'InternalFailure', 1);
    const result = await publish([aVerdict(), rejected]);
    expect(counts(result)).toEqual({ ...NOTHING, created: 1, failed: 1 });
    expect(result.changes.failed).toMatchObject([{ code: 'InvalidInput' }]);
  });

  it('of a finding that fails twice is not tried a third time and not counted', async () => {
    reject('BatchImportFindings', id, 'ConcurrentUpdateError', 2);
    const result = await publish([aVerdict(), ...onRoles(2)]);
    expect(counts(result)).toEqual({ ...NOTHING, created: 2, failed: 1 });
    expect(result.changes.failed).toMatchObject([{ findingId: id, code: 'ConcurrentUpdateError' }]);
  });

  it.each(['InvalidInput', 'InvalidAccess', 'FindingSizeExceeded'])(
    'of a finding with %s is not tried again',
    async (code) => {
      reject('BatchImportFindings', id, code, 1);
      const result = await publish([aVerdict(), ...onRoles(2)]);
      expect(counts(result)).toEqual({ ...NOTHING, created: 2, failed: 1 });
      expect(calls('BatchImportFindings')).toBe(1);
    },
  );

  it('counts failed updates and archives neither as updated nor as archived', async () => {
    await publish([aVerdict(), aVerdict({ resource: aRole('a'), clusterArn: aCluster('dev').id })]);
    sandbox.fail({ operation: 'securityhub:BatchImportFindings', with: 'AccessDenied' });
    const result = await publish([aPass()], { days: 1 });
    expect(counts(result)).toEqual({ ...NOTHING, failed: 2 });
    expect(result.changes.failed.map((failure) => failure.code)).toEqual([
      'AccessDeniedException',
      'AccessDeniedException',
    ]);
    expect(calls('BatchUpdateFindings')).toBe(0);
  });

  it.each([
    ['AccessDenied', 'AccessDeniedException'],
    ['Throttling', /^(Throttling|TooManyRequests)/],
    ['ServerError', /./],
    ['Malformed', 'MalformedResponse'],
  ] as const)('of one call that fails with %s leaves the other calls alone', async (fault, code) => {
    sandbox.fail({ operation: 'securityhub:BatchImportFindings', with: fault, times: 1 });
    const result = await publish(onRoles(150));
    expect(counts(result)).toEqual({ ...NOTHING, created: 50, failed: 100 });
    expect(result.changes.failed[0]?.code).toMatch(code);
    expect(result.gap).toBeUndefined();
  });

  it('retries a throttled call like any other', async () => {
    sandbox.fail({ operation: 'securityhub:BatchImportFindings', with: 'Throttling', times: 1 });
    const result = await publish(onRoles(3), { securityHub: hubOf(SCOPE, 3) });
    expect(counts(result)).toEqual({ ...NOTHING, created: 3 });
  });

  it('reports a workflow that could not be resolved, and resolves it in the next run', async () => {
    await publish([aVerdict()]);
    sandbox.fail({ operation: 'securityhub:BatchUpdateFindings', with: 'AccessDenied', times: 1 });
    const result = await publish([aPass()], { days: 1 });
    expect(counts(result)).toEqual({ ...NOTHING, updated: 1, failed: 1 });
    expect(result.changes.failed[0]?.message).toMatch(/^its workflow is not set to RESOLVED: /);

    expect(counts(await publish([aPass()], { days: 2 }))).toEqual({ ...NOTHING, unchanged: 1 });
    expect(onlyFinding()?.Workflow).toEqual({ Status: 'RESOLVED' });
  });

  it('reports each finding whose workflow Security Hub did not change', async () => {
    await publish([aVerdict(), ...onRoles(1)]);
    const passes = [aPass(), ...onRoles(1, { ...aPass(), resource: aRole('role-0') })];
    reject('BatchUpdateFindings', id, 'FindingNotFound', 2);
    const result = await publish(passes, { days: 1 });
    expect(counts(result)).toEqual({ ...NOTHING, updated: 2, failed: 1 });
    expect(result.changes.failed).toMatchObject([{ findingId: id, code: 'FindingNotFound' }]);
  });

  it('reports a finding whose workflow is not told, and resolves it in the next run', async () => {
    await publish([aVerdict()]);
    sandbox.fail({
      operation: 'securityhub:GetFindings',
      alter: ({ Findings }) => ({
        Findings: [Findings].flat().map((one) => ({ ...Object(one), Workflow: undefined })),
      }),
    });

    const told = await publish([aPass()], { days: 1 });
    sandbox.clearFaults();
    await publish([aPass()], { days: 2 });

    expect(told.changes.failed).toMatchObject([{ code: 'MalformedResponse' }]);
    expect(onlyFinding()?.Workflow?.Status).toBe('RESOLVED');
  });

  it('archives a finding whose status is not told as one that is not available', async () => {
    await publish([aVerdict()]);
    sandbox.fail({
      operation: 'securityhub:GetFindings',
      alter: ({ Findings }) => ({
        Findings: [Findings].flat().map((one) => ({ ...Object(one), Compliance: undefined })),
      }),
    });

    await publish([], {
      days: 1,
      clusterNames: present([]),
      clustersListedAt: new Date(NOW.getTime() + DAY).toISOString(),
    });

    expect(onlyFinding()).toMatchObject({ RecordState: 'ARCHIVED', Compliance: { Status: 'NOT_AVAILABLE' } });
  });

  it('tries once more to resolve a finding that is being updated by another client', async () => {
    await publish([aVerdict()]);
    reject('BatchUpdateFindings', id, 'ConcurrentUpdateError', 1);
    expect(counts(await publish([aPass()], { days: 1 }))).toEqual({ ...NOTHING, updated: 1 });
    expect(onlyFinding()?.Workflow).toEqual({ Status: 'RESOLVED' });
  });

  it('counts nothing that Security Hub neither confirms nor names', async () => {
    const failure = { Id: 'another', ErrorCode: 'InternalFailure', ErrorMessage: '' };
    sandbox.fail({
      operation: 'securityhub:BatchImportFindings',
      alter: () => ({ SuccessCount: 2, FailedCount: 1, FailedFindings: [failure] }),
    });
    const result = await publish(onRoles(3));
    expect(counts(result)).toEqual({ ...NOTHING, failed: 3 });
    expect(result.changes.failed[0]).toMatchObject({
      code: 'Unconfirmed',
      message: 'Security Hub confirmed 2 of 3 findings and named 0',
    });
  });
});
