import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import { OUT_OF_TIME } from '../model/evidence.ts';
import type { Reconciliation } from './reconcile.ts';
import type { Rejection } from './security-hub.ts';
import type { WorkflowsSet } from './set-workflow.ts';

/** What became of one finding. */
export interface PublishedFinding {
  /** `sent`: an earlier call sent it. `outdated`: Security Hub holds a later observation. */
  readonly outcome: 'created' | 'updated' | 'unchanged' | 'sent' | 'outdated' | 'failed';
}

/** What Security Hub answered. */
interface Answers extends Pick<WorkflowsSet, 'overtaken'> {
  readonly notImported: readonly Rejection[];
}

/** What became of each finding, by its id. Pure. */
export function publishedFindings(
  plan: Reconciliation,
  { notImported, overtaken }: Answers,
): ReadonlyMap<string, PublishedFinding> {
  const codes = new Map(notImported.map(({ id, code }) => [id, code]));
  const overtakenIds = new Set(overtaken);
  const left = (outcome: PublishedFinding['outcome'], findings: readonly AwsSecurityFinding[]) =>
    findings.map(({ Id: id = '' }) => ({ id, outcome }));
  const imported = (outcome: PublishedFinding['outcome'], findings: readonly AwsSecurityFinding[]) =>
    findings.map(({ Id: id = '' }) => ({ id, outcome: codes.has(id) ? ('failed' as const) : outcome }));
  const all = [
    ...imported('created', plan.create),
    ...imported('updated', plan.update),
    ...left('unchanged', plan.unchanged),
    ...left('sent', plan.sent),
    ...left('outdated', plan.outdated),
  ];
  return new Map(
    all
      .filter(({ id }) => codes.get(id) !== OUT_OF_TIME)
      .map(({ id, outcome }) => [id, { outcome: overtakenIds.has(id) ? 'outdated' : outcome }]),
  );
}
