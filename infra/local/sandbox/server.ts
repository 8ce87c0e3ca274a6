import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { authenticate, type CredentialScope, parseAuthorization } from './authentication.ts';
import { AwsError } from './errors.ts';
import { type FaultKind, Faults } from './faults.ts';
import { sandboxPage } from './pages.ts';
import type { ErrorCode, Invocation, WireAnswer, WireRequest } from './protocols/protocol.ts';
import type { RequestLogEntry } from './request-log.ts';
import { type Call, describeService, invoke, type Service } from './service.ts';
import type { State } from './state.ts';

type LogEntry = { -readonly [Key in keyof RequestLogEntry]: RequestLogEntry[Key] };

/** The one endpoint behind which all services live. */
export class SandboxServer {
  readonly faults = new Faults();
  readonly log: RequestLogEntry[] = [];
  maxInFlight = 0;
  readonly #state: State;
  readonly #services: readonly Service[];
  readonly #http: Server;
  #latency = 0;
  #inFlight = 0;

  constructor(state: State, services: readonly Service[]) {
    this.#state = state;
    this.#services = services;
    this.#http = createServer({ keepAliveTimeout: 60_000 }, (request, response) =>
      this.#serve(request, response),
    );
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
      response.writeHead(500, { 'content-type': 'text/plain' }).end(`the sandbox broke: ${text}`);
    }
  }

  async #answer(request: WireRequest): Promise<WireAnswer | undefined> {
    const page = sandboxPage(request, this.#state, this.log);
    if (page !== undefined) {
      return page;
    }
    const requestId = randomUUID();
    const scope = parseAuthorization(request);
    const service = scope && this.#services.find((each) => isFor(each, scope, request));
    if (scope === undefined || service === undefined) {
      return unroutable(scope, requestId);
    }
    try {
      const invocation = service.protocol.read(describeService(service), request);
      return await this.#perform(service, scope, invocation, requestId);
    } catch (error) {
      return service.protocol.writeError(describeService(service), asAwsError(error), requestId);
    }
  }

  async #perform(
    service: Service,
    scope: CredentialScope,
    { operation, params }: Invocation,
    requestId: string,
  ): Promise<WireAnswer | undefined> {
    const { protocol, name } = service;
    const now = this.#state.clock();
    const caller = authenticate(this.#state, service, scope);
    const entry = this.#record({
      operation: `${name}:${operation}`,
      service: name,
      accountId: caller.accountId,
      region: scope.region,
      params,
      status: 0,
      at: now,
    });
    await sleep(this.#latency);
    const fault = this.faults.take(entry);
    if (fault === 'Timeout') {
      return undefined;
    }
    const call = {
      caller,
      account: accountOf(this.#state, caller.accountId),
      region: scope.region,
      state: this.#state,
      now,
    };
    const answer =
      fault === 'Malformed'
        ? protocol.writeMalformed(requestId)
        : answerOrError(service, { operation, params }, call, fault, requestId, entry);
    entry.status = answer.status;
    return answer;
  }

  #record(entry: LogEntry): LogEntry {
    this.log.push(entry);
    return entry;
  }
}

function answerOrError(
  service: Service,
  { operation, params }: Invocation,
  call: Call,
  fault: FaultKind | undefined,
  requestId: string,
  entry: LogEntry,
): WireAnswer {
  const description = describeService(service);
  try {
    if (fault !== undefined) {
      throw injected(service, fault, entry.operation, call);
    }
    return service.protocol.write(
      description,
      operation,
      invoke(service, operation, params, call),
      requestId,
    );
  } catch (error) {
    const awsError = asAwsError(error);
    entry.errorCode = awsError.code;
    return service.protocol.writeError(description, awsError, requestId);
  }
}

/** Anything but an AwsError is a defect of the sandbox and must be seen as one. */
function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) {
    return error;
  }
  throw error;
}

function injected({ protocol }: Service, fault: FaultKind, action: string, { caller }: Call): AwsError {
  const { accessDenied, throttled, internal } = protocol.errors;
  const fail = ([code, status]: ErrorCode, message: string) => new AwsError(code, message, status);
  switch (fault) {
    case 'AccessDenied':
      return fail(accessDenied, `User: ${caller.arn} is not authorized to perform: ${action}`);
    case 'Throttling':
      return fail(throttled, 'Rate exceeded');
    default:
      return fail(internal, 'An internal error occurred.');
  }
}

function accountOf(state: State, accountId: string): Call['account'] {
  const account = state.account(accountId);
  if (account === undefined) {
    throw new RangeError(`no account ${accountId} in this world`);
  }
  return account;
}

function isFor(service: Service, scope: CredentialScope, request: WireRequest): boolean {
  return service.signingName === scope.service && service.protocol.accepts(describeService(service), request);
}

function unroutable(scope: CredentialScope | undefined, requestId: string): WireAnswer {
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
