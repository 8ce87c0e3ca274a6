import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { accountKeysOf, keysOf } from '../../functions/runtime/storage-keys.ts';
import { serializeDocument } from '../../functions/runtime/stored-document.ts';
import type { FaultKind, Sandbox } from '../../infra/sandbox/sandbox.ts';
import { startSandbox } from '../../infra/sandbox/sandbox.ts';
import { callerAccount } from '../../shared/aws/caller.ts';
import { sharedConnections } from '../../shared/aws/connections.ts';
import { requestOptionsOf } from '../../shared/aws/request-options.ts';
import { type Store, s3Store } from '../../shared/aws/store.ts';
import { parseConfig } from '../../shared/config/config.ts';
import { absent } from '../../shared/model/evidence.ts';
import type { AccountResult, Run, Target } from '../../shared/model/run.ts';
import { judgeAccount } from '../../shared/pipeline/audit-account.ts';
import { publishAccount } from '../../shared/pipeline/publish-account.ts';
import {
  type AccountReading,
  type AuditDependencies,
  accessTo,
  readAccount,
} from '../../shared/pipeline/read-account.ts';
import { newRun } from '../../shared/plan/new-run.ts';
import { functions, lambdaContext } from '../functions/lambda-support.ts';
import { aTestOrganization, REGION, SECURITY, stubCredentials } from '../harness.ts';

/*
 * Random histories of one account: clusters change, runs of the functions crash and are repeated, and runs of the command
 * line, which hold no lease, publish what they read long before.
 */

const HISTORIES = 300;
const BUCKET = 'eks-auditor-results';
const CONFIG = {
  controls: { include: ['private-endpoint'] },
  limits: { maxAttempts: 1 },
};
const NAMES = ['a', 'b'] as const;
const MINUTE = 60_000;

type ClusterState = 'open' | 'closed' | 'absent';

const aStep = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('cluster' as const),
      name: fc.constantFrom(...NAMES),
      state: fc.constantFrom<ClusterState>('open', 'closed', 'absent'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('audit' as const),
      fault: fc.option(
        fc.record({
          operation: fc.constantFrom(
            'events:PutEvents',
            's3:PutObject',
            's3:GetObject',
            'securityhub:BatchImportFindings',
            'securityhub:BatchUpdateFindings',
            'securityhub:GetFindings',
            'eks:DescribeCluster',
          ),
          with: fc.constantFrom<FaultKind>('ServerError', 'ConnectionReset', 'CutBody'),
          after: fc.integer({ min: 0, max: 4 }),
        }),
        { nil: undefined },
      ),
      isRepeated: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('command line reads' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('command line publishes' as const) }) },
);
type Step = typeof aStep extends fc.Arbitrary<infer T> ? T : never;

const ids = Array.from({ length: HISTORIES + 50 }, (_, index) => String(600_000_000_000 + index));
let sandbox: Sandbox;
let store: Store;
let audit: Awaited<ReturnType<typeof functions>>['audit'];
let dependencies: AuditDependencies;

beforeAll(async () => {
  sandbox = await startSandbox(
    ids.reduce((world, accountId) => world.account(accountId), aTestOrganization()),
  );
  sandbox.account(SECURITY).add.bucket(BUCKET);
  stubCredentials(sandbox, SECURITY);
  vi.stubEnv('EKS_AUDITOR_BUCKET', BUCKET);
  vi.stubEnv('EKS_AUDITOR_EVENT_BUS', 'eks-auditor');
  vi.stubEnv('EKS_AUDITOR_CONFIG', JSON.stringify(CONFIG));
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const)
    vi.spyOn(console, method).mockImplementation(() => undefined);
  audit = (await functions()).audit;
  const config = parseConfig(CONFIG);
  const requestOptions = requestOptionsOf(config);
  const connections = sharedConnections(requestOptions);
  dependencies = {
    caller: await callerAccount(REGION, connections, requestOptions),
    region: REGION,
    connections,
    requestOptions,
    config,
    organization: { id: absent, accountIds: ids },
    now: () => new Date(),
  };
  store = s3Store(dependencies.caller, REGION, BUCKET);
  vi.useFakeTimers({ toFake: ['Date'] });
  sandbox.setClock(() => new Date());
});

afterAll(async () => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  await sandbox.close();
});

interface Detail {
  readonly eventId: string;
  readonly findingId: string;
  readonly change: string;
}

/** One account and what is true of it. */
class History {
  readonly #target: Target;
  /** When each cluster became what, oldest first. */
  readonly #timeline = new Map<string, { at: number; state: ClusterState }[]>();
  #read: AccountReading | undefined;
  /** The problems that were told of, by the first result and the events since. */
  #told: Set<string> | undefined;
  #sent: Detail[] = [];
  #hasCrashed = false;

  constructor(accountId: string) {
    this.#target = { partition: 'aws', accountId, regions: [{ region: REGION }] };
    for (const name of NAMES) this.#timeline.set(name, [{ at: 0, state: 'absent' }]);
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      vi.setSystemTime(Date.now() + 20 * MINUTE);
      await this.#step(step);
      this.#checkFindings();
    }
    vi.setSystemTime(Date.now() + 20 * MINUTE);
    await this.#audit(await plannedRun());
    this.#checkFindings();
    this.#checkTruth();
    this.#checkEvents();
  }

  async #step(step: Step): Promise<void> {
    if (step.kind === 'cluster') this.#change(step.name, step.state);
    else if (step.kind === 'audit') await this.#auditWithFault(step);
    else if (step.kind === 'command line reads') await this.#readByCommandLine();
    else await this.#publishByCommandLine();
  }

  #change(name: string, state: ClusterState): void {
    const account = sandbox.account(this.#target.accountId);
    if (state === 'absent')
      account.data.clusters = account.data.clusters.filter((cluster) => cluster.name !== name);
    else
      account.putCluster(name, {
        region: REGION,
        resourcesVpcConfig: { endpointPublicAccess: state === 'open', endpointPrivateAccess: true },
      });
    this.#timeline.get(name)?.push({ at: Date.now(), state });
  }

  async #auditWithFault({ fault, isRepeated }: Extract<Step, { kind: 'audit' }>): Promise<void> {
    const run = await plannedRun();
    if (fault) {
      let left = fault.after;
      const match = () => {
        left -= 1;
        return left < 0;
      };
      sandbox.fail({ operation: fault.operation, with: fault.with, match });
      this.#hasCrashed = true;
    }
    const isDone = await this.#audit(run).then(
      () => true,
      () => false,
    );
    // As the state machine repeats an invocation that failed; otherwise its lease runs out before the next step.
    if (!isDone && isRepeated) await this.#audit(run);
  }

  async #audit(run: Run): Promise<void> {
    sandbox.clearLog();
    let failure: unknown;
    for (let slice = 1; slice > 0; ) {
      const output = await audit({ run, target: this.#target, slice }, lambdaContext()).catch(
        (error: unknown) => {
          failure = error;
          return {};
        },
      );
      slice = 'continue' in output && output.continue ? output.continue.slice : 0;
    }
    sandbox.clearFaults();
    this.#recordEvents();
    const text = await store.get(accountKeysOf(run, this.#target.accountId).resultKey);
    const result: AccountResult | undefined = text ? JSON.parse(text) : undefined;
    if (result?.firstAudit)
      this.#told = new Set(
        (result.verdictChanges ?? []).flatMap(({ change, findingId }) => (change === 'new' ? findingId : [])),
      );
    if (failure) throw failure;
  }

  #recordEvents(): void {
    for (const { params } of sandbox.calls({ operation: 'events:PutEvents' })) {
      const entries = params.Entries as { readonly Detail: string }[];
      this.#sent.push(...entries.map(({ Detail: detail }): Detail => JSON.parse(detail)));
    }
  }

  async #readByCommandLine(): Promise<void> {
    const access = await accessTo(this.#target, dependencies);
    if (access.state === 'unreadable') throw new Error(access.detail);
    const reading = await readAccount(this.#target, access.value, dependencies);
    if (reading.state === 'present') this.#read = reading.value;
  }

  async #publishByCommandLine(): Promise<void> {
    const access = await accessTo(this.#target, dependencies);
    if (this.#read === undefined || access.state === 'unreadable') return;
    const judged = await judgeAccount(this.#read, dependencies);
    if (judged.state === 'unreadable') throw new Error(judged.detail);
    await publishAccount(aRun(), access.value, this.#read.inventory, judged.value, dependencies);
  }

  /** Whoever sent it, and whenever: a finding says what was true when it was observed. */
  #checkFindings(): void {
    for (const { Id, UpdatedAt, RecordState, Compliance, Workflow } of this.#findings()) {
      const [, name = ''] = /cluster\/([^/]+)/.exec(Id) ?? [];
      const state = this.#stateAt(name, Date.parse(UpdatedAt));
      const said =
        RecordState === 'ARCHIVED' ? 'absent' : Compliance?.Status === 'PASSED' ? 'closed' : 'open';
      if (Compliance?.Status === 'NOT_AVAILABLE') continue;
      expect(said, `${Id} of ${UpdatedAt}`).toBe(state);
      if (said === 'open') expect(Workflow?.Status).toBe('NEW');
    }
  }

  #findings() {
    return sandbox.findings(this.#target.accountId, REGION);
  }

  #stateAt(name: string, time: number): ClusterState | undefined {
    return this.#timeline.get(name)?.findLast(({ at }) => at <= time)?.state;
  }

  /** After an undisturbed audit, Security Hub is as the account is. */
  #checkTruth(): void {
    for (const name of NAMES) {
      const state = this.#stateAt(name, Date.now());
      const finding = this.#findings().find(({ Id }) => Id.includes(`cluster/${name}/`));
      if (state === 'absent') expect(finding?.RecordState ?? 'ARCHIVED', name).toBe('ARCHIVED');
      else
        expect([finding?.RecordState, finding?.Compliance?.Status], name).toEqual([
          'ACTIVE',
          state === 'open' ? 'FAILED' : 'PASSED',
        ]);
      if (state === 'closed') expect(finding?.Workflow?.Status, name).toBe('RESOLVED');
    }
  }

  /** Who follows the events knows what is open. */
  #checkEvents(): void {
    const byId = new Map(this.#sent.map((detail) => [detail.eventId, detail]));
    for (const detail of this.#sent) expect(detail).toEqual(byId.get(detail.eventId));
    if (!this.#hasCrashed) expect(this.#sent).toHaveLength(byId.size);
    const open = new Set(this.#told);
    for (const { change, findingId } of byId.values()) {
      if (change === 'new' || change === 'worse') open.add(findingId);
      if (change === 'fixed' || change === 'gone') open.delete(findingId);
    }
    const failing = this.#findings().filter(
      ({ RecordState, Compliance }) => RecordState === 'ACTIVE' && Compliance?.Status === 'FAILED',
    );
    expect([...open].sort()).toEqual(failing.map(({ Id }) => Id).sort());
  }
}

function aRun(): Run {
  return newRun(dependencies.config, new Date(), { publish: true, trigger: 'manual' });
}

async function plannedRun(): Promise<Run> {
  const run = aRun();
  await store.put(
    keysOf(run).organizationKey,
    serializeDocument({ ...dependencies.organization, targetIds: ids }),
  );
  return run;
}

test('nothing is lost, doubled, resurrected or wrongly archived, whatever overlaps and crashes', async () => {
  let next = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(aStep, { minLength: 3, maxLength: 14 }), async (steps) => {
      const accountId = ids[next % ids.length] ?? '';
      next += 1;
      try {
        await new History(accountId).run(steps);
      } finally {
        sandbox.clearFaults();
      }
    }),
    { numRuns: HISTORIES, endOnFailure: true },
  );
});
