import type { ControlKey } from './benchmarks.ts';
import type { VerdictException } from './exception.ts';
import type { ResourceRef } from './resource.ts';
import type { Scope } from './scope.ts';

/** ASFF `Compliance.Status`. */
export const STATUSES = ['FAILED', 'NOT_AVAILABLE', 'WARNING', 'PASSED'] as const;
export type Status = (typeof STATUSES)[number];

/** ASFF severity labels, worst first. */
export const SEVERITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFORMATIONAL'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Whether a severity is another one or worse; everything is where there is no other. */
export function isAtLeast(severity: Severity, least: Severity = 'INFORMATIONAL'): boolean {
  return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(least);
}

/** The reason code of every verdict whose evidence could not be read. */
export const EVIDENCE_UNREADABLE = 'EVIDENCE_UNREADABLE';

/** The name, in a verdict's evidence, of what could not be read: the only one that tells of no fact. */
export const MISSING_EVIDENCE = 'unreadable';

/** What was judged as a whole: each cluster, each Region of an account (its registry, or what no cluster of it has), or each account. */
export type ControlLevel = 'cluster' | 'region' | 'account';

/** What one control says of one resource. */
export interface Verdict {
  /** The same in every version of the benchmark. */
  readonly control: ControlKey;
  /** The number of the control in the selected version, for example `5.4.1`. */
  readonly controlId: string;
  readonly level: ControlLevel;
  readonly scope: Scope;
  readonly status: Status;
  /** Of this verdict: LOW for WARNING and NOT_AVAILABLE, INFORMATIONAL for PASSED. */
  readonly severity: Severity;
  /** The row of the control's decision table that decided. Stable, part of the public interface. */
  readonly reasonCode: string;
  /** Every row that applies, worst first; the first is `reasonCode`. */
  readonly reasonCodes: readonly string[];
  /** A sentence with the values that were seen. */
  readonly reason: string;
  /** The thing to fix. */
  readonly resource: ResourceRef;
  readonly related: readonly ResourceRef[];
  /** The facts that decided it, and under `MISSING_EVIDENCE` what could not be read, also beside a proven verdict. */
  readonly evidence: Readonly<Record<string, string>>;
  /** What was judged: the cluster's ARN, or `undefined` for a Region or an account. */
  readonly clusterArn?: string;
  /**
   * When the oldest of the facts that its control needs began to be read: ISO 8601, UTC. What is read later, by this run or
   * another, knows better.
   */
  readonly observedAt: string;
  /** Covers it: only one that is FAILED or WARNING. */
  readonly exception?: VerdictException;
}

/** Orders verdicts and judgements worst first. */
export function compareSeriousness(
  a: { readonly status: Status; readonly severity: Severity },
  b: { readonly status: Status; readonly severity: Severity },
): number {
  return (
    STATUSES.indexOf(a.status) - STATUSES.indexOf(b.status) ||
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity)
  );
}
