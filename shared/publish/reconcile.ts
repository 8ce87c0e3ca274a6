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
import { isFresh, isFromFuture, standingOf } from './observation.ts';
import { isSuppressedByPerson, type WorkflowGoal, workflowGoal } from './workflow.ts';

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
  /** When they were listed, ISO 8601, UTC: the time of what is gone with its cluster. Without, nothing is archived so. */
  readonly clustersListedAt?: string;
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
  /** As Security Hub holds them: an earlier call sent them. */
  readonly sent: readonly AwsSecurityFinding[];
  /** As Security Hub holds them: of a later observation, which knows better. */
  readonly outdated: readonly AwsSecurityFinding[];
  /**
   * Those whose workflow is to be set to RESOLVED, after they are imported, if their UpdatedAt is then still the one that
   * they have here.
   */
  readonly resolve: readonly AwsSecurityFinding[];
  /** The same for those that an exception covers, to SUPPRESSED. */
  readonly suppress: readonly AwsSecurityFinding[];
  /** The same for those that an exception suppressed and none covers any more, to NEW. */
  readonly reopen: readonly AwsSecurityFinding[];
  /** The notes that say why, by id. */
  readonly notes: ReadonlyMap<string, string>;
  /** As Security Hub holds them: forged, or of a clock that is wrong. They are in one of the other lists as well. */
  readonly fromFuture: readonly AwsSecurityFinding[];
  /** As Security Hub holds them: of failures, and suppressed by a person. They are in one of the other lists as well. */
  readonly suppressed: readonly AwsSecurityFinding[];
}

/** Compares verdicts with findings. Pure. Throws when a verdict is of no selected control. */
export function reconcile(input: ReconcileInput): Reconciliation {
  const { now } = input.context;
  const stored = ownFindings(input);
  const verdicts = verdictsById(input);
  const changes = [
    ...[...verdicts].map(([id, verdict]) => changeFor(verdict, stored.get(id), input)),
    ...goneAmong([...stored.values()], verdicts, input),
  ];
  const ofKind = (kind: Change['kind']) =>
    changes.filter((change) => change.kind === kind).map(({ finding }) => finding);
  return {
    create: ofKind('create'),
    update: ofKind('update'),
    archive: ofKind('archive'),
    unchanged: ofKind('unchanged'),
    sent: ofKind('sent'),
    outdated: ofKind('outdated'),
    resolve: withGoal(changes, 'RESOLVED'),
    suppress: withGoal(changes, 'SUPPRESSED'),
    reopen: withGoal(changes, 'NEW'),
    notes: new Map(
      changes.flatMap(({ finding: { Id: id = '' }, goal }) =>
        goal?.note === undefined ? [] : [[id, goal.note]],
      ),
    ),
    fromFuture: [...stored.values()].filter((finding) => isFromFuture(finding, now)),
    suppressed: [...stored].flatMap(([id, finding]) => {
      const isFailure = verdicts.get(id)?.status === 'FAILED';
      return isFailure && isSuppressedByPerson(finding) ? [finding] : [];
    }),
  };
}

function withGoal(changes: readonly Change[], status: WorkflowGoal['status']): AwsSecurityFinding[] {
  return changes.filter(({ goal }) => goal?.status === status).map(({ finding }) => finding);
}

interface Change {
  readonly kind: 'create' | 'update' | 'archive' | 'unchanged' | 'sent' | 'outdated';
  readonly finding: AwsSecurityFinding;
  /** What its workflow is to be set to. */
  readonly goal?: WorkflowGoal;
}

function changeFor(verdict: Verdict, stored: AwsSecurityFinding | undefined, input: ReconcileInput): Change {
  const { context, refreshAfterDays } = input;
  const finding = toFinding(verdict, controlOf(verdict, input), context, stored);
  const wanted = workflowGoal(verdict, stored);
  const goal = wanted && { goal: wanted };
  if (stored === undefined) return { kind: 'create', finding, ...goal };
  const standing = standingOf(stored, verdict.observedAt, context.now);
  if (standing === 'later') return { kind: 'outdated', finding: stored };
  if (standing === 'same') return { kind: 'sent', finding: stored, ...(!isArchived(stored) && goal) };
  if (isArchived(stored)) return { kind: 'create', finding, ...goal };
  const difference = compareFindings(stored, finding);
  if (difference !== 'none') return { kind: 'update', finding: withEvent(finding, difference), ...goal };
  if (isFresh(stored, refreshAfterDays, context.now)) return { kind: 'unchanged', finding: stored, ...goal };
  return { kind: 'update', finding: withEvent(finding, 'refresh'), ...goal };
}

/** The active findings whose resources are gone; of those that a later observation still saw, that they are outdated. */
function goneAmong(
  stored: readonly AwsSecurityFinding[],
  verdicts: ReadonlyMap<string, Verdict>,
  input: ReconcileInput,
): Change[] {
  const { now } = input.context;
  const goneSince = goneBy(input);
  return stored.flatMap((finding): Change[] => {
    if (isArchived(finding) || verdicts.has(finding.Id ?? '')) return [];
    const observedAt = goneSince(finding);
    if (observedAt === undefined) return [];
    const standing = standingOf(finding, observedAt, now);
    if (standing === 'later' || standing === 'same') return [{ kind: 'outdated', finding }];
    return [{ kind: 'archive', finding: toArchived(finding, observedAt, now) }];
  });
}

function isArchived(finding: AwsSecurityFinding): boolean {
  return finding.RecordState === 'ARCHIVED';
}

/**
 * Those of this account and Region by id: only those that an import with the same id would update, whichever GeneratorId
 * they have.
 */
function ownFindings({ scope, existing }: ReconcileInput): Map<string, AwsSecurityFinding> {
  const product = productArn(scope);
  const own = existing.filter(
    (finding) =>
      finding.ProductArn === product &&
      finding.AwsAccountId === scope.accountId &&
      (finding.Region ?? scope.region) === scope.region,
  );
  // The last of an id wins: an active one over an archived one.
  const ordered = own.toSorted((a, b) => Number(isArchived(b)) - Number(isArchived(a)));
  return new Map(ordered.flatMap((finding) => (finding.Id === undefined ? [] : [[finding.Id, finding]])));
}

/** The verdicts of this account and Region by the ids of their findings; of two with one id, the worse. */
export function verdictsById(input: Pick<ReconcileInput, 'scope' | 'verdicts'>): Map<string, Verdict> {
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
 * Tells when the resource of a finding was confirmed deleted: its cluster was not listed any more, or all that the finding
 * could have come of was read and it did not come again. Undefined where it was not.
 */
function goneBy(input: ReconcileInput): (finding: AwsSecurityFinding) => string | undefined {
  const selected = new Set(input.controls.map(({ key }) => key));
  const complete = new Map(
    input.completeSubjects.map((subject) => [subjectKey(subject), subject.observedAt]),
  );
  return (finding) => {
    const control = controlOfGenerator(finding.GeneratorId);
    if (control === undefined || !selected.has(control)) return undefined;
    const cluster = finding.ProductFields?.[FIELDS.cluster];
    if (cluster !== undefined && isClusterGone(cluster, input)) return input.clustersListedAt;
    const level = finding.ProductFields?.[FIELDS.level];
    return complete.get(subjectKey({ control, level, region: input.scope.region, clusterArn: cluster }));
  };
}

type SubjectKey = { [Key in Exclude<keyof Subject, 'observedAt'>]?: string | undefined };

/** A finding without a level belongs to no subject, so no complete subject archives it. */
function subjectKey(subject: SubjectKey): string {
  return [subject.control, subject.level, subject.region, subject.clusterArn ?? ''].join(' ');
}

/** Without the time of the list it cannot be told whether another run knows better. */
function isClusterGone(arn: string, input: ReconcileInput): boolean {
  const { scope, clusterNames, clustersListedAt, onlyClusters } = input;
  const prefix = clusterArn(scope, '');
  if (clustersListedAt === undefined || clusterNames.state !== 'present' || !arn.startsWith(prefix))
    return false;
  const name = arn.slice(prefix.length);
  if (onlyClusters !== undefined && !onlyClusters.includes(name)) return false;
  return !clusterNames.value.includes(name);
}
