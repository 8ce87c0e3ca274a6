import { expect, test } from 'vitest';
import { claimReport } from '../../functions/report/store-report.ts';
import { s3Store } from '../../shared/aws/store.ts';
import { accessTo } from '../aws-access.ts';
import { aTestOrganization, REGION, SECURITY, signedIn } from '../harness.ts';

const RUN = { id: 'run-1' };
const FINISHED = { at: new Date('2026-11-26T10:00:00Z'), endedAs: undefined };
const ABORTED = { ...FINISHED, endedAs: 'ABORTED' };

async function aBucket() {
  const sandbox = await signedIn(aTestOrganization());
  sandbox.account(SECURITY).add.bucket('results');
  return { sandbox, store: s3Store(accessTo(sandbox, SECURITY, { maxAttempts: 3 }), REGION, 'results') };
}

test('a report is told of by who claimed it, also when the answer to the claim is lost', async () => {
  const { sandbox, store } = await aBucket();
  sandbox.fail({ operation: 's3:PutObject', with: 'CutBody', times: 1 });

  expect(await claimReport(store, RUN, FINISHED)).toBe(true);
  expect(await claimReport(store, RUN, FINISHED)).toBe(false);
});

test('of two that claim a report in the same millisecond one tells of it', async () => {
  const { store } = await aBucket();

  const claims = await Promise.all([claimReport(store, RUN, FINISHED), claimReport(store, RUN, FINISHED)]);

  expect(claims.toSorted()).toEqual([false, true]);
});

test('that a run finished is told of although it had ended early, even at the same moment', async () => {
  const { store } = await aBucket();

  const [, finished] = await Promise.all([
    claimReport(store, RUN, ABORTED),
    claimReport(store, RUN, FINISHED),
  ]);

  expect(finished).toBe(true);
  expect(await claimReport(store, RUN, ABORTED)).toBe(false);
});
