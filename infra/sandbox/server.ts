import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { authenticate, type CredentialScope, parseAuthorization } from './authentication.ts';
import type { Caller } from './caller.ts';
import { AwsError } from './errors.ts';
import { type FaultKind, Faults } from './faults.ts';
import { sandboxPage } from './pages.ts';
import type { Invocation, ServiceDescription, WireAnswer, WireRequest } from './protocols/protocol.ts';
import { RateLimits } from './rate-limits.ts';
import type { RequestLogEntry } from './request-log.ts';
import { describeService, invoke, type Service } from './service.ts';
import type { State } from './state.ts';
import type { AccountData } from './world-data.ts';

/** An authenticated request of an operation. */
interface Request extends Invocation {
  readonly caller: Caller;
  readonly region: string;
  readonly requestId: string;
}

/** The faults that are answered with an error. */
type ErrorFault = Exclude<FaultKind, 'Timeout' | 'Malformed'>;

type ServedService = Service & { readonly description: ServiceDescription };

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
  readonly #http: Server;
  #latency = 0;
  #inFlight = 0;

  constructor(state: State, services: readonly Service[], options: ServerOptions) {
    this.#state = state;
    this.#options = options;
    this.#services = services.map((service) => ({ ...service, description: describeService(service) }));
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
    await promise;
  }

  setLatency(milliseconds: number): void {
    this.#latency = milliseconds;
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
      const answer = await this.#answer(await readRequest(incoming));
      if (answer !== undefined) {
        response.writeHead(answer.status, answer.headers).end(answer.body);
      }
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      response.writeHead(500, { 'content-type': 'text/plain' }).end(`The sandbox failed: ${text}`);
    }
  }

  async #answer(request: WireRequest): Promise<WireAnswer | undefined> {
    const page = sandboxPage(request, this.#state, this.log);
    if (page !== undefined) {
      return page;
    }
    const requestId = randomUUID();
    const scope = parseAuthorization(request);
    const service = scope && this.#services.find((candidate) => isFor(candidate, scope, request));
    if (scope === undefined || service === undefined) {
      return unroutableAnswer(scope, requestId);
    }
    try {
      const invocation = service.protocol.read(service.description, request);
      const caller = authenticate(this.#state, service, scope);
      return await this.#perform(service, { ...invocation, caller, region: scope.region, requestId });
    } catch (error) {
      return service.protocol.writeError(service.description, asAwsError(error), requestId);
    }
  }

  async #perform(service: ServedService, request: Request): Promise<WireAnswer | undefined> {
    const entry = this.#record(service, request);
    await this.#options.sleep(this.#latency);
    const fault = this.faults.take({ ...entry, params: request.params });
    if (fault === 'Timeout') {
      return undefined;
    }
    const answer =
      fault === 'Malformed'
        ? service.protocol.writeMalformed(request.requestId)
        : this.#run(service, request, entry, fault);
    entry.status = answer.status;
    return answer;
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

  #run(service: ServedService, request: Request, entry: LogEntry, fault: ErrorFault | undefined): WireAnswer {
    const { protocol, description } = service;
    const { operation, params, caller, region, requestId } = request;
    try {
      if (fault !== undefined) {
        throw injectedError(service, fault, entry.operation, caller);
      }
      this.#checkRate(service, request);
      const account = accountOf(this.#state, caller.accountId);
      const call = { caller, account, region, state: this.#state, now: this.#state.clock() };
      return protocol.write(description, operation, invoke(service, operation, params, call), requestId);
    } catch (error) {
      const awsError = asAwsError(error);
      entry.errorCode = awsError.code;
      return protocol.writeError(description, awsError, requestId);
    }
  }

  /** @throws AwsError when the operation is called too often */
  #checkRate({ rates, protocol }: ServedService, { operation, caller, region }: Request): void {
    const rate = this.#options.enforceRates ? rates?.[operation] : undefined;
    const key = `${operation} ${caller.accountId} ${region}`;
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

function injectedError(
  { protocol }: ServedService,
  fault: ErrorFault,
  action: string,
  { arn }: Caller,
): AwsError {
  const { accessDenied, throttled, internal } = protocol.errors;
  const answers = {
    AccessDenied: [accessDenied, `User: ${arn} is not authorized to perform: ${action}`],
    Throttling: [throttled, 'Rate exceeded'],
    ServerError: [internal, 'An internal error occurred.'],
  } as const;
  const [[code, status], message] = answers[fault];
  return new AwsError(code, message, status);
}

function accountOf(state: State, accountId: string): AccountData {
  const account = state.account(accountId);
  if (account === undefined) {
    throw new RangeError(`No account ${accountId} in this world.`);
  }
  return account;
}

function isFor(service: ServedService, scope: CredentialScope, request: WireRequest): boolean {
  return service.signingName === scope.service && service.protocol.accepts(service.description, request);
}

function unroutableAnswer(scope: CredentialScope | undefined, requestId: string): WireAnswer {
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
