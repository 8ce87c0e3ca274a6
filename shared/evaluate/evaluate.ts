import type { Benchmark, Config } from '../config/config.ts';
import {
  blind,
  type Control,
  type ControlContext,
  type FactName,
  type Facts,
  type HandedFacts,
  type Judgement,
  type Organization,
} from '../model/control.ts';
import type { Evidence, Unreadable } from '../model/evidence.ts';
import { type ClusterInventory, type Inventory, isReady } from '../model/inventory.ts';
import { accountResource, type ResourceRef } from '../model/resource.ts';
import {
  type ControlLevel,
  compareSeriousness,
  EVIDENCE_UNREADABLE,
  type Severity,
  type Status,
  type Verdict,
} from '../model/verdict.ts';
import { PROFILES } from './benchmarks.ts';

/** What a control judged as a whole: a cluster by its ARN, a Region's registry, or the account. */
export interface Subject {
  readonly controlId: string;
  readonly level: ControlLevel;
  readonly region: string;
  readonly clusterArn?: string;
}

/** What came of an evaluation. */
export interface Evaluation {
  readonly verdicts: readonly Verdict[];
  /**
   * Subjects of which everything was seen: a resource that had a verdict before and has none now
   * is positively gone.
   */
  readonly settled: readonly Subject[];
  /** The evidence that verdicts had to do without. */
  readonly blindSpots: readonly BlindSpot[];
}

/** Evidence that could not be read and left a control without an answer. */
export interface BlindSpot extends Subject {
  readonly resource: ResourceRef;
  readonly unreadable: Unreadable;
}

/** What an evaluation depends on besides the inventory. */
export interface EvaluationContext {
  readonly settings: Config['settings'];
  readonly organization: Organization;
  /** Where verdicts on whole accounts belong. */
  readonly homeRegion: string;
}

/** Judges an inventory. Pure: the same inventory and context give the same verdicts. */
export function evaluate(
  inventory: Inventory,
  controls: readonly Control[],
  context: EvaluationContext,
): Evaluation {
  const evaluations = controls.flatMap((control) =>
    subjectsOf(inventory, control, context).map(judgeSubject),
  );
  return {
    verdicts: evaluations.flatMap((one) => one.verdicts),
    settled: evaluations.flatMap((one) => one.settled),
    blindSpots: evaluations.flatMap((one) => one.blindSpots),
  };
}

/** The controls of a benchmark version, narrowed to a selection. */
export function selectControls(
  all: readonly Control[],
  benchmark: Benchmark,
  selection: { readonly include: readonly string[]; readonly exclude: readonly string[] },
): Control[] {
  return all
    .filter((one) => PROFILES[benchmark].controlIds.includes(one.id))
    .filter((one) => selection.include.length === 0 || selection.include.includes(one.id))
    .filter((one) => !selection.exclude.includes(one.id));
}

interface SubjectToJudge {
  readonly control: Control;
  readonly context: ControlContext;
  readonly facts: Partial<Facts>;
  readonly clusterArn?: string;
}

function subjectsOf(inventory: Inventory, control: Control, context: EvaluationContext): SubjectToJudge[] {
  const { settings, organization, homeRegion } = context;
  const base = { settings, organization };
  const account = accountResource(inventory.accountId);
  if (control.level === 'account') {
    if (!inventoryHas(inventory.facts, control)) return [];
    const scope = { partition: inventory.partition, accountId: inventory.accountId, region: homeRegion };
    return [{ control, context: { ...base, scope, subject: account }, facts: inventory.facts }];
  }
  return inventory.regions.flatMap((region) => {
    const facts = { ...inventory.facts, ...region.facts };
    if (control.level === 'region') {
      if (!inventoryHas(facts, control)) return [];
      return [{ control, context: { ...base, scope: region.scope, subject: account }, facts }];
    }
    return region.clusters.filter(isReady).map((cluster) => ({
      control,
      context: { ...base, scope: region.scope, subject: clusterResource(cluster) },
      facts: { ...facts, ...cluster.facts },
      clusterArn: cluster.arn,
    }));
  });
}

/** Registries and accounts are only read where there is a cluster: without, there is nothing to judge. */
function inventoryHas(facts: Partial<Facts>, control: Control): boolean {
  return control.needs.some((name) => facts[name] !== undefined);
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

function judgeSubject(subject: SubjectToJudge): Evaluation {
  const { control, context } = subject;
  const judgements = [judge(subject)].flat();
  const clusterArn = subject.clusterArn && { clusterArn: subject.clusterArn };
  const as: Subject = {
    controlId: control.id,
    level: control.level,
    region: context.scope.region,
    ...clusterArn,
  };
  const allSeen = judgements.every((one) => one.code !== EVIDENCE_UNREADABLE || one.resource !== undefined);
  return {
    verdicts: judgements.map((one) => ({ ...toVerdict(control, context, one), ...clusterArn })),
    settled: allSeen ? [as] : [],
    blindSpots: judgements.flatMap((one) => blindSpotsOf(one, as, context)),
  };
}

function blindSpotsOf(judgement: Judgement, subject: Subject, context: ControlContext): BlindSpot[] {
  const resource = judgement.resource ?? context.subject;
  const unreadable = [judgement, ...(judgement.also ?? [])].flatMap((one) => one.unreadable ?? []);
  return unreadable.map((one) => ({ ...subject, resource, unreadable: one }));
}

function judge({ control, context, facts }: SubjectToJudge): Judgement | readonly Judgement[] {
  const judgesUnreadable = (name: FactName) => control.evenUnreadable?.includes(name) ?? false;
  const needed = control.needs.map((name) => ({ name, evidence: factOf(facts, name, control) }));
  const unreadable = needed.flatMap(({ name, evidence }) =>
    evidence.state === 'unreadable' && !judgesUnreadable(name) ? [evidence] : [],
  );
  if (unreadable.length > 0) return blind(unreadable);
  const handed = needed.map(({ name, evidence }) => [
    name,
    judgesUnreadable(name) ? evidence : evidence.state === 'present' ? evidence.value : undefined,
  ]);
  return control.judge(Object.fromEntries(handed) as Partial<HandedFacts>, context);
}

function factOf(facts: Partial<Facts>, name: FactName, control: Control): Evidence<unknown> {
  const fact = facts[name];
  if (fact === undefined)
    throw new Error(`control ${control.id} needs the fact ${name}, which was not collected`);
  return fact;
}

/** Joins the rows that apply to one resource: the worst decides, all are named. */
function toVerdict(control: Control, context: ControlContext, judgement: Judgement): Verdict {
  const rows = [judgement, ...(judgement.also ?? [])]
    .map((one) => ({ ...one, ...statusAndSeverity(control, one) }))
    .sort(compareSeriousness);
  const [worst] = rows;
  if (worst === undefined) throw new Error(`control ${control.id} reached no judgement`);
  return {
    controlId: control.id,
    level: control.level,
    scope: context.scope,
    status: worst.status,
    severity: worst.severity,
    reasonCode: worst.code,
    reasonCodes: [...new Set(rows.map((one) => one.code))],
    reason: rows.map((one) => one.reason).join(' '),
    resource: judgement.resource ?? context.subject,
    related: relatedTo(judgement, context),
    evidence: decidingEvidence(rows),
  };
}

/** What was unreadable decides nothing unless the verdict is that it was: a proven FAILED stays what it was. */
function decidingEvidence(worstFirst: readonly Judgement[]): Record<string, string> {
  const blind = worstFirst[0]?.code === EVIDENCE_UNREADABLE;
  const deciding = worstFirst.filter((one) => blind || one.code !== EVIDENCE_UNREADABLE);
  return Object.assign({}, ...deciding.toReversed().map((one) => one.evidence));
}

function relatedTo(judgement: Judgement, context: ControlContext): ResourceRef[] {
  const subject = judgement.resource && context.subject.type === 'AwsEksCluster' ? [context.subject] : [];
  const others = [judgement, ...(judgement.also ?? [])].flatMap((one) => one.related ?? []);
  const main = judgement.resource ?? context.subject;
  const all = new Map([...subject, ...others].map((one) => [one.id, one]));
  all.delete(main.id);
  return [...all.values()];
}

function statusAndSeverity(control: Control, judgement: Judgement): { status: Status; severity: Severity } {
  if (judgement.code === EVIDENCE_UNREADABLE) return { status: 'NOT_AVAILABLE', severity: 'LOW' };
  const row = control.rows[judgement.code];
  if (row === undefined) throw new Error(`control ${control.id} has no row ${judgement.code}`);
  const severities = { PASSED: 'INFORMATIONAL', WARNING: 'LOW' } as const;
  const severity =
    row.status === 'FAILED'
      ? (judgement.severity ?? row.severity ?? control.severity)
      : severities[row.status];
  return { status: row.status, severity };
}
