import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import type { Control } from '../model/control.ts';
import type { Subject } from '../model/evaluation.ts';
import type { Reading } from '../model/evidence.ts';
import { clusterArn } from '../model/resource.ts';
import type { Scope } from '../model/scope.ts';
import { compareSeriousness, type Verdict } from '../model/verdict.ts';
import { FIELDS, type FindingContext, productArn, toArchived, toFinding, withEvent } from './asff.ts';
import { compareFindings } from './compare-findings.ts';
import { controlOfGenerator, findingId } from './ids.ts';

/** The verdicts on one account and Region, and what Security Hub holds. */
export interface ReconcileInput {
  readonly scope: Scope;
  /** Findings of this and, by mistake or aggregation, other accounts, Regions and products. */
  readonly existing: readonly AwsSecurityFinding[];
  readonly verdicts: readonly Verdict[];
  /** What was read completely. */
  readonly completeSubjects: readonly Subject[];
  /** The controls that were selected. */
  readonly controls: readonly Control[];
  /** All clusters of the Region, whether or not they were audited. */
  readonly clusterNames: Reading<readonly string[]>;
  /** The clusters that were requested; all when absent. */
  readonly onlyClusters?: readonly string[];
  /** Days after which an unchanged finding is imported again, before Security Hub deletes it. */
  readonly refreshAfterDays: number;
  readonly context: FindingContext;
}

/** The smallest set of changes that brings Security Hub in sync. */
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
export function reconcile(input: ReconcileInput): Reconciliation {
  const stored = ownFindings(input);
  const verdicts = verdictsById(input);
  const changes = [...verdicts].map(([id, verdict]) => changeFor(verdict, stored.get(id), input));
  const isGone = goneBy(input);
  const archive = [...stored]
    .filter(([id, finding]) => !verdicts.has(id) && !isArchived(finding) && isGone(finding))
    .map(([, finding]) => toArchived(finding, input.context.now));
  const ofKind = (kind: Change['kind']) =>
    changes.filter((change) => change.kind === kind).map(({ finding }) => finding);
  return {
    create: ofKind('create'),
    update: ofKind('update'),
    archive,
    unchanged: ofKind('unchanged'),
    resolve: changes.filter(({ resolve }) => resolve).map(({ finding }) => finding),
  };
}

interface Change {
  readonly kind: 'create' | 'update' | 'unchanged';
  readonly finding: AwsSecurityFinding;
  readonly resolve: boolean;
}

function changeFor(verdict: Verdict, stored: AwsSecurityFinding | undefined, input: ReconcileInput): Change {
  const finding = toFinding(verdict, controlOf(verdict, input), input.context, stored);
  const resolve = verdict.status === 'PASSED' && stored !== undefined && isOpen(stored);
  if (stored === undefined || isArchived(stored)) {
    return { kind: 'create', finding, resolve };
  }
  const difference = compareFindings(stored, finding);
  if (difference !== 'none') return { kind: 'update', finding: withEvent(finding, difference), resolve };
  if (isFresh(stored, input)) return { kind: 'unchanged', finding: stored, resolve };
  return { kind: 'update', finding: withEvent(finding, 'refresh'), resolve };
}

/** Whether a finding would stay in people's queue after it passes. What a person suppressed is left alone. */
function isOpen(stored: AwsSecurityFinding): boolean {
  const workflow = stored.Workflow?.Status;
  // Security Hub sets RESOLVED and NOTIFIED back to NEW when a finding returns from the archive.
  if (isArchived(stored)) return workflow !== 'SUPPRESSED';
  return workflow === 'NEW' || workflow === 'NOTIFIED';
}

const DAY = 24 * 60 * 60 * 1000;

function isFresh(stored: AwsSecurityFinding, { refreshAfterDays, context }: ReconcileInput): boolean {
  const age = context.now.getTime() - Date.parse(stored.UpdatedAt ?? '');
  return age < refreshAfterDays * DAY;
}

function isArchived(finding: AwsSecurityFinding): boolean {
  return finding.RecordState === 'ARCHIVED';
}

/** Ours of this account and Region, by id: only those that an import with the same id would update. */
function ownFindings({ scope, existing }: ReconcileInput): Map<string, AwsSecurityFinding> {
  const product = productArn(scope);
  const own = existing.filter(
    (finding) =>
      finding.ProductArn === product &&
      finding.AwsAccountId === scope.accountId &&
      (finding.Region ?? scope.region) === scope.region &&
      controlOfGenerator(finding.GeneratorId) !== undefined,
  );
  // The last of an id wins: an active one over an archived one.
  const ordered = own.toSorted((a, b) => Number(isArchived(b)) - Number(isArchived(a)));
  return new Map(ordered.flatMap((finding) => (finding.Id === undefined ? [] : [[finding.Id, finding]])));
}

/** The verdicts of this account and Region by the ids of their findings; of two with one id, the worse. */
function verdictsById(input: ReconcileInput): Map<string, Verdict> {
  const { scope, verdicts } = input;
  const here = verdicts.filter(
    (verdict) => verdict.scope.accountId === scope.accountId && verdict.scope.region === scope.region,
  );
  const bestFirst = here.toSorted((a, b) => compareSeriousness(b, a));
  return new Map(bestFirst.map((verdict) => [findingId(verdict), verdict]));
}

function controlOf(verdict: Verdict, { controls }: ReconcileInput): Control {
  const control = controls.find(({ key, level }) => key === verdict.control && level === verdict.level);
  if (control === undefined)
    throw new Error(`a verdict is of control ${verdict.control}, which is not selected`);
  return control;
}

/**
 * Tells whether the resource of a finding is confirmed deleted: its cluster is not listed any more, or all that the
 * finding could have come of was read and it did not come again.
 */
function goneBy(input: ReconcileInput): (finding: AwsSecurityFinding) => boolean {
  const selected = new Set(input.controls.map(({ key }) => key));
  const complete = new Set(input.completeSubjects.map(subjectKey));
  return (finding) => {
    const control = controlOfGenerator(finding.GeneratorId);
    if (control === undefined || !selected.has(control)) return false;
    const cluster = finding.ProductFields?.[FIELDS.cluster];
    if (cluster !== undefined && isClusterGone(cluster, input)) return true;
    const level = finding.ProductFields?.[FIELDS.level];
    return complete.has(subjectKey({ control, level, region: input.scope.region, clusterArn: cluster }));
  };
}

/** A finding without a level belongs to no subject, so no complete subject archives it. */
function subjectKey(subject: { [Key in keyof Subject]?: string | undefined }): string {
  return [subject.control, subject.level, subject.region, subject.clusterArn ?? ''].join(' ');
}

function isClusterGone(arn: string, { scope, clusterNames, onlyClusters }: ReconcileInput): boolean {
  const prefix = clusterArn(scope, '');
  if (clusterNames.state !== 'present' || !arn.startsWith(prefix)) return false;
  const name = arn.slice(prefix.length);
  if (onlyClusters !== undefined && !onlyClusters.includes(name)) return false;
  return !clusterNames.value.includes(name);
}
