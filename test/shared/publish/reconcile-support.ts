import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import type { Verdict } from '../../../shared/model/verdict.ts';
import { type ReconcileInput, reconcile } from '../../../shared/publish/reconcile.ts';
import { aReconcileInput, aVerdict, NOW, stored } from './builders.ts';

export function daysAgo(days: number): string {
  return new Date(NOW.getTime() - days * 24 * 60 * 60 * 1000).toISOString();
}

/** The ids of the findings in each list of the result; empty lists are left out. */
export function changedIds(input: Partial<ReconcileInput>): Record<string, (string | undefined)[]> {
  const result = Object.entries(reconcile(aReconcileInput(input)));
  return Object.fromEntries(
    result
      .filter(([, list]) => list.length > 0)
      .map(([name, list]) => [name, list.map((finding: AwsSecurityFinding) => finding.Id)]),
  );
}

export function subjectOf(verdict: Verdict) {
  const { control, level, scope, clusterArn, observedAt } = verdict;
  return { control, level, region: scope.region, ...(clusterArn && { clusterArn }), observedAt };
}

export const FINDING_ID = stored(aVerdict()).Id;

export function eventOf(finding: AwsSecurityFinding): string | undefined {
  return finding.ProductFields?.['eks-auditor/event'];
}
