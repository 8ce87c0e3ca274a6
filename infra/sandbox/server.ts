import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Alterations } from './alterations.ts';
import { authenticate } from './authentication.ts';
import type { Caller } from './caller.ts';
import { deliver } from './delivery.ts';
import { AwsError } from './errors.ts';
import { injectedAnswer, injectedError, isBodyFault, isErrorFault } from './fault-answers.ts';
import { type Fault, Faults, type WireFault } from './faults.ts';
import { KubernetesEndpoints } from './kubernetes/endpoints.ts';
import { sandboxPage } from './pages.ts';
import type { Invocation, ServiceDescription, WireAnswer, WireRequest } from './protocols/protocol.ts';
import { type Rate, RateLimits } from './rate-limits.ts';
import type { RequestLogEntry } from './request-log.ts';
import type { ClusterResource } from './resources/eks.ts';
import { describeService, invoke, type Service } from './service.ts';
import { type Authorization, parseAuthorization } from './signature.ts';
import type { State } from './state.ts';
import type { AccountData } from './world-data.ts';

/** An authenticated request of an operation. */
interface Request extends Invocation {
  readonly caller: Caller;
  readonly region: string;
  readonly requestId: string;
}

/** An answer and what happens to it on the way. */
interface Delivery {
  readonly answer: WireAnswer;
  readonly fault?: WireFault;
}

type ServedService = Service & { readonly description: ServiceDescription };

/** What stands for an answer that is not sent. */
const nothing: WireAnswer = { status: 0, headers: {}, body: '' };

type LogEntry = { -readonly [Key in keyof RequestLogEntry]: RequestLogEntry[Key] };

export interface ServerOptions {
  /** Whether the rates of services that have any are enforced, by the clock of the state. */
  readonly enforceRates: boolean;
  /** Resolves after that many milliseconds. */
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** The endpoint of all services. */
export class SandboxServer {
  readonly faults = new Faults();
  readonly log: RequestLogEntry[] = [];
  maxInFlight = 0;
  readonly #state: State;
  readonly #services: readonly ServedService[];
  readonly #options: ServerOptions;
  readonly #rates = new RateLimits();
  readonly #alterations = new Alterations();
  readonly #http: Server;
  readonly #kubernetes: KubernetesEndpoints;
  readonly #ownRates = new Map<string, Rate>();
  #latency = 0;
  #inFlight = 0;

  constructor(state: State, services: readonly Service[], options: ServerOptions) {
    this.#state = state;
    this.#options = options;
    this.#services = services.map((service) => ({ ...service, description: describeService(service) }));
    this.#kubernetes = new KubernetesEndpoints({
      state,
      faults: this.faults,
      log: this.log,
      pause: () => options.sleep(this.#latency),
    });
    this.#http = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
      void this.#serve(request, response);
    });
  }

  /** Resolves to the URL. */
  async listen(port: number, host: string): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#http.once('error', reject).listen(port, host, resolve);
    await promise;
    const address = this.#http.address();
    const actual = typeof address === 'object' && address !== null ? address.port : port;
    return `http://${host}:${actual}`;
  }

  async close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#http.close(() => resolve());
    this.#http.closeAllConnections();
    await Promise.all([promise, this.#kubernetes.close()]);
  }

  setLatency(milliseconds: number): void {
    this.#latency = milliseconds;
  }

  setRate(operation: string, rate: Rate): void {
    this.#ownRates.set(operation, rate);
  }

  clearLog(): void {
    this.log.length = 0;
    this.maxInFlight = this.#inFlight;
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#inFlight += 1;
    this.maxInFlight = Math.max(this.maxInFlight, this.#inFlight);
    response.once('close', () => {
      this.#inFlight -= 1;
    });
    try {
      const { answer, fault } = await this.#answer(await readRequest(incoming));
      deliver(response, answer, fault);
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      response.writeHead(500, { 'content-type': 'text/plain' }).end(`The sandbox failed: ${text}`);
    }
  }

  async #answer(request: WireRequest): Promise<Delivery> {
    const page = sandboxPage(request, this.#state, this.log);
    if (page !== undefined) {
      return { answer: page };
    }
    const requestId = randomUUID();
    const scope = parseAuthorization(request);
    const service = scope && this.#services.find((candidate) => isFor(candidate, scope, request));
    if (scope === undefined || service === undefined) {
      return { answer: unroutableAnswer(scope, requestId) };
    }
    try {
      const invocation = service.protocol.read(service.description, request);
      const caller = authenticate(this.#state, service, scope, request);
      return await this.#perform(service, { ...invocation, caller, region: scope.region, requestId });
    } catch (error) {
      return { answer: service.protocol.writeError(service.description, asAwsError(error), requestId) };
    }
  }

  async #perform(service: ServedService, request: Request): Promise<Delivery> {
    const entry = this.#record(service, request);
    await this.#options.sleep(this.#latency);
    const fault = this.faults.take({ ...entry, params: request.params });
    const kind = fault?.with;
    if (kind === 'Timeout' || kind === 'ConnectionReset') {
      return { answer: nothing, fault: kind };
    }
    if (kind !== undefined && isBodyFault(kind)) {
      const { protocol, description } = service;
      const answer = injectedAnswer(protocol, description, kind, request.operation, request.requestId);
      entry.status = answer.status;
      return { answer };
    }
    const answer = await this.#run(service, request, entry, fault);
    entry.status = answer.status;
    return kind === undefined || isErrorFault(kind) ? { answer } : { answer, fault: kind };
  }

  #record(service: ServedService, { operation, caller, region, params }: Request): LogEntry {
    const entry: LogEntry = {
      operation: `${service.name}:${operation}`,
      service: service.name,
      accountId: caller.accountId,
      region,
      params: withoutBodies(params),
      status: 0,
      at: this.#state.clock(),
    };
    this.log.push(entry);
    return entry;
  }

  async #run(
    service: ServedService,
    request: Request,
    entry: LogEntry,
    fault: Fault | undefined,
  ): Promise<WireAnswer> {
    const { protocol, description } = service;
    const { operation, params, caller, requestId } = request;
    try {
      if (fault?.with !== undefined && isErrorFault(fault.with)) {
        throw injectedError(protocol, fault.with, entry.operation, caller, fault.message);
      }
      this.#checkRate(service, request);
      const answer = await this.#invoke(service, request);
      const altered = fault?.alter ? this.#alterations.apply(fault.alter, answer, params) : answer;
      return protocol.write(description, operation, altered, requestId);
    } catch (error) {
      const awsError = asAwsError(error);
      entry.errorCode = awsError.code;
      return protocol.writeError(description, awsError, requestId);
    }
  }

  #invoke(service: ServedService, { operation, params, caller, region }: Request): Promise<unknown> {
    const account = accountOf(this.#state, caller.accountId);
    const call = {
      caller,
      account,
      region,
      state: this.#state,
      now: this.#state.clock(),
      endpointOf: (cluster: ClusterResource) => this.#kubernetes.of(account.id, cluster),
    };
    return invoke(service, operation, this.#alterations.withoutOwnTokens(params), call);
  }

  /** @throws AwsError when the operation is called too often */
  #checkRate({ name, rates, protocol }: ServedService, { operation, caller, region }: Request): void {
    const documented = this.#options.enforceRates ? rates?.[operation] : undefined;
    const rate = this.#ownRates.get(`${name}:${operation}`) ?? documented;
    const key = `${name}:${operation} ${caller.accountId} ${region}`;
    if (rate !== undefined && !this.#rates.take(key, rate, this.#state.clock().getTime())) {
      const [code, status] = protocol.errors.throttled;
      throw new AwsError(code, 'Rate exceeded', status);
    }
  }
}

/** The parameters with the size of a body (only S3 has any) instead of the body. */
function withoutBodies(params: Invocation['params']): Invocation['params'] {
  const members = Object.entries(params).map(([name, value]) => {
    return [name, Buffer.isBuffer(value) ? `${value.length} bytes` : value] as const;
  });
  return Object.fromEntries(members);
}

/** @throws any other error: it is a defect of the sandbox */
function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) {
    return error;
  }
  throw error;
}

function accountOf(state: State, accountId: string): AccountData {
  const account = state.account(accountId);
  if (account === undefined) {
    throw new RangeError(`No account ${accountId} in this world.`);
  }
  return account;
}

function isFor(service: ServedService, scope: Authorization, request: WireRequest): boolean {
  return service.signingName === scope.service && service.protocol.accepts(service.description, request);
}

function unroutableAnswer(scope: Authorization | undefined, requestId: string): WireAnswer {
  const [type, message] =
    scope === undefined
      ? ['MissingAuthenticationTokenException', 'Request is missing Authentication Token']
      : ['UnknownOperationException', `The sandbox has no service '${scope.service}' of that version.`];
  return {
    status: scope === undefined ? 403 : 404,
    headers: { 'content-type': 'application/json', 'x-amzn-requestid': requestId, 'x-amzn-errortype': type },
    body: JSON.stringify({ __type: type, message }),
  };
}

async function readRequest(incoming: IncomingMessage): Promise<WireRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) {
    chunks.push(Buffer.from(chunk));
  }
  const url = incoming.url ?? '/';
  const mark = url.indexOf('?');
  return {
    method: incoming.method ?? 'GET',
    path: mark === -1 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1)),
    headers: incoming.headers,
    body: Buffer.concat(chunks),
  };
}
