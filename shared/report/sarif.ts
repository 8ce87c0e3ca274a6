import { controls } from '../evaluate/controls/index.ts';
import type { RunResult } from '../model/run.ts';
import type { Severity, Verdict } from '../model/verdict.ts';
import { findingId } from '../publish/ids.ts';
import { gapsOf } from './exit-code.ts';
import { clusterNameOf } from './places.ts';
import { type ControlRef, controlText } from './reported-controls.ts';
import { safeText } from './safe-text.ts';
import { exceptionText, shownStatusOf } from './shown-status.ts';
import { compareText, compareVerdicts } from './summary.ts';

/*
 * SARIF 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html. A resource
 * is no file: it is a logical location by its ARN, and, for those readers who show files only, a path of account, Region and
 * resource.
 */

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

const LEVELS = {
  CRITICAL: 'error',
  HIGH: 'error',
  MEDIUM: 'warning',
  LOW: 'warning',
  INFORMATIONAL: 'warning',
} as const satisfies Record<Severity, string>;

/** How GitHub ranks rules: https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning */
const SECURITY_SEVERITY = {
  CRITICAL: '9.5',
  HIGH: '8.0',
  MEDIUM: '5.5',
  LOW: '2.0',
  INFORMATIONAL: '0.5',
} as const satisfies Record<Severity, string>;

/** Failures as errors or warnings, warnings as notes, what is not available as open; what passed is left out. Pure. */
export function sarifDocument(result: RunResult): unknown {
  const verdicts = result.verdicts.filter(({ status }) => status !== 'PASSED').sort(compareVerdicts);
  const rules = rulesOf(result.verdicts);
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  const { run } = result;
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'EKS Auditor',
            version: safe(run.version),
            fullName: `EKS Auditor ${safe(run.version)}, CIS Amazon EKS Benchmark ${run.benchmark}`,
            rules,
          },
        },
        automationDetails: { id: `eks-auditor/${safe(run.id)}` },
        invocations: [
          {
            executionSuccessful: true,
            startTimeUtc: run.startedAt,
            endTimeUtc: run.finishedAt,
            toolExecutionNotifications: notificationsOf(result),
          },
        ],
        results: verdicts.map((verdict) => resultOf(verdict, indexes)),
        properties: { benchmark: run.benchmark, coverageComplete: result.coverage.complete },
      },
    ],
  };
}

const SHARED = new Set(
  controls.map(({ key }) => key).filter((key, index, keys) => keys.indexOf(key) !== index),
);

/** The control’s key, and what it judges where several share it. */
function ruleId({ control, level }: ControlRef): string {
  return SHARED.has(control) ? `${control}/${level}` : control;
}

interface Rule {
  readonly id: string;
}

function rulesOf(verdicts: readonly Verdict[]): Rule[] {
  const byRule = new Map(verdicts.map((verdict) => [ruleId(verdict), verdict]));
  return [...byRule].sort(([a], [b]) => compareText(a, b)).map(([id, verdict]) => ruleOf(id, verdict));
}

function ruleOf(id: string, verdict: Verdict): Rule {
  const text = controlText(verdict);
  const control = controls.find(({ key, level }) => key === verdict.control && level === verdict.level);
  return {
    id,
    ...(text && {
      shortDescription: message(text.title),
      fullDescription: message(text.description),
      help: message(text.remediation.text),
      helpUri: text.remediation.url,
    }),
    ...(control && {
      defaultConfiguration: { level: LEVELS[control.severity] },
      properties: {
        number: safe(verdict.controlId),
        tags: ['security', 'CIS Amazon EKS Benchmark'],
        'security-severity': SECURITY_SEVERITY[control.severity],
      },
    }),
  };
}

function resultOf(verdict: Verdict, indexes: ReadonlyMap<string, number>): unknown {
  const id = ruleId(verdict);
  return {
    ruleId: id,
    ruleIndex: indexes.get(id),
    ...kindOf(verdict),
    message: message(verdict.reason),
    locations: [locationOf(verdict)],
    partialFingerprints: { 'eksAuditorFinding/v1': safe(findingId(verdict)) },
    // All or none of a run’s results say whether they are suppressed.
    suppressions: suppressionsOf(verdict),
    properties: propertiesOf(verdict),
  };
}

/** Of what is not available, whether it is a problem could not be decided: `open`, which has no level. */
function kindOf({ status, severity }: Verdict): { readonly kind: string; readonly level: string } {
  if (status === 'NOT_AVAILABLE') return { kind: 'open', level: 'none' };
  return { kind: 'fail', level: status === 'FAILED' ? LEVELS[severity] : 'note' };
}

function suppressionsOf(verdict: Verdict): unknown[] {
  const justification = exceptionText(verdict);
  if (justification === '') return [];
  return [{ kind: 'external', status: 'accepted', justification: safe(justification) }];
}

function locationOf({ resource, scope, clusterArn }: Verdict): unknown {
  const cluster = clusterArn === undefined ? [] : [clusterNameOf({ clusterArn }) ?? clusterArn];
  const uri = [scope.accountId, scope.region, ...cluster, resource.id].map(pathSegment).join('/');
  return {
    physicalLocation: { artifactLocation: { uri }, region: { startLine: 1 } },
    logicalLocations: [
      {
        fullyQualifiedName: safe(resource.id),
        ...(resource.name && { name: safe(resource.name) }),
        kind: 'resource',
      },
    ],
  };
}

/** Never empty, because `//` begins a host. */
function pathSegment(text: string): string {
  return encodeURIComponent(safe(text) || '-');
}

function propertiesOf(verdict: Verdict): unknown {
  const { control, controlId, reasonCodes, scope, status, severity, clusterArn, evidence } = verdict;
  return {
    control,
    controlId: safe(controlId),
    status: shownStatusOf(verdict),
    ...(status === 'FAILED' && { severity }),
    reasonCodes: reasonCodes.map(safe),
    accountId: safe(scope.accountId),
    region: safe(scope.region),
    ...(clusterArn && { clusterArn: safe(clusterArn) }),
    evidence: Object.fromEntries(Object.entries(evidence).map(([key, value]) => [safe(key), safe(value)])),
  };
}

/** What could not be read, so that a short list of results is not taken for a good one. */
function notificationsOf(result: RunResult): unknown[] {
  return gapsOf(result).map(({ accountId, region, what, operation, code, detail, resource }) => ({
    level: 'warning',
    descriptor: { id: `gap/${what}` },
    message: message(
      `Account ${accountId}${region === undefined ? '' : `, ${region}`}: ${operation} failed with ${code}: ${detail}`,
    ),
    ...(resource && { properties: { resource: safe(resource) } }),
  }));
}

function message(text: string): { readonly text: string } {
  // A message must not be empty.
  return { text: safeText(text, 'sarif') || '-' };
}

function safe(text: string): string {
  return safeText(text, 'json');
}
