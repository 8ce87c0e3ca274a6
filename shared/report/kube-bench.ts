import { compareNumbers } from '../model/benchmarks.ts';
import type { RunResult } from '../model/run.ts';
import type { Verdict } from '../model/verdict.ts';
import { accountNames } from './places.ts';
import { controlText } from './reported-controls.ts';
import { safeText } from './safe-text.ts';
import { exceptionText, type ShownStatus, shownStatusOf } from './shown-status.ts';
import { type Subject, subjectsOf } from './subjects.ts';
import { compareVerdicts } from './summary.ts';

/*
 * The JSON of kube-bench, for tools that read it: the structs OverallControls, Controls, Group, Check and Summary of
 * https://github.com/aquasecurity/kube-bench/blob/a73ce378418c71c5861e6963753f50dec3badadf/check/controls.go and check.go.
 */

/** NOT_AVAILABLE is WARN, which kube-bench says of what could not be checked. */
const STATES = {
  FAILED: 'FAIL',
  NOT_AVAILABLE: 'WARN',
  WARNING: 'WARN',
  EXCEPTED: 'INFO',
  PASSED: 'PASS',
} as const satisfies Record<ShownStatus, string>;
type State = (typeof STATES)[ShownStatus];

interface Check {
  readonly test_number: string;
  readonly test_desc: string;
  readonly audit: string;
  readonly AuditEnv: string;
  readonly AuditConfig: string;
  readonly type: string;
  readonly remediation: string;
  readonly test_info: readonly string[];
  readonly status: State;
  readonly actual_value: string;
  readonly scored: boolean;
  readonly IsMultiple: boolean;
  readonly expected_result: string;
  readonly reason: string;
}

interface Summary {
  readonly total_pass: number;
  readonly total_fail: number;
  readonly total_warn: number;
  readonly total_info: number;
}

/** A `Controls` for each cluster (and for Regions and accounts with verdicts of their own), and the totals over all. Pure. */
export function kubeBenchDocument(result: RunResult): unknown {
  const names = accountNames(result);
  const controls = subjectsOf(result.verdicts).map((subject) => controlsOf(subject, result, names));
  return { Controls: controls, Totals: summaryOf(result.verdicts.map(stateOf)) };
}

function controlsOf(
  { accountId, region, name, verdicts }: Subject,
  { run }: RunResult,
  names: ReadonlyMap<string, string>,
): unknown {
  const account = [accountId, names.get(accountId)].filter((text) => text !== undefined).join(' ');
  const groups = Map.groupBy(verdicts, ({ controlId }) => controlId.split('.').slice(0, 2).join('.'));
  return {
    // kube-bench’s id of a file of controls: most of these are of section 5, Managed Services.
    id: '5',
    version: `eks-${run.benchmark}`,
    text: safe(`${name}, account ${account}, ${region}`),
    node_type: 'managedservices',
    tests: [...groups]
      .sort(([a], [b]) => compareNumbers(a, b))
      .map(([section, own]) => groupOf(section, own)),
    ...summaryOf(verdicts.map(stateOf)),
  };
}

const SECTIONS: ReadonlyMap<string, string> = new Map([
  ['2.1', 'Logging'],
  ['4.1', 'RBAC and service accounts'],
  ['4.3', 'CNI plugin'],
  ['5.1', 'Image registry and image scanning'],
  ['5.2', 'Identity and access management'],
  ['5.3', 'Key management'],
  ['5.4', 'Cluster networking'],
  ['5.5', 'Authentication and authorization'],
  ['5.6', 'Other cluster configurations'],
]);

function groupOf(section: string, verdicts: readonly Verdict[]): unknown {
  const totals = summaryOf(verdicts.map(stateOf));
  return {
    section: safe(section),
    type: '',
    pass: totals.total_pass,
    fail: totals.total_fail,
    warn: totals.total_warn,
    info: totals.total_info,
    desc: SECTIONS.get(section) ?? '',
    results: verdicts.toSorted(byNumber).map(checkOf),
  };
}

function byNumber(a: Verdict, b: Verdict): number {
  return compareNumbers(a.controlId, b.controlId) || compareVerdicts(a, b);
}

function checkOf(verdict: Verdict): Check {
  const { controlId, control, resource, evidence, reason } = verdict;
  const text = controlText(verdict);
  const remediation = text === undefined ? '' : `${text.remediation.text} ${text.remediation.url}`;
  const exception = exceptionText(verdict);
  return {
    test_number: safe(controlId),
    test_desc: text?.title ?? control,
    audit: '',
    AuditEnv: '',
    AuditConfig: '',
    type: '',
    remediation,
    test_info: [remediation],
    status: stateOf(verdict),
    actual_value: safe(
      Object.entries(evidence)
        .map(([name, value]) => `${name}: ${value}`)
        .join('; '),
    ),
    scored: true,
    IsMultiple: false,
    expected_result: '',
    reason: safe(`${resource.id}: ${reason}${exception && ` Accepted: ${exception}`}`),
  };
}

function stateOf(verdict: Verdict): State {
  return STATES[shownStatusOf(verdict)];
}

function summaryOf(states: readonly State[]): Summary {
  const count = (state: State) => states.filter((each) => each === state).length;
  return {
    total_pass: count('PASS'),
    total_fail: count('FAIL'),
    total_warn: count('WARN'),
    total_info: count('INFO'),
  };
}

function safe(text: string): string {
  return safeText(text, 'json');
}
