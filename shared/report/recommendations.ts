import type { Benchmark, ControlKey } from '../model/benchmarks.ts';
import type { Verdict } from '../model/verdict.ts';
import type { ShownStatus } from './shown-status.ts';

/**
 * Who answers a recommendation: this auditor, from AWS's API; AWS, by the way it runs the service; kube-bench, on the
 * node; or a policy engine in the cluster, such as Pod Security Admission, Kyverno or Gatekeeper.
 */
export type Answerer = 'eks-auditor' | 'aws' | 'kube-bench' | 'policy-engine';

/** One recommendation of the benchmark, over its versions. Titles and comments are our own words: CIS's text is theirs. */
export interface Recommendation {
  /** What each version that has it calls it. */
  readonly numbers: Readonly<Partial<Record<Benchmark, string>>>;
  readonly title: string;
  readonly answeredBy: Answerer;
  /** What answers it: the evidence, the check or the setting. */
  readonly evidence: string;
  readonly comment: string;
  /** The control whose verdicts answer it; only of this auditor. */
  readonly control?: ControlKey;
  /** What a verdict of that control says of this recommendation, where it is not just its status; `undefined` for nothing. */
  readonly read?: (verdict: Verdict) => ShownStatus | undefined;
}

/** A number that all of these versions share. */
export function numbered(
  number: string,
  versions: readonly Benchmark[] = ['1.3.0', '1.5.0', '1.7.0', '1.8.0', '2.0.0'],
): Recommendation['numbers'] {
  return Object.fromEntries(versions.map((version) => [version, number]));
}
