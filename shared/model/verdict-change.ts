import type { ControlKey } from './benchmarks.ts';
import type { ResourceType } from './resource.ts';
import type { Scope } from './scope.ts';
import type { Severity, Status } from './verdict.ts';

/**
 * What happened to a verdict since it was last reported. `new`: FAILED or WARNING, and PASSED or unknown before. `fixed`:
 * PASSED, and FAILED or WARNING before. `worse`, `better`: another severity, or FAILED instead of WARNING and the reverse.
 * `notAvailable`: judged before, and not now. `seenAgain`: judged again as it was before it was not available. `gone`: its
 * resource is gone. `excepted`: an exception covers it now. `exceptionEnded`: none does any more.
 */
export const CHANGE_KINDS = [
  'new',
  'worse',
  'exceptionEnded',
  'notAvailable',
  'better',
  'fixed',
  'seenAgain',
  'gone',
  'excepted',
] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** As what a verdict was last judged. */
export interface JudgedBefore {
  readonly status: Status;
  readonly severity: Severity;
  readonly reasonCode?: string;
  /** The id of the exception that covered it. */
  readonly exception?: string;
}

/** One verdict that changed. Texts of others are as they came: whoever shows them makes them safe. */
export interface VerdictChange {
  readonly change: ChangeKind;
  readonly findingId: string;
  readonly control: ControlKey;
  /** The number of the control in the selected version of the benchmark. */
  readonly controlId: string;
  /** As they are now; as they were, of what is gone. */
  readonly status: Status;
  readonly severity: Severity;
  /** What it was when it was last judged, if it was before: what is fixed has its severity here. */
  readonly before?: JudgedBefore;
  readonly reasonCode: string;
  /** None of what is gone. */
  readonly reason?: string;
  readonly accountId: string;
  readonly region: string;
  readonly clusterArn?: string;
  /** A person suppressed its finding: it raises no event. */
  readonly suppressed?: true;
  /** The id of the exception that covers it now: it raises no event. */
  readonly exception?: string;
  readonly resource: { readonly type: ResourceType; readonly id: string; readonly name?: string };
}

/** One verdict that changed, in the result of a run. */
export interface ChangedVerdict {
  readonly control: ControlKey;
  readonly controlId: string;
  readonly resource: { readonly type: ResourceType; readonly id: string; readonly name?: string };
  readonly scope: Scope;
  readonly clusterArn?: string;
  /** Absent where it was never judged before. */
  readonly from?: ChangedState;
  /** Absent where the resource is gone. */
  readonly to?: ChangedState;
}

export interface ChangedState {
  readonly status: Status;
  readonly severity: Severity;
  readonly reasonCode?: string;
}

/** What changed since an earlier run: nothing of it is there without one; with one, every list is, if only empty. */
export type ChangesSince = {
  /** The earlier run, where it was one. */
  readonly since?: { readonly runId: string; readonly startedAt: string };
} & { readonly [Kind in ChangeKind]?: readonly ChangedVerdict[] };
