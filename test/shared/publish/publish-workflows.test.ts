import { describe, expect, test } from 'vitest';
import { aPass, aVerdict, findingOf, SCOPE } from './builders.ts';
import {
  calls,
  counts,
  findings,
  NOTHING,
  onRoles,
  publish,
  reject,
  sandbox,
  startSandboxForEachTest,
} from './publish-support.ts';

startSandboxForEachTest();

type Params = Readonly<Record<string, unknown>>;

const EXCEPTION = {
  id: 'legacy-endpoint',
  reason: 'Vendor appliance',
  owner: 'platform@example.com',
  expires: '2027-03-31',
};

/** The parameters of a look at findings by id. */
const isById = (params: Params) => JSON.stringify(params).includes('"Id"');

const passes = (count: number) =>
  onRoles(count, { status: 'PASSED', reasonCode: 'RESTRICTED', reasonCodes: ['RESTRICTED'] });

/** Security Hub is switched off before it answers such a request. */
function switchOffBefore(operation: string, isSuch: (params: Params) => boolean = () => true): void {
  sandbox.fail({
    operation: `securityhub:${operation}`,
    with: 'ServerError',
    match(params) {
      const { disabledRegions } = sandbox.account(SCOPE.accountId).data.securityHub;
      if (isSuch(params) && !disabledRegions.includes(SCOPE.region)) disabledRegions.push(SCOPE.region);
      return false;
    },
  });
}

describe('Security Hub that is switched off once the findings are imported', () => {
  test('is a gap, and is not asked for the other findings', async () => {
    await publish(onRoles(150));
    sandbox.clearLog();
    switchOffBefore('GetFindings', isById);

    const result = await publish(passes(150), { days: 1 });

    expect(result.gap).toMatchObject({
      code: 'InvalidAccessException',
      operation: 'securityhub:GetFindings',
    });
    expect(result.workflowsSet).toBe(0);
    expect(
      sandbox.calls({ operation: 'securityhub:GetFindings' }).filter(({ status }) => status !== 200),
    ).toHaveLength(1);
    expect(calls('BatchUpdateFindings')).toBe(0);
  });

  test('is a gap, and no other workflow is set', async () => {
    await publish([aVerdict(), ...onRoles(1)]);
    switchOffBefore('BatchUpdateFindings');

    const result = await publish([aVerdict({ exception: EXCEPTION }), ...passes(1)], { days: 1 });

    expect(result.gap).toMatchObject({
      code: 'InvalidAccessException',
      operation: 'securityhub:BatchUpdateFindings',
    });
    expect(result.workflowsSet).toBe(0);
    expect(calls('BatchUpdateFindings')).toBe(1);
  });
});

test('each finding gets its own workflow, and those that get the same one are set at once', async () => {
  await publish([aVerdict(), ...onRoles(3)]);

  const result = await publish([aVerdict({ exception: EXCEPTION }), ...passes(3)], { days: 1 });

  expect(
    findings()
      .map(({ Workflow }) => Workflow?.Status)
      .toSorted(),
  ).toEqual(['RESOLVED', 'RESOLVED', 'RESOLVED', 'SUPPRESSED']);
  expect(result.workflowsSet).toBe(4);
  expect(result.gap).toBeUndefined();
  expect(calls('BatchUpdateFindings')).toBe(2);
});

test('a workflow that Security Hub does not set is not counted as set', async () => {
  await publish(onRoles(3));
  const [first] = passes(1).map((verdict) => findingOf(verdict).Id ?? '');
  reject('BatchUpdateFindings', first ?? '', 'InvalidInput', 1);

  const result = await publish(passes(3), { days: 1 });

  expect(result.workflowsSet).toBe(2);
  expect(counts(result)).toEqual({ ...NOTHING, updated: 3, failed: 1 });
  expect([...result.findings.values()]).toEqual(Array.from({ length: 3 }, () => ({ outcome: 'updated' })));
});

test.each(['Workflow', 'Compliance'])(
  'a finding whose %s is missing when it is read again is not set',
  async (field) => {
    await publish([aVerdict()]);
    sandbox.fail({
      operation: 'securityhub:GetFindings',
      match: isById,
      alter: ({ Findings }) => ({
        Findings: [Findings ?? []].flat().map((finding) => ({ ...Object(finding), [field]: undefined })),
      }),
    });

    const result = await publish([aPass()], { days: 1 });

    expect(result.changes.failed).toMatchObject([{ code: 'MalformedResponse' }]);
    expect(calls('BatchUpdateFindings')).toBe(0);
  },
);
