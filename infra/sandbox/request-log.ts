/** One authenticated request of an operation. */
export interface RequestLogEntry {
  /** For example `eks:DescribeCluster`. */
  readonly operation: string;
  /** For example `eks`. */
  readonly service: string;
  /** The caller's account. */
  readonly accountId: string;
  readonly region: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** HTTP status of the answer; 0 while there is none. */
  readonly status: number;
  readonly errorCode?: string;
  readonly at: Date;
}

/** Selects entries of the log; a field that is left out matches all. */
export interface CallFilter {
  readonly operation?: string;
  readonly accountId?: string;
  readonly region?: string;
}

export function matchesCall(entry: RequestLogEntry, { operation, accountId, region }: CallFilter): boolean {
  return (
    (operation === undefined || entry.operation === operation) &&
    (accountId === undefined || entry.accountId === accountId) &&
    (region === undefined || entry.region === region)
  );
}
