import { setImmediate as settled } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../infra/sandbox/sandbox.ts';
import type { StoredFinding } from '../../../infra/sandbox/state.ts';
import { anOrganization } from '../../../infra/sandbox/world.ts';
import { awsReader } from '../../../shared/aws/read.ts';
import type { Subject } from '../../../shared/model/evaluation.ts';
import { present } from '../../../shared/model/evidence.ts';
import type { ResourceRef } from '../../../shared/model/resource.ts';
import type { Verdict } from '../../../shared/model/verdict.ts';
import { findingId } from '../../../shared/publish/ids.ts';
import { publishRegion } from '../../../shared/publish/publish.ts';
import { accessTo } from '../../aws-access.ts';
import { aCluster, aContext, aControl, aPass, aRole, aVerdict, NOW, SCOPE } from './builders.ts';
import { subjectOf } from './reconcile-support.ts';
import { turns } from './turns.ts';

/*
 * Several audits of one Region that overlap: each reads at its own times, while the world changes, and publishes request
 * by request, in any order. Time is counted in steps of a second, and nothing happens at the same time.
 */

interface Cluster {
  readonly isOpen: boolean;
  /** The role of it is judged as well. */
  readonly hasRole: boolean;
}
type World = ReadonlyMap<string, Cluster>;

const NAMES = ['a', 'b'];

const aStep = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('change' as const),
      name: fc.constantFrom(...NAMES),
      cluster: fc.option(fc.record({ isOpen: fc.boolean(), hasRole: fc.boolean() }), { nil: undefined }),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('read' as const), audit: fc.nat(2) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('send' as const), pick: fc.nat(9) }) },
);
type Step = typeof aStep extends fc.Arbitrary<infer T> ? T : never;

/** What is judged of a cluster. */
function judge(name: string, { isOpen, hasRole }: Cluster, observedAt: string): Verdict[] {
  const on = (resource: ResourceRef) => {
    const where = { resource, clusterArn: aCluster(name).id, observedAt };
    return isOpen ? aVerdict(where) : aPass(where);
  };
  return [on(aCluster(name)), ...(hasRole ? [on(aRole(`role-of-${name}`))] : [])];
}

/** One audit: it has listed clusters, and reads one after the other. */
interface Audit {
  readonly listedAt: string;
  readonly names: readonly string[];
  readonly unread: string[];
  readonly verdicts: Verdict[];
  readonly completeSubjects: Subject[];
}

const sandboxes: Sandbox[] = [];
afterAll(async () => {
  for (const sandbox of sandboxes) await sandbox.close();
});

async function history() {
  const sandbox = await startSandbox(anOrganization().account(SCOPE.accountId));
  sandboxes.push(sandbox);
  const hub = awsReader(accessTo(sandbox, SCOPE.accountId), SCOPE.region);
  const requests = turns();
  const audits: (Audit | undefined)[] = [];
  let world: World = new Map();
  const worlds: World[] = [];
  const publications: Promise<void>[] = [];
  let publishing = 0;
  let outdated = 0;
  sandbox.setClock(now);

  function now(): Date {
    return new Date(NOW.getTime() + worlds.length * 1_000);
  }

  /** One more second has passed. */
  function tick(): string {
    worlds.push(world);
    return now().toISOString();
  }

  async function publish({ listedAt, names, verdicts, completeSubjects }: Audit): Promise<void> {
    publishing += 1;
    try {
      const { changes } = await publishRegion({
        // Between the last look at a finding and the setting of its workflow a moment is left.
        securityHub: requests.taking(hub, (operation) => operation === 'securityhub:BatchUpdateFindings'),
        scope: SCOPE,
        verdicts,
        completeSubjects,
        controls: [aControl()],
        clusterNames: present(names),
        clustersListedAt: listedAt,
        refreshAfterDays: 30,
        settleMs: 0,
        context: aContext({ now: now() }),
      });
      outdated += changes.outdated;
    } finally {
      publishing -= 1;
    }
  }

  function read(index: number): void {
    const audit = audits[index];
    if (audit === undefined) {
      const names = [...world.keys()];
      audits[index] = { listedAt: tick(), names, unread: [...names], verdicts: [], completeSubjects: [] };
      return;
    }
    const name = audit.unread.shift();
    if (name === undefined) {
      audits[index] = undefined;
      publications.push(publish(audit));
      return;
    }
    const cluster = world.get(name);
    const observedAt = tick();
    if (cluster === undefined) return;
    const verdicts = judge(name, cluster, observedAt);
    audit.verdicts.push(...verdicts);
    audit.completeSubjects.push(...verdicts.slice(0, 1).map(subjectOf));
  }

  return {
    sandbox,
    async take(step: Step): Promise<void> {
      if (step.kind === 'read') read(step.audit);
      else if (step.kind === 'send') await requests.next(step.pick);
      else {
        world = new Map([...world].filter(([name]) => name !== step.name));
        if (step.cluster) world = new Map([...world, [step.name, step.cluster]]);
      }
      tick();
    },
    /** Every publication ends. */
    async finish(): Promise<void> {
      while (publishing > 0) {
        await requests.next(0);
        if (requests.waiting() === 0) await settled();
        tick();
      }
      await Promise.all(publications);
    },
    /** What a finding has to say that is of a time. */
    truthAt(id: string, time: string): string {
      const then = worlds[(Date.parse(time) - NOW.getTime()) / 1_000 - 1] ?? new Map<string, Cluster>();
      const verdicts = [...then].flatMap(([name, cluster]) => judge(name, cluster, time));
      return verdicts.find((verdict) => findingId(verdict) === id)?.status ?? 'ARCHIVED';
    },
    findings: () => sandbox.findings(SCOPE.accountId, SCOPE.region),
    world: () => world,
    outdated: () => outdated,
  };
}

function saysOf({ RecordState, Compliance }: StoredFinding): string {
  return RecordState === 'ARCHIVED' ? 'ARCHIVED' : (Compliance?.Status ?? '');
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : 1;
}

it('of audits that overlap, none that is older overwrites, resolves or archives what is newer', async () => {
  const seen = { ignored: 0, outdated: 0, archived: 0, resolved: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(aStep, { minLength: 80, maxLength: 160 }), async (steps) => {
      const { take, finish, truthAt, findings, world, outdated, sandbox } = await history();
      let before = new Map<string, StoredFinding>();
      const check = () => {
        for (const finding of findings()) {
          const { Id: id, UpdatedAt: updatedAt } = finding;
          const earlier = before.get(id)?.UpdatedAt ?? '';
          expect(updatedAt >= earlier, `${id} of ${updatedAt} was of ${earlier}`).toBe(true);
          // It says what was true at the time that it has.
          expect(saysOf(finding), `${id} at ${updatedAt}`).toBe(truthAt(id, updatedAt));
          if (saysOf(finding) === 'FAILED') expect(finding.Workflow?.Status, id).toBe('NEW');
        }
        before = new Map(findings().map((finding) => [finding.Id, finding]));
      };
      for (const step of steps) {
        await take(step);
        check();
      }
      await finish();
      check();

      // One more audit, alone.
      for (let round = 0; round < NAMES.length + 2; round += 1) await take({ kind: 'read', audit: 3 });
      await finish();
      check();
      const wanted = [...world()].flatMap(([name, cluster]) => judge(name, cluster, ''));
      const active = findings().filter(({ RecordState }) => RecordState === 'ACTIVE');
      expect(
        active
          .map(({ Id, Compliance, Workflow }) => `${Id} ${Compliance?.Status} ${Workflow?.Status}`)
          .sort(compareText),
      ).toEqual(
        wanted
          .map(
            (verdict) =>
              `${findingId(verdict)} ${verdict.status} ${verdict.status === 'PASSED' ? 'RESOLVED' : 'NEW'}`,
          )
          .sort(compareText),
      );
      const imports = sandbox.calls({ operation: 'securityhub:BatchImportFindings' });
      const sent = imports.flatMap(({ params }) => params.Findings as { RecordState: string }[]);
      const updates = sandbox.calls({ operation: 'securityhub:BatchUpdateFindings' });
      const resolved = updates.flatMap(({ params }) => params.FindingIdentifiers);
      seen.ignored += sent.length + resolved.length - sandbox.events.length;
      seen.outdated += outdated();
      seen.archived += sent.filter(({ RecordState }) => RecordState === 'ARCHIVED').length;
      seen.resolved += resolved.length;
    }),
    { numRuns: 40 },
  );

  // Or nothing overlapped.
  for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(0);
}, 120_000);
