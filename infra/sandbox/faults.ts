/** How a request can be made to fail. */
export type FaultKind = 'AccessDenied' | 'Throttling' | 'ServerError' | 'Timeout' | 'Malformed';

export interface Fault {
  /** Any account when left out; the caller's, not that of the resource. */
  readonly accountId?: string;
  /** Any Region when left out. */
  readonly region?: string;
  /** For example `eks:DescribeCluster`; `eks:*` and `*` are understood. */
  readonly operation: string;
  /** How many requests fail; all when left out. */
  readonly times?: number;
  /** `Timeout` never answers: the connection stays open until the client or the sandbox closes it. */
  readonly with: FaultKind;
  /** Only requests with such parameters. */
  readonly match?: (params: Readonly<Record<string, unknown>>) => boolean;
}

/** What a fault is matched against. */
export interface FaultSubject {
  readonly operation: string;
  readonly accountId: string;
  readonly region: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** The faults that are set, each with the number of requests it still breaks. */
export class Faults {
  #faults: { readonly fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.#faults.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.#faults = [];
  }

  /** The fault that this request meets, oldest first; meeting it uses it up by one. */
  take(subject: FaultSubject): FaultKind | undefined {
    const met = this.#faults.find(({ fault, left }) => left > 0 && matches(fault, subject));
    if (met === undefined) {
      return undefined;
    }
    met.left -= 1;
    return met.fault.with;
  }
}

function matches(fault: Fault, subject: FaultSubject): boolean {
  const operation = fault.operation.endsWith('*')
    ? subject.operation.startsWith(fault.operation.slice(0, -1))
    : subject.operation === fault.operation;
  return (
    operation &&
    (fault.accountId === undefined || fault.accountId === subject.accountId) &&
    (fault.region === undefined || fault.region === subject.region) &&
    (fault.match === undefined || fault.match(subject.params))
  );
}
