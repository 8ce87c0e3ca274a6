import { beforeEach, expect, test, vi } from 'vitest';
import type { Fault, RequestLogEntry } from '../../infra/sandbox/sandbox.ts';
import { PAYMENTS, REGION, SECURITY, SHOP } from '../harness.ts';
import { type AuditWorld, anAuditWorld, aRun, LONG, resultOf, stubFunctions, TARGET } from './audit-world.ts';
import { lambdaContext } from './lambda-support.ts';

/*
 * Accounts that take longer than an invocation. Reading ends 90 seconds before the invocation does: the invocations here
 * have little more than that, so that each reads for seconds and not for minutes, and what answers slowly is as much faster.
 */

beforeEach(stubFunctions);

const READING_MS = 3_000;
const MAX_SLICES = 20;
const SPARE_MS = 30_000;

/** An invocation with so much time left, which passes. */
function invocationOf(milliseconds: number) {
  const endsAt = performance.now() + milliseconds;
  const leftMs = () => endsAt - performance.now();
  return { context: { ...lambdaContext(), getRemainingTimeInMillis: leftMs }, leftMs };
}

/** What was answered in each invocation, until the account is done; what is published takes the time after reading. */
async function auditBySlices(
  world: AuditWorld,
  { readingMs = READING_MS, beforeSlice }: SlicesOptions = {},
): Promise<RequestLogEntry[][]> {
  const slices: RequestLogEntry[][] = [];
  for (;;) {
    const slice = slices.length + 1;
    beforeSlice?.(slice);
    world.sandbox.clearLog();
    const { context, leftMs } = invocationOf(90_000 + readingMs);
    const output = await world.audit({ run: world.run, target: TARGET, slice }, context);
    expect(leftMs()).toBeGreaterThan(SPARE_MS);
    slices.push(world.sandbox.calls({ accountId: PAYMENTS }).filter(({ status }) => status === 200));
    if (output.continue === undefined) return slices;
    expect(slices.length).toBeLessThan(MAX_SLICES);
  }
}

interface SlicesOptions {
  readonly readingMs?: number;
  readonly beforeSlice?: (slice: number) => void;
}

/** Of one slice: ten clusters at a time, of which seven facts are read at the same time. */
const IN_PROGRESS = 70;

/** What a slice read and wrote, without what every slice begins with. */
function doneBy(slice: readonly RequestLogEntry[]): string[] {
  return slice
    .filter(({ service, operation }) => service !== 'sts' && operation !== 'securityhub:GetFindings')
    .map(({ operation, region, params }) => `${operation} ${region} ${JSON.stringify(params)}`);
}

/** Requests that were answered more than once. */
function readTwice(slices: readonly (readonly RequestLogEntry[])[]): string[] {
  const seen = new Set<string>();
  return slices.flatMap(doneBy).filter((request) => seen.size === seen.add(request).size);
}

/** Each slice does something that none has done before. */
function expectProgress(slices: readonly (readonly RequestLogEntry[])[]): void {
  const seen = new Set<string>();
  for (const slice of slices) {
    const { size } = seen;
    for (const request of doneBy(slice)) seen.add(request);
    expect(seen.size).toBeGreaterThan(size);
  }
}

test('a hundred clusters that answer slowly: each invocation that can reads some, and none again', async () => {
  const names = Array.from({ length: 100 }, (_, index) => `cluster-${index}`);
  const world = await anAuditWorld(names);
  world.sandbox.latency(70);
  const throttled = 2;
  const beforeSlice = (slice: number) => {
    world.sandbox.clearFaults();
    if (slice === throttled) world.sandbox.fail({ operation: 'sts:AssumeRole', with: 'Throttling' });
  };

  const slices = await auditBySlices(world, { beforeSlice });

  const { coverage, verdicts } = await resultOf(world);
  expect(slices.length).toBeGreaterThan(3);
  expect(slices[throttled - 1]).toEqual([]);
  expectProgress(slices.filter((_, index) => index !== throttled - 1));
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

  expectProgress(await auditBySlices(world));

  const { coverage, verdicts } = await resultOf(world);
  const gaps = coverage.regions[0]?.gaps ?? [];
  expect(gaps[0]).toMatchObject({ what: 'cluster', operation: 'eks:DescribeCluster' });
  expect(gaps.filter(({ resource = '' }) => !resource.endsWith('/silent'))).toEqual([]);
  const others = verdicts.filter(({ resource }) => !resource.id.endsWith('/silent'));
  expect(others.filter(({ status }) => status === 'NOT_AVAILABLE')).toEqual([]);
});

/*
 * What is read of a registry is one fact, which has to fit into one invocation: 3,000 repositories at fifty a second take a
 * minute of the thirteen that it reads for. Here a fifth of them, at four times the rate, are throttled from the eleventh
 * request on: the SDK needs some seconds to find the pace of such an account, which more of them would only repeat.
 */
const REPOSITORIES = 3_000 / 5;

test('3,000 repositories and 5,000 roles where AWS limits the rates: nothing is lost, and little is read twice', async () => {
  const world = await anAuditWorld(['a']);
  const account = world.sandbox.account(PAYMENTS);
  for (let index = 0; index < REPOSITORIES; index += 1)
    account.add.repository(`r-${index}`, { region: REGION });
  for (let index = 0; index < 5_000; index += 1) account.add.role(`role-${index}`);
  world.sandbox.rate('ecr:GetRepositoryPolicy', { perSecond: 200, burst: 10 });
  world.sandbox.rate('iam:GetAccountAuthorizationDetails', { perSecond: 5, burst: 5 });
  vi.stubEnv('EKS_AUDITOR_CONFIG', JSON.stringify({ limits: { maxAttempts: 20 } }));

  const slices = await auditBySlices(world, { readingMs: 60_000 });

  const { verdicts } = await resultOf(world);
  const ofRepositories = verdicts.filter(({ resource }) => resource.type === 'AwsEcrRepository');
  expect(ofRepositories).toHaveLength(2 * REPOSITORIES);
  expect(verdicts.filter(({ status }) => status === 'NOT_AVAILABLE')).toEqual([]);
  expect(readTwice(slices).length).toBeLessThan(IN_PROGRESS * slices.length);
  expectProgress(slices);
}, 120_000);

test('a role that cannot be assumed for throttling is a gap of the account, whose findings stay', async () => {
  const world = await anAuditWorld(['a']);
  await auditBySlices(world);
  const before = world.sandbox.findings(PAYMENTS, REGION);
  world.sandbox.fail({ operation: 'sts:AssumeRole', with: 'Throttling' });

  const slices = await auditBySlices({ ...world, run: await aRun(world.store) });

  expect(slices).toHaveLength(1);
  expect(world.sandbox.findings(PAYMENTS, REGION)).toEqual(before);
});

/** So much longer than what is reserved for what comes after it does each phase last here. */
const PHASE_MS = 1_500;
/** Timers of Node.js count whole milliseconds, from when the event loop began its turn: they may end a little early. */
const TIMER_MS = 20;

/*
 * Each phase ends so many seconds before the invocation does, and there is as much time for what comes after it. What never
 * answers takes a phase to its end: the request itself would be given half a minute.
 */
test.each<[string, Fault, { readonly reservedMs: number; readonly leftMs: number }]>([
  [
    'reading',
    { operation: 'eks:DescribeCluster', with: 'StalledBody' },
    { reservedMs: 90_000, leftMs: 75_000 },
  ],
  [
    'publishing',
    { operation: 'securityhub:BatchImportFindings', with: 'StalledBody' },
    { reservedMs: 75_000, leftMs: 60_000 },
  ],
  [
    'storing what was read',
    {
      operation: 's3:PutObject',
      with: 'StalledBody',
      match: ({ Key }) => !String(Key).endsWith('state.json'),
    },
    { reservedMs: 35_000, leftMs: SPARE_MS },
  ],
])(
  '%s that stalls at its end leaves an invocation its time to spare',
  async (_, fault, { reservedMs, leftMs }) => {
    const world = await anAuditWorld(['a']);
    const audit = (slice: number, context: ReturnType<typeof lambdaContext>) =>
      world.audit({ run: world.run, target: TARGET, slice }, context);
    if (!fault.operation.startsWith('eks:')) await audit(1, lambdaContext(200_000));
    world.sandbox.fail(fault);

    const invocation = invocationOf(reservedMs + PHASE_MS);
    await Promise.allSettled([audit(2, invocation.context)]);

    expect(invocation.leftMs()).toBeLessThan(reservedMs + TIMER_MS);
    expect(invocation.leftMs()).toBeGreaterThan(leftMs);
  },
);

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
