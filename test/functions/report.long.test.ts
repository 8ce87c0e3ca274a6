import { beforeEach, describe, expect, test, vi } from 'vitest';
import { takeLease } from '../../functions/runtime/account-state.ts';
import { pendingEvents } from '../../functions/runtime/finding-events.ts';
import { parseLatestAccounts } from '../../functions/runtime/latest-accounts.ts';
import { accountKeysOf, keysOf, LATEST_KEYS, stateKey } from '../../functions/runtime/storage-keys.ts';
import { serializeDocument } from '../../functions/runtime/stored-document.ts';
import type { Sandbox } from '../../infra/sandbox/sandbox.ts';
import { type Store, s3Store } from '../../shared/aws/store.ts';
import { absent } from '../../shared/model/evidence.ts';
import {
  type AccountResult,
  NO_CHANGES,
  type Plan,
  type Run,
  type RunResult,
} from '../../shared/model/run.ts';
import { accessTo } from '../aws-access.ts';
import { aTestOrganization, coverageOf, PAYMENTS, REGION, SECURITY, SHOP, signedIn } from '../harness.ts';
import { anAccount, aRegion, aVerdict } from '../shared/report/builders.ts';
import { aChange } from '../shared/report/change-builder.ts';
import { functions, lambdaContext } from './lambda-support.ts';

const BUCKET = 'eks-auditor-results';
const TOPIC = `arn:aws:sns:${REGION}:${SECURITY}:eks-auditor-digest`;
const RUN: Run = {
  id: 'run-1',
  trigger: 'schedule',
  startedAt: '2026-11-26T10:00:00.000Z',
  version: '0.1.0',
  benchmark: '1.5.0',
  publish: true,
};

let logged: string[] = [];
let sandbox: Sandbox;
let store: Store;

beforeEach(async () => {
  logged = [];
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, method).mockImplementation((text: unknown) => {
      logged.push(String(text));
    });
  }
  vi.stubEnv('EKS_AUDITOR_BUCKET', BUCKET);
  vi.stubEnv('EKS_AUDITOR_CONFIG', JSON.stringify({ limits: { maxAttempts: 1 } }));
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
  sandbox = await signedIn(aTestOrganization());
  sandbox.account(SECURITY).add.bucket(BUCKET);
  store = s3Store(accessTo(sandbox, SECURITY), REGION, BUCKET);
});

/** Stores the plan of a run over these accounts. */
async function planned(
  run: Run,
  accountIds: readonly string[] = [PAYMENTS, SHOP],
  fields: Partial<Plan> = {},
): Promise<void> {
  const targets = accountIds.map((accountId) => ({ partition: 'aws', accountId }));
  const plan = { run, organization: { id: absent, accountIds }, targets, skipped: [], ...fields };
  await store.put(keysOf(run).planKey, serializeDocument(plan));
}

function aResult(accountId: string, fields: Partial<AccountResult> = {}): AccountResult {
  return {
    coverage: anAccount({ accountId }),
    clusters: ['payments'],
    verdicts: [aVerdict({ accountId })],
    changes: { ...NO_CHANGES, created: 1 },
    regionsWithClusters: ['eu-west-1'],
    durationMs: 1_000,
    ...fields,
  };
}

/** Stores what the audit of an account found, under the key of that account or of another. */
async function audited(run: Run, result: AccountResult, keyOf = result.coverage.accountId): Promise<void> {
  await store.put(accountKeysOf(run, keyOf).resultKey, serializeDocument(result));
}

async function crashed(run: Run, accountId: string): Promise<void> {
  const crash = { accountId, error: 'States.Timeout', cause: 'Too slow.' };
  await store.put(accountKeysOf(run, accountId).crashedKey, JSON.stringify(crash));
}

/** The details of what was put on the bus. */
function events(): Record<string, unknown>[] {
  return sandbox
    .calls({ operation: 'events:PutEvents' })
    .flatMap(({ params }) => params.Entries as { readonly Detail: string }[])
    .map(({ Detail: detail }) => JSON.parse(detail));
}

async function report(event: object): Promise<unknown> {
  return (await functions()).report(event, lambdaContext());
}

async function stored(key: string): Promise<RunResult> {
  return JSON.parse((await store.get(key)) ?? 'null');
}

const resultOf = (run: Run) => stored(keysOf(run).resultKey);

function metrics(): Record<string, unknown>[] {
  return logged.map((line) => JSON.parse(line)).filter((entry) => entry._aws !== undefined);
}

const announcements = () => logged.filter((line) => JSON.parse(line).message === 'reported');

test('a report is kept in the bucket for reports as well, where there is one', async () => {
  vi.stubEnv('EKS_AUDITOR_REPORTS_BUCKET', 'locked-reports');
  sandbox.account(SECURITY).add.bucket('locked-reports');
  await planned(RUN);
  await audited(RUN, aResult(PAYMENTS));

  await report({ run: RUN });

  const { resultKey, htmlKey } = keysOf(RUN);
  const locked = s3Store(accessTo(sandbox, SECURITY), REGION, 'locked-reports');
  expect(await locked.list('')).toEqual([htmlKey, resultKey]);
  for (const key of [resultKey, htmlKey]) expect(await locked.get(key)).toBe(await store.get(key));
});

describe('results', () => {
  test('make up one document, account by account, worst first in each', async () => {
    await planned(RUN, [SHOP, PAYMENTS]);
    const passed = aVerdict({ accountId: PAYMENTS, status: 'PASSED' });
    await audited(RUN, aResult(PAYMENTS, { verdicts: [passed, aVerdict({ accountId: PAYMENTS })] }));
    await audited(RUN, aResult(SHOP));

    await report({ run: RUN });

    const { verdicts, coverage, changes } = await resultOf(RUN);
    expect(verdicts.map(({ scope, status }) => [scope.accountId, status])).toEqual([
      [PAYMENTS, 'FAILED'],
      [PAYMENTS, 'PASSED'],
      [SHOP, 'FAILED'],
    ]);
    expect(coverage).toMatchObject({
      complete: true,
      accounts: [{ accountId: SHOP }, { accountId: PAYMENTS }],
    });
    expect(changes.created).toBe(2);
    expect(metrics()).toMatchObject([{ VerdictsFailed: 2, VerdictsPassed: 1 }, { FindingsCreated: 2 }]);
  });

  test('of another account than that of their key are refused, also where only a verdict is of another', async () => {
    await planned(RUN);
    await audited(RUN, aResult(SHOP), PAYMENTS);
    await audited(RUN, aResult(SHOP, { verdicts: [aVerdict({ accountId: PAYMENTS })] }));

    await report({ run: RUN });

    const result = await resultOf(RUN);
    expect(result.verdicts).toEqual([]);
    for (const accountId of [PAYMENTS, SHOP])
      expect(coverageOf(result, accountId)).toMatchObject({
        state: 'not-covered',
        gaps: [{ code: 'ForeignResult' }],
      });
  });

  test('of accounts that were not planned are not read', async () => {
    await planned(RUN, [PAYMENTS]);
    await audited(RUN, aResult(PAYMENTS));
    await audited(RUN, aResult(SHOP));

    await report({ run: RUN });

    expect((await resultOf(RUN)).verdicts).toHaveLength(1);
    expect(logged.join('\n')).toContain('results of accounts that were not planned');
  });

  test('that cannot be used are a gap of their account, and the others are reported', async () => {
    await planned(RUN);
    await audited(RUN, aResult(PAYMENTS));
    await store.put(accountKeysOf(RUN, SHOP).resultKey, '{"formatVersion":1}');

    await report({ run: RUN });

    const result = await resultOf(RUN);
    expect(result.verdicts).toHaveLength(1);
    expect(coverageOf(result, SHOP).gaps).toMatchObject([{ code: 'UnusableResult' }]);
  });

  test('of an audit that ended with an error count, with the error as a gap', async () => {
    await planned(RUN);
    await audited(RUN, aResult(PAYMENTS));
    await crashed(RUN, PAYMENTS);
    await crashed(RUN, SHOP);

    await report({ run: RUN });

    const result = await resultOf(RUN);
    const gap = { code: 'States.Timeout', detail: 'Too slow.' };
    expect(result.verdicts).toHaveLength(1);
    expect(coverageOf(result, PAYMENTS)).toMatchObject({ state: 'partial', gaps: [gap] });
    expect(coverageOf(result, SHOP)).toMatchObject({ state: 'not-covered', gaps: [gap] });
  });

  test('an error whose record cannot be read is a gap all the same', async () => {
    await planned(RUN, [PAYMENTS]);
    await store.put(accountKeysOf(RUN, PAYMENTS).crashedKey, 'no JSON');

    await report({ run: RUN });

    expect(coverageOf(await resultOf(RUN), PAYMENTS).gaps).toMatchObject([{ code: 'Unknown' }]);
  });
});

describe('a run that did not end by itself', () => {
  const ended = { ended: { execution: RUN.id, status: 'ABORTED' } };

  test('is reported with what there is', async () => {
    await planned(RUN);
    await audited(RUN, aResult(PAYMENTS));

    await report(ended);

    const result = await resultOf(RUN);
    expect(result.verdicts).toHaveLength(1);
    expect(coverageOf(result, SHOP).gaps).toMatchObject([
      { code: 'NoResult', detail: 'The run was aborted before the audit of this account had a result.' },
    ]);
    expect(announcements()).toHaveLength(1);
    expect(metrics()[0]).not.toHaveProperty('RunsFinished');
    expect(await store.get(LATEST_KEYS.resultKey)).toBeUndefined();
  });

  test('is not reported again', async () => {
    await planned(RUN);
    await report({ run: RUN });
    logged = [];

    expect(await report(ended)).toEqual({ reported: false });

    expect(announcements()).toHaveLength(0);
    expect(metrics()).toEqual([]);
  });

  test('is told of once when nothing was planned, without a report', async () => {
    vi.stubEnv('EKS_AUDITOR_EVENT_BUS', 'eks-auditor');
    vi.stubEnv('EKS_AUDITOR_DIGEST_TOPIC', TOPIC);

    for (const _ of [1, 2]) expect(await report(ended)).toEqual({ reported: false });

    expect(metrics()).toMatchObject([{ RunsWithoutPlan: 1 }]);
    expect(await store.list('')).toEqual([keysOf(RUN).reportedKey]);
    expect(events()).toMatchObject([{ runId: RUN.id, state: 'aborted' }]);
    expect(sandbox.calls({ operation: 'sns:Publish' })).toEqual([]);
  });

  test.each(['', '../x', 'a/b', 'x'.repeat(81)])('is refused with the name %j', async (execution) => {
    await expect(report({ ended: { execution, status: 'FAILED' } })).rejects.toThrow('Invalid event');
  });
});

test('a report that is repeated is stored again and announced once', async () => {
  await planned(RUN);
  await report({ run: RUN });
  await audited(RUN, aResult(PAYMENTS));

  await report({ run: RUN });

  expect((await resultOf(RUN)).verdicts).toHaveLength(1);
  expect(announcements()).toHaveLength(1);
  expect(metrics().filter((entry) => entry.RunsFinished === 1)).toHaveLength(1);
});

describe('with a bus and a topic', () => {
  beforeEach(() => {
    vi.stubEnv('EKS_AUDITOR_EVENT_BUS', 'eks-auditor');
    vi.stubEnv('EKS_AUDITOR_DIGEST_TOPIC', TOPIC);
  });

  function digests() {
    return sandbox.calls({ operation: 'sns:Publish' }).map(({ params }) => params as Record<string, unknown>);
  }

  test('a run is one event and one digest, however often it is reported', async () => {
    await planned(RUN);
    const fixed = aChange({
      change: 'fixed',
      status: 'PASSED',
      before: { status: 'FAILED', severity: 'CRITICAL' },
      accountId: PAYMENTS,
    });
    await audited(RUN, aResult(PAYMENTS, { verdictChanges: [aChange({ accountId: PAYMENTS }), fixed] }));
    await audited(RUN, aResult(SHOP, { verdictChanges: [aChange({ accountId: SHOP })], firstAudit: true }));

    await report({ run: RUN });
    await report({ run: RUN });

    expect(events()).toMatchObject([
      {
        runId: RUN.id,
        trigger: 'schedule',
        state: 'finished',
        coverage: { complete: true, accounts: 2, covered: 2 },
        verdicts: { FAILED: 2 },
        changes: { new: 1, fixed: 1 },
        firstAudits: { accounts: 1, failures: 1 },
        report: { bucket: BUCKET, resultKey: keysOf(RUN).resultKey },
      },
    ]);
    expect(digests()).toMatchObject([
      {
        Subject: 'EKS Auditor: 1 new HIGH, 1 fixed, first audit of 1 account: 1 failure',
        MessageAttributes: {
          entry: [{ Value: { StringValue: JSON.stringify(['CRITICAL', 'HIGH', 'OTHER']) } }],
        },
      },
    ]);
  });

  test('a quiet run is mailed only where people want that', async () => {
    await planned(RUN);
    await report({ run: RUN });
    expect(digests()).toEqual([]);
    vi.stubEnv('EKS_AUDITOR_DIGEST', 'always');
    const next: Run = { ...RUN, id: 'run-2' };
    await planned(next, []);

    await report({ run: next });

    expect(digests()).toMatchObject([{ Subject: 'EKS Auditor: no change' }]);
  });

  test('a run that was aborted says so', async () => {
    await planned(RUN);
    await audited(RUN, aResult(PAYMENTS, { verdictChanges: [aChange({ accountId: PAYMENTS })] }));

    await report({ ended: { execution: RUN.id, status: 'ABORTED' } });

    expect(events()).toMatchObject([{ state: 'aborted', coverage: { complete: false } }]);
    expect(digests()).toMatchObject([
      { Subject: 'EKS Auditor: run aborted, 1 new HIGH, 1 account not seen' },
    ]);
  });

  test('a run that was aborted is told of again when it is redriven and finishes, once', async () => {
    const ended = { ended: { execution: RUN.id, status: 'ABORTED' } };
    await planned(RUN);
    await report(ended);
    await audited(RUN, aResult(PAYMENTS, { verdictChanges: [aChange({ accountId: PAYMENTS })] }));
    await audited(RUN, aResult(SHOP));

    for (const event of [{ run: RUN }, { run: RUN }, ended]) await report(event);

    expect(events()).toMatchObject([{ state: 'aborted' }, { state: 'finished', changes: { new: 1 } }]);
    expect(digests()).toMatchObject([{ Subject: 'EKS Auditor: 1 new HIGH' }]);
    expect(metrics().filter((entry) => entry.RunsFinished === 1)).toHaveLength(1);
  });

  test('events that audits left behind are sent after the report', async () => {
    await planned(RUN);
    const left = pendingEvents([aChange({ accountId: SHOP })], { runId: RUN.id, leaseId: 'lease' });
    const lease = await takeLease(store, RUN, SHOP, new Date());
    await lease.free({ reported: [], events: left });

    await report({ run: RUN });

    expect(events()).toMatchObject([{ runId: RUN.id, state: 'finished' }, { eventId: left[0]?.eventId }]);
    expect(JSON.parse((await store.get(stateKey(SHOP))) ?? '{}').events).toEqual([]);
  });
});

test('a report is stored before the run counts as reported', async () => {
  await planned(RUN);
  const { reportedKey, resultKey, htmlKey } = keysOf(RUN);

  await report({ run: RUN });

  const written = sandbox
    .calls({ operation: 's3:PutObject' })
    .map(({ params }) => (params as { Key: string }).Key);
  const last = Math.max(written.indexOf(resultKey), written.indexOf(htmlKey));
  expect(written.indexOf(reportedKey)).toBeGreaterThan(last);
});

describe('latest/', () => {
  // Begins after the reports of the others, whose time is now.
  const LATER: Run = { ...RUN, id: 'run-2', startedAt: '2126-11-27T10:00:00.000Z' };
  const ON_CHANGE: Run = { ...LATER, id: 'run-3', trigger: 'change' };

  const NO_CLUSTERS = aRegion({ clusters: { found: 0, judged: 0 } });

  async function accounts() {
    const text = await store.get('latest/accounts.json');
    if (text === undefined) return undefined;
    const known = [...parseLatestAccounts(text)];
    return Object.fromEntries(known.map(([id, { reportedAt, ...account }]) => [id, account]));
  }

  test('holds the report of the last full run, and what it knows of accounts', async () => {
    await planned(RUN);
    await audited(RUN, aResult(PAYMENTS));
    const coverage = anAccount({ accountId: SHOP, regions: [NO_CLUSTERS] });
    await audited(RUN, aResult(SHOP, { coverage, verdicts: [], regionsWithClusters: [], durationMs: 5 }));

    await report({ run: RUN });

    expect(await stored(LATEST_KEYS.resultKey)).toEqual(await resultOf(RUN));
    expect(await store.get(LATEST_KEYS.htmlKey)).toBe(await store.get(keysOf(RUN).htmlKey));
    expect(await accounts()).toEqual({
      [PAYMENTS]: { regions: ['eu-west-1'], durationMs: 1_000 },
      [SHOP]: { regions: [], durationMs: 5 },
    });
  });

  test('keeps what a full run could not see, and forgets what it does not audit any more', async () => {
    await planned(RUN, [PAYMENTS, SHOP, SECURITY]);
    const coverage = anAccount({
      accountId: PAYMENTS,
      regions: [aRegion(), aRegion({ region: 'us-east-1' }), aRegion({ region: 'us-west-2' })],
    });
    const regionsWithClusters = ['eu-west-1', 'us-east-1', 'us-west-2'];
    await audited(RUN, aResult(PAYMENTS, { coverage, regionsWithClusters }));
    for (const accountId of [SHOP, SECURITY]) await audited(RUN, aResult(accountId));
    await report({ run: RUN });
    await planned(LATER);
    const missed = aRegion({ region: 'us-east-1', state: 'not-covered' });
    const partly = anAccount({ accountId: PAYMENTS, state: 'partial', regions: [NO_CLUSTERS, missed] });
    await audited(LATER, aResult(PAYMENTS, { coverage: partly, verdicts: [], regionsWithClusters: [] }));
    await crashed(LATER, SHOP);

    await report({ run: LATER });

    expect(await accounts()).toEqual({
      [PAYMENTS]: { regions: ['us-east-1'], durationMs: 1_000 },
      [SHOP]: { regions: ['eu-west-1'], durationMs: 1_000 },
    });
  });

  test('is not replaced by a run that began earlier', async () => {
    await planned(RUN);
    await planned(LATER);
    await report({ run: LATER });

    await report({ run: RUN });

    expect((await stored(LATEST_KEYS.resultKey)).run.id).toBe(LATER.id);
  });

  test('is refined by a run on change', async () => {
    await planned(RUN);
    for (const accountId of [PAYMENTS, SHOP]) await audited(RUN, aResult(accountId));
    await report({ run: RUN });
    await planned(ON_CHANGE, [SHOP]);
    const coverage = anAccount({ accountId: SHOP, regions: [aRegion({ region: 'us-east-1' })] });
    await audited(
      ON_CHANGE,
      aResult(SHOP, { coverage, verdicts: [], regionsWithClusters: ['us-east-1'], durationMs: 7 }),
    );

    await report({ run: ON_CHANGE });

    expect((await stored(LATEST_KEYS.resultKey)).run.id).toBe(RUN.id);
    expect(await accounts()).toEqual({
      [PAYMENTS]: { regions: ['eu-west-1'], durationMs: 1_000 },
      [SHOP]: { regions: ['eu-west-1', 'us-east-1'], durationMs: 7 },
    });
  });

  test('is not replaced by a run over some of the accounts', async () => {
    await planned(RUN);
    for (const accountId of [PAYMENTS, SHOP]) await audited(RUN, aResult(accountId));
    await report({ run: RUN });
    const some: Run = { ...LATER, trigger: 'manual' };
    await planned(some, [SHOP], { narrowed: true });
    await audited(some, aResult(SHOP, { durationMs: 7 }));

    await report({ run: some });

    expect((await stored(LATEST_KEYS.resultKey)).run.id).toBe(RUN.id);
    expect(await accounts()).toEqual({
      [PAYMENTS]: { regions: ['eu-west-1'], durationMs: 1_000 },
      [SHOP]: { regions: ['eu-west-1'], durationMs: 7 },
    });
  });

  test('is not begun by a run on change', async () => {
    await planned(ON_CHANGE);
    await audited(ON_CHANGE, aResult(SHOP));

    await report({ run: ON_CHANGE });

    expect(await store.list('latest/')).toEqual([]);
  });

  test('of a version that cannot be read is written anew by a full run', async () => {
    await store.put('latest/accounts.json', '{"formatVersion":9}');
    await store.put(LATEST_KEYS.runKey, 'no JSON');
    await planned(RUN);
    await audited(RUN, aResult(SHOP));

    await report({ run: RUN });

    expect(await accounts()).toEqual({ [SHOP]: { regions: ['eu-west-1'], durationMs: 1_000 } });
  });
});
