import type { RunResult } from '../model/run.ts';
import type { Severity, Verdict } from '../model/verdict.ts';
import { findingId } from '../publish/ids.ts';
import { accountNames } from './places.ts';
import { controlText } from './reported-controls.ts';
import { safeText } from './safe-text.ts';
import { exceptionText, type ShownStatus, shownStatusOf } from './shown-status.ts';
import { compareVerdicts } from './summary.ts';

/*
 * OCSF 1.8.0, class Compliance Finding (2003) with the profile cloud: https://schema.ocsf.io/1.8.0/classes/compliance_finding.
 * An id and its caption go together.
 */

const VERSION = '1.8.0';

/** The class is 2003 and the activity 1, Create. */
const CLASSIFICATION = {
  activity_id: 1,
  activity_name: 'Create',
  category_uid: 2,
  category_name: 'Findings',
  class_uid: 2003,
  class_name: 'Compliance Finding',
  type_uid: 200_301,
  type_name: 'Compliance Finding: Create',
} as const;

/** `compliance.status_id`; what an exception covers has still failed. */
const COMPLIANCE = {
  PASSED: { status_id: 1, status: 'Pass' },
  WARNING: { status_id: 2, status: 'Warning' },
  FAILED: { status_id: 3, status: 'Fail' },
  NOT_AVAILABLE: { status_id: 0, status: 'Unknown' },
} as const satisfies Record<Verdict['status'], unknown>;

/** `status_id` of the finding: where it stands in people’s work. */
const NEW = { status_id: 1, status: 'New' } as const;
const FINDING = {
  FAILED: NEW,
  WARNING: NEW,
  NOT_AVAILABLE: NEW,
  EXCEPTED: { status_id: 3, status: 'Suppressed' },
  PASSED: { status_id: 4, status: 'Resolved' },
} as const satisfies Record<ShownStatus, unknown>;

const SEVERITIES = {
  CRITICAL: { severity_id: 5, severity: 'Critical' },
  HIGH: { severity_id: 4, severity: 'High' },
  MEDIUM: { severity_id: 3, severity: 'Medium' },
  LOW: { severity_id: 2, severity: 'Low' },
  INFORMATIONAL: { severity_id: 1, severity: 'Informational' },
} as const satisfies Record<Severity, unknown>;

/** Only failures have a severity. */
function severityOf(verdict: Verdict) {
  const status = shownStatusOf(verdict);
  if (status === 'FAILED') return SEVERITIES[verdict.severity];
  return status === 'PASSED' ? SEVERITIES.INFORMATIONAL : { severity_id: 0, severity: 'Unknown' };
}

/** One finding for each verdict, worst first. Pure. */
export function ocsfDocument(result: RunResult): unknown[] {
  const names = accountNames(result);
  return result.verdicts.toSorted(compareVerdicts).map((verdict) => findingOf(verdict, result, names));
}

function findingOf(verdict: Verdict, result: RunResult, names: ReadonlyMap<string, string>): unknown {
  const { run, organization } = result;
  const { reasonCode, reason, observedAt, evidence, control, level, clusterArn } = verdict;
  const time = Date.parse(observedAt);
  const uid = safe(findingId(verdict));
  const title = controlText(verdict)?.title ?? control;
  const exception = exceptionText(verdict);
  return {
    ...CLASSIFICATION,
    ...severityOf(verdict),
    ...FINDING[shownStatusOf(verdict)],
    status_code: safe(reasonCode),
    message: safe(reason),
    ...(exception && { comment: safe(exception) }),
    time,
    metadata: {
      version: VERSION,
      profiles: ['cloud'],
      product: { name: 'EKS Auditor', vendor_name: 'EKS Auditor', version: run.version },
      event_code: safe(reasonCode),
      correlation_uid: safe(run.id),
      uid: `${safe(run.id)}/${uid}`,
    },
    cloud: { ...cloudOf(verdict, names), ...(organization && { org: { uid: safe(organization.id) } }) },
    finding_info: { uid, title, desc: safe(reason), created_time: time, last_seen_time: time },
    compliance: complianceOf(verdict, run.benchmark),
    resources: resourcesOf(verdict),
    ...remediationOf(verdict),
    evidences: [{ data: safeEntries(evidence) }],
    unmapped: { control, level, ...(clusterArn && { cluster_arn: safe(clusterArn) }) },
  };
}

function cloudOf({ scope }: Verdict, names: ReadonlyMap<string, string>): object {
  const name = names.get(scope.accountId);
  return {
    provider: 'AWS',
    account: {
      uid: safe(scope.accountId),
      ...(name !== undefined && { name: safe(name) }),
      type_id: 10,
      type: 'AWS Account',
    },
    region: safe(scope.region),
    cloud_partition: safe(scope.partition),
  };
}

function complianceOf(verdict: Verdict, benchmark: string): unknown {
  const { controlId, reasonCode, reasonCodes, status } = verdict;
  const text = controlText(verdict);
  return {
    standards: [`CIS Amazon EKS Benchmark v${benchmark}`],
    requirements: [safe(controlId)],
    control: safe(`${controlId} ${text?.title ?? verdict.control}`),
    ...(text && { desc: text.description }),
    ...COMPLIANCE[status],
    status_code: safe(reasonCode),
    status_details: reasonCodes.map(safe),
  };
}

/** The thing to fix is affected, the others are related. */
function resourcesOf({ resource, related, scope }: Verdict): unknown[] {
  return [resource, ...related].map(({ id, name, type, tags }, index) => ({
    uid: safe(id),
    ...(name !== undefined && { name: safe(name) }),
    type,
    region: safe(scope.region),
    cloud_partition: safe(scope.partition),
    ...(tags && {
      tags: Object.entries(tags).map(([key, value]) => ({ name: safe(key), value: safe(value) })),
    }),
    ...(index === 0 ? { role_id: 3, role: 'Affected' } : { role_id: 4, role: 'Related' }),
  }));
}

function remediationOf(verdict: Verdict): { readonly remediation?: unknown } {
  const fix = controlText(verdict)?.remediation;
  return fix === undefined ? {} : { remediation: { desc: fix.text, references: [fix.url] } };
}

function safeEntries(entries: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(entries).map(([key, value]) => [safe(key), safe(value)]));
}

function safe(text: string): string {
  return safeText(text, 'json');
}
