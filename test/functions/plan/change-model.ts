import type { ChangeQueue } from '../../../functions/plan/change-queue.ts';
import { type ChangeDependencies, planChanges } from '../../../functions/plan/plan-changes.ts';
import { LATEST_ACCOUNTS_KEY, serializeLatestAccounts } from '../../../functions/runtime/latest-accounts.ts';
import { PreconditionFailed, type Store } from '../../../shared/aws/store.ts';
import { parseConfig } from '../../../shared/config/config.ts';
import { newRun } from '../../../shared/plan/new-run.ts';

/** The function ended here: nothing that it would have done next happened. */
export class Crash extends Error {}

/** Called before each step that has an effect outside; it throws Crash to end the function. */
type BeforeStep = () => void;

function memoryStore(objects: Map<string, string>, before: BeforeStep): Store {
  const tag = (text: string | undefined) => (text === undefined ? undefined : `"${text}"`);
  return {
    async put(key, body, { ifMatch, ifNoneMatch } = {}) {
      before();
      const text = Buffer.from(body).toString();
      const stored = tag(objects.get(key));
      if ((ifMatch !== undefined && stored !== ifMatch) || (ifNoneMatch && stored !== undefined))
        throw new PreconditionFailed(key);
      objects.set(key, text);
      return tag(text) ?? '';
    },
    get: async (key) => objects.get(key),
    async getWithTag(key) {
      before();
      const text = objects.get(key);
      return text === undefined ? undefined : { text, etag: tag(text) ?? '' };
    },
    list: async (prefix) => [...objects.keys()].filter((key) => key.startsWith(prefix)).toSorted(),
  };
}

interface Message {
  readonly body: string;
  readonly id: string;
  /** The tick from which on it is given again. */
  visibleAt: number;
}

/** Ticks, of five minutes, for which a message that was received is not given again. */
const VISIBILITY_TICKS = 3;

/** The deployed auditor, as far as audits on change go: its queue, its bucket, its executions and its clock. */
export class ChangeModel {
  readonly objects = new Map<string, string>();
  readonly executions = new Map<string, string>();
  /** The accounts of each run that ended well, in order. */
  readonly audited: string[][] = [];
  #messages: Message[] = [];
  #sent = 0;
  tick = 0;

  constructor(accountIds: readonly string[]) {
    const targets = accountIds.map((accountId) => ({ accountId }));
    const organization = { formatVersion: 2, id: { state: 'absent' }, accountIds, targets };
    const accounts = new Map(
      accountIds.map((accountId) => [accountId, { regions: ['eu-west-1'], durationMs: 1 }]),
    );
    this.objects.set('latest/organization.json', JSON.stringify(organization));
    this.objects.set(LATEST_ACCOUNTS_KEY, serializeLatestAccounts(accounts));
  }

  send(body: string): void {
    this.#sent += 1;
    this.#messages.push({ body, id: String(this.#sent), visibleAt: 0 });
  }

  change(account: string): void {
    const event = { account, region: 'eu-west-1', source: 'aws.eks', name: 'UpdateClusterConfig', time: '' };
    this.send(JSON.stringify(event));
  }

  get queued(): number {
    return this.#messages.length;
  }

  queue(before: BeforeStep): ChangeQueue {
    return {
      receive: async () => {
        before();
        const given = this.#messages.filter(({ visibleAt }) => visibleAt <= this.tick).slice(0, 10);
        for (const message of given) message.visibleAt = this.tick + VISIBILITY_TICKS;
        return given.map(({ id, body }) => ({ MessageId: id, ReceiptHandle: id, Body: body }));
      },
      delete: async (messages) => {
        for (const { MessageId } of messages) {
          before();
          this.#messages = this.#messages.filter(({ id }) => id !== MessageId);
        }
        return 0;
      },
    };
  }

  /** One attempt of the plan step of an execution, which is running then. Rejects with Crash. */
  async plan(
    name: string,
    { before = () => {}, ...limits }: { readonly before?: BeforeStep; readonly maxAccounts?: number } = {},
  ): Promise<readonly string[] | undefined> {
    this.executions.set(name, 'RUNNING');
    const config = parseConfig({ targets: { organization: true } });
    const dependencies: ChangeDependencies = {
      config,
      store: memoryStore(this.objects, before),
      queue: this.queue(before),
      limits: { maxAccounts: 5_000, maxMessages: 100_000, signal: new AbortController().signal, ...limits },
      statusOf: async (arn) => this.executions.get(arn),
      executionArn: name,
      partition: 'aws',
      log: () => {},
    };
    const run = newRun(config, new Date(0), { publish: true, trigger: 'change', id: name });
    const planned = await planChanges(run, dependencies);
    return planned?.targets.map(({ accountId }) => accountId);
  }

  /** How an execution ended. */
  end(
    name: string,
    status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED',
    accounts: readonly string[] = [],
  ): void {
    this.executions.set(name, status);
    if (status === 'SUCCEEDED' && accounts.length > 0) this.audited.push([...accounts]);
  }
}
