import { beforeEach, describe, expect, test } from 'vitest';
import { accountKeysOf, keysOf, stateKey } from '../../functions/runtime/storage-keys.ts';
import { serializeDocument } from '../../functions/runtime/stored-document.ts';
import { absent } from '../../shared/model/evidence.ts';
import { PAYMENTS, REGION, SECURITY, SHOP } from '../harness.ts';
import { type AuditWorld, anAuditWorld, LONG, stubFunctions, TARGET } from './audit-world.ts';
import { lambdaContext } from './lambda-support.ts';

/* Who may invoke the function, or write to the bucket, is not the auditor. */

beforeEach(stubFunctions);

function audit({ audit: handler, run }: AuditWorld, event: object = {}) {
  return handler({ run, target: TARGET, ...event }, lambdaContext(LONG));
}

const operationsOf = ({ sandbox }: AuditWorld) => sandbox.log.map(({ operation }) => operation);

describe('a target', () => {
  test('that is not in the plan of the run is refused before its role is assumed', async () => {
    const world = await anAuditWorld(['a']);
    const plan = { id: absent, accountIds: [PAYMENTS, SHOP], targetIds: [SHOP] };
    await world.store.put(keysOf(world.run).organizationKey, serializeDocument(plan));

    await expect(audit(world)).rejects.toThrow(
      `Invalid event: account ${PAYMENTS} is not in the run's plan`,
    );

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
  await world.store.put(stateKey(PAYMENTS), text.replaceAll(`"accountId":"${PAYMENTS}"`, `"accountId":"${SECURITY}"`));
  world.sandbox.clearLog();

  await expect(audit(world)).rejects.toThrow('state.json speaks of another account');

  expect(operationsOf(world)).not.toContain('events:PutEvents');
});
