import { beforeEach, describe, expect, test } from 'vitest';
import { readList, replaceList } from '../../functions/runtime/change-list.ts';
import { accountKeysOf, keysOf } from '../../functions/runtime/storage-keys.ts';
import { serializeDocument } from '../../functions/runtime/stored-document.ts';
import type { Sandbox } from '../../infra/sandbox/sandbox.ts';
import { type Store, s3Store } from '../../shared/aws/store.ts';
import { absent } from '../../shared/model/evidence.ts';
import { NO_CHANGES, type Run } from '../../shared/model/run.ts';
import { NOT_MISSED } from '../../shared/plan/changes.ts';
import { accessTo } from '../aws-access.ts';
import { aTestOrganization, PAYMENTS, REGION, SECURITY, SHOP, signedIn } from '../harness.ts';
import { anAccount } from '../shared/report/builders.ts';
import { BUCKET, stubFunctions } from './audit-world.ts';
import { lambdaContext } from './lambda-support.ts';
import { loadAnew } from './load-anew.ts';

const RUN: Run = {
  id: 'run-1',
  trigger: 'change',
  startedAt: '2026-11-26T10:00:00.000Z',
  version: '0.1.0',
  benchmark: '1.5.0',
  publish: true,
};
const LIST = {
  runId: RUN.id,
  executionArn: `arn:aws:states:${REGION}:${SECURITY}:execution:eks-auditor:run-1`,
  accounts: [PAYMENTS, SHOP].map((accountId) => ({
    accountId,
    newClustersIn: [],
    hasNewOidcProvider: false,
    missed: NOT_MISSED,
  })),
};

let sandbox: Sandbox;
let store: Store;

beforeEach(async () => {
  stubFunctions();
  sandbox = await signedIn(aTestOrganization());
  sandbox.account(SECURITY).add.bucket(BUCKET);
  store = s3Store(accessTo(sandbox, SECURITY, { maxAttempts: 3 }), REGION, BUCKET);
});

/** A run of which PAYMENTS was audited, and SHOP was not because another run audits it. */
async function aRunThatMissed(): Promise<void> {
  const accountIds = [PAYMENTS, SHOP];
  const targets = accountIds.map((accountId) => ({ partition: 'aws', accountId }));
  const plan = { run: RUN, organization: { id: absent, accountIds }, targets, skipped: [] };
  await store.put(keysOf(RUN).planKey, serializeDocument(plan));
  const coverage = anAccount({ accountId: PAYMENTS });
  const result = { coverage, clusters: [], verdicts: [], changes: NO_CHANGES };
  await store.put(accountKeysOf(RUN, PAYMENTS).resultKey, serializeDocument(result));
  const crash = { accountId: SHOP, error: 'AccountBusy', cause: 'It is audited by the run full.' };
  await store.put(accountKeysOf(RUN, SHOP).crashedKey, JSON.stringify(crash));
  await replaceList(store, undefined, LIST);
}

const accountsLeft = async () => (await readList(store))?.list.accounts;
const report = async (event: object) => (await loadAnew('report'))(event, lambdaContext());

describe('the report of a run on change', () => {
  test('leaves the accounts that it missed to the next, counted once', async () => {
    await aRunThatMissed();

    await report({ run: RUN });
    await report({ run: RUN });

    expect(await accountsLeft()).toEqual([{ ...LIST.accounts[1], missed: { busy: 1, failed: 0 } }]);
  });

  test('leaves the whole list when the execution did not end by itself', async () => {
    await aRunThatMissed();

    await report({ ended: { execution: RUN.id, status: 'TIMED_OUT' } });

    expect(await accountsLeft()).toEqual(LIST.accounts);
  });
});

describe('a list whose write is not answered', () => {
  test('is that of who wrote it', async () => {
    await replaceList(store, undefined, { ...LIST, runId: 'run-0' });
    const before = await readList(store);
    sandbox.fail({ operation: 's3:PutObject', with: 'CutBody', times: 1 });

    expect(await replaceList(store, before, LIST)).toBe(true);
  });

  test('is that of one of two attempts that write the same accounts', async () => {
    const written = await Promise.all([
      replaceList(store, undefined, LIST),
      replaceList(store, undefined, LIST),
    ]);

    expect(written.toSorted()).toEqual([false, true]);
  });
});
