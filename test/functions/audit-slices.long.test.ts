import { beforeEach, describe, expect, test, vi } from 'vitest';
import { accountKeysOf, stateKey } from '../../functions/runtime/storage-keys.ts';
import { linesOf, PAYMENTS, REGION, SHOP } from '../harness.ts';
import {
  anAuditWorld,
  aRun,
  auditWholly,
  invoke,
  LONG,
  NOT_TO_PUBLISH,
  read,
  resultOf,
  SHORT,
  stubFunctions,
  TARGET,
} from './audit-world.ts';
import { lambdaContext } from './lambda-support.ts';

beforeEach(stubFunctions);

/** The verdicts of an audit with all the time in the world. */
async function undisturbed(clusters: readonly string[]): Promise<string[]> {
  const world = await anAuditWorld(clusters);
  await auditWholly(world);
  return linesOf((await resultOf(world)).verdicts);
}

describe('an account for which an invocation has too little time', () => {
  const clusters = ['a', 'b', 'c'];

  test('is read by several, none of which reads again what an earlier one has', async () => {
    const expected = await undisturbed(clusters);
    const world = await anAuditWorld(clusters);
    const { sandbox, run } = world;
    sandbox.fail({ operation: 'eks:ListNodegroups', with: 'Timeout', times: 1 });

    const slices = await auditWholly(world, (slice) => (slice === 1 ? SHORT : LONG));

    expect(slices).toBe(2);
    expect(linesOf((await resultOf(world)).verdicts)).toEqual(expected);
    expect(sandbox.calls({ operation: 'eks:ListClusters' })).toHaveLength(1);
    expect(sandbox.calls({ operation: 'eks:DescribeCluster' })).toHaveLength(3);
    expect(sandbox.calls({ operation: 'eks:ListNodegroups' })).toHaveLength(4);
    expect(await read(world, stateKey(PAYMENTS))).not.toHaveProperty('lease');
    expect(sandbox.findings(PAYMENTS, REGION)).toHaveLength((await resultOf(world)).verdicts.length);
    expect(await read(world, accountKeysOf(run, PAYMENTS).checkpointKey)).toMatchObject({ isRead: false });
  });

  test('gives up what takes longer than an invocation, names it, and judges the rest', async () => {
    const expected = await undisturbed(['a', 'b']);
    const world = await anAuditWorld(clusters);
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
    const world = await anAuditWorld(clusters);
    world.sandbox.fail({ operation: 'eks:ListClusters', with: 'Timeout' });

    const slices = await auditWholly(world, () => 90_000 + 20);

    expect(slices).toBeLessThanOrEqual(20);
    expect((await resultOf(world)).coverage.state).toBe('not-covered');
  });

  test('is published by another invocation when reading took the time of the first', async () => {
    const world = await anAuditWorld(clusters);

    const slices = await auditWholly(world, (slice) => (slice === 1 ? NOT_TO_PUBLISH : LONG));

    expect(slices).toBe(2);
    expect(world.sandbox.calls({ operation: 'eks:ListClusters' })).toHaveLength(1);
    const result = await resultOf(world);
    expect(result.changes.created).toBe(result.verdicts.length);
  });
});

describe('an account whose findings Security Hub takes too long to tell', () => {
  test('is given up, which is a gap of its Region', async () => {
    const world = await anAuditWorld(['a']);
    world.sandbox.fail({ operation: 'securityhub:GetFindings', with: 'Timeout' });

    const slices = await auditWholly(world, (slice) => (slice === 1 ? 200_000 : 75_000 + 1_500));

    const { coverage, changes, verdicts } = await resultOf(world);
    expect(slices).toBe(2);
    expect(verdicts).not.toEqual([]);
    expect(changes.created).toBe(0);
    expect(coverage.state).toBe('partial');
    expect(coverage.regions[0]?.gaps).toMatchObject([
      { what: 'security-hub', code: 'OUT_OF_TIME', operation: 'securityhub:BatchImportFindings' },
    ]);
  });
});

describe('the lease of an account', () => {
  test('keeps another run out, which is told to come back, until the first is done', async () => {
    const world = await anAuditWorld(['a']);
    const other = { ...world, run: await aRun(world.store) };

    const first = await invoke(world, 1, NOT_TO_PUBLISH);
    const busy = invoke(other, 1);

    expect(first).toEqual({ continue: { slice: 2 } });
    await expect(busy).rejects.toMatchObject({ name: 'AccountBusy' });
    expect(await auditWholly(world)).toBe(1);
    expect(await auditWholly(other)).toBe(1);
  });

  test('is taken over when the run that holds it has not come back for longer than it can last', async () => {
    const world = await anAuditWorld(['a']);
    const other = { ...world, run: await aRun(world.store) };
    await invoke(world, 1, NOT_TO_PUBLISH);
    const { expiresAt } = (await read<{ lease: { expiresAt: string } }>(world, stateKey(PAYMENTS))).lease;

    vi.useFakeTimers({ now: new Date(expiresAt).getTime() + 1, toFake: ['Date'] });
    world.sandbox.setClock(() => new Date());
    try {
      expect(await auditWholly(other)).toBe(1);
    } finally {
      vi.useRealTimers();
    }
  });

  test('that was lost meanwhile makes a run look anew, and not tell what is not true any more', async () => {
    const world = await anAuditWorld(['a']);
    const { sandbox, store } = world;
    await auditWholly({ ...world, run: await aRun(store) });
    const first = await invoke(world, 1, NOT_TO_PUBLISH);
    expect(first).toEqual({ continue: { slice: 2 } });
    const { expiresAt } = (await read<{ lease: { expiresAt: string } }>(world, stateKey(PAYMENTS))).lease;

    vi.useFakeTimers({ now: new Date(expiresAt).getTime() + 1, toFake: ['Date'] });
    sandbox.setClock(() => new Date());
    try {
      sandbox.account(PAYMENTS).putCluster('b', { region: REGION });
      await auditWholly({ ...world, run: await aRun(store) });
      await invoke(world, 2);
    } finally {
      vi.useRealTimers();
    }

    expect((await resultOf(world)).clusters).toHaveLength(2);
    expect((await resultOf(world)).verdictChanges).toEqual([]);
  });

  test('that was lost meanwhile counts as lost in an invocation that is repeated as well', async () => {
    const world = await anAuditWorld(['a']);
    const { sandbox, store } = world;
    const account = sandbox.account(PAYMENTS);
    const opened = { region: REGION, resourcesVpcConfig: { endpointPublicAccess: true } };
    const closed = { region: REGION, resourcesVpcConfig: { endpointPublicAccess: false } };
    await auditWholly({ ...world, run: await aRun(store) });
    account.putCluster('a', closed);
    expect(await invoke(world, 1, NOT_TO_PUBLISH)).toEqual({
      continue: { slice: 2 },
    });
    const { expiresAt } = (await read<{ lease: { expiresAt: string } }>(world, stateKey(PAYMENTS))).lease;

    vi.useFakeTimers({ now: new Date(expiresAt).getTime() + 1, toFake: ['Date'] });
    sandbox.setClock(() => new Date());
    try {
      account.putCluster('a', opened);
      await auditWholly({ ...world, run: await aRun(store) });
      // It takes the lease, and crashes.
      sandbox.fail({ operation: 's3:PutObject', with: 'ServerError', match: isResult });
      const crashed = invoke(world, 2);
      await expect(crashed).rejects.toThrow('s3:PutObject');
      sandbox.clearFaults();
      await invoke(world, 2);
    } finally {
      vi.useRealTimers();
    }

    expect((await resultOf(world)).verdictChanges).toEqual([]);
    const endpoint = sandbox.findings(PAYMENTS, REGION).find(({ Id }) => Id.includes('endpoint-access'));
    expect(endpoint).toMatchObject({ Compliance: { Status: 'FAILED' }, Workflow: { Status: 'NEW' } });
  });

  test('is held for one account only', async () => {
    const world = await anAuditWorld(['a']);
    await invoke(world, 1, NOT_TO_PUBLISH);

    const other = { ...TARGET, accountId: SHOP };

    await expect(world.audit({ run: world.run, target: other }, lambdaContext())).resolves.toEqual({});
  });
});

const isResult = ({ Key }: Readonly<Record<string, unknown>>) => /accounts\/\d+\.json$/.test(String(Key));
