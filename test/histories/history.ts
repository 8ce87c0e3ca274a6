import { batchUpdateFindings } from '../../shared/aws/operations/security-hub.ts';
import type { Target } from '../../shared/model/run.ts';
import { judgeAccount } from '../../shared/pipeline/audit-account.ts';
import { publishAccount } from '../../shared/pipeline/publish-account.ts';
import { type AccountReading, accessTo, readAccount } from '../../shared/pipeline/read-account.ts';
import { newRun } from '../../shared/plan/new-run.ts';
import { REGION } from '../harness.ts';
import type { Auditor, Invocation, InvocationOptions } from './auditor.ts';
import { Execution } from './execution.ts';
import { Expectations } from './expectations.ts';
import { type HistoryOfAccount, type Meanwhile, NAMES, SLOTS, type Step, type StepOf } from './steps.ts';
import { Timeline } from './timeline.ts';

const MINUTE = 60_000;
/** After so many invocations every execution is over. */
const MAX_INVOCATIONS = 300;

/** Runs the history of an account, and compares what becomes of it with what is expected after each step. */
export class History {
  readonly #auditor: Auditor;
  readonly #target: Target;
  readonly #timeline: Timeline;
  readonly #expectations: Expectations;
  readonly #executions = new Map<number, Execution>();
  #read: AccountReading | undefined;

  constructor(auditor: Auditor, accountId: string) {
    this.#auditor = auditor;
    this.#target = { partition: 'aws', accountId, regions: [{ region: REGION }] };
    this.#timeline = new Timeline(auditor.sandbox.account(accountId));
    this.#expectations = new Expectations(auditor, this.#target, this.#timeline);
  }

  async run({ clusters, steps }: HistoryOfAccount): Promise<void> {
    for (const name of NAMES) this.#timeline.change(name, clusters[name]);
    await this.#take({ kind: 'run', slot: 0 });
    for (const { minutes, step } of steps) {
      this.#auditor.time.pass(minutes * MINUTE);
      await this.#take(step);
      this.#expectations.checkFindings();
    }
    for (const slot of SLOTS) await this.#end(this.#executions.get(slot));
    await this.#end(await Execution.start(this.#auditor, this.#target));
    this.#expectations.checkEnd();
  }

  /** Goes on with an execution until it is over. The report of one that nothing disturbed is left to the steps: nothing depends on it. */
  async #end(execution: Execution | undefined): Promise<void> {
    for (let count = 1; execution && !execution.isOver; count += 1) {
      if (execution.next === 'report' && !execution.isDisturbed) return;
      if (count > MAX_INVOCATIONS) throw new Error(`the run ${execution.run.id} does not end`);
      this.#auditor.time.pass(6 * MINUTE);
      await this.#invoke(execution);
    }
  }

  async #take(step: Step): Promise<void> {
    if (step.kind === 'cluster') this.#timeline.change(step.name, step.state);
    else if (step.kind === 'person') await this.#decide(step);
    else if (step.kind === 'run') await this.#audit(step);
    else if (step.kind === 'report') await this.#report(step);
    else if (step.kind === 'abort') this.#executions.get(step.slot)?.abort();
    else if (step.kind === 'command line reads') await this.#readByCommandLine();
    else await this.#publishByCommandLine();
  }

  async #audit({ slot, ...how }: StepOf<'run'>): Promise<void> {
    const before = this.#executions.get(slot);
    if (before?.next === 'report') await this.#invoke(before);
    if (before?.next === 'report') return;
    const execution =
      before === undefined || before.isOver ? await Execution.start(this.#auditor, this.#target) : before;
    this.#executions.set(slot, execution);
    const trouble = 'trouble' in how ? how.trouble : undefined;
    const meanwhile = 'meanwhile' in how ? how.meanwhile : undefined;
    await this.#invoke(execution, {
      trouble,
      ...(meanwhile && { before: this.#meanwhile(execution, meanwhile) }),
    });
  }

  async #report({ slot, trouble }: StepOf<'report'>): Promise<void> {
    const execution = this.#executions.get(slot);
    if (execution?.next === 'report') await this.#invoke(execution, { trouble });
  }

  #meanwhile(execution: Execution, { request, step }: Meanwhile): NonNullable<InvocationOptions['before']> {
    let isDone = false;
    return async (invocation) => {
      const { requests } = invocation;
      if (isDone || requests.length < request || requests.at(-1)?.service === 'eks') return;
      isDone = true;
      if (step.kind === 'run' && this.#executions.get(step.slot) === execution) return;
      await this.#expectations.observe(execution, invocation);
      await this.#take(step);
    };
  }

  async #invoke(execution: Execution, options: InvocationOptions = {}): Promise<void> {
    const { before } = options;
    const isAudit = execution.next === 'audit';
    const checked = async (invocation: Invocation) => {
      if (isAudit) this.#expectations.checkRequest(execution, invocation);
      await before?.(invocation);
    };
    await execution.invoke({ ...options, before: checked }, (invocation, ended) =>
      this.#expectations.observe(execution, invocation, isAudit ? ended : 'reported'),
    );
  }

  async #decide({ name, workflow }: StepOf<'person'>): Promise<void> {
    const finding = this.#expectations.findingOf(name);
    if (finding === undefined) return;
    const { Id, ProductArn } = finding;
    await (await this.#access()).send(batchUpdateFindings, REGION, {
      FindingIdentifiers: [{ Id, ProductArn }],
      Workflow: { Status: workflow },
    });
    this.#expectations.decided(name, workflow);
  }

  async #access() {
    const access = await accessTo(this.#target, this.#auditor.dependencies);
    if (access.state === 'unreadable') throw new Error(access.detail);
    return access.value;
  }

  async #readByCommandLine(): Promise<void> {
    const reading = await readAccount(this.#target, await this.#access(), this.#auditor.dependencies);
    if (reading.state === 'present') this.#read = reading.value;
  }

  async #publishByCommandLine(): Promise<void> {
    if (this.#read === undefined) return;
    const { dependencies } = this.#auditor;
    const judged = await judgeAccount(this.#read, dependencies);
    if (judged.state === 'unreadable') throw new Error(judged.detail);
    const run = newRun(dependencies.config, new Date(), { publish: true, trigger: 'manual' });
    await publishAccount(run, await this.#access(), this.#read.inventory, judged.value, dependencies);
  }
}
