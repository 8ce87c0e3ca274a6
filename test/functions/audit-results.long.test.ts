import { beforeEach, describe, expect, test, vi } from 'vitest';
import { accountKeysOf, stateKey } from '../../functions/runtime/storage-keys.ts';
import { PAYMENTS, REGION } from '../harness.ts';
import {
  type AuditWorld,
  anAuditWorld,
  invoke,
  LONG,
  NOT_TO_PUBLISH,
  read,
  resultOf,
  SHORT,
  stubFunctions,
} from './audit-world.ts';

/* The results of accounts whose audit is interrupted: what was published is reported, and nothing that was read is lost. */

beforeEach(stubFunctions);

/** What was sent in order: whether a result was stored, and the requests to Security Hub. */
function sentBy({ sandbox, run }: AuditWorld): string[] {
  const { resultKey } = accountKeysOf(run, PAYMENTS);
  return sandbox.log
    .map(({ operation, params }) => (params.Key === resultKey ? `${operation} result` : operation))
    .filter((one) => one === 's3:PutObject result' || one.startsWith('securityhub:Batch'));
}

/** What publishing reserves, and enough for some of it. */
const PUBLISHING = 75_000 + 1_500;

const RESULT_FIRST = ['s3:PutObject result', 'securityhub:BatchImportFindings'];

/** As if an invocation crashed as soon as it has published. */
function failAfterFirstResult({ sandbox, run }: AuditWorld): void {
  const { resultKey } = accountKeysOf(run, PAYMENTS);
  let stored = 0;
  const isLater = ({ Key }: Readonly<Record<string, unknown>>) => {
    stored += Number(Key === resultKey);
    return stored > 1;
  };
  sandbox.fail({ operation: 's3:PutObject', with: 'ServerError', match: isLater });
}

describe('the result is stored before the first import', () => {
  let world: AuditWorld;
  beforeEach(async () => {
    world = await anAuditWorld(['a']);
    world.sandbox.clearLog();
  });

  test('of the invocation that reads', async () => {
    await invoke(world, 1);

    expect(sentBy(world).slice(0, 2)).toEqual(RESULT_FIRST);
  });

  test('of the next, where reading took the time of one', async () => {
    expect(await invoke(world, 1, NOT_TO_PUBLISH)).toEqual({ continue: { slice: 2 } });
    expect(sentBy(world)).toEqual([]);

    await invoke(world, 2);

    expect(sentBy(world).slice(0, 2)).toEqual(RESULT_FIRST);
  });

  test('of the next, where reading took the time of more than one', async () => {
    world.sandbox.fail({ operation: 'eks:ListNodegroups', with: 'Timeout', times: 1 });
    expect(await invoke(world, 1, SHORT)).toEqual({ continue: { slice: 2 } });
    expect(await invoke(world, 2, NOT_TO_PUBLISH)).toEqual({ continue: { slice: 3 } });

    await invoke(world, 3);

    expect(sentBy(world).slice(0, 2)).toEqual(RESULT_FIRST);
  });

  test('of an invocation that is repeated after it crashed, whatever it had sent', async () => {
    await invoke(world, 1, NOT_TO_PUBLISH);
    const { run, sandbox } = world;
    const { resultKey } = accountKeysOf(run, PAYMENTS);
    sandbox.fail({
      operation: 's3:PutObject',
      with: 'ServerError',
      times: 1,
      match: ({ Key }) => Key === resultKey,
    });

    await expect(invoke(world, 2)).rejects.toThrow('s3:PutObject');
    expect(sentBy(world)).toEqual(['s3:PutObject result']);
    await invoke(world, 2);

    expect(sentBy(world).slice(1, 3)).toEqual(RESULT_FIRST);
  });

  test('so that it is reported when everything after that fails', async () => {
    await invoke(world, 1, NOT_TO_PUBLISH);
    failAfterFirstResult(world);

    await expect(invoke(world, 2)).rejects.toThrow('s3:PutObject');

    const { verdicts } = await resultOf(world);
    expect(world.sandbox.findings(PAYMENTS, REGION)).toHaveLength(verdicts.length);
    expect(verdicts).not.toEqual([]);
  });
});

describe('an account whose role cannot be assumed any more', () => {
  let world: AuditWorld;
  /** The first invocation reads all but one list, and what rests on it. */
  beforeEach(async () => {
    world = await anAuditWorld(['a', 'b']);
    world.sandbox.fail({ operation: 'eks:ListNodegroups', with: 'Timeout', times: 1 });
    expect(await invoke(world, 1, SHORT)).toEqual({ continue: { slice: 2 } });
    world.sandbox.clearLog();
  });

  const gapsOf = async () => {
    const { coverage } = await resultOf(world);
    return [...coverage.gaps, ...coverage.regions.flatMap(({ gaps }) => gaps)];
  };
  const failuresOf = async () =>
    (await resultOf(world)).verdicts
      .filter(({ status }) => status === 'FAILED')
      .map(({ control }) => control);

  test('for a while is audited as soon as it can be, and nothing is read twice', async () => {
    world.sandbox.fail({ operation: 'sts:AssumeRole', with: 'Throttling', times: 1 });
    world.sandbox.fail({ operation: 'sts:AssumeRole', with: 'ServiceUnavailable', times: 1 });

    expect(await invoke(world, 2)).toEqual({ continue: { slice: 3 } });
    expect(await invoke(world, 3)).toEqual({ continue: { slice: 4 } });
    expect(await invoke(world, 4)).toEqual({});

    expect(await gapsOf()).toEqual([]);
    expect(world.sandbox.findings(PAYMENTS, REGION)).toHaveLength((await resultOf(world)).verdicts.length);
    expect(world.sandbox.calls({ operation: 'eks:ListClusters' })).toEqual([]);
    expect(world.sandbox.calls({ operation: 'eks:DescribeCluster' })).toEqual([]);
    expect(world.sandbox.calls({ operation: 'eks:ListNodegroups' })).toHaveLength(1);
  });

  test('until its last invocation is judged by what was read; what was not is named, and why', async () => {
    world.sandbox.fail({ operation: 'sts:AssumeRole', with: 'Throttling' });

    expect(await invoke(world, 19)).toEqual({ continue: { slice: 20 } });
    expect(await invoke(world, 20)).toEqual({});

    const gaps = await gapsOf();
    expect((await resultOf(world)).coverage.regions).toMatchObject([{ clusters: { found: 2, judged: 2 } }]);
    expect(await failuresOf()).toContain('private-endpoint');
    expect(gaps.map(({ operation }) => operation)).toEqual(
      expect.arrayContaining(['eks:ListNodegroups', 'securityhub:GetFindings']),
    );
    for (const { detail } of gaps) expect(detail).toContain('sts:AssumeRole failed with Throttling');
    expect(await read(world, stateKey(PAYMENTS))).toMatchObject({ runId: world.run.id, isAudited: true });
  });

  test('because nobody may is judged at once by what was read', async () => {
    world.sandbox.fail({ operation: 'sts:AssumeRole', with: 'AccessDenied' });

    expect(await invoke(world, 2)).toEqual({});

    expect(await failuresOf()).toContain('private-endpoint');
    for (const { detail } of await gapsOf())
      expect(detail).toContain('sts:AssumeRole failed with AccessDenied');
  });

  test('after something was published keeps what was, and names what was not', async () => {
    const { sandbox } = world;
    // More findings than one import takes.
    for (let index = 0; index < 60; index += 1)
      sandbox.account(PAYMENTS).add.repository(`r-${index}`, { region: REGION });
    expect(await invoke(world, 2, NOT_TO_PUBLISH)).toEqual({ continue: { slice: 3 } });
    let imports = 0;
    const isSecond = () => {
      imports += 1;
      return imports > 1;
    };
    sandbox.fail({ operation: 'securityhub:BatchImportFindings', with: 'Timeout', match: isSecond });
    expect(await invoke(world, 3, PUBLISHING)).toEqual({ continue: { slice: 4 } });
    sandbox.fail({ operation: 'sts:AssumeRole', with: 'AccessDenied' });

    expect(await invoke(world, 4)).toEqual({});

    const { changes, verdicts } = await resultOf(world);
    expect(verdicts.length).toBeGreaterThan(100);
    expect(changes).toMatchObject({ created: 100, failed: [] });
    expect(await gapsOf()).toMatchObject([{ what: 'security-hub', operation: 'securityhub:GetFindings' }]);
  });
});

test('an invocation that cannot be repeated after a crash leaves the result that it had stored', async () => {
  const world = await anAuditWorld(['a']);
  failAfterFirstResult(world);
  await expect(invoke(world, 1)).rejects.toThrow('s3:PutObject');
  const stored = await resultOf(world);
  world.sandbox.clearFaults();
  world.sandbox.fail({ operation: 'sts:AssumeRole', with: 'Throttling' });

  // The state machine records it, and the report adds it to the result.
  await expect(invoke(world, 1)).rejects.toThrow('sts:AssumeRole failed with Throttling');

  expect(stored.verdicts).not.toEqual([]);
  expect(await resultOf(world)).toEqual(stored);
});

test('an account that cannot be judged in the time that reading left is judged by the next invocation', async () => {
  const world = await anAuditWorld(['a']);
  const account = world.sandbox.account(PAYMENTS);
  for (let index = 0; index < 1_000; index += 1) account.add.role(`role-${index}`);
  const timeout = AbortSignal.timeout;
  // Time to publish is over when it is judged.
  const over = vi.spyOn(AbortSignal, 'timeout').mockImplementation((milliseconds) => {
    return milliseconds === LONG - 75_000 ? AbortSignal.abort() : timeout.call(AbortSignal, milliseconds);
  });

  expect(await invoke(world, 1)).toEqual({ continue: { slice: 2 } });
  over.mockRestore();
  expect(await invoke(world, 2)).toEqual({});

  expect((await resultOf(world)).verdicts).not.toEqual([]);
  expect(world.sandbox.calls({ operation: 'eks:ListClusters' })).toHaveLength(1);
});
