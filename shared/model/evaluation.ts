import type { ControlKey } from './benchmarks.ts';
import type { Unreadable } from './evidence.ts';
import type { ResourceRef } from './resource.ts';
import type { ControlLevel, Verdict } from './verdict.ts';

/** What a control judges as a whole: a cluster by its ARN, a Region, or the account. */
export interface Subject {
  readonly control: ControlKey;
  readonly level: ControlLevel;
  readonly region: string;
  readonly clusterArn?: string;
  /** When the oldest of the facts that the control needs began to be read: ISO 8601, UTC. */
  readonly observedAt: string;
}

/** Evidence that could not be read, so that a verdict is not available or rests on less evidence. */
export interface MissingEvidence extends Omit<Subject, 'observedAt'> {
  /** The number of the control in the selected version of the benchmark. */
  readonly controlId: string;
  readonly resource: ResourceRef;
  readonly unreadable: Unreadable;
}

/** The result of an evaluation. */
export interface Evaluation {
  readonly verdicts: readonly Verdict[];
  /** Subjects read completely: a resource of theirs that had a verdict before and has none now is gone. */
  readonly completeSubjects: readonly Subject[];
  readonly missingEvidence: readonly MissingEvidence[];
  /** Evidence that could not be read and that no verdict lacks, because it says so. */
  readonly unverified: readonly Unreadable[];
}
