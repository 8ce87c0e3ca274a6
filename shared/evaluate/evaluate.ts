import { type Benchmark, numberOf } from '../model/benchmarks.ts';
import {
  type Control,
  type ControlContext,
  type ControlFacts,
  describeMissing,
  type FactName,
  type Facts,
  type Judged,
  type Judgement,
  judgesWithoutClusters,
  notAvailable,
  type Organization,
} from '../model/control.ts';
import type { ControlSettings } from '../model/control-settings.ts';
import type { Evaluation, MissingEvidence, Subject } from '../model/evaluation.ts';
import { absent, type Evidence, present, type Unreadable } from '../model/evidence.ts';
import {
  type ClusterInventory,
  type Inventory,
  isClosed,
  isReady,
  type ObservationTimes,
  ownIssuersOf,
} from '../model/inventory.ts';
import { accountResource, type ResourceRef } from '../model/resource.ts';
import { finish, type Steps } from '../model/steps.ts';
import {
  compareSeriousness,
  EVIDENCE_UNREADABLE,
  type Severity,
  type Status,
  type Verdict,
} from '../model/verdict.ts';
import { observationTime, ownIssuersObserved } from './observation-time.ts';
import { remember } from './remember.ts';

/** What an evaluation depends on besides the inventory. */
export interface EvaluationContext {
  readonly benchmark: Benchmark;
  readonly settings: ControlSettings;
  /** Namespaces of Kubernetes itself and of AWS's add-ons; none when left out. */
  readonly systemNamespaces?: readonly string[];
  readonly organization: Organization;
  /** Where verdicts on whole accounts belong. */
  readonly homeRegion: string;
  /** When reading began, ISO 8601, UTC: of what rests on nothing for which there was time. */
  readonly startedAt: string;
}

/** Judges an inventory. Pure: the same inventory, controls and context give the same verdicts. */
export function evaluate(
  inventory: Inventory,
  controls: readonly Control[],
  context: EvaluationContext,
): Evaluation {
  return finish(evaluateInSteps(inventory, controls, context));
}

/** The same, a subject a step, or a resource of it. */
export function* evaluateInSteps(
  inventory: Inventory,
  controls: readonly Control[],
  context: EvaluationContext,
): Steps<Evaluation> {
  const once = remember();
  const evaluations: Evaluation[] = [];
  for (const control of controls) {
    for (const subject of subjectsOf(inventory, control, { ...context, once })) {
      evaluations.push(yield* judgeSubject(subject));
      yield;
    }
  }
  return {
    verdicts: evaluations.flatMap(({ verdicts }) => verdicts),
    completeSubjects: evaluations.flatMap(({ completeSubjects }) => completeSubjects),
    missingEvidence: evaluations.flatMap(({ missingEvidence }) => missingEvidence),
    unverified: evaluations.flatMap(({ unverified }) => unverified),
  };
}

interface SubjectToJudge {
  readonly control: Control;
  readonly context: ControlContext;
  readonly facts: Partial<Facts>;
  /** ISO 8601, UTC: see `Verdict`. */
  readonly observedAt: string;
  readonly clusterArn?: string;
}

function subjectsOf(
  inventory: Inventory,
  control: Control,
  context: EvaluationContext & Pick<ControlContext, 'once'>,
): SubjectToJudge[] {
  const { benchmark, settings, systemNamespaces = [], organization, homeRegion, once } = context;
  const base = { benchmark, settings, systemNamespaces, organization, once };
  const account = accountResource(inventory.accountId);
  const observedAt = (observed: ObservationTimes<FactName>) =>
    observationTime(control, observed, inventory, context);
  if (control.level === 'account') {
    const hasCluster = inventory.regions.some(({ clusters }) => clusters.length > 0);
    if (!hasSubject(inventory.facts, control, hasCluster, inventory)) return [];
    const scope = { partition: inventory.partition, accountId: inventory.accountId, region: homeRegion };
    const facts = { ...inventory.facts, ownIssuers: present(ownIssuersOf(inventory)) };
    const observed = { ...inventory.observed, ...ownIssuersObserved(inventory) };
    return [
      {
        control,
        context: { ...base, scope, subject: account },
        facts,
        observedAt: observedAt(observed),
      },
    ];
  }
  const open = inventory.regions.filter((region) => !isClosed(region));
  return open.flatMap((region): SubjectToJudge[] => {
    const facts = { ...inventory.facts, ...region.facts };
    const observed = { ...inventory.observed, ...region.observed };
    if (control.level === 'region') {
      if (!hasSubject(facts, control, region.clusters.some(isReady), inventory)) return [];
      return [
        {
          control,
          context: { ...base, scope: region.scope, subject: account },
          facts: { ...facts, clusterNames: region.clusterNames },
          observedAt: observedAt(observed),
        },
      ];
    }
    return region.clusters.filter(isReady).map((cluster) => ({
      control,
      context: { ...base, scope: region.scope, subject: clusterResource(cluster) },
      facts: { ...facts, ...cluster.facts },
      observedAt: observedAt({ ...observed, ...cluster.observed }),
      clusterArn: cluster.arn,
    }));
  });
}

/** Most of what is judged of Regions and accounts is read only where there is a cluster: without, it is no subject. */
function hasSubject(
  facts: Partial<Facts>,
  control: Control,
  hasCluster: boolean,
  { selection }: Inventory,
): boolean {
  const isRead = control.needs.some((name) => facts[name] !== undefined);
  return isRead && (hasCluster || judgesWithoutClusters(control, selection));
}

function clusterResource(cluster: ClusterInventory): ResourceRef {
  const description = cluster.facts.cluster;
  const known = description?.state === 'present' ? description.value : undefined;
  return {
    type: 'AwsEksCluster',
    id: cluster.arn,
    name: cluster.name,
    ...(known?.tags && { tags: known.tags }),
  };
}

function* judgeSubject(subject: SubjectToJudge): Steps<Evaluation> {
  const { control, context } = subject;
  const judged = judge(subject);
  const judgements = [isInSteps(judged) ? yield* judged : judged].flat();
  const clusterArn = subject.clusterArn && { clusterArn: subject.clusterArn };
  const whole: Omit<Subject, 'observedAt'> = {
    control: control.key,
    level: control.level,
    region: context.scope.region,
    ...clusterArn,
  };
  const { observedAt } = subject;
  const isComplete = judgements.every(({ code, resource }) => code !== EVIDENCE_UNREADABLE || resource);
  return {
    verdicts: judgements
      .filter((judgement) => !judgement.noVerdict)
      .map((judgement) => ({ ...toVerdict(control, context, judgement), ...clusterArn, observedAt })),
    completeSubjects: isComplete ? [{ ...whole, observedAt }] : [],
    missingEvidence: judgements.flatMap((judgement) => missingEvidenceOf(judgement, whole, context)),
    unverified: rowsOf(judgements).flatMap(({ unverified = [] }) => unverified),
  };
}

function rowsOf(judgements: readonly Judgement[]): Judgement[] {
  return judgements.flatMap((judgement) => [judgement, ...(judgement.also ?? [])]);
}

function missingEvidenceOf(
  judgement: Judgement,
  subject: Omit<Subject, 'observedAt'>,
  context: ControlContext,
): MissingEvidence[] {
  const controlId = numberOf(subject.control, context.benchmark);
  const resource = judgement.resource ?? context.subject;
  const unreadable = rowsOf([judgement]).flatMap((row) => row.unreadable ?? []);
  return unreadable.map((evidence) => ({ ...subject, controlId, resource, unreadable: evidence }));
}

function isInSteps(judged: Judged | Steps<Judged>): judged is Steps<Judged> {
  return 'next' in judged;
}

function judge({ control, context, facts }: SubjectToJudge): Judged | Steps<Judged> {
  const acceptsUnreadable = (name: FactName) => control.acceptsUnreadable?.includes(name) ?? false;
  const needed = control.needs.map((name) => ({ name, evidence: factOf(facts, name, control) }));
  const unreadable = needed.flatMap(({ name, evidence }) =>
    evidence.state === 'unreadable' && !acceptsUnreadable(name) ? [evidence] : [],
  );
  if (unreadable.length > 0) return notAvailable(unreadable);
  const received = needed.map(({ name, evidence }) => [
    name,
    acceptsUnreadable(name) ? evidence : evidence.state === 'present' ? evidence.value : undefined,
  ]);
  return control.judge(Object.fromEntries(received) as Partial<ControlFacts>, context);
}

function factOf(facts: Partial<Facts>, name: FactName, control: Control): Evidence<unknown> {
  const fact = facts[name];
  if (fact !== undefined) return fact;
  if (name === 'kubernetes') return absent;
  if (control.withoutClusters === 'oidc-providers' && control.acceptsUnreadable?.includes(name))
    return NOT_COLLECTED;
  throw new Error(`control ${control.key} needs the fact ${name}, which was not collected`);
}

/** Of an account without clusters, roles are read only if the control has something to judge by them. */
const NOT_COLLECTED: Unreadable = {
  state: 'unreadable',
  kind: 'failed',
  code: 'NotCollected',
  operation: 'iam:GetAccountAuthorizationDetails',
  detail: 'The account has neither clusters nor an IAM OIDC provider of an EKS issuer.',
};

/** Joins the rows that apply to one resource: the worst decides, all are named. */
function toVerdict(
  control: Control,
  context: ControlContext,
  judgement: Judgement,
): Omit<Verdict, 'observedAt'> {
  const rows = [judgement, ...(judgement.also ?? [])]
    .map((row) => ({ ...row, ...statusAndSeverity(control, row) }))
    .sort(compareSeriousness);
  const [worst] = rows;
  if (worst === undefined) throw new Error(`control ${control.key} reached no judgement`);
  return {
    control: control.key,
    controlId: numberOf(control.key, context.benchmark),
    level: control.level,
    scope: context.scope,
    status: worst.status,
    severity: worst.severity,
    reasonCode: worst.code,
    reasonCodes: [...new Set(rows.map(({ code }) => code))],
    reason: rows.map((row) => reasonOf(row, worst)).join(' '),
    resource: judgement.resource ?? context.subject,
    related: relatedTo(judgement, context),
    evidence: evidenceOf(rows),
  };
}

/** Beside a row that is proven, what could not be read leaves open whether others apply. */
function reasonOf({ code, reason, unreadable = [] }: Judgement, worst: Judgement): string {
  if (code !== EVIDENCE_UNREADABLE || worst.code === EVIDENCE_UNREADABLE) return reason;
  return `Whether more applies is not known, because ${describeMissing(unreadable)}.`;
}

/** With what is missing, also beside a proven verdict: when that changes, the finding that names it changes as well. */
function evidenceOf(worstFirst: readonly Judgement[]): Record<string, string> {
  return Object.fromEntries(worstFirst.toReversed().flatMap(({ evidence = {} }) => Object.entries(evidence)));
}

function relatedTo(judgement: Judgement, context: ControlContext): ResourceRef[] {
  const subject = judgement.resource && context.subject.type === 'AwsEksCluster' ? [context.subject] : [];
  const others = [judgement, ...(judgement.also ?? [])].flatMap((row) => row.related ?? []);
  const main = judgement.resource ?? context.subject;
  const all = new Map([...subject, ...others].map((resource) => [resource.id, resource]));
  all.delete(main.id);
  return [...all.values()];
}

function statusAndSeverity(control: Control, judgement: Judgement): { status: Status; severity: Severity } {
  if (judgement.code === EVIDENCE_UNREADABLE) return { status: 'NOT_AVAILABLE', severity: 'LOW' };
  const row = control.rows[judgement.code];
  if (row === undefined) throw new Error(`control ${control.key} has no row ${judgement.code}`);
  const severities = { PASSED: 'INFORMATIONAL', WARNING: 'LOW' } as const;
  const severity =
    row.status === 'FAILED'
      ? (judgement.severity ?? row.severity ?? control.severity)
      : severities[row.status];
  return { status: row.status, severity };
}
