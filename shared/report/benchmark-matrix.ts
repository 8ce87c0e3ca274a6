import { type Benchmark, compareNumbers } from '../model/benchmarks.ts';
import type { RunResult } from '../model/run.ts';
import type { ControlLevel, Verdict } from '../model/verdict.ts';
import type { Answerer, Recommendation } from './recommendations.ts';
import { NODE_RECOMMENDATIONS } from './recommendations-nodes.ts';
import { POLICY_RECOMMENDATIONS } from './recommendations-policies.ts';
import { SERVICE_RECOMMENDATIONS } from './recommendations-services.ts';
import { SHOWN_STATUSES, type ShownStatus, shownStatusOf } from './shown-status.ts';

/** How many clusters, Regions (each of an account) or accounts have each status as their worst. */
export interface LevelState {
  readonly level: ControlLevel;
  readonly counts: Readonly<Record<ShownStatus, number>>;
  readonly total: number;
}

/** What a run says of a recommendation over all clusters. */
interface MatrixState {
  /** The worst. */
  readonly status: ShownStatus;
  readonly levels: readonly LevelState[];
}

/** One recommendation of a version of the benchmark. */
export interface BenchmarkMatrixRow {
  /** Such as `5.4.1`. */
  readonly number: string;
  readonly section: string;
  readonly title: string;
  readonly answeredBy: Answerer;
  /** What answers it. */
  readonly evidence: string;
  readonly comment: string;
  /** Absent where another than this auditor answers it, or the run judged nothing. */
  readonly state?: MatrixState;
}

/** Every recommendation of a version of the benchmark (sections 2 to 5), who answers it, and what a run says. */
export interface BenchmarkMatrix {
  readonly benchmark: Benchmark;
  /** In the order of their numbers. */
  readonly rows: readonly BenchmarkMatrixRow[];
  /** Where the numbers are from, and what is not known of them. */
  readonly source: string;
}

const RECOMMENDATIONS: readonly Recommendation[] = [
  ...NODE_RECOMMENDATIONS,
  ...POLICY_RECOMMENDATIONS,
  ...SERVICE_RECOMMENDATIONS,
];

/** How people read who answers. */
export const ANSWERERS = {
  'eks-auditor': 'This auditor',
  aws: 'AWS, by the managed service',
  'kube-bench': 'kube-bench, on the node',
  'policy-engine': 'A policy engine',
} as const satisfies Record<Answerer, string>;

const SECTIONS: Readonly<Record<string, string>> = {
  '2': 'Control plane configuration',
  '3': 'Worker nodes',
  '4': 'Policies',
  '5': 'Managed services',
};

const SOURCES: Readonly<Record<Benchmark, string>> = {
  '1.3.0':
    'Numbers of 1.3.0 as in a published compliance table of that version (https://docs.bosframework.com/Compliance/CIS_EKS); ' +
    'kube-bench has no cfg/eks-1.3.0, and its neighbour cfg/eks-1.5.0 lacks 3.2.7 (host name override), 3.3.1, 4.2.6 to 4.2.8 and 5.6.1.',
  '1.5.0': 'Numbers of 1.5.0 as in cfg/eks-1.5.0 of kube-bench (at a73ce378, 2026-06-09).',
  '1.6.0':
    'Of 1.6.0 only the audited recommendations are listed: kube-bench has no cfg/eks-1.6.0, and 1.5.0 and 1.7.0 differ in the others.',
  '1.7.0': 'Numbers of 1.7.0 as in cfg/eks-1.7.0 of kube-bench (at a73ce378, 2026-06-09).',
  '1.8.0': 'Numbers of 1.8.0 as in cfg/eks-1.8.0 of kube-bench (at a73ce378, 2026-06-09).',
  '2.0.0': 'Numbers of 2.0.0 as in cfg/eks-2.0.0 of kube-bench (at b3b9261b, looked up 2026-11-26).',
};

/** The states of recommendations, of any version, by their index. */
export type MatrixStates = ReadonlyMap<number, MatrixState>;

/** The matrix of a version, with the state of a run of that version where there is one. Pure. */
export function benchmarkMatrix(benchmark: Benchmark, result?: Pick<RunResult, 'verdicts'>): BenchmarkMatrix {
  return benchmarkMatrixWith(benchmark, matrixStatesOf(result?.verdicts ?? []));
}

/** The same of states that are known already. Pure. */
export function benchmarkMatrixWith(benchmark: Benchmark, states: MatrixStates): BenchmarkMatrix {
  const rows = RECOMMENDATIONS.flatMap((recommendation, index): BenchmarkMatrixRow[] => {
    const number = recommendation.numbers[benchmark];
    if (number === undefined) return [];
    const { title, answeredBy, evidence, comment } = recommendation;
    const state = states.get(index);
    const section = SECTIONS[number.slice(0, 1)] ?? '';
    return [{ number, section, title, answeredBy, evidence, comment, ...(state && { state }) }];
  });
  return {
    benchmark,
    rows: rows.sort((a, b) => compareNumbers(a.number, b.number)),
    source: SOURCES[benchmark],
  };
}

/** What verdicts say of each recommendation that they answer. Pure. */
export function matrixStatesOf(verdicts: readonly Verdict[]): MatrixStates {
  const byControl = Map.groupBy(verdicts, ({ control }) => control);
  return new Map(
    RECOMMENDATIONS.flatMap(({ control, read = shownStatusOf }, index) => {
      const own = control === undefined ? undefined : byControl.get(control);
      const state = own && stateOf(own, read);
      return state ? [[index, state] as const] : [];
    }),
  );
}

/** The states of both, which are of different accounts. Pure. */
export function addMatrixStates(a: MatrixStates, b: MatrixStates): MatrixStates {
  const sum = new Map(a);
  for (const [index, state] of b) sum.set(index, addStates(sum.get(index), state));
  return sum;
}

function addStates(a: MatrixState | undefined, b: MatrixState): MatrixState {
  if (a === undefined) return b;
  const levels = LEVELS.flatMap((level) => {
    const parts = [...a.levels, ...b.levels].filter((part) => part.level === level);
    const counts = { ...NO_COUNTS };
    for (const part of parts) for (const status of SHOWN_STATUSES) counts[status] += part.counts[status];
    return parts.length === 0
      ? []
      : [{ level, counts, total: parts.reduce((sum, { total }) => sum + total, 0) }];
  });
  return { status: isWorse(a.status, b.status) ? a.status : b.status, levels };
}

const LEVELS = ['cluster', 'region', 'account'] as const satisfies readonly ControlLevel[];
const NO_COUNTS = { FAILED: 0, NOT_AVAILABLE: 0, WARNING: 0, EXCEPTED: 0, PASSED: 0 };

function stateOf(
  verdicts: readonly Verdict[],
  read: (verdict: Verdict) => ShownStatus | undefined,
): MatrixState | undefined {
  const statuses = new Map<string, { level: ControlLevel; status: ShownStatus }>();
  for (const verdict of verdicts) {
    const status = read(verdict);
    const subject = subjectOf(verdict);
    const current = statuses.get(subject);
    if (status !== undefined && (current === undefined || isWorse(status, current.status)))
      statuses.set(subject, { level: verdict.level, status });
  }
  const subjects = [...statuses.values()];
  const worst = SHOWN_STATUSES.find((status) => subjects.some((subject) => subject.status === status));
  if (worst === undefined) return undefined;
  const levels = LEVELS.flatMap((level) => {
    const own = subjects.filter((subject) => subject.level === level);
    return own.length === 0 ? [] : [{ level, counts: countsOf(own), total: own.length }];
  });
  return { status: worst, levels };
}

/** What was judged as a whole. */
function subjectOf({ level, scope, clusterArn }: Verdict): string {
  if (clusterArn !== undefined) return `${level} ${clusterArn}`;
  return [level, scope.accountId, ...(level === 'account' ? [] : [scope.region])].join(' ');
}

function isWorse(a: ShownStatus, b: ShownStatus): boolean {
  return SHOWN_STATUSES.indexOf(a) < SHOWN_STATUSES.indexOf(b);
}

function countsOf(subjects: readonly { readonly status: ShownStatus }[]): Record<ShownStatus, number> {
  const counts = { ...NO_COUNTS };
  for (const { status } of subjects) counts[status] += 1;
  return counts;
}
