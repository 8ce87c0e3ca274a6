import { expect, test } from 'vitest';
import { sendPendingOf } from '../../functions/report/pending.ts';
import { type AccountState, takeLease } from '../../functions/runtime/account-state.ts';
import { pendingEvents } from '../../functions/runtime/finding-events.ts';
import { stateKey } from '../../functions/runtime/storage-keys.ts';
import type { Store } from '../../shared/aws/store.ts';
import { PAYMENTS, SECURITY, SHOP } from '../harness.ts';
import { aChange } from '../shared/report/change-builder.ts';
import { aReportContext } from './report-context.ts';

const RUN = { id: 'run-1' };
const ENDED = { run: RUN, mayStillRun: false };
const eventsOf = (accountId: string) =>
  pendingEvents([aChange({ accountId }), aChange({ accountId, change: 'gone', cluster: 'old' })], {
    runId: RUN.id,
    leaseId: 'lease',
  });
const EVENTS = eventsOf(PAYMENTS);

/** Leaves an account with events; `crashed` by an audit that still holds its lease. */
async function leave(store: Store, accountId: string, crashed?: { readonly id: string }): Promise<void> {
  const state: AccountState = { runId: RUN.id, reported: [], events: eventsOf(accountId) };
  const lease = await takeLease(store, crashed ?? RUN, accountId, new Date());
  if (crashed) await lease.write(state);
  else await lease.free(state);
}

async function stateOf(store: Store, accountId: string): Promise<AccountState> {
  return JSON.parse((await store.get(stateKey(accountId))) ?? '{}');
}

test('events that an account still has are sent with the ids they had, and its lease is free then', async () => {
  const { store, context, events } = await aReportContext();
  await leave(store, PAYMENTS);

  expect(await sendPendingOf([PAYMENTS], ENDED, context)).toEqual({ sent: 1, busy: 0, failed: 0 });

  expect(events().map(({ detail }) => detail.eventId)).toEqual(EVENTS.map(({ eventId }) => eventId));
  expect(await stateOf(store, PAYMENTS)).toMatchObject({ runId: RUN.id, events: [] });
  expect(await stateOf(store, PAYMENTS)).not.toHaveProperty('lease');
});

test('an account without events, or never audited, is only read', async () => {
  const { sandbox, store, context, events } = await aReportContext();
  await leave(store, PAYMENTS);
  await sendPendingOf([PAYMENTS], ENDED, context);
  sandbox.clearLog();

  expect(await sendPendingOf([PAYMENTS, SHOP], ENDED, context)).toEqual({ sent: 0, busy: 0, failed: 0 });

  expect(events()).toEqual([]);
  expect(sandbox.log.map(({ operation }) => operation)).toEqual(['s3:GetObject', 's3:GetObject']);
});

test('a lease that a crashed audit of the run left behind is no obstacle', async () => {
  const { store, context, events } = await aReportContext();
  await leave(store, PAYMENTS, RUN);

  expect(await sendPendingOf([PAYMENTS], ENDED, context)).toMatchObject({ sent: 1 });

  expect(events()).toHaveLength(2);
});

test('an account that another run audits, or perhaps still this one, is left to it until its lease expires', async () => {
  const { store, context, events } = await aReportContext();
  await leave(store, PAYMENTS, { id: 'run-2' });
  await leave(store, SHOP, RUN);
  await leave(store, SECURITY);

  const outcome = await sendPendingOf([PAYMENTS, SHOP, SECURITY], { run: RUN, mayStillRun: true }, context);

  expect(outcome).toEqual({ sent: 1, busy: 2, failed: 0 });
  expect(events()).toHaveLength(2);
  expect(await stateOf(store, PAYMENTS)).toMatchObject({ lease: { runId: 'run-2' }, events: EVENTS });

  const later = { ...context, now: () => new Date(Date.now() + 3_600_000) };
  expect(await sendPendingOf([PAYMENTS, SHOP], { run: RUN, mayStillRun: true }, later)).toMatchObject({
    sent: 2,
  });
});

test('what the bus does not take stays with the account', async () => {
  const { sandbox, store, context } = await aReportContext();
  await leave(store, PAYMENTS);
  sandbox.fail({ operation: 'events:PutEvents', with: 'ServerError' });

  await sendPendingOf([PAYMENTS], ENDED, context);

  expect(await stateOf(store, PAYMENTS)).toMatchObject({ events: EVENTS });
  expect(await stateOf(store, PAYMENTS)).not.toHaveProperty('lease');
});

test('a state that cannot be read is logged and keeps no other account from being sent', async () => {
  const { store, context, errors } = await aReportContext();
  await leave(store, PAYMENTS);
  await store.put(stateKey(SHOP), '{"formatVersion":');

  expect(await sendPendingOf([SHOP, PAYMENTS], ENDED, context)).toEqual({ sent: 1, busy: 0, failed: 1 });

  expect(errors.mock.calls).toEqual([
    ['events of an account are not sent', expect.objectContaining({ accountId: SHOP })],
  ]);
});

test('a state that speaks of another account is refused: nobody is told in the name of that one', async () => {
  const { store, context, events, errors } = await aReportContext();
  const state = { formatVersion: 1, reported: [], events: eventsOf(SHOP) };
  await store.put(stateKey(PAYMENTS), JSON.stringify(state));

  expect(await sendPendingOf([PAYMENTS], ENDED, context)).toEqual({ sent: 0, busy: 0, failed: 1 });

  expect(events()).toEqual([]);
  expect(String(Object(errors.mock.calls[0]?.[1]).error)).toContain(
    `${stateKey(PAYMENTS)} speaks of another account`,
  );
});
