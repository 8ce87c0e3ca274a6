import type { Context } from 'aws-lambda';
import { vi } from 'vitest';
import type { Fault, RequestLogEntry, Sandbox } from '../../infra/sandbox/sandbox.ts';
import { startSandbox } from '../../infra/sandbox/sandbox.ts';
import { callerAccount } from '../../shared/aws/caller.ts';
import { sharedConnections } from '../../shared/aws/connections.ts';
import { requestOptionsOf } from '../../shared/aws/request-options.ts';
import { type Store, s3Store } from '../../shared/aws/store.ts';
import { parseConfig } from '../../shared/config/config.ts';
import { absent } from '../../shared/model/evidence.ts';
import type { AuditDependencies } from '../../shared/pipeline/read-account.ts';
import { functions, lambdaContext } from '../functions/lambda-support.ts';
import { aTestOrganization, REGION, SECURITY, stubCredentials } from '../harness.ts';
import type { Trouble } from './steps.ts';
import { type VirtualTime, virtualTime } from './virtual-time.ts';

const BUCKET = 'eks-auditor-results';
const CONFIG = { controls: { include: ['private-endpoint'] }, limits: { maxAttempts: 1 } };
const SECOND = 1_000;
/** Lambda ends an invocation then. */
const TIMEOUT_MS = 900 * SECOND;

/** One invocation of a function. */
export interface Invocation {
  /** What it has requested so far. */
  readonly requests: readonly RequestLogEntry[];
  /** A request failed or took long, or it began after another one had begun and before that one ended. */
  readonly isDisturbed: boolean;
}

export interface InvocationOptions {
  readonly trouble?: Trouble | undefined;
  /** Called before each request is answered, the last one of those of the invocation. What it does takes no time. */
  readonly before?: (invocation: Invocation) => Promise<void>;
}

type Functions = Awaited<ReturnType<typeof functions>>;

/**
 * The functions, as Lambda runs them, and the command line, in a sandbox in which every request of a function takes a
 * second and everything else no time at all.
 */
export interface Auditor extends Pick<Functions, 'audit' | 'report'> {
  readonly sandbox: Sandbox;
  readonly store: Store;
  readonly time: VirtualTime;
  /** Those of the command line. */
  readonly dependencies: AuditDependencies;
  /** Invokes a function. Rejects only with what `before` rejects with. */
  invoke<Output>(
    call: (context: Context) => Promise<Output>,
    options: InvocationOptions,
  ): Promise<EndedInvocation<Output>>;
  close(): Promise<void>;
}

interface EndedInvocation<Output> extends Invocation {
  readonly ended: { readonly output: Output } | { readonly error: unknown };
}

class RunningInvocation implements Invocation {
  readonly requests: RequestLogEntry[] = [];
  readonly failures: unknown[] = [];
  readonly endsAt = Date.now() + TIMEOUT_MS;
  readonly #options: InvocationOptions;
  #isOverlapped = false;

  constructor(options: InvocationOptions) {
    this.#options = options;
  }

  get isDisturbed(): boolean {
    return this.#options.trouble !== undefined || this.#isOverlapped;
  }

  /** Before a request is answered. Resolves to how long that takes. */
  async receive(request: RequestLogEntry): Promise<number> {
    const count = this.requests.push(request);
    try {
      await this.#options.before?.(this);
    } catch (error) {
      // The function would take it for an answer of AWS.
      this.failures.push(error);
    }
    const { trouble } = this.#options;
    return trouble?.kind === 'slow' && trouble.request === count ? trouble.seconds * SECOND : SECOND;
  }

  overlap(): void {
    this.#isOverlapped = true;
  }
}

function faultsOf(
  trouble: Trouble | undefined,
  invocation: RunningInvocation,
  isRunning: () => boolean,
): Fault[] {
  if (trouble?.kind === 'fails') {
    let left = trouble.after;
    const match = () => isRunning() && --left < 0;
    return [{ operation: trouble.operation, with: trouble.with, match }];
  }
  if (trouble?.kind !== 'dies') return [];
  const isAt = (from: number, to: number) => () =>
    isRunning() && invocation.requests.length >= from && invocation.requests.length < to;
  const { request, isAnswered } = trouble;
  return [
    { operation: '*', with: 'CutBody', match: isAt(request, isAnswered ? request + 1 : request) },
    { operation: '*', with: 'ConnectionReset', match: isAt(request, Number.POSITIVE_INFINITY) },
  ];
}

function stubEnvironment(sandbox: Sandbox): void {
  stubCredentials(sandbox, SECURITY);
  const variables = {
    EKS_AUDITOR_BUCKET: BUCKET,
    EKS_AUDITOR_EVENT_BUS: 'eks-auditor',
    EKS_AUDITOR_DIGEST_TOPIC: `arn:aws:sns:${REGION}:${SECURITY}:eks-auditor-digest`,
    EKS_AUDITOR_CONFIG: JSON.stringify(CONFIG),
    POWERTOOLS_DEV: 'true',
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const)
    vi.spyOn(console, method).mockImplementation(() => undefined);
}

/** Starts an auditor of these accounts. */
export async function startAuditor(accountIds: readonly string[]): Promise<Auditor> {
  const time = virtualTime();
  /** The innermost is last: the others wait for it, or, where there is none, for the test. */
  const running: (RunningInvocation | undefined)[] = [];
  const sandbox = await startSandbox(
    accountIds.reduce((world, accountId) => world.account(accountId), aTestOrganization()),
    { sleep: receive },
  );
  sandbox.account(SECURITY).add.bucket(BUCKET);
  sandbox.setClock(() => new Date());
  stubEnvironment(sandbox);

  async function receive(): Promise<void> {
    const request = sandbox.log.at(-1);
    const invocation = running.at(-1);
    if (request === undefined || invocation === undefined) return;
    running.push(undefined);
    const milliseconds = await invocation.receive(request);
    running.pop();
    time.pass(milliseconds);
  }

  const config = parseConfig(CONFIG);
  const requestOptions = requestOptionsOf(config);
  const connections = sharedConnections(requestOptions);
  const caller = await callerAccount(REGION, connections, requestOptions);
  const { audit, report } = await functions();
  return {
    sandbox,
    time,
    audit,
    report,
    store: s3Store(caller, REGION, BUCKET),
    dependencies: {
      caller,
      region: REGION,
      connections,
      requestOptions,
      config,
      organization: { id: absent, accountIds: [] },
      now: () => new Date(),
    },
    async invoke(call, options) {
      const invocation = new RunningInvocation(options);
      for (const outer of running) outer?.overlap();
      for (const fault of faultsOf(options.trouble, invocation, () => running.at(-1) === invocation))
        sandbox.fail(fault);
      running.push(invocation);
      const context = lambdaContext();
      context.getRemainingTimeInMillis = () => Math.max(0, invocation.endsAt - Date.now());
      const ended = await call(context).then(
        (output) => ({ output }),
        (error: unknown) => ({ error }),
      );
      running.pop();
      if (running.length === 0) {
        time.forgetSignals();
        sandbox.clearFaults();
        sandbox.clearLog();
      }
      const { requests, isDisturbed, failures } = invocation;
      if (failures.length > 0) throw failures[0];
      return { requests, isDisturbed, ended };
    },
    async close() {
      await sandbox.close();
      connections.destroy();
    },
  };
}
