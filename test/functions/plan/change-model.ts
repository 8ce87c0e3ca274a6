import type { ChangeQueue } from '../../../functions/plan/change-queue.ts';
import { type ChangeDependencies, planChanges } from '../../../functions/plan/plan-changes.ts';
import { leaveChanges } from '../../../functions/report/changes-left.ts';
import { LATEST_ACCOUNTS_KEY, serializeLatestAccounts } from '../../../functions/runtime/latest-accounts.ts';
import type { AwsAccount } from '../../../shared/aws/account.ts';
import { type Store, s3Store } from '../../../shared/aws/store.ts';
import { parseConfig } from '../../../shared/config/config.ts';
import { NO_CHANGES } from '../../../shared/model/run.ts';
import { newRun } from '../../../shared/plan/new-run.ts';
import { aGap, anAccount, aRegion } from '../../shared/report/builders.ts';

/** The function ended here: nothing that it would have done next happened. */
export class Crash extends Error {}

/** What happens to a function. */
interface Fate {
  /** Called before each step that has an effect outside; it throws Crash to end the function. */
  readonly before?: () => void;
  /** Each write happens, its answer does not arrive, and the SDK sends it again. */
  readonly losesAnswers?: boolean;
}

interface S3Input {
  readonly Key: string;
  readonly Body: string | Uint8Array;
  readonly IfMatch?: string;
  readonly IfNoneMatch?: '*';
}

const s3Error = (name: string) => Object.assign(new Error(name), { name, $fault: 'client' });

function bucket(objects: Map<string, string>, { before = () => {}, losesAnswers = false }: Fate): Store {
  const tag = (text: string) => `"${text}"`;
  const get = (key: string) => {
    const text = objects.get(key);
    if (text === undefined) throw s3Error('NoSuchKey');
    return { Body: { transformToString: async () => text }, ETag: tag(text) };
  };
  const put = ({ Key, Body, IfMatch, IfNoneMatch }: S3Input) => {
    const stored = objects.get(Key);
    const isOther = IfMatch !== undefined && (stored === undefined || tag(stored) !== IfMatch);
    if (isOther || (IfNoneMatch && stored !== undefined)) throw s3Error('PreconditionFailed');
    const text = Buffer.from(Body).toString();
    objects.set(Key, text);
    return { ETag: tag(text) };
  };
  const send = async ({ action }: { readonly action: string }, _region: string, input: S3Input) => {
    before();
    if (action === 's3:GetObject') return get(input.Key);
    if (losesAnswers) put(input);
    return put(input);
  };
  // Of an account a store only sends requests.
  return s3Store({ send } as unknown as AwsAccount, 'eu-west-1', 'results');
}

/** What audits of accounts left for the report that missed something. */
export type Missed = 'no result' | keyof typeof GAPS;

const GAPS = {
  busy: aGap({ kind: 'failed', code: 'AccountBusy', operation: 'audit' }),
  crashed: aGap({ kind: 'failed', code: 'States.Timeout', operation: 'audit' }),
  throttled: aGap({ what: 'evidence', kind: 'throttled', code: 'Throttling' }),
  // What another run would not find otherwise.
  denied: aGap({ what: 'region', kind: 'denied' }),
  malformed: aGap({ what: 'evidence', kind: 'failed', code: 'MalformedResponse' }),
  'Security Hub off': aGap({ what: 'security-hub', kind: 'failed', code: 'InvalidAccessException' }),
};

function folded(accountId: string, missed: Missed | undefined) {
  if (missed === 'no result') return [];
  const gaps = missed === undefined ? [] : [GAPS[missed]];
  const coverage = anAccount({ accountId, regions: [aRegion({ gaps })] });
  return [{ result: { coverage, clusters: [], verdicts: [], changes: NO_CHANGES }, regionsWithVerdicts: [] }];
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
  /** The accounts that were left to the next scheduled run. */
  readonly givenUp: string[] = [];
  readonly #planned = new Map<string, readonly string[]>();
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

  queue(before: () => void): ChangeQueue {
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
    { before = () => {}, losesAnswers = false, ...limits }: Fate & { readonly maxAccounts?: number } = {},
  ): Promise<readonly string[] | undefined> {
    this.executions.set(name, 'RUNNING');
    const config = parseConfig({ targets: { organization: true } });
    const dependencies: ChangeDependencies = {
      config,
      store: bucket(this.objects, { before, losesAnswers }),
      queue: this.queue(before),
      limits: { maxAccounts: 5_000, maxMessages: 100_000, signal: new AbortController().signal, ...limits },
      statusOf: async (arn) => this.executions.get(arn),
      executionArn: name,
      partition: 'aws',
      log: () => {},
    };
    const run = newRun(config, new Date(0), { publish: true, trigger: 'change', id: name });
    const planned = await planChanges(run, dependencies);
    const accounts = planned?.targets.map(({ accountId }) => accountId);
    this.#planned.set(name, accounts ?? []);
    return accounts;
  }

  /** The audits of an execution and its report, of which one attempt may crash. Rejects with Crash. */
  async report(
    name: string,
    missed: ReadonlyMap<string, Missed> = new Map(),
    fate: Fate = {},
  ): Promise<void> {
    const accounts = this.#planned.get(name) ?? [];
    const results = accounts.flatMap((accountId) => folded(accountId, missed.get(accountId)));
    const { givenUp } = await leaveChanges(bucket(this.objects, fate), { id: name }, results);
    this.givenUp.push(...givenUp);
  }

  /** An execution whose accounts are audited, but for those that are missed, and which comes to its end. */
  async succeed(name: string, missed: ReadonlyMap<string, Missed> = new Map()): Promise<void> {
    await this.report(name, missed);
    this.end(name, 'SUCCEEDED');
  }

  /** How an execution ended. */
  end(name: string, status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED'): void {
    this.executions.set(name, status);
  }
}
