import { describe, expect, it } from 'vitest';
import { aPass, aVerdict, SCOPE, stored } from './builders.ts';
import {
  beforeImport,
  calls,
  counts,
  findings,
  hubOf,
  NOTHING,
  onRoles,
  publish,
  reject,
  sandbox,
  setWorkflow,
  startSandboxForEachTest,
} from './publish-support.ts';

startSandboxForEachTest();

describe('Security Hub that', () => {
  it('is off is one gap, and nothing is sent', async () => {
    const scope = { ...SCOPE, region: 'eu-north-1' };
    const result = await publish([aVerdict({ scope })], { scope, securityHub: hubOf(scope) });
    expect(result).toEqual({
      changes: { ...NOTHING, failed: [] },
      workflowsSet: 0,
      findings: new Map(),
      archived: [],
      notices: [],
      gap: {
        what: 'security-hub',
        kind: 'failed',
        code: 'InvalidAccessException',
        operation: 'securityhub:GetFindings',
        detail: 'Security Hub is not enabled in eu-north-1 of account 222222222222',
      },
    });
    expect(sandbox.calls().map((call) => call.operation)).toEqual(['securityhub:GetFindings']);
  });

  it('is off where there is nothing to publish is no gap', async () => {
    const scope = { ...SCOPE, region: 'eu-north-1' };
    expect(await publish([], { scope })).toEqual({
      changes: { ...NOTHING, failed: [] },
      workflowsSet: 0,
      findings: new Map(),
      archived: [],
      notices: [],
    });
  });

  it('is switched off during the run is not called again', async () => {
    await publish([aPass()]);
    await setWorkflow('NOTIFIED');
    beforeImport(1, () =>
      sandbox.account(SCOPE.accountId).data.securityHub.disabledRegions.push(SCOPE.region),
    );
    const result = await publish([aPass(), ...onRoles(150)], { days: 1 });
    expect(counts(result)).toEqual({ ...NOTHING, unchanged: 1, failed: 150 });
    expect(result.gap).toMatchObject({ what: 'security-hub', code: 'InvalidAccessException' });
    expect(calls('BatchImportFindings')).toBe(1);
    expect(calls('BatchUpdateFindings')).toBe(0);
  });

  it('is switched off between two calls is not called again', async () => {
    const [first] = onRoles(1).map((verdict) => stored(verdict).Id ?? '');
    beforeImport(2, () =>
      sandbox.account(SCOPE.accountId).data.securityHub.disabledRegions.push(SCOPE.region),
    );
    reject('BatchImportFindings', first ?? '', 'InternalFailure', 1);
    const result = await publish(onRoles(150));
    expect(counts(result)).toEqual({ ...NOTHING, created: 99, failed: 51 });
    expect(calls('BatchImportFindings')).toBe(2);
  });

  it.each(['AccessDenied', 'Throttling', 'ServerError', 'Malformed'] as const)(
    'cannot be read (%s) is a gap, and nothing is imported',
    async (fault) => {
      sandbox.fail({ operation: 'securityhub:GetFindings', with: fault });
      const result = await publish([aVerdict()]);
      expect(result.gap).toMatchObject({ what: 'security-hub', operation: 'securityhub:GetFindings' });
      expect(result.gap?.detail).not.toContain('is not enabled');
      expect(counts(result)).toEqual(NOTHING);
      expect(calls('BatchImportFindings')).toBe(0);
    },
  );

  it('cannot be read to the last page is a gap, too', async () => {
    await publish(onRoles(150));
    sandbox.fail({
      operation: 'securityhub:GetFindings',
      with: 'ServerError',
      match: (params) => params.NextToken !== undefined,
    });
    const result = await publish(onRoles(151), { days: 1 });
    expect(result.gap).toBeDefined();
    expect(findings()).toHaveLength(150);
  });

  it.each([
    ['by id', 1, '"Id"'],
    ['in the archive', 41, 'ARCHIVED'],
    ['among those of other tools', 41, 'PREFIX_NOT_EQUALS'],
  ])('cannot tell whether new findings have a history %s is a gap', async (_, count, filter) => {
    sandbox.fail({
      operation: 'securityhub:GetFindings',
      with: 'AccessDenied',
      match: (params) => JSON.stringify(params).includes(filter),
    });
    const result = await publish(onRoles(count));
    expect(result.gap).toMatchObject({ kind: 'denied' });
    expect(findings()).toEqual([]);
  });
});
