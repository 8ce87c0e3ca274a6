import { beforeEach, describe, expect, test } from 'vitest';
import { stateKey } from '../../functions/runtime/storage-keys.ts';
import { batchUpdateFindings } from '../../shared/aws/operations/security-hub.ts';
import { accessTo } from '../aws-access.ts';
import { PAYMENTS, REGION } from '../harness.ts';
import {
  type AuditWorld,
  anAuditWorld,
  aRun,
  auditWholly,
  LONG,
  read,
  resultOf,
  stubFunctions,
  TARGET,
} from './audit-world.ts';
import { lambdaContext } from './lambda-support.ts';

beforeEach(stubFunctions);

interface Detail {
  readonly change: string;
  readonly control: string;
  readonly cluster: string;
  readonly eventId: string;
  readonly runId: string;
  readonly reason: string;
}

/** The events that were put on the bus, whether or not it took them. */
function eventsOf({ sandbox }: AuditWorld): Detail[] {
  return sandbox
    .calls({ operation: 'events:PutEvents' })
    .flatMap(({ params }) => params.Entries as { readonly Detail: string }[])
    .map(({ Detail: detail }) => JSON.parse(detail));
}

function linesOf(events: readonly Detail[]): string[] {
  return events.map(({ change, control, cluster }) => `${change} ${control} ${cluster}`).sort();
}

/** A second run over the same account, with nothing of the first in the log. */
async function nextRun(world: AuditWorld): Promise<AuditWorld> {
  world.sandbox.clearLog();
  return { ...world, run: await aRun(world.store) };
}

function close({ sandbox }: AuditWorld, name: string): void {
  sandbox.account(PAYMENTS).putCluster(name, {
    region: REGION,
    resourcesVpcConfig: { endpointPublicAccess: false, endpointPrivateAccess: true },
  });
}

/** A person suppresses all findings of a cluster. */
async function suppress({ sandbox }: AuditWorld, cluster: string): Promise<void> {
  const findings = sandbox.findings(PAYMENTS, REGION).filter(({ Id }) => Id?.includes(`cluster/${cluster}/`));
  await accessTo(sandbox, PAYMENTS).send(batchUpdateFindings, REGION, {
    FindingIdentifiers: findings.map(({ Id, ProductArn }) => ({ Id, ProductArn })),
    Workflow: { Status: 'SUPPRESSED' },
  });
}

describe('the events of an account', () => {
  test('are none at its first audit, which says so and counts what it found', async () => {
    const world = await anAuditWorld(['prod']);

    await auditWholly(world);

    const { firstAudit, verdictChanges = [], verdicts } = await resultOf(world);
    expect(eventsOf(world)).toEqual([]);
    expect(firstAudit).toBe(true);
    expect(verdictChanges.map(({ change }) => change)).toEqual(
      verdicts.filter(({ status }) => ['FAILED', 'WARNING'].includes(status)).map(() => 'new'),
    );
  });

  test('are none either when the account could not be audited before', async () => {
    const world = await anAuditWorld(['prod']);
    world.sandbox.fail({ operation: 'sts:AssumeRole', with: 'AccessDenied', times: 1 });
    await auditWholly(world);
    expect((await resultOf(world)).coverage.state).toBe('not-covered');

    const next = await nextRun(world);
    await auditWholly(next);

    expect(eventsOf(next)).toEqual([]);
    expect(await resultOf(next)).toMatchObject({ firstAudit: true });
  });

  test('are none when nothing changed', async () => {
    const world = await anAuditWorld(['prod']);
    await auditWholly(world);

    const next = await nextRun(world);
    await auditWholly(next);

    expect(eventsOf(next)).toEqual([]);
    expect(await resultOf(next)).toMatchObject({ verdictChanges: [] });
    expect(await resultOf(next)).not.toHaveProperty('firstAudit');
  });

  test('tell what was fixed, what broke and what is gone, each once', async () => {
    const world = await anAuditWorld(['prod']);
    await auditWholly(world);

    close(world, 'prod');
    const second = await nextRun(world);
    await auditWholly(second);
    expect(linesOf(eventsOf(second))).toEqual(['fixed endpoint-access prod', 'fixed private-endpoint prod']);

    world.sandbox.account(PAYMENTS).data.clusters = [];
    const third = await nextRun(world);
    await auditWholly(third);
    const gone = eventsOf(third);
    expect(new Set(gone.map(({ change }) => change))).toEqual(new Set(['gone']));
    expect(new Set(gone.map(({ eventId }) => eventId)).size).toBe(gone.length);

    const fourth = await nextRun(world);
    await auditWholly(fourth);
    expect(eventsOf(fourth)).toEqual([]);
  });

  test('that the bus did not take are sent by the next audit, with the ids they had', async () => {
    const world = await anAuditWorld(['prod']);
    await auditWholly(world);
    close(world, 'prod');
    const second = await nextRun(world);
    world.sandbox.fail({ operation: 'events:PutEvents', with: 'ServerError' });
    await auditWholly(second);
    const tried = eventsOf(second).map(({ eventId }) => eventId);
    expect(await read(second, stateKey(PAYMENTS))).not.toHaveProperty('lease');

    world.sandbox.clearFaults();
    const third = await nextRun(world);
    await auditWholly(third);

    expect(eventsOf(third).map(({ eventId }) => eventId)).toEqual([...new Set(tried)]);
    expect(eventsOf(third).map(({ runId }) => runId)).toEqual(tried.slice(0, 2).map(() => second.run.id));
    expect(await read(third, stateKey(PAYMENTS))).toMatchObject({ events: [] });
  });

  test('of a run that is repeated after another one has reported are others', async () => {
    const world = await anAuditWorld(['prod']);
    await auditWholly(world);
    close(world, 'prod');
    const second = await nextRun(world);
    await auditWholly(second);
    const first = eventsOf(second);
    await auditWholly(await nextRun(world));

    world.sandbox.clearLog();
    world.sandbox.account(PAYMENTS).data.clusters = [];
    await auditWholly(second);

    const repeated = eventsOf(second);
    const ids = new Set([...first, ...repeated].map(({ eventId }) => eventId));
    expect(first).toHaveLength(2);
    expect(new Set(repeated.map(({ change }) => change))).toEqual(new Set(['gone']));
    expect(ids.size).toBe(first.length + repeated.length);
  });

  test('are not lost and change nothing else when the invocation that wrote them is repeated', async () => {
    const world = await anAuditWorld(['prod']);
    await auditWholly(world);
    close(world, 'prod');
    const second = await nextRun(world);
    world.sandbox.fail({ operation: 'events:PutEvents', with: 'ServerError' });
    await auditWholly(second);
    const before = await resultOf(second);

    world.sandbox.clearFaults();
    world.sandbox.clearLog();
    await second.audit({ run: second.run, target: TARGET }, lambdaContext(LONG));

    expect(linesOf(eventsOf(second))).toEqual(['fixed endpoint-access prod', 'fixed private-endpoint prod']);
    expect(await resultOf(second)).toEqual(before);
  });

  test('are none of what a person suppressed, whether or not Security Hub can be read when it is gone', async () => {
    const world = await anAuditWorld(['prod', 'legacy']);
    await auditWholly(world);
    await suppress(world, 'legacy');
    await auditWholly(await nextRun(world));

    const unread = await nextRun(world);
    world.sandbox.fail({ operation: 'securityhub:GetFindings', with: 'Throttling' });
    await auditWholly(unread);
    expect((await resultOf(unread)).coverage.regions.flatMap(({ gaps }) => gaps)).toMatchObject([
      { what: 'security-hub', kind: 'throttled' },
    ]);

    world.sandbox.account(PAYMENTS).data.clusters = [];
    await auditWholly(await nextRun(world));

    const clusters = new Set(eventsOf(world).map(({ cluster }) => cluster));
    expect(clusters).toEqual(new Set(['prod']));
  });
});
