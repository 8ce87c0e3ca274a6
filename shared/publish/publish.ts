import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import type { AwsReader } from '../aws/read.ts';
import type { Unreadable } from '../model/evidence.ts';
import { type Changes, type FailedImport, type Gap, NO_CHANGES, toGap } from '../model/run.ts';
import { describeViolation, violationOf } from './limits.ts';
import { type ReconcileInput, type Reconciliation, reconcile } from './reconcile.ts';
import {
  importFindings,
  isSecurityHubOff,
  listFindings,
  type Rejection,
  resolveFindings,
} from './security-hub.ts';

/** The verdicts on one account and Region, and where to write them. */
export interface Publication extends Omit<ReconcileInput, 'existing'> {
  /** Of the account itself and the Region: Security Hub takes findings only from their own account. */
  readonly securityHub: AwsReader;
}

/** The result of publishing. */
export interface Published {
  readonly changes: Changes;
  /** Security Hub is off, or could not be read. Then nothing, or no more, was sent. */
  readonly gap?: Gap;
  /** Time ran out: another call sends what is left. */
  readonly outOfTime?: true;
  /** What Security Hub holds of each verdict's finding, and what was done about it, by id. */
  readonly findings: ReadonlyMap<string, { readonly workflow?: string; readonly outcome: string }>;
}

/**
 * Brings the findings of one account and Region in sync with the verdicts. Reads first: without knowing what Security
 * Hub holds, every alert would fire again. Never throws for an answer of AWS: what could not be read is a gap, and what
 * could not be written is among `changes.failed`.
 */
export async function publishRegion(publication: Publication): Promise<Published> {
  const plan = await planChanges(publication);
  if ('state' in plan) return { findings: new Map(), changes: NO_CHANGES, ...gapOf(plan, publication) };
  const { fitting, unfit } = checkLimits([...plan.create, ...plan.update, ...plan.archive]);
  const imported = await importFindings(publication.securityHub, fitting);
  const notImported = [...unfit, ...imported.rejected];
  const missing = new Set(notImported.map((rejection) => rejection.id));
  const toResolve = imported.off ? [] : plan.resolve.filter((finding) => !missing.has(finding.Id ?? ''));
  const resolved = await resolveFindings(publication.securityHub, toResolve);
  const off = imported.off ?? resolved.off;
  const failed = [...notImported, ...resolved.rejected.map(asNotResolved)];
  const changes = {
    created: countSent(plan.create, missing),
    updated: countSent(plan.update, missing),
    archived: countSent(plan.archive, missing),
    unchanged: plan.unchanged.length,
    failed: failed.map((rejection) => toFailedImport(rejection, publication)),
  };
  return { findings: new Map(), changes, ...(off && { gap: toHubGap(off, publication) }) };
}

function countSent(findings: readonly AwsSecurityFinding[], missing: ReadonlySet<string>): number {
  return findings.filter((finding) => !missing.has(finding.Id ?? '')).length;
}

/** Where there is nothing to publish, and there can be nothing to archive, it is no loss that Security Hub is off. */
function gapOf(unreadable: Unreadable, publication: Publication): Pick<Published, 'gap'> {
  const isNoLoss = isSecurityHubOff(unreadable) && publication.verdicts.length === 0;
  return isNoLoss ? {} : { gap: toHubGap(unreadable, publication) };
}

/** What to change, or why it cannot be known. */
async function planChanges(publication: Publication): Promise<Reconciliation | Unreadable> {
  const { securityHub, scope } = publication;
  const active = await listFindings(securityHub, scope, 'ACTIVE');
  if (active.state === 'unreadable') return active;
  const plan = reconcile({ ...publication, existing: active.value });
  if (plan.create.length === 0) return plan;
  // What is new may be back from the archive: then it has a history, and a person may have suppressed it.
  const archived = await listFindings(securityHub, scope, 'ARCHIVED');
  if (archived.state === 'unreadable') return archived;
  return reconcile({ ...publication, existing: [...active.value, ...archived.value] });
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

function asNotResolved(rejection: Rejection): Rejection {
  return { ...rejection, message: `its workflow is not set to RESOLVED: ${rejection.message}` };
}

function toFailedImport({ id, code, message }: Rejection, { scope }: Publication): FailedImport {
  return { accountId: scope.accountId, region: scope.region, findingId: id, code, message };
}

function toHubGap(unreadable: Unreadable, { scope }: Publication): Gap {
  const gap = toGap(unreadable, { what: 'security-hub' });
  if (!isSecurityHubOff(unreadable)) return gap;
  return { ...gap, detail: `Security Hub is not enabled in ${scope.region} of account ${scope.accountId}` };
}
