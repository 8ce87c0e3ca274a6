import { beforeEach, describe, expect, test, vi } from 'vitest';
import { PAYMENTS, REGION } from '../harness.ts';
import { type AuditWorld, anAuditWorld, aRun, auditWholly, resultOf, stubFunctions } from './audit-world.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const dayIn = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);

const EXCEPTION = {
  id: 'legacy',
  controls: ['endpoint-access'],
  clusters: ['legacy-*'],
  reason: 'Vendor appliance',
  owner: 'platform@example.com',
  expires: dayIn(1),
};

beforeEach(() => {
  stubFunctions();
  vi.stubEnv('EKS_AUDITOR_CONFIG', JSON.stringify({ limits: { maxAttempts: 1 }, exceptions: [EXCEPTION] }));
});

interface Told {
  readonly change: string;
  readonly control: string;
  readonly cluster: string;
}

/** The changes that were put on the bus since the log was cleared. */
function toldOf({ sandbox }: AuditWorld): string[] {
  return sandbox
    .calls({ operation: 'events:PutEvents' })
    .flatMap(({ params }) => params.Entries as { readonly Detail: string }[])
    .map(({ Detail }): Told => JSON.parse(Detail))
    .map(({ change, control, cluster }) => `${change} ${control} ${cluster}`);
}

async function runIn(world: AuditWorld, days: number): Promise<AuditWorld> {
  world.sandbox.clearLog();
  const run = { ...(await aRun(world.store)), startedAt: new Date(Date.now() + days * DAY_MS).toISOString() };
  return { ...world, run };
}

function endpointFindings({ sandbox }: AuditWorld) {
  return sandbox
    .findings(PAYMENTS, REGION)
    .filter(({ GeneratorId }) => GeneratorId === 'eks-auditor/endpoint-access')
    .map(({ Id, Workflow }) => `${Id?.split('/')[1]} ${Workflow?.Status}`)
    .sort();
}

describe('an exception in the deployed auditor', () => {
  test('covers what it names, raises no event, and one event a failure on the day after its last', async () => {
    const first = await anAuditWorld(['legacy-1', 'prod']);
    await auditWholly(first);
    expect(endpointFindings(first)).toEqual(['legacy-1 SUPPRESSED', 'prod NEW']);
    expect((await resultOf(first)).verdicts.filter(({ exception }) => exception)).toMatchObject([
      { status: 'FAILED', exception: { id: 'legacy', expires: dayIn(1) } },
    ]);

    const lastDay = await runIn(first, 1);
    await auditWholly(lastDay);
    expect(toldOf(lastDay)).toEqual([]);

    const dayAfter = await runIn(first, 2);
    await auditWholly(dayAfter);
    expect(toldOf(dayAfter)).toEqual(['exceptionEnded endpoint-access legacy-1']);
    expect(endpointFindings(dayAfter)).toEqual(['legacy-1 NEW', 'prod NEW']);

    const later = await runIn(first, 3);
    await auditWholly(later);
    expect(toldOf(later)).toEqual([]);
  });

  test('covers a cluster that is created later without an event', async () => {
    const world = await anAuditWorld(['prod']);
    await auditWholly(world);
    world.sandbox.account(PAYMENTS).putCluster('legacy-2', {
      region: REGION,
      resourcesVpcConfig: { endpointPublicAccess: true },
    });

    const next = await runIn(world, 0);
    await auditWholly(next);

    expect(toldOf(next)).not.toContain('new endpoint-access legacy-2');
    expect(toldOf(next)).toContain('new private-endpoint legacy-2');
    expect(endpointFindings(next)).toEqual(['legacy-2 SUPPRESSED', 'prod NEW']);
  });
});
