import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import type { AwsReader } from '../aws/read.ts';
import { isSecurityHubOff, OUT_OF_TIME, type Unreadable } from '../model/evidence.ts';
import { type Changes, type FailedImport, type Gap, NO_CHANGES, type Notice, toGap } from '../model/run.ts';
import { describeViolation, violationOf } from './limits.ts';
import { noticesOf } from './notices.ts';
import { type PublishedFinding, publishedFindings } from './published-findings.ts';
import { type ReconcileInput, type Reconciliation, reconcile, verdictsById } from './reconcile.ts';
import { importFindings, type Rejection } from './security-hub.ts';
import { setWorkflows, type WorkflowsSet } from './set-workflow.ts';
import { MAX_FINDINGS, readStored, type StoredFindings } from './stored-findings.ts';
import { isSuppressedByPerson, type WorkflowChange, type WorkflowGoal } from './workflow.ts';

/** The verdicts on one account and Region, and where to write them. */
export interface Publication extends Omit<ReconcileInput, 'existing'> {
  /** Of the account itself and the Region: Security Hub takes findings only from their own account. */
  readonly securityHub: AwsReader;
  /** Of more active findings than these only those of what was judged are read, and none is archived. */
  readonly maxFindings?: number;
  /** Milliseconds between two looks at whether an import can be read yet. */
  readonly settleMs?: number;
}

/** The result of publishing. */
export interface Published {
  /** Those of several calls that ran out of time and of the last one add up. */
  readonly changes: Changes;
  /** How many workflows this call set. */
  readonly workflowsSet: number;
  /** Security Hub is off, or could not be read. Then nothing, or no more, was sent. Or it has too many findings. */
  readonly gap?: Gap;
  /**
   * Time ran out. Another call with the same verdicts sends only what is left; it also tells what is unchanged, outdated or
   * failed, and the notices, which this one leaves out.
   */
  readonly outOfTime?: true;
  /**
   * What became of each finding by its id: of those of what was judged, and of those that are gone here and that a later
   * observation still saw. Without those for which time ran out.
   */
  readonly findings: ReadonlyMap<string, PublishedFinding>;
  /** The ids of what a person suppressed, of all findings that were read; none where Security Hub could not be read. */
  readonly suppressed?: readonly string[];
  /** The ids of what was archived. */
  readonly archived: readonly string[];
  readonly notices: readonly Notice[];
}

/**
 * Brings the findings of one account and Region in sync with the verdicts. Reads first: without knowing what Security
 * Hub holds, every alert would fire again. Never throws for an answer of AWS: what could not be read is a gap, and what
 * could not be written is among `changes.failed`.
 *
 * Runs overlap. What Security Hub holds of a later observation stays as it is, whenever it was imported: what this run has
 * seen by then is not imported, and what is imported meanwhile Security Hub itself refuses to overwrite.
 */
export async function publishRegion(publication: Publication): Promise<Published> {
  const { securityHub, scope, maxFindings = MAX_FINDINGS } = publication;
  const ids = [...verdictsById(publication).keys()];
  const stored = await readStored(securityHub, scope, ids, maxFindings);
  if (stored.state === 'unreadable') return notPublished(stored, publication);
  const plan = reconcile({ ...publication, existing: stored.value.findings });
  return resultOf(plan, stored.value, await send(plan, publication), publication);
}

function notPublished(unreadable: Unreadable, publication: Publication): Published {
  const nothing = { changes: NO_CHANGES, workflowsSet: 0, findings: new Map(), archived: [], notices: [] };
  if (unreadable.code === OUT_OF_TIME) return { ...nothing, outOfTime: true };
  // Where there is nothing to publish, and there can be nothing to archive, it is no loss that Security Hub is off.
  const isNoLoss = isSecurityHubOff(unreadable) && publication.verdicts.length === 0;
  return isNoLoss ? nothing : { ...nothing, gap: toHubGap(unreadable, publication) };
}

/** What Security Hub took, and what it did not. */
interface Outcome extends Omit<WorkflowsSet, 'rejected'> {
  readonly notImported: readonly Rejection[];
  /** Those whose workflow could not be set. */
  readonly notSet: readonly Rejection[];
}

/** An import takes seconds until it can be read. */
const SETTLE_MS = 2_000;

/** The workflow is set last: of what was imported. */
async function send(plan: Reconciliation, publication: Publication): Promise<Outcome> {
  const { securityHub, scope, settleMs = SETTLE_MS } = publication;
  const { fitting, unfit } = checkLimits([...plan.create, ...plan.update]);
  // What Security Hub holds is within its limits, however they are counted.
  const imported = await importFindings(securityHub, [...fitting, ...plan.archive]);
  const notImported = [...unfit, ...imported.rejected];
  const missing = new Set(notImported.map((rejection) => rejection.id));
  const goals = workflowChanges(plan);
  const toSet = imported.off ? [] : goals.filter(({ finding }) => !missing.has(finding.Id ?? ''));
  const { rejected, ...workflows } = await setWorkflows(securityHub, scope, toSet, settleMs);
  const statusOf = new Map(goals.map(({ finding, goal }) => [finding.Id, goal.status]));
  const notSet = rejected.map((rejection) => asNotSet(rejection, statusOf.get(rejection.id)));
  const off = imported.off ?? workflows.off;
  return { ...workflows, notImported, notSet, ...(off && { off }) };
}

function workflowChanges({ resolve, suppress, reopen, notes }: Reconciliation): WorkflowChange[] {
  const to = (status: WorkflowGoal['status'], findings: Reconciliation['resolve']) =>
    findings.map((finding) => {
      const note = notes.get(finding.Id ?? '');
      return { finding, goal: { status, ...(note !== undefined && { note }) } };
    });
  return [...to('RESOLVED', resolve), ...to('SUPPRESSED', suppress), ...to('NEW', reopen)];
}

function resultOf(
  plan: Reconciliation,
  { findings: stored, tooMany }: StoredFindings,
  outcome: Outcome,
  publication: Publication,
): Published {
  const failed = [...outcome.notImported, ...outcome.notSet];
  const outOfTime = failed.some(({ code }) => code === OUT_OF_TIME);
  const findings = publishedFindings(plan, outcome);
  const missing = new Set(outcome.notImported.map((rejection) => rejection.id));
  const archived = plan.archive.flatMap(({ Id: id = '' }) => (missing.has(id) ? [] : [id]));
  const outcomes = [...findings.values()].map((one) => one.outcome);
  const count = (kind: PublishedFinding['outcome']) => outcomes.filter((one) => one === kind).length;
  const gap = outcome.off ?? tooMany;
  return {
    changes: {
      created: count('created'),
      updated: count('updated'),
      archived: archived.length,
      unchanged: outOfTime ? 0 : count('unchanged'),
      outdated: outOfTime ? 0 : count('outdated'),
      failed: outOfTime ? [] : failed.map((rejection) => toFailedImport(rejection, publication)),
    },
    workflowsSet: outcome.set.length,
    ...(gap && { gap: toHubGap(gap, publication) }),
    ...(outOfTime && { outOfTime }),
    findings,
    suppressed: stored.filter(isSuppressedByPerson).map(({ Id: id = '' }) => id),
    archived,
    notices: outOfTime ? [] : noticesOf(plan, publication.scope),
  };
}

/** One finding that cannot be sent holds no other back. */
function checkLimits(findings: readonly AwsSecurityFinding[]): {
  readonly fitting: readonly AwsSecurityFinding[];
  readonly unfit: readonly Rejection[];
} {
  const checked = findings.map((finding) => ({ finding, violation: violationOf(finding) }));
  return {
    fitting: checked.flatMap(({ finding, violation }) => (violation ? [] : [finding])),
    unfit: checked.flatMap(({ finding, violation }) =>
      violation ? [{ id: finding.Id ?? '', code: 'DoesNotFit', message: describeViolation(violation) }] : [],
    ),
  };
}

function asNotSet(rejection: Rejection, status: string | undefined): Rejection {
  return { ...rejection, message: `its workflow is not set to ${status}: ${rejection.message}` };
}

function toFailedImport({ id, code, message }: Rejection, { scope }: Publication): FailedImport {
  return { accountId: scope.accountId, region: scope.region, findingId: id, code, message };
}

function toHubGap(unreadable: Unreadable, { scope }: Publication): Gap {
  const gap = toGap(unreadable, { what: 'security-hub' });
  if (!isSecurityHubOff(unreadable)) return gap;
  return { ...gap, detail: `Security Hub is not enabled in ${scope.region} of account ${scope.accountId}` };
}
