import type { ControlKey } from './benchmarks.ts';
import type { ResourceType } from './resource.ts';
import type { ControlLevel, Severity, Status } from './verdict.ts';
import type { JudgedBefore } from './verdict-change.ts';

/** A verdict as it was last reported: what it takes to tell whether, and how, it changed. */
export interface ReportedVerdict {
  readonly control: ControlKey;
  readonly controlId: string;
  readonly level: ControlLevel;
  readonly accountId: string;
  readonly region: string;
  readonly status: Status;
  readonly severity: Severity;
  readonly reasonCode: string;
  readonly resource: { readonly type: ResourceType; readonly id: string; readonly name?: string };
  readonly clusterArn?: string;
  /** A person suppressed its finding. */
  readonly suppressed?: true;
  /** The id of the exception that covers it. */
  readonly exception?: string;
  /** Of what is not available: what it was when it could last be judged. */
  readonly before?: JudgedBefore;
}
