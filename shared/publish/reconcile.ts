import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import type { Subject } from '../evaluate/evaluate.ts';
import type { Control } from '../model/control.ts';
import type { Reading } from '../model/evidence.ts';
import { clusterArn } from '../model/resource.ts';
import type { Scope } from '../model/scope.ts';
import { compareSeriousness, type Verdict } from '../model/verdict.ts';
import { FIELDS, type FindingContext, productArn, toArchived, toFinding } from './asff.ts';
import { controlIdOf, findingId } from './ids.ts';

/** What is true now of one account and Region, and what Security Hub holds. */
export interface Reality {
  readonly scope: Scope;
  /** Findings of this and, by mistake or aggregation, other accounts, Regions and products. */
  readonly existing: readonly AwsSecurityFinding[];
  readonly verdicts: readonly Verdict[];
  /** Of what everything was seen. */
  readonly settled: readonly Subject[];
  /** The controls that were selected. */
  readonly controls: readonly Control[];
  /** All clusters of the Region, whether or not they were looked at. */
  readonly clusterNames: Reading<readonly string[]>;
  /** The clusters that were asked for; all when absent. */
  readonly onlyClusters?: readonly string[];
  /** Days after which an unchanged finding is imported again, before Security Hub deletes it. */
  readonly refreshAfterDays: number;
  readonly context: FindingContext;
}

/** The smallest set of changes that brings Security Hub in step. */
export interface Reconciliation {
  /** Also those that come back from the archive. */
  readonly create: readonly AwsSecurityFinding[];
  readonly update: readonly AwsSecurityFinding[];
  readonly archive: readonly AwsSecurityFinding[];
  /** As Security Hub holds them. */
  readonly unchanged: readonly AwsSecurityFinding[];
  /** Those whose workflow is to be set to RESOLVED, after they are imported. */
  readonly resolve: readonly AwsSecurityFinding[];
}

/** Compares verdicts with findings. Pure. Throws when a verdict is of no selected control. */
export function reconcile(reality: Reality): Reconciliation {
  const held = ownFindings(reality);
  const wanted = verdictsById(reality);
  const changes = [...wanted].map(([id, verdict]) => changeFor(verdict, held.get(id), reality));
  const gone = goneBy(reality);
  const archive = [...held]
    .filter(([id, finding]) => !wanted.has(id) && !isArchived(finding) && gone(finding))
    .map(([, finding]) => toArchived(finding, reality.context.now));
  const by = (kind: Change['kind']) => changes.filter((one) => one.kind === kind).map((one) => one.finding);
  return {
    create: by('create'),
    update: by('update'),
    archive,
    unchanged: by('unchanged'),
    resolve: changes.filter((one) => one.resolve).map((one) => one.finding),
  };
}

interface Change {
  readonly kind: 'create' | 'update' | 'unchanged';
  readonly finding: AwsSecurityFinding;
  readonly resolve: boolean;
}

function changeFor(verdict: Verdict, held: AwsSecurityFinding | undefined, reality: Reality): Change {
  const finding = toFinding(verdict, controlOf(verdict, reality), reality.context, held);
  const resolve = verdict.status === 'PASSED' && held !== undefined && isOpen(held);
  if (held === undefined || isArchived(held)) return { kind: 'create', finding, resolve };
  const same = held.ProductFields?.[FIELDS.fingerprint] === finding.ProductFields?.[FIELDS.fingerprint];
  if (same && isFresh(held, reality)) return { kind: 'unchanged', finding: held, resolve };
  return { kind: 'update', finding, resolve };
}

/** Whether a finding would stay in people's queue after it passes. What a person suppressed is left alone. */
function isOpen(held: AwsSecurityFinding): boolean {
  const workflow = held.Workflow?.Status;
  // Security Hub sets RESOLVED and NOTIFIED back to NEW when a finding returns from the archive.
  if (isArchived(held)) return workflow !== 'SUPPRESSED';
  return workflow === 'NEW' || workflow === 'NOTIFIED';
}

const DAY = 24 * 60 * 60 * 1000;

function isFresh(held: AwsSecurityFinding, { refreshAfterDays, context }: Reality): boolean {
  const age = context.now.getTime() - Date.parse(held.UpdatedAt ?? '');
  return age < refreshAfterDays * DAY;
}

function isArchived(finding: AwsSecurityFinding): boolean {
  return finding.RecordState === 'ARCHIVED';
}

/** Ours of this account and Region, by id: only those that an import with the same id would update. */
function ownFindings({ scope, existing }: Reality): Map<string, AwsSecurityFinding> {
  const product = productArn(scope);
  const own = existing.filter(
    (one) =>
      one.ProductArn === product &&
      one.AwsAccountId === scope.accountId &&
      (one.Region ?? scope.region) === scope.region &&
      controlIdOf(one.GeneratorId) !== undefined,
  );
  // The last of an id wins: an active one over an archived one.
  const ordered = [...own.filter(isArchived), ...own.filter((one) => !isArchived(one))];
  return new Map(ordered.flatMap((one) => (one.Id === undefined ? [] : [[one.Id, one]])));
}

/** The verdicts of this account and Region by the ids of their findings; of two with one id, the worse. */
function verdictsById(reality: Reality): Map<string, Verdict> {
  const { scope, verdicts } = reality;
  const here = verdicts.filter(
    (one) => one.scope.accountId === scope.accountId && one.scope.region === scope.region,
  );
  const bestFirst = here.toSorted((a, b) => compareSeriousness(b, a));
  return new Map(bestFirst.map((one) => [findingId(one), one]));
}

function controlOf(verdict: Verdict, { controls }: Reality): Control {
  const control = controls.find((one) => one.id === verdict.controlId && one.level === verdict.level);
  if (control === undefined)
    throw new Error(`a verdict is of control ${verdict.controlId}, which is not selected`);
  return control;
}

/**
 * Tells whether what a finding is about was positively seen to be gone: its cluster is not listed any more, or all that
 * it could have come of was looked at and it did not come again.
 */
function goneBy(reality: Reality): (finding: AwsSecurityFinding) => boolean {
  const selected = new Set(reality.controls.map((one) => one.id));
  const settled = new Set(reality.settled.map(subjectKey));
  return (finding) => {
    const controlId = controlIdOf(finding.GeneratorId);
    if (controlId === undefined || !selected.has(controlId)) return false;
    const cluster = finding.ProductFields?.[FIELDS.cluster];
    if (cluster !== undefined && isClusterGone(cluster, reality)) return true;
    const level = finding.ProductFields?.[FIELDS.level];
    return settled.has(subjectKey({ controlId, level, region: reality.scope.region, clusterArn: cluster }));
  };
}

/** A finding without a level is not ours to archive by what its level saw. */
function subjectKey(subject: { [Key in keyof Subject]?: string | undefined }): string {
  return [subject.controlId, subject.level, subject.region, subject.clusterArn ?? ''].join(' ');
}

function isClusterGone(arn: string, { scope, clusterNames, onlyClusters }: Reality): boolean {
  const prefix = clusterArn(scope, '');
  if (clusterNames.state !== 'present' || !arn.startsWith(prefix)) return false;
  const name = arn.slice(prefix.length);
  if (onlyClusters !== undefined && !onlyClusters.includes(name)) return false;
  return !clusterNames.value.includes(name);
}
