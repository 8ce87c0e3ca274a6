import { beforeEach, describe, expect, test } from 'vitest';
import { takeLease } from '../../functions/runtime/account-state.ts';
import { stateKey } from '../../functions/runtime/storage-keys.ts';
import { PAYMENTS } from '../harness.ts';
import { type AuditWorld, anAuditWorld } from './audit-world.ts';

const NOW = new Date('2026-11-22T10:00:00Z');
const EXPIRED = new Date('2026-11-22T10:16:01Z');
const ONE = { id: 'one' };
const OTHER = { id: 'other' };

let world: AuditWorld;
beforeEach(async () => {
  world = await anAuditWorld([]);
});

const take = (run: { readonly id: string }, now = NOW) => takeLease(world.store, run, PAYMENTS, now);

describe('a lease', () => {
  test('keeps its id while the run renews it, also after it expired, if nobody took it meanwhile', async () => {
    const first = await take(ONE);
    const second = await take(ONE);
    const third = await take(ONE, EXPIRED);

    expect(first.isRenewed).toBe(false);
    expect([second, third]).toMatchObject([
      { id: first.id, isRenewed: true },
      { id: first.id, isRenewed: true },
    ]);
  });

  test('has another id once somebody else has had it, and keeps that', async () => {
    const first = await take(ONE);
    await (await take(OTHER, EXPIRED)).free();

    const second = await take(ONE, EXPIRED);
    const third = await take(ONE, EXPIRED);

    expect(second).toMatchObject({ isRenewed: false });
    expect(second.id).not.toBe(first.id);
    expect(third).toMatchObject({ id: second.id, isRenewed: true });
  });

  test('of a version that gave it no id is not gone on with', async () => {
    const lease = { runId: ONE.id, expiresAt: EXPIRED.toISOString() };
    const state = { formatVersion: 1, lease, reported: [], events: [] };
    await world.store.put(stateKey(PAYMENTS), JSON.stringify(state));

    expect(await take(ONE)).toMatchObject({ isRenewed: false });
  });

  test('is written as no other invocation writes it, in the same run and at the same moment', async () => {
    await take(ONE);
    const first = await world.store.get(stateKey(PAYMENTS));
    await take(ONE);

    expect(await world.store.get(stateKey(PAYMENTS))).not.toBe(first);
  });

  test('is lost to an invocation of the same run that took it later', async () => {
    const first = await take(ONE);
    await take(ONE);

    await expect(first.free()).rejects.toMatchObject({ name: 'AccountBusy' });
    await expect(first.write(first.state)).rejects.toMatchObject({ name: 'AccountBusy' });
  });
});
