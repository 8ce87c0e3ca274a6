import { beforeEach, describe, expect, test } from 'vitest';
import { accountKeysOf, keysOf, stateKey } from '../../functions/runtime/storage-keys.ts';
import { serializeDocument } from '../../functions/runtime/stored-document.ts';
import { absent } from '../../shared/model/evidence.ts';
import { inventoryDigest } from '../../shared/pipeline/stored-inventory.ts';
import { PAYMENTS, REGION, SECURITY, SHOP } from '../harness.ts';
import { type AuditWorld, anAuditWorld, LONG, SHORT, stubFunctions, TARGET } from './audit-world.ts';
import { lambdaContext } from './lambda-support.ts';

/* Who may invoke the function, or write to the bucket, is not the auditor. */

beforeEach(stubFunctions);

function audit({ audit: handler, run }: AuditWorld, event: object = {}, remaining = LONG) {
  return handler({ run, target: TARGET, ...event }, lambdaContext(remaining));
}

const operationsOf = ({ sandbox }: AuditWorld) => sandbox.log.map(({ operation }) => operation);

describe('a target', () => {
  test('that is not in the plan of the run is refused before its role is assumed', async () => {
    const world = await anAuditWorld(['a']);
    const plan = { id: absent, accountIds: [PAYMENTS, SHOP], targetIds: [SHOP] };
    await world.store.put(keysOf(world.run).organizationKey, serializeDocument(plan));

    await expect(audit(world)).rejects.toThrow(`Invalid event: account ${PAYMENTS} is not in the run's plan`);

    expect(operationsOf(world)).not.toContain('sts:AssumeRole');
    expect(world.sandbox.findings(PAYMENTS, REGION)).toEqual([]);
  });

  test('of a run without a plan is refused before its role is assumed', async () => {
    const world = await anAuditWorld(['a']);

    await expect(audit(world, { run: { ...world.run, id: 'never-planned' } })).rejects.toThrow(
      'runs/never-planned/organization.json is not in the bucket',
    );

    expect(operationsOf(world)).not.toContain('sts:AssumeRole');
  });

  test.each([
    ['partition', { partition: 'aws:iam::111111111111:role/x' }],
    ['partition', { partition: 'azure' }],
    ['accountId', { accountId: `${PAYMENTS}:role/other` }],
    ['accountId', { accountId: '../latest' }],
    ['regions[0].region', { regions: [{ region: 'eu-west-1.example.com' }] }],
    ['regions[0].region', { regions: [{ region: 'eu-west-1/../..' }] }],
  ])('whose %s is none is refused before an ARN or a host is put together: %j', async (field, wrong) => {
    const world = await anAuditWorld([]);
    world.sandbox.clearLog();

    await expect(audit(world, { target: { ...TARGET, ...wrong } })).rejects.toThrow(`target.${field}: `);

    expect(operationsOf(world)).toEqual([]);
  });
});

test('verdicts are stored before anything is published', async () => {
  const world = await anAuditWorld(['a']);

  await audit(world);

  const { resultKey } = accountKeysOf(world.run, PAYMENTS);
  const stored = world.sandbox.log.findIndex(({ params }) => params.Key === resultKey);
  const published = world.sandbox.log.findIndex(({ service }) => service === 'securityhub');
  expect(stored).toBeGreaterThan(0);
  expect(published).toBeGreaterThan(stored);
});

test('the state of an account that speaks of another one ends its audit, which tells nobody', async () => {
  const world = await anAuditWorld(['a']);
  await audit(world);
  const text = (await world.store.get(stateKey(PAYMENTS))) ?? '';
  await world.store.put(
    stateKey(PAYMENTS),
    text.replaceAll(`"accountId":"${PAYMENTS}"`, `"accountId":"${SECURITY}"`),
  );
  world.sandbox.clearLog();

  await expect(audit(world)).rejects.toThrow('state.json speaks of another account');

  expect(operationsOf(world)).not.toContain('events:PutEvents');
});

describe('what an earlier invocation read', () => {
  test.each<[string, string, (text: string) => string]>([
    [
      'was changed',
      'does not have its digest',
      (text) => text.replaceAll('"endpointPublicAccess":true', '"endpointPublicAccess":false'),
    ],
    ['is of another account', 'is of account', (text) => asIfOf(SHOP, text)],
  ])('is refused where it %s, and nothing is published', async (_, problem, change) => {
    const world = await anAuditWorld(['a']);
    const { checkpointKey } = accountKeysOf(world.run, PAYMENTS);
    // Too little time to publish.
    expect(await audit(world, {}, SHORT)).toEqual({ continue: { slice: 2 } });
    const text = (await world.store.get(checkpointKey)) ?? '';
    expect(change(text)).not.toBe(text);
    await world.store.put(checkpointKey, change(text));

    await expect(audit(world, { slice: 2 })).rejects.toThrow(`${checkpointKey} ${problem}`);

    expect(world.sandbox.findings(PAYMENTS, REGION)).toEqual([]);
  });
});

/** A checkpoint of another account, with the digest of what it holds. */
function asIfOf(accountId: string, text: string): string {
  const { digest, inventory, ...checkpoint } = JSON.parse(text);
  const own = JSON.parse(JSON.stringify(inventory).replaceAll(PAYMENTS, accountId));
  return JSON.stringify({ ...checkpoint, digest: inventoryDigest(own), inventory: own });
}
