import type { AwsSecurityFinding, WorkflowStatus } from '@aws-sdk/client-securityhub';
import { OUT_OF_TIME } from '../model/evidence.ts';
import type { Reconciliation } from './reconcile.ts';
import type { Rejection } from './security-hub.ts';
import type { WorkflowsSet } from './set-workflow.ts';

/** What became of one finding. */
export interface PublishedFinding {
  /** As it is now, as far as Security Hub has told. */
  readonly workflow?: string;
  /** `sent`: an earlier call sent it. `outdated`: Security Hub holds a later observation. */
  readonly outcome: 'created' | 'updated' | 'unchanged' | 'sent' | 'outdated' | 'failed';
}

/** What Security Hub answered. */
interface Answers extends Pick<WorkflowsSet, 'set' | 'overtaken'> {
  readonly notImported: readonly Rejection[];
}

/** What became of each finding, by its id. Pure. */
export function publishedFindings(
  plan: Reconciliation,
  stored: readonly AwsSecurityFinding[],
  { notImported, set, overtaken }: Answers,
): ReadonlyMap<string, PublishedFinding> {
  const storedById = new Map(stored.map((finding) => [finding.Id, finding]));
  const codes = new Map(notImported.map(({ id, code }) => [id, code]));
  const goals = new Map(set.map(({ finding, goal }) => [finding.Id, goal.status]));
  const overtakenIds = new Set(overtaken);
  const left = (outcome: PublishedFinding['outcome'], findings: readonly AwsSecurityFinding[]) =>
    findings.map((finding) => ({ finding, outcome, workflow: finding.Workflow?.Status }));
  const imported = (outcome: PublishedFinding['outcome'], findings: readonly AwsSecurityFinding[]) =>
    findings.map((finding) => {
      const before = storedById.get(finding.Id);
      const isRejected = codes.has(finding.Id ?? '');
      return isRejected
        ? { finding, outcome: 'failed' as const, workflow: before?.Workflow?.Status }
        : { finding, outcome, workflow: workflowAfter(before, finding) };
    });
  const all = [
    ...imported('created', plan.create),
    ...imported('updated', plan.update),
    ...left('unchanged', plan.unchanged),
    ...left('sent', plan.sent),
    ...left('outdated', plan.outdated),
  ];
  return new Map(
    all
      .filter(({ finding }) => codes.get(finding.Id ?? '') !== OUT_OF_TIME)
      .map(({ finding: { Id: id = '' }, outcome, workflow }) => {
        const current = goals.get(id) ?? workflow;
        const last = overtakenIds.has(id) ? 'outdated' : outcome;
        return [
          id,
          {
            outcome: last,
            ...(current !== undefined && { workflow: current }),
          },
        ];
      }),
  );
}

/**
 * The workflow of a finding after an import: Security Hub sets RESOLVED and NOTIFIED back to NEW when it returns from the
 * archive or does not pass any more.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/findings-workflow-status.html
 */
function workflowAfter(
  before: AwsSecurityFinding | undefined,
  finding: AwsSecurityFinding,
): WorkflowStatus | undefined {
  if (before === undefined) return finding.Workflow?.Status ?? 'NEW';
  const workflow = before.Workflow?.Status;
  const isReturned = before.RecordState === 'ARCHIVED';
  const stoppedPassing = before.Compliance?.Status === 'PASSED' && finding.Compliance?.Status !== 'PASSED';
  const isReset = isReturned || stoppedPassing;
  return isReset && (workflow === 'RESOLVED' || workflow === 'NOTIFIED') ? 'NEW' : workflow;
}
