/** A fault that is answered with an error of the service's protocol. */
export type ErrorFault =
  | 'AccessDenied'
  | 'ExpiredToken'
  | 'NotFound'
  | 'ServerError'
  | 'ServiceUnavailable'
  | 'Throttling';

/** A fault that is answered with status 200 and a body that is not an answer of the operation. */
export type BodyFault = 'EmptyBody' | 'EmptyObject' | 'Html' | 'Malformed';

/** A fault of the connection. */
export type WireFault = 'ConnectionReset' | 'CutBody' | 'SlowBody' | 'StalledBody' | 'Timeout';

/**
 * How a request can be made to fail:
 *
 * - `AccessDenied`, `Throttling`, `ExpiredToken`, `ServerError` (500), `ServiceUnavailable` (503): the error
 *   that the protocol has for it.
 * - `NotFound`: the error of the operation for a resource that does not exist. An operation that has none
 *   answers `ResourceNotFoundException`, 404.
 * - `Malformed`: the body breaks off in the middle of a value. `EmptyBody`: no body. `EmptyObject`: `{}` or, in
 *   XML, an empty result. `Html`: a page, as of a proxy.
 * - `Timeout` never answers: the connection stays open until the client or the sandbox closes it.
 *   `ConnectionReset` closes it without an answer. Neither runs the operation.
 * - `StalledBody` sends the first half of the right answer and then nothing more, `SlowBody` a byte of it every
 *   20 ms and then blanks, without end, `CutBody` its first half before it closes the connection. These run the
 *   operation: what it writes is written. A body of which there is nothing to hold back (that of a HEAD
 *   request) makes the first two a `Timeout` and the last a `ConnectionReset`.
 */
export type FaultKind = ErrorFault | BodyFault | WireFault;

type Params = Readonly<Record<string, unknown>>;

/**
 * Edits an answer before it is written: what it returns, or what is left of `answer` if it returns nothing.
 * Any value can be returned, also one that the operation never answers with; a `null` is written, in XML as an
 * empty element. S3's objects are `{ headers, body }`. A pagination token of its own is answered with the first
 * page again, which is edited in its turn.
 */
export type Alteration = (answer: Record<string, unknown>, params: Params) => unknown;

interface FaultScope {
  /** The caller's account, not that of the resource; any when left out. */
  readonly accountId?: string;
  /** Any Region when left out. */
  readonly region?: string;
  /** For example `eks:DescribeCluster`, `eks:*` or `*`. */
  readonly operation: string;
  /** How many requests it applies to; all when left out. */
  readonly times?: number;
  /** Limits the fault to requests whose parameters it returns true for. */
  readonly match?: (params: Params) => boolean;
}

export type Fault = FaultScope &
  (
    | {
        readonly with: FaultKind;
        /** What an error says, instead of what the service usually says. */
        readonly message?: string;
        readonly alter?: undefined;
      }
    | { readonly alter: Alteration; readonly with?: undefined; readonly message?: undefined }
  );

/** The request that faults are matched against. */
export interface FaultRequest {
  readonly operation: string;
  readonly accountId: string;
  readonly region: string;
  readonly params: Params;
}

/** The faults that are set, each with the number of requests that it still applies to. */
export class Faults {
  #faults: { readonly fault: Fault; remaining: number }[] = [];

  add(fault: Fault): void {
    this.#faults.push({ fault, remaining: fault.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.#faults = [];
  }

  /** The first fault that was set and applies to the request, which counts as one of its times. */
  take(request: FaultRequest): Fault | undefined {
    const applicable = this.#faults.find(({ fault, remaining }) => remaining > 0 && matches(fault, request));
    if (applicable === undefined) {
      return undefined;
    }
    applicable.remaining -= 1;
    return applicable.fault;
  }
}

function matches(fault: Fault, request: FaultRequest): boolean {
  const operation = fault.operation.endsWith('*')
    ? request.operation.startsWith(fault.operation.slice(0, -1))
    : request.operation === fault.operation;
  return (
    operation &&
    (fault.accountId === undefined || fault.accountId === request.accountId) &&
    (fault.region === undefined || fault.region === request.region) &&
    (fault.match === undefined || fault.match(request.params))
  );
}
