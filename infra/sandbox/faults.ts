/** How a request can be made to fail. */
export type FaultKind = 'AccessDenied' | 'Throttling' | 'ServerError' | 'Timeout' | 'Malformed';

export interface Fault {
  /** The caller's account, not that of the resource; any when left out. */
  readonly accountId?: string;
  /** Any Region when left out. */
  readonly region?: string;
  /** For example `eks:DescribeCluster`, `eks:*` or `*`. */
  readonly operation: string;
  /** How many requests fail; all when left out. */
  readonly times?: number;
  /** `Timeout` never answers: the connection stays open until the client or the sandbox closes it. */
  readonly with: FaultKind;
  /** Limits the fault to requests whose parameters it returns true for. */
  readonly match?: (params: Readonly<Record<string, unknown>>) => boolean;
}

/** The request that faults are matched against. */
export interface FaultRequest {
  readonly operation: string;
  readonly accountId: string;
  readonly region: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** The faults that are set, each with the number of requests that it still makes fail. */
export class Faults {
  #faults: { readonly fault: Fault; remaining: number }[] = [];

  add(fault: Fault): void {
    this.#faults.push({ fault, remaining: fault.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.#faults = [];
  }

  /** The first fault that was set and applies to the request, which counts as one of its times. */
  take(request: FaultRequest): FaultKind | undefined {
    const applicable = this.#faults.find(({ fault, remaining }) => remaining > 0 && matches(fault, request));
    if (applicable === undefined) {
      return undefined;
    }
    applicable.remaining -= 1;
    return applicable.fault.with;
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
