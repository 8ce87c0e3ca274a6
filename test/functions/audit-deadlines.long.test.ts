import { beforeEach, expect, test, vi } from 'vitest';
import type { RequestLogEntry } from '../../infra/sandbox/sandbox.ts';
import { PAYMENTS, REGION, SECURITY, SHOP } from '../harness.ts';
import { type AuditWorld, anAuditWorld, aRun, LONG, resultOf, stubFunctions, TARGET } from './audit-world.ts';
import { lambdaContext } from './lambda-support.ts';

/*
 * Accounts that take longer than an invocation. Reading ends 90 seconds before the invocation does: the invocations here
 * have little more than that, so that each reads for three seconds.
 */

beforeEach(stubFunctions);

const READING_MS = 3_000;
const INVOCATION_MS = 90_000 + READING_MS;
const MAX_SLICES = 20;

/** What was answered in each invocation, until the account is done; publishing is given all the time that it takes. */
async function auditBySlices(world: AuditWorld): Promise<RequestLogEntry[][]> {
  const slices: RequestLogEntry[][] = [];
  for (;;) {
    world.sandbox.clearLog();
    const startedAt = performance.now();
    const remaining = slices.length < MAX_SLICES / 2 ? INVOCATION_MS : LONG;
    const slice = slices.length + 1;
    const output = await world.audit({ run: world.run, target: TARGET, slice }, lambdaContext(remaining));
    expect(performance.now() - startedAt).toBeLessThan(remaining - 30_000);
    slices.push(world.sandbox.calls({ accountId: PAYMENTS }).filter(({ status }) => status === 200));
    if (output.continue === undefined) return slices;
    expect(slices.length).toBeLessThan(MAX_SLICES);
  }
}

/** Of one slice: ten clusters at a time, of which seven facts are read at the same time. */
const IN_PROGRESS = 70;

/** Requests that were answered more than once, but for those that every slice begins with. */
function readTwice(slices: readonly (readonly RequestLogEntry[])[]): string[] {
  const read = slices
    .flat()
    .filter(({ service }) => !['sts', 'securityhub', 's3'].includes(service))
    .map(({ operation, region, params }) => `${operation} ${region} ${JSON.stringify(params)}`);
  return read.filter((request, index) => read.indexOf(request) !== index);
}

test('a hundred clusters that answer slowly: each invocation reads some, and none again', async () => {
  const names = Array.from({ length: 100 }, (_, index) => `cluster-${index}`);
  const world = await anAuditWorld(names);
  world.sandbox.latency(100);

  const slices = await auditBySlices(world);

  const { coverage, verdicts } = await resultOf(world);
  expect(slices.length).toBeGreaterThan(2);
  for (const slice of slices) expect(slice.length).toBeGreaterThan(0);
  expect(coverage.regions[0]).toMatchObject({ state: 'covered', clusters: { found: 100, judged: 100 } });
  expect(verdicts.filter(({ status }) => status === 'NOT_AVAILABLE')).toEqual([]);
  // What was on its way when time ran out may have been answered, to nobody.
  expect(readTwice(slices).length).toBeLessThan(IN_PROGRESS * slices.length);
}, 120_000);

test('a cluster that never answers is named, and costs no other', async () => {
  const world = await anAuditWorld(['a', 'b', 'silent']);
  const isSilent = ({ name, clusterName }: Readonly<Record<string, unknown>>) =>
    name === 'silent' || clusterName === 'silent';
  world.sandbox.fail({ operation: 'eks:*', with: 'StalledBody', match: isSilent });
  // In the deployed auditor they are 30 seconds and two minutes, of twelve.
  const limits = { maxAttempts: 2, requestTimeoutMs: 500, callTimeoutMs: 1_200 };
  vi.stubEnv('EKS_AUDITOR_CONFIG', JSON.stringify({ limits }));

  await auditBySlices(world);

  const { coverage, verdicts } = await resultOf(world);
  const gaps = coverage.regions[0]?.gaps ?? [];
  expect(gaps[0]).toMatchObject({ what: 'cluster', operation: 'eks:DescribeCluster' });
  expect(gaps.filter(({ resource = '' }) => !resource.endsWith('/silent'))).toEqual([]);
  const others = verdicts.filter(({ resource }) => !resource.id.endsWith('/silent'));
  expect(others.filter(({ status }) => status === 'NOT_AVAILABLE')).toEqual([]);
});

test('repositories and roles where AWS limits the rates: nothing is lost, and little is read twice', async () => {
  const world = await anAuditWorld(['a']);
  const account = world.sandbox.account(PAYMENTS);
  for (let index = 0; index < 300; index += 1) account.add.repository(`r-${index}`, { region: REGION });
  for (let index = 0; index < 2_500; index += 1) account.add.role(`role-${index}`);
  world.sandbox.rate('ecr:GetRepositoryPolicy', { perSecond: 1_000, burst: 100 });
  world.sandbox.rate('iam:GetAccountAuthorizationDetails', { perSecond: 5, burst: 3 });
  vi.stubEnv('EKS_AUDITOR_CONFIG', JSON.stringify({ limits: { maxAttempts: 20 } }));

  const slices = await auditBySlices(world);

  const { verdicts } = await resultOf(world);
  expect(verdicts.filter(({ resource }) => resource.type === 'AwsEcrRepository')).toHaveLength(600);
  expect(verdicts.filter(({ status }) => status === 'NOT_AVAILABLE')).toEqual([]);
  expect(readTwice(slices).length).toBeLessThan(IN_PROGRESS * slices.length);
});

test('a role that cannot be assumed for throttling is a gap of the account, whose findings stay', async () => {
  const world = await anAuditWorld(['a']);
  await auditBySlices(world);
  const before = world.sandbox.findings(PAYMENTS, REGION);
  world.sandbox.fail({ operation: 'sts:AssumeRole', with: 'Throttling' });

  const slices = await auditBySlices({ ...world, run: await aRun(world.store) });

  expect(slices).toHaveLength(1);
  expect(world.sandbox.findings(PAYMENTS, REGION)).toEqual(before);
});

test('an answer to an import that stalls at the end keeps no other finding from being published', async () => {
  const world = await anAuditWorld(['a']);
  vi.stubEnv('EKS_AUDITOR_CONFIG', JSON.stringify({ limits: { maxAttempts: 2, requestTimeoutMs: 300 } }));
  world.sandbox.fail({ operation: 'securityhub:BatchImportFindings', with: 'StalledBody', times: 1 });

  const output = await world.audit({ run: world.run, target: TARGET, slice: 1 }, lambdaContext(LONG));

  const { changes, verdicts } = await resultOf(world);
  expect(output).toEqual({});
  expect(changes.failed).toEqual([]);
  expect(world.sandbox.findings(PAYMENTS, REGION)).toHaveLength(verdicts.length);
  expect([SECURITY, SHOP].flatMap((id) => world.sandbox.findings(id, REGION))).toEqual([]);
});
