import { expect } from 'vitest';
import type { AccountState } from '../../functions/runtime/account-state.ts';
import { accountKeysOf, stateKey } from '../../functions/runtime/storage-keys.ts';
import type { ReportedVerdict } from '../../shared/model/reported-verdict.ts';
import type { AccountResult, Target } from '../../shared/model/run.ts';
import type { Verdict } from '../../shared/model/verdict.ts';
import { findingId } from '../../shared/publish/ids.ts';
import { REGION } from '../harness.ts';
import { Announced } from './announced.ts';
import type { Auditor, Invocation } from './auditor.ts';
import { Decisions } from './decisions.ts';
import type { Ended, Execution } from './execution.ts';
import { NAMES } from './steps.ts';
import { clusterOf, type Timeline } from './timeline.ts';
import { type Change, changeBetween, Told } from './told.ts';

function isPut(requests: Invocation['requests'], key: string): boolean {
  return requests.some(({ operation, params }) => operation === 's3:PutObject' && params.Key === key);
}

/** What the next invocation finds. */
interface StoredCheckpoint {
  readonly inventory: {
    readonly regions: readonly {
      readonly clusters: readonly { readonly name: string; readonly facts: object }[];
    }[];
  };
}

const NOTHING: AccountState = { reported: [], events: [] };

/** What has to hold of an account whatever happens, and at the end of its history. */
export class Expectations {
  readonly #auditor: Auditor;
  readonly #target: Target;
  readonly #timeline: Timeline;
  readonly #decisions = new Decisions();
  readonly #told = new Told();
  readonly #announced = new Announced();
  /** The runs whose results are stored. */
  readonly #stored = new Set<string>();
  #state: AccountState = NOTHING;
  #reported = new Map<string, ReportedVerdict>();
  #isAudited = false;
  /** The failures of the first audit. */
  #first: readonly string[] = [];
  /** When runs reported the account as they had read it. */
  readonly #reports = new Map<string, number>();
  /** The clusters that runs have read, for the next invocation, and nobody has audited the account since. */
  readonly #kept = new Map<Execution, readonly string[]>();

  constructor(auditor: Auditor, target: Target, timeline: Timeline) {
    this.#auditor = auditor;
    this.#target = target;
    this.#timeline = timeline;
  }

  decided(name: string, workflow: 'SUPPRESSED' | 'NEW'): void {
    this.#decisions.add(name, workflow);
  }

  findingOf(name: string) {
    return this.#findings().find(({ Id }) => clusterOf(Id) === name);
  }

  #findings() {
    return this.#auditor.sandbox.findings(this.#target.accountId, REGION);
  }

  /** In an audit, before a request is answered: the result is stored before publishing begins. */
  checkRequest({ run }: Execution, { requests }: Invocation): void {
    if (requests.at(-1)?.service !== 'securityhub') return;
    const isStored = this.#stored.has(run.id) || isPut(requests, this.#resultKey(run.id));
    expect(isStored, `the result of ${run.id} is stored`).toBe(true);
  }

  #resultKey(id: string): string {
    return accountKeysOf({ id }, this.#target.accountId).resultKey;
  }

  /** After an invocation, or, without `ended`, in the middle of one. */
  async observe(execution: Execution, invocation: Invocation, ended?: Ended | 'reported'): Promise<void> {
    const { run } = execution;
    const { requests } = invocation;
    const key = stateKey(this.#target.accountId);
    if (isPut(requests, key)) this.#state = (await this.#read(key)) ?? NOTHING;
    const state = this.#state;
    const changes = this.#changesTo(state, execution);
    this.#told.observe({
      changes,
      pending: state.events,
      delivered: this.#announced.take(run.id, invocation),
      isDisturbed: ended === undefined || invocation.isDisturbed,
    });
    this.#announced.found(run.id, changes);
    this.#checkImports(run.id, invocation);
    if (ended === 'reported') await this.#checkReport(execution);
    else if (ended !== undefined) await this.#checkAudit(execution, requests, ended);
    await this.#keep(execution, state, ended);
    this.checkFindings();
  }

  async #checkReport(execution: Execution): Promise<void> {
    if (execution.isDisturbed) return;
    const result = await this.#read<AccountResult>(this.#resultKey(execution.run.id));
    this.#announced.checkReport(execution, result);
  }

  async #checkAudit(execution: Execution, requests: Invocation['requests'], ended: Ended): Promise<void> {
    const { run, startedAt } = execution;
    const key = this.#resultKey(run.id);
    if (!isPut(requests, key)) {
      // It had stored it before it failed.
      if (ended === 'audited')
        expect(this.#stored.has(run.id), `the result of ${run.id} is stored`).toBe(true);
      return;
    }
    const result = await this.#read<AccountResult>(key);
    if (result !== undefined) this.#stored.add(run.id);
    if (requests.some(({ service }) => service === 'securityhub')) {
      const names = result?.verdicts.map(({ resource }) => resource.name);
      expect(names, 'clusters of the result').toEqual(
        expect.arrayContaining(this.#timeline.since(startedAt)),
      );
    }
    if (ended === 'audited') this.#checkResult(execution, result, this.#state);
    if (this.#state.runId === run.id && result?.coverage.state !== 'not-covered')
      this.#reports.set(run.id, Date.now());
  }

  async #read<T>(key: string): Promise<T | undefined> {
    const text = await this.#auditor.store.get(key);
    return text === undefined ? undefined : JSON.parse(text);
  }

  #changesTo(state: AccountState, execution: Execution): Change[] {
    const before = this.#reported;
    this.#reported = new Map(state.reported);
    const isFirst = !this.#isAudited && state.isAudited === true;
    this.#isAudited ||= isFirst;
    if (isFirst)
      this.#first = state.reported.flatMap(([id, { status }]) => (status === 'FAILED' ? [id] : []));
    const ids = isFirst ? [] : new Set([...before.keys(), ...this.#reported.keys()]);
    return [...ids].flatMap((id) => {
      const change = changeBetween(before.get(id), this.#reported.get(id));
      if (change === undefined) return [];
      const isTold = this.#decisions.isTold(clusterOf(id), execution);
      if (change === 'gone') this.#decisions.gone(clusterOf(id));
      const isUnknown = isTold === false && change === 'gone' && this.#wasArchived(id, execution);
      return [{ findingId: id, change, isTold: isUnknown ? undefined : isTold }];
    });
  }

  /** What is not judged any more, and was archived before a run, the run does not read: nor who has suppressed it. */
  #wasArchived(id: string, { startedAt }: Execution): boolean {
    const finding = this.#findings().find(({ Id }) => Id === id);
    return finding?.RecordState === 'ARCHIVED' && Date.parse(finding.UpdatedAt) < startedAt;
  }

  /** When another run reported the account last. */
  #lastReportBut(runId: string): number {
    return Math.max(0, ...[...this.#reports].flatMap(([id, at]) => (id === runId ? [] : [at])));
  }

  /** A run of the functions does not publish what it read before another one has audited the account. */
  #checkImports(runId: string, { requests }: Invocation): void {
    const from = this.#lastReportBut(runId);
    for (const { operation, params } of requests) {
      if (operation !== 'securityhub:BatchImportFindings') continue;
      const findings = params.Findings as ReturnType<Expectations['findingOf']>[];
      for (const finding of findings) {
        if (finding === undefined || finding.Compliance?.Status === 'NOT_AVAILABLE') continue;
        const { Id, UpdatedAt } = finding;
        const message = `${Id} was read before another run reported it`;
        expect(Date.parse(UpdatedAt), message).toBeGreaterThanOrEqual(from);
      }
    }
  }

  #checkResult(execution: Execution, result: AccountResult | undefined, state: AccountState): void {
    expect(result, `result of ${execution.run.id}`).toBeDefined();
    const verdicts = result?.verdicts ?? [];
    const judged = verdicts.filter(({ status }) => status !== 'NOT_AVAILABLE');
    const names = judged.map(({ resource }) => resource.name);
    const kept = this.#kept.get(execution) ?? [];
    expect(names, 'clusters that were read and judged').toEqual(expect.arrayContaining([...kept]));
    const reported = new Map(state.reported);
    for (const verdict of judged) this.#checkVerdict(verdict, reported, execution);
  }

  /** A verdict says what was true since another run reported the account, and is reported unless somebody has published a later observation. */
  #checkVerdict(
    verdict: Verdict,
    reported: ReadonlyMap<string, ReportedVerdict>,
    execution: Execution,
  ): void {
    const id = findingId(verdict);
    const { status, observedAt } = verdict;
    const name = clusterOf(id);
    const observed = Date.parse(observedAt);
    const truth = this.#timeline.stateAt(name, observed);
    const message = `${name} was read before another run reported it`;
    expect(observed, message).toBeGreaterThanOrEqual(this.#lastReportBut(execution.run.id));
    expect(status, `${name} of ${observedAt} was ${truth}`).toBe(truth === 'open' ? 'FAILED' : 'PASSED');
    const stored = this.#findings().find(({ Id }) => Id === id);
    const isOutdated = stored !== undefined && Date.parse(stored.UpdatedAt) > observed;
    if (!isOutdated) {
      expect(reported.get(id)?.status, `${name} is reported`).toBe(status);
      if (stored) this.#decisions.seen(name, execution);
    }
  }

  async #keep(
    execution: Execution,
    { lease }: AccountState,
    ended: Ended | 'reported' | undefined,
  ): Promise<void> {
    for (const other of this.#kept.keys()) if (lease?.runId !== other.run.id) this.#kept.delete(other);
    if (ended !== 'to be continued') return;
    const { checkpointKey } = accountKeysOf(execution.run, this.#target.accountId);
    const checkpoint = await this.#read<StoredCheckpoint>(checkpointKey);
    const clusters = checkpoint?.inventory.regions.flatMap((region) => region.clusters) ?? [];
    const read = clusters.filter(({ facts }) => JSON.stringify(facts).includes('"state":"present"'));
    this.#kept.set(
      execution,
      read.map(({ name }) => name),
    );
  }

  /** Whoever sent it, and whenever: a finding says what was true when it was observed. What people decide stays theirs. */
  checkFindings(): void {
    const findings = this.#findings();
    expect(new Set(findings.map(({ Id }) => clusterOf(Id))).size, 'findings of a cluster').toBe(
      findings.length,
    );
    for (const { Id, UpdatedAt, RecordState, Compliance, Workflow } of findings) {
      const name = clusterOf(Id);
      const decided = this.#decisions.of(name);
      if (decided === 'SUPPRESSED') expect(Workflow?.Status, `${name} is suppressed`).toBe('SUPPRESSED');
      if (RecordState !== 'ARCHIVED' && Compliance?.Status === 'NOT_AVAILABLE') continue;
      const state = this.#timeline.stateAt(name, Date.parse(UpdatedAt));
      const said =
        RecordState === 'ARCHIVED' ? 'absent' : Compliance?.Status === 'PASSED' ? 'closed' : 'open';
      expect(said, `${Id} of ${UpdatedAt}`).toBe(state);
      if (said === 'open' && decided !== 'SUPPRESSED') expect(Workflow?.Status, name).toBe('NEW');
    }
  }

  /** After an undisturbed run, everything is as the account is, and everybody was told. */
  checkEnd(): void {
    const state = this.#state;
    expect(state.lease, 'lease').toBeUndefined();
    expect(this.#told.isAllSent, 'every event is sent').toBe(true);
    for (const name of NAMES) this.#checkTruth(name, state);
    const failing = this.#findings().filter(
      ({ RecordState, Compliance }) => RecordState === 'ACTIVE' && Compliance?.Status === 'FAILED',
    );
    // Who follows the events knows what is open, but for what people have suppressed.
    const followed = (id: string) => this.#decisions.of(clusterOf(id)) === undefined;
    const open = [...this.#told.open(this.#first)];
    expect(open.filter(followed).sort()).toEqual(
      failing
        .map(({ Id }) => Id)
        .filter(followed)
        .sort(),
    );
  }

  #checkTruth(name: string, { reported }: AccountState): void {
    const truth = this.#timeline.stateAt(name, Date.now());
    const finding = this.findingOf(name);
    const told = reported.filter(([id]) => clusterOf(id) === name).map(([, verdict]) => verdict.status);
    if (truth === 'absent') {
      expect(finding?.RecordState ?? 'ARCHIVED', name).toBe('ARCHIVED');
      expect(told, name).toEqual([]);
      return;
    }
    const status = truth === 'open' ? 'FAILED' : 'PASSED';
    expect([finding?.RecordState, finding?.Compliance?.Status], name).toEqual(['ACTIVE', status]);
    expect(told, name).toEqual([status]);
    const isSuppressed = this.#decisions.of(name) === 'SUPPRESSED';
    if (truth === 'closed' && !isSuppressed) expect(finding?.Workflow?.Status, name).toBe('RESOLVED');
  }
}
