/** What people read of the exception that covers a verdict. */
export interface VerdictException {
  readonly id: string;
  readonly reason: string;
  /** Who answers for it. */
  readonly owner: string;
  /** The last day on which it holds, in UTC: `2027-03-31`. */
  readonly expires: string;
}

/**
 * A failure or warning that is accepted for a time, as it is configured. Of each list that is not empty one pattern must
 * match, in which `*` stands for any characters; at least one of accounts, OUs, Regions, clusters and resources is given, or
 * it holds everywhere. Tags are no criterion: owners of resources set them.
 */
export interface Exception extends VerdictException {
  /** Keys of controls, never empty. */
  readonly controls: readonly string[];
  readonly accounts: readonly string[];
  /** Ids of OUs or roots, no patterns: all that is below them. */
  readonly organizationalUnits: readonly string[];
  readonly regions: readonly string[];
  /** Names of clusters. */
  readonly clusters: readonly string[];
  /** ARNs or names of the resources to fix. */
  readonly resources: readonly string[];
  readonly reasonCodes: readonly string[];
  readonly everywhere: boolean;
}

/** What became of an exception in a run; one that expires within thirty days `expires-soon`. */
export const EXCEPTION_STATES = ['used', 'unused', 'expired', 'expires-soon'] as const;

/** A configured exception in the result of a run. */
export interface ReportedException extends VerdictException {
  readonly controls: readonly string[];
  readonly state: (typeof EXCEPTION_STATES)[number];
  /** How many verdicts it covers. */
  readonly verdicts: number;
}
