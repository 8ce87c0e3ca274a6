import { beforeEach, expect, test, vi } from 'vitest';
import type { RequestLogEntry } from '../../infra/sandbox/sandbox.ts';
import { PAYMENTS, REGION } from '../harness.ts';
import {
  type AuditWorld,
  anAuditWorld,
  aRun,
  auditWholly,
  invoke,
  NOT_TO_PUBLISH,
  resultOf,
  stubFunctions,
} from './audit-world.ts';

/*
 * An account with 50,000 findings that pass at once. Security Hub answers GetFindings three times a second: 2,475 times
 * while an invocation publishes. Each time it takes 502 pages to know what there is, and before workflows are set the
 * findings are read again, twenty at a time: 2,500 requests.
 *
 * Here is a fiftieth of the findings, and a fiftieth of the requests would be 49 an invocation. It gets half of them: that
 * is harder, and all invocations but the first set nothing but workflows. Time is over with the last request instead of by
 * the clock, so that it is the same on any machine.
 */

beforeEach(stubFunctions);

const FINDINGS = 50_000 / 50;
const REQUESTS = 25;
const PAGES = FINDINGS / 100 + 2;
/** Workflows are set a hundred at a time, after five requests. */
const SET_BY_ONE = Math.floor((REQUESTS - PAGES) / 5) * 100;

const ISSUER = `oidc.eks.${REGION}.amazonaws.com/id/AAAA1111BBBB2222CCCC3333DDDD4444`;

/** Roles that trust a cluster of another account: one finding each. */
function putRoles({ sandbox }: AuditWorld, condition: object): void {
  const Federated = `arn:aws:iam::${PAYMENTS}:oidc-provider/${ISSUER}`;
  const statement = { Effect: 'Allow', Principal: { Federated }, Action: 'sts:AssumeRoleWithWebIdentity' };
  const trust = { Version: '2012-10-17', Statement: [{ ...statement, ...condition }] };
  const { add } = sandbox.account(PAYMENTS);
  for (let index = 0; index < FINDINGS; index += 1) add.role(`role-${index}`, { trust });
}

const CONFINED = { Condition: { StringEquals: { [`${ISSUER}:sub`]: 'system:serviceaccount:shop:api' } } };

const PUBLISHING_MS = 600_000;
const { timeout } = AbortSignal;

/** An invocation whose time for publishing is over with so many pages of findings. */
async function publishSlice(world: AuditWorld, slice: number) {
  const { sandbox } = world;
  const over = new AbortController();
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((milliseconds) =>
    milliseconds === PUBLISHING_MS ? over.signal : timeout.call(AbortSignal, milliseconds),
  );
  let requests = 0;
  sandbox.clearFaults();
  sandbox.fail({
    operation: 'securityhub:GetFindings',
    with: 'Timeout',
    match() {
      requests += 1;
      if (requests === REQUESTS) over.abort();
      return false;
    },
  });
  sandbox.clearLog();
  const output = await invoke(world, slice, 75_000 + PUBLISHING_MS);
  return { output, calls: sandbox.calls() };
}

/** The ids of the findings whose workflow was set. */
const setBy = (calls: readonly RequestLogEntry[]) =>
  calls
    .filter(({ operation }) => operation === 'securityhub:BatchUpdateFindings')
    .flatMap(({ params }) => params.FindingIdentifiers as { readonly Id: string }[])
    .map(({ Id }) => Id);

test('50,000 findings that pass at once: each invocation sets some workflows, and none again', async () => {
  const config = { limits: { maxAttempts: 1 }, controls: { include: ['dedicated-service-accounts'] } };
  vi.stubEnv('EKS_AUDITOR_CONFIG', JSON.stringify(config));
  const before = await anAuditWorld([]);
  before.sandbox.account(PAYMENTS).add.oidcProvider(ISSUER);
  putRoles(before, {});
  await auditWholly(before);
  putRoles(before, CONFINED);
  const world = { ...before, run: await aRun(before.store) };
  const { sandbox } = world;
  // It reads, and has no time left to publish.
  expect(await invoke(world, 1, NOT_TO_PUBLISH)).toEqual({
    continue: { slice: 2 },
  });

  const slices: string[][] = [];
  for (let slice = 2; ; slice += 1) {
    const { output, calls } = await publishSlice(world, slice);
    slices.push(setBy(calls));
    if (output.continue === undefined) break;
    expect(slice).toBeLessThan(20);
  }

  const { changes, verdicts, coverage } = await resultOf(world);
  expect(slices).toHaveLength(FINDINGS / SET_BY_ONE);
  for (const ids of slices) expect(ids).toHaveLength(SET_BY_ONE);
  expect(slices.flat()).toHaveLength(new Set(slices.flat()).size);
  expect(verdicts).toHaveLength(FINDINGS);
  expect(changes).toMatchObject({ updated: FINDINGS, failed: [] });
  expect(coverage.gaps).toEqual([]);
  const findings = sandbox.findings(PAYMENTS, REGION);
  expect(findings.filter(({ Workflow }) => Workflow?.Status === 'RESOLVED')).toHaveLength(FINDINGS);
}, 120_000);
