import { beforeEach, describe, expect, test, vi } from 'vitest';
import { accountKeysOf, keysOf, stateKey } from '../../functions/runtime/storage-keys.ts';
import { serializeDocument } from '../../functions/runtime/stored-document.ts';
import type { Sandbox } from '../../infra/sandbox/sandbox.ts';
import { s3Store } from '../../shared/aws/store.ts';
import { parseConfig } from '../../shared/config/config.ts';
import { absent } from '../../shared/model/evidence.ts';
import type { AccountResult, Run, Target } from '../../shared/model/run.ts';
import { newRun } from '../../shared/plan/new-run.ts';
import { accessTo } from '../aws-access.ts';
import { aTestOrganization, linesOf, PAYMENTS, REGION, SECURITY, SHOP, signedIn } from '../harness.ts';
import { functions, lambdaContext } from './lambda-support.ts';

const BUCKET = 'eks-auditor-results';
const CONFIG = { limits: { maxAttempts: 1 } };
const TARGET: Target = { partition: 'aws', accountId: PAYMENTS, regions: [{ region: REGION }] };
/** What reading reserves, and some milliseconds for reading. */
const SHORT = 90_000 + 400;
const LONG = 900_000;

beforeEach(() => {
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, method).mockImplementation(() => undefined);
  }
  vi.stubEnv('EKS_AUDITOR_BUCKET', BUCKET);
  vi.stubEnv('EKS_AUDITOR_CONFIG', JSON.stringify(CONFIG));
  vi.stubEnv('POWERTOOLS_DEV', 'true');
});

interface World {
  readonly sandbox: Sandbox;
  readonly run: Run;
  readonly audit: Awaited<ReturnType<typeof functions>>['audit'];
  /** The JSON under a key of the bucket. */
  read<T>(key: string): Promise<T>;
}

async function aWorld(clusters: readonly string[]): Promise<World> {
  const open = { region: REGION, resourcesVpcConfig: { endpointPublicAccess: true } };
  const sandbox = await signedIn(
    aTestOrganization().account(PAYMENTS, { name: 'payments' }, (account) =>
      clusters.reduce((all, name) => all.cluster(name, open), account),
    ),
  );
  sandbox.account(SECURITY).add.bucket(BUCKET);
  const run = aRun();
  const store = s3Store(accessTo(sandbox, SECURITY), REGION, BUCKET);
  const organization = { id: absent, accountIds: [PAYMENTS, SECURITY] };
  await store.put(keysOf(run).organizationKey, serializeDocument(organization));
  return {
    sandbox,
    run,
    audit: (await functions()).audit,
    read: async (key) => JSON.parse((await store.get(key)) ?? 'null'),
  };
}

function aRun(): Run {
  return newRun(parseConfig(CONFIG), new Date(), { publish: true, trigger: 'manual' });
}

/** Invokes the function until it is done, as the state machine does; returns how often. */
async function auditWholly({ run, audit }: World, remaining: (slice: number) => number): Promise<number> {
  for (let slice = 1; ; ) {
    const output = await audit({ run, target: TARGET, slice }, lambdaContext(remaining(slice)));
    if (output.continue === undefined) return slice;
    expect(output.continue.slice).toBe(slice + 1);
    slice = output.continue.slice;
    if (slice > 30) throw new Error('it does not end');
  }
}

function resultOf({ read, run }: World): Promise<AccountResult> {
  return read(accountKeysOf(run, PAYMENTS).resultKey);
}

/** The verdicts of an audit with all the time in the world. */
async function undisturbed(clusters: readonly string[]): Promise<string[]> {
  const world = await aWorld(clusters);
  await auditWholly(world, () => LONG);
  return linesOf((await resultOf(world)).verdicts);
}

describe('an account for which an invocation has too little time', () => {
  const clusters = ['a', 'b', 'c'];

  test('is read by several, none of which reads again what an earlier one has', async () => {
    const expected = await undisturbed(clusters);
    const world = await aWorld(clusters);
    const { sandbox, read, run } = world;
    sandbox.fail({ operation: 'eks:ListNodegroups', with: 'Timeout', times: 1 });

    const slices = await auditWholly(world, (slice) => (slice === 1 ? SHORT : LONG));

    expect(slices).toBe(2);
    expect(linesOf((await resultOf(world)).verdicts)).toEqual(expected);
    expect(sandbox.calls({ operation: 'eks:ListClusters' })).toHaveLength(1);
    expect(sandbox.calls({ operation: 'eks:DescribeCluster' })).toHaveLength(3);
    expect(sandbox.calls({ operation: 'eks:ListNodegroups' })).toHaveLength(4);
    expect(await read(stateKey(PAYMENTS))).not.toHaveProperty('lease');
    expect(sandbox.findings(PAYMENTS, REGION)).toHaveLength((await resultOf(world)).verdicts.length);
    expect(await read(accountKeysOf(run, PAYMENTS).checkpointKey)).toMatchObject({ isRead: false });
  });

  test('gives up what takes longer than an invocation, names it, and judges the rest', async () => {
    const expected = await undisturbed(['a', 'b']);
    const world = await aWorld(clusters);
    world.sandbox.fail({
      operation: 'eks:ListFargateProfiles',
      with: 'Timeout',
      match: ({ clusterName }) => clusterName === 'c',
    });

    const slices = await auditWholly(world, (slice) => (slice < 4 ? SHORT : LONG));

    const { coverage, verdicts } = await resultOf(world);
    const gaps = coverage.regions.flatMap((region) => region.gaps);
    expect(slices).toBeLessThan(6);
    expect(gaps).toMatchObject([{ code: 'OUT_OF_TIME', operation: 'eks:ListFargateProfiles' }]);
    const ofOthers = verdicts.filter(({ resource }) => !resource.id.endsWith('cluster/c'));
    expect(linesOf(ofOthers.filter(({ level }) => level === 'cluster'))).toEqual(
      expected.filter((line) => /^\S+ [ab] /.test(line)),
    );
  });

  test('ends after 20 invocations, whatever they are too short for', async () => {
    const world = await aWorld(clusters);
    world.sandbox.fail({ operation: 'eks:ListClusters', with: 'Timeout' });

    const slices = await auditWholly(world, () => 90_000 + 20);

    expect(slices).toBeLessThanOrEqual(20);
    expect((await resultOf(world)).coverage.state).toBe('not-covered');
  });

  test('is published by another invocation when reading took the time of the first', async () => {
    const world = await aWorld(clusters);

    const slices = await auditWholly(world, (slice) => (slice === 1 ? 200_000 : LONG));

    expect(slices).toBe(2);
    expect(world.sandbox.calls({ operation: 'eks:ListClusters' })).toHaveLength(1);
    const result = await resultOf(world);
    expect(result.changes.created).toBe(result.verdicts.length);
  });
});

describe('the lease of an account', () => {
  test('keeps another run out, which is told to come back, until the first is done', async () => {
    const world = await aWorld(['a']);
    const other = { ...world, run: aRun() };
    await copyOrganization(world, other.run);

    const first = await world.audit({ run: world.run, target: TARGET }, lambdaContext(200_000));
    const busy = other.audit({ run: other.run, target: TARGET }, lambdaContext());

    expect(first).toEqual({ continue: { slice: 2 } });
    await expect(busy).rejects.toMatchObject({ name: 'AccountBusy' });
    expect(await auditWholly(world, () => LONG)).toBe(1);
    expect(await auditWholly(other, () => LONG)).toBe(1);
  });

  test('is taken over when the run that holds it has not come back for longer than it can last', async () => {
    const world = await aWorld(['a']);
    const other = { ...world, run: aRun() };
    await copyOrganization(world, other.run);
    await world.audit({ run: world.run, target: TARGET }, lambdaContext(200_000));
    const { expiresAt } = (await world.read<{ lease: { expiresAt: string } }>(stateKey(PAYMENTS))).lease;

    vi.useFakeTimers({ now: new Date(expiresAt).getTime() + 1, toFake: ['Date'] });
    world.sandbox.setClock(() => new Date());
    try {
      expect(await auditWholly(other, () => LONG)).toBe(1);
    } finally {
      vi.useRealTimers();
    }
  });

  test('is held for one account only', async () => {
    const world = await aWorld(['a']);
    await world.audit({ run: world.run, target: TARGET }, lambdaContext(200_000));

    const other = { ...TARGET, accountId: SHOP };

    await expect(world.audit({ run: world.run, target: other }, lambdaContext())).resolves.toEqual({});
  });
});

async function copyOrganization({ sandbox, run }: World, to: Run): Promise<void> {
  const store = s3Store(accessTo(sandbox, SECURITY), REGION, BUCKET);
  await store.put(keysOf(to).organizationKey, (await store.get(keysOf(run).organizationKey)) ?? '');
}
