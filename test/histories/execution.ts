import { accountKeysOf, keysOf } from '../../functions/runtime/storage-keys.ts';
import { serializeDocument } from '../../functions/runtime/stored-document.ts';
import type { Run, Target } from '../../shared/model/run.ts';
import { newRun } from '../../shared/plan/new-run.ts';
import type { Auditor, Invocation, InvocationOptions } from './auditor.ts';

/** The state machine ends the audit of an account after so many slices. */
const MAX_SLICES = 25;
/** It tries again so often when another run audits the account. */
const MAX_BUSY = 26;

/** How an invocation ended. */
export type Ended = 'audited' | 'to be continued' | 'failed';

/** An execution that was ended is reported when nothing of it is under way any more. */
const LAST_AUDITS_MS = 17 * 60_000;

/** Called after each invocation. */
export type Observe = (invocation: Invocation, ended: Ended) => Promise<void>;

/** An execution of the state machine of runs, over one account: which invocation follows from what became of the last one. */
export class Execution {
  readonly run: Run;
  readonly startedAt = Date.now();
  /** Something went wrong in it, or another overlapped with one of its invocations. */
  isDisturbed = false;
  readonly #auditor: Auditor;
  readonly #target: Target;
  #step: 'audit' | 'report' | 'none' = 'audit';
  #endedAs: 'FAILED' | 'ABORTED' | undefined;
  #reportedFrom = 0;
  #slice = 1;
  #failures = 0;
  #busy = 0;

  private constructor(run: Run, auditor: Auditor, target: Target) {
    this.run = run;
    this.#auditor = auditor;
    this.#target = target;
  }

  /** Begins one: plans it. */
  static async start(auditor: Auditor, target: Target): Promise<Execution> {
    const { store, dependencies } = auditor;
    const run = newRun(dependencies.config, new Date(), { publish: true, trigger: 'manual' });
    const targetIds = [target.accountId];
    const organization = { ...dependencies.organization, accountIds: targetIds };
    const plan = { run, organization, targets: [target], skipped: [], narrowed: true };
    await store.put(keysOf(run).organizationKey, serializeDocument({ ...organization, targetIds }));
    await store.put(keysOf(run).planKey, serializeDocument(plan));
    return new Execution(run, auditor, target);
  }

  get isOver(): boolean {
    return this.#step === 'none';
  }

  get next(): 'audit' | 'report' | 'none' {
    return this.#step;
  }

  /** Somebody ends it. An invocation that is under way goes on. */
  abort(): void {
    if (this.isOver || this.#endedAs !== undefined) return;
    this.isDisturbed = true;
    this.#step = 'report';
    this.#endedAs = 'ABORTED';
    this.#reportedFrom = Date.now() + LAST_AUDITS_MS;
  }

  async invoke(options: InvocationOptions, observe: Observe): Promise<void> {
    if (this.#step === 'audit') await this.#audit(options, observe);
    else if (this.#step === 'report' && Date.now() >= this.#reportedFrom)
      await this.#report(options, observe);
  }

  async #audit(options: InvocationOptions, observe: Observe): Promise<void> {
    const { audit, invoke } = this.#auditor;
    const event = { run: this.run, target: this.#target, slice: this.#slice };
    const invocation = await invoke((context) => audit(event, context), options);
    this.isDisturbed ||= invocation.isDisturbed;
    const { ended } = invocation;
    const rest = 'output' in ended ? ended.output.continue : undefined;
    await observe(invocation, 'error' in ended ? 'failed' : rest ? 'to be continued' : 'audited');
    // It may have been aborted meanwhile.
    if (this.#step !== 'audit') return;
    if ('error' in ended) await this.#audited(ended.error);
    else if (rest === undefined) this.#step = 'report';
    else if (rest.slice > MAX_SLICES) await this.#record('TooManySlices');
    else {
      this.#slice = rest.slice;
      this.#failures = 0;
      this.#busy = 0;
    }
  }

  /** An invocation that failed is repeated once; one that met another run, for as long as that may take. */
  async #audited(error: unknown): Promise<void> {
    const { name } = error instanceof Error ? error : new Error();
    if (name === 'AccountBusy') this.#busy += 1;
    else this.#failures += 1;
    if (this.#failures > 1 || this.#busy > MAX_BUSY) await this.#record(name);
  }

  async #record(error: string): Promise<void> {
    const { accountId } = this.#target;
    const document = JSON.stringify({ accountId, error, cause: '' });
    await this.#auditor.store.put(accountKeysOf(this.run, accountId).crashedKey, document);
    this.isDisturbed = true;
    this.#step = 'report';
    this.#failures = 0;
  }

  /** The report of an execution that ended otherwise is invoked by the rule on that: until it succeeds, for as long as that lasts. */
  async #report(options: InvocationOptions, observe: Observe): Promise<void> {
    const { report, invoke } = this.#auditor;
    const { id } = this.run;
    const event =
      this.#endedAs === undefined ? { run: this.run } : { ended: { execution: id, status: this.#endedAs } };
    const invocation = await invoke((context) => report(event, context), options);
    this.isDisturbed ||= invocation.isDisturbed;
    const isReported = 'output' in invocation.ended;
    await observe(invocation, isReported ? 'audited' : 'failed');
    if (isReported) this.#step = 'none';
    else if (this.#failures === 0) this.#failures = 1;
    else this.#endedAs ??= 'FAILED';
  }
}
