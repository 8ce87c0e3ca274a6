import type { Benchmark, ControlKey } from './benchmarks.ts';
import type { Evidence, Unreadable, UnreadableKind } from './evidence.ts';
import type { ReportedException } from './exception.ts';
import type { Verdict } from './verdict.ts';
import type { ChangesSince, VerdictChange } from './verdict-change.ts';

/** What started a run. A run on change audits only what changed. */
export const TRIGGERS = ['schedule', 'change', 'manual'] as const;
export type Trigger = (typeof TRIGGERS)[number];

/** One run over everything that is to be audited. */
export interface Run {
  /**
   * Unique. On the command line it is the start in UTC and a random part, `20261122T101500Z-3f2a9c`; in the deployed
   * auditor it is the name of the state machine's execution.
   */
  readonly id: string;
  /** `schedule` and `manual` without a list of accounts audit all that is configured. */
  readonly trigger: Trigger;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** This product's version. */
  readonly version: string;
  /** The version of the benchmark. */
  readonly benchmark: Benchmark;
  /** Whether findings are written to Security Hub. */
  readonly publish: boolean;
}

/** An organizational unit, or a root. */
export interface OrganizationalUnit {
  readonly id: string;
  readonly name?: string;
}

/** Who runs an audit. */
export interface Caller {
  readonly accountId: string;
  readonly arn: string;
}

/** What a run was to audit: the controls, and what narrows the rest. */
export interface RunOptions {
  readonly controls: readonly ControlKey[];
  /** The accounts of the organization. */
  readonly organization?: true;
  readonly accounts?: readonly string[];
  readonly excludeAccounts?: readonly string[];
  readonly organizationalUnits?: readonly string[];
  readonly excludeOrganizationalUnits?: readonly string[];
  readonly regions?: readonly string[];
  readonly excludeRegions?: readonly string[];
  readonly clusters?: readonly string[];
  readonly registryAccounts?: readonly string[];
}

/** One account to audit. */
export interface Target {
  readonly partition: string;
  readonly accountId: string;
  readonly name?: string;
  /** The root and the OUs it is in, from the top down; absent where they were not read. */
  readonly organizationalUnits?: readonly OrganizationalUnit[];
  /** The Regions to audit; when absent, the account is asked which it has enabled. */
  readonly regions?: readonly TargetRegion[];
}

export interface TargetRegion {
  readonly region: string;
  /** Requested, but not enabled in the account: reported as not covered. */
  readonly disabled?: true;
}

/** An account of the organization that is not audited, and why. */
export interface SkippedAccount {
  readonly accountId: string;
  readonly name?: string;
  /** `ACCOUNT_NOT_ACTIVE`: suspended, closing or being set up. */
  readonly code: 'ACCOUNT_NOT_ACTIVE' | 'NOT_IN_ORGANIZATION';
  readonly reason: string;
  /** Its id was requested, so the run is not complete without it. */
  readonly askedFor: boolean;
}

/** What a run is going to audit. */
export interface Plan {
  readonly run: Run;
  readonly caller?: Caller;
  readonly options?: RunOptions;
  readonly organization: {
    /** Absent when the accounts belong to none. */
    readonly id: Evidence<string>;
    readonly accountIds: readonly string[];
    /** Why these may not be all accounts of the organization; undefined when they are. */
    readonly membersUnreadable?: Unreadable;
  };
  readonly targets: readonly Target[];
  /** The names of the clusters that were requested; absent when all are to be audited. */
  readonly clusters?: readonly string[];
  readonly skipped: readonly SkippedAccount[];
  /** Only some of the accounts that are configured were asked for. */
  readonly narrowed?: true;
  /** What people should know of the auditor's own account; absent when there is nothing. */
  readonly notices?: readonly Notice[];
}

/** Something that could not be read or written, and why. */
export interface Gap {
  readonly what: 'account' | 'region' | 'cluster' | 'evidence' | 'security-hub';
  readonly kind: UnreadableKind;
  /** The error code as AWS spells it. */
  readonly code: string;
  /** As IAM spells it. */
  readonly operation: string;
  readonly detail: string;
  /** The ARN of what could not be read, where it has one. */
  readonly resource?: string;
  /** The numbers of the controls that need it, where it is evidence: what else they know may decide without it. */
  readonly controlIds?: readonly string[];
}

/** A gap of a run as a whole, with the account that asked. */
export interface RunGap extends Gap {
  readonly accountId: string;
}

/** All gaps of an account: of it as a whole, and of its Regions. */
export function gapsOfAccount({ gaps, regions }: Pick<AccountCoverage, 'gaps' | 'regions'>): Gap[] {
  return [...gaps, ...regions.flatMap((region) => region.gaps)];
}

/** What could not be read, as a gap. */
export function toGap(unreadable: Unreadable, where: Pick<Gap, 'what' | 'resource' | 'controlIds'>): Gap {
  const { kind, code, operation, detail } = unreadable;
  return { ...where, kind, code, operation, detail };
}

/** `partial`: audited, with gaps. `not-covered`: nothing could be audited. */
export const COVERAGE_STATES = ['covered', 'partial', 'not-covered'] as const;
export type CoverageState = (typeof COVERAGE_STATES)[number];

/**
 * Of a Region also `closed`: a service or resource control policy of the organization does not let its clusters be listed.
 * That is no gap, for nobody in the account can use them there.
 */
export const REGION_STATES = [...COVERAGE_STATES, 'closed'] as const;
export type RegionState = (typeof REGION_STATES)[number];

/** A cluster that is not judged because of its status: it is being created or deleted, or it never came up. */
export interface ClusterNotReady {
  readonly name: string;
  /** As EKS spells it: `CREATING`, `DELETING`, `FAILED`. */
  readonly status: string;
}

/** A cluster to whose Kubernetes API a run gave access, because nobody had. */
export interface ClusterAccessGranted {
  readonly name: string;
  /** The ARN of the role that has an access entry now. */
  readonly principalArn: string;
}

export interface RegionCoverage {
  readonly region: string;
  readonly state: RegionState;
  /** `judged` < `found` when some could not be read, are not ready, or were not requested. */
  readonly clusters: {
    readonly found: number;
    readonly judged: number;
    /** In the order of their names; absent when there are none. */
    readonly notReady?: readonly ClusterNotReady[];
    /** In the order of their names; absent when there are none. */
    readonly accessGranted?: readonly ClusterAccessGranted[];
  };
  readonly gaps: readonly Gap[];
}

export interface AccountCoverage {
  readonly accountId: string;
  readonly name?: string;
  /** From the root's child down to the account's own; absent where they were not read, empty right below the root. */
  readonly organizationalUnits?: readonly OrganizationalUnit[];
  readonly state: CoverageState;
  readonly regions: readonly RegionCoverage[];
  /** Gaps of the account as a whole. */
  readonly gaps: readonly Gap[];
}

/** A finding that Security Hub rejected. */
export interface FailedImport {
  readonly accountId: string;
  readonly region: string;
  readonly findingId: string;
  readonly code: string;
  readonly message: string;
}

/**
 * What people should know of a Region, and no gap: `ACCESS_GRANTED`: the run created access entries of its role in
 * clusters. `FINDING_FROM_THE_FUTURE`: findings under our ids claim to have been updated later than now, so somebody forged
 * them or a clock is wrong. `FINDINGS_SUPPRESSED`: failures that somebody set to SUPPRESSED. `LAMBDA_CONCURRENCY`: Lambda
 * runs fewer functions of the auditor at the same time than accounts are to be audited. `ORGANIZATION_PARTLY_READ`: the
 * organizational units of accounts are not shown, or the accounts of the organization are not known where others were asked
 * for. `REGION_NOT_AGGREGATED`: Security Hub does not show the findings of audited Regions in the one where the auditor runs.
 * `REGIONS_NOT_LISTED`: account:ListRegions did not answer, and the Regions were found out otherwise.
 */
export const NOTICE_CODES = [
  'ACCESS_GRANTED',
  'FINDING_FROM_THE_FUTURE',
  'FINDINGS_SUPPRESSED',
  'LAMBDA_CONCURRENCY',
  'ORGANIZATION_PARTLY_READ',
  'REGION_NOT_AGGREGATED',
  'REGIONS_NOT_LISTED',
] as const;

export interface Notice {
  readonly code: (typeof NOTICE_CODES)[number];
  readonly accountId: string;
  readonly region: string;
  /** For people; not stable. */
  readonly detail: string;
  /** How many findings it is about. */
  readonly count?: number;
  /** The first ten of them. */
  readonly findingIds?: readonly string[];
}

/** What a run did to Security Hub. */
export interface Changes {
  readonly created: number;
  readonly updated: number;
  readonly archived: number;
  readonly unchanged: number;
  /** Of a later observation than this run's: left as they are. */
  readonly outdated: number;
  readonly failed: readonly FailedImport[];
}

/** The result of the audit of one account. */
export interface AccountResult {
  readonly coverage: AccountCoverage;
  /** The names of the clusters that were audited. */
  readonly clusters: readonly string[];
  readonly verdicts: readonly Verdict[];
  readonly changes: Changes;
  /** What changed since the account was last reported; absent where nothing is kept from run to run. */
  readonly verdictChanges?: readonly VerdictChange[];
  /** Nothing of the account was reported before. */
  readonly firstAudit?: true;
  /** How long its audit took, in milliseconds, all invocations together. */
  readonly durationMs?: number;
  /** The Regions that have clusters. */
  readonly regionsWithClusters?: readonly string[];
  /** Absent when there are none. */
  readonly notices?: readonly Notice[];
}

/**
 * The result of a run: the public JSON document. A change that breaks readers raises the first number of
 * `schemaVersion`, an addition the second.
 */
export interface RunResult {
  readonly schemaVersion: '1.3';
  readonly run: Run & { readonly finishedAt: string };
  /** The organization of the accounts, where it is known. */
  readonly organization?: { readonly id: string };
  readonly caller?: Caller;
  readonly options?: RunOptions;
  readonly coverage: {
    /** Everything that was requested was audited, all evidence could be read, and Security Hub accepted every finding. */
    readonly complete: boolean;
    /** What could not be read of the organization, and no account's gap tells; absent when there is nothing. */
    readonly gaps?: readonly RunGap[];
    readonly accounts: readonly AccountCoverage[];
    readonly skipped: readonly SkippedAccount[];
    /** Names of clusters that were requested and do not exist or are not ready; absent when there are none. */
    readonly clustersNotJudged?: readonly string[];
  };
  readonly verdicts: readonly Verdict[];
  /** What was done in Security Hub, and, where there is an earlier run to compare with, what changed since. */
  readonly changes: Changes & ChangesSince;
  /** Every configured exception; absent when there are none. */
  readonly exceptions?: readonly ReportedException[];
  /** Absent when there are none. */
  readonly notices?: readonly Notice[];
}

export const NO_CHANGES: Changes = {
  created: 0,
  updated: 0,
  archived: 0,
  unchanged: 0,
  outdated: 0,
  failed: [],
};

export function addChanges(a: Changes, b: Changes): Changes {
  return {
    created: a.created + b.created,
    updated: a.updated + b.updated,
    archived: a.archived + b.archived,
    unchanged: a.unchanged + b.unchanged,
    outdated: a.outdated + b.outdated,
    failed: [...a.failed, ...b.failed],
  };
}
