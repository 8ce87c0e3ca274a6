import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import type { Control } from '../../../shared/model/control.ts';
import { present } from '../../../shared/model/evidence.ts';
import { clusterArn, type ResourceRef } from '../../../shared/model/resource.ts';
import type { Scope } from '../../../shared/model/scope.ts';
import type { Verdict } from '../../../shared/model/verdict.ts';
import { type FindingContext, toFinding } from '../../../shared/publish/asff.ts';
import type { ReconcileInput } from '../../../shared/publish/reconcile.ts';

export const SCOPE: Scope = { partition: 'aws', accountId: '222222222222', region: 'eu-west-1' };
export const NOW = new Date('2026-11-22T10:15:00.000Z');

export function aContext(overrides: Partial<FindingContext> = {}): FindingContext {
  return {
    now: NOW,
    version: '1.0.0',
    benchmark: '1.5.0',
    productName: 'EKS Auditor',
    companyName: 'Example Corp',
    ...overrides,
  };
}

export function aControl(overrides: Partial<Control> = {}): Control {
  return {
    key: 'endpoint-access',
    title: 'Restrict access to the control plane endpoint',
    description: 'Only known networks may reach the endpoint.',
    remediation: { text: 'Name the networks that may reach the endpoint.', url: 'https://example.com/fix' },
    level: 'cluster',
    severity: 'HIGH',
    nist: ['AC-4', 'SC-7'],
    needs: ['cluster'],
    rows: {
      OPEN: { status: 'FAILED', when: 'everyone may reach the endpoint' },
      BROAD: { status: 'FAILED', when: 'too many may reach the endpoint' },
      RESTRICTED: { status: 'PASSED', when: 'only known networks may reach the endpoint' },
    },
    judge: () => [],
    ...overrides,
  };
}

export function aCluster(name = 'prod', scope: Scope = SCOPE): ResourceRef {
  return { type: 'AwsEksCluster', id: clusterArn(scope, name), name };
}

export function aRole(name: string): ResourceRef {
  return { type: 'AwsIamRole', id: `arn:aws:iam::${SCOPE.accountId}:role/${name}`, name };
}

/** A failed verdict on the cluster `prod`. */
export function aVerdict(overrides: Partial<Verdict> = {}): Verdict {
  const resource = overrides.resource ?? aCluster();
  return {
    control: 'endpoint-access',
    controlId: '5.4.1',
    level: resource.type === 'AwsAccount' ? 'account' : 'cluster',
    scope: SCOPE,
    status: 'FAILED',
    severity: 'HIGH',
    reasonCode: 'OPEN',
    reasonCodes: ['OPEN'],
    reason: 'The endpoint is open to 0.0.0.0/0.',
    resource,
    related: [],
    evidence: { publicAccessCidrs: '0.0.0.0/0' },
    observedAt: NOW.toISOString(),
    ...(resource.type === 'AwsEksCluster' && { clusterArn: resource.id }),
    ...overrides,
  };
}

export function aPass(overrides: Partial<Verdict> = {}): Verdict {
  return aVerdict({
    status: 'PASSED',
    severity: 'INFORMATIONAL',
    reasonCode: 'RESTRICTED',
    reasonCodes: ['RESTRICTED'],
    reason: 'The endpoint is open to 10.0.0.0/8 only.',
    evidence: { publicAccessCidrs: '10.0.0.0/8' },
    ...overrides,
  });
}

export function notAvailableVerdict(overrides: Partial<Verdict> = {}): Verdict {
  return aVerdict({
    status: 'NOT_AVAILABLE',
    severity: 'LOW',
    reasonCode: 'EVIDENCE_UNREADABLE',
    reasonCodes: ['EVIDENCE_UNREADABLE'],
    reason: 'Not judged, because eks:DescribeCluster failed with AccessDeniedException.',
    evidence: { unreadable: 'eks:DescribeCluster failed with AccessDeniedException' },
    ...overrides,
  });
}

/** A new finding as it is sent to Security Hub. */
export function findingOf(verdict: Verdict = aVerdict(), overrides: Partial<Control> = {}) {
  return toFinding(verdict, aControl(overrides), aContext());
}

/** A finding as GetFindings returns it, by default of yesterday. */
export function stored(
  verdict: Verdict,
  overrides: Partial<AwsSecurityFinding> = {},
  control: Control = aControl({ key: verdict.control, level: verdict.level }),
): AwsSecurityFinding {
  const finding = toFinding({ ...verdict, observedAt: '2026-11-21T10:15:00.000Z' }, control, aContext());
  const workflow = verdict.status === 'PASSED' ? 'RESOLVED' : 'NEW';
  return {
    ...finding,
    Region: verdict.scope.region,
    Workflow: { Status: workflow },
    ...overrides,
  };
}

/** The cluster `prod` exists and everything was read. */
export function aReconcileInput(overrides: Partial<ReconcileInput> = {}): ReconcileInput {
  return {
    scope: SCOPE,
    existing: [],
    verdicts: [],
    completeSubjects: [],
    controls: [aControl()],
    clusterNames: present(['prod']),
    clustersListedAt: NOW.toISOString(),
    refreshAfterDays: 30,
    context: aContext(),
    ...overrides,
  };
}
