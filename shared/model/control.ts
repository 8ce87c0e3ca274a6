import type { Benchmark, ControlKey } from './benchmarks.ts';
import type { ControlSettings } from './control-settings.ts';
import {
  describeFailure,
  type Evidence,
  type Known,
  MALFORMED_RESPONSE,
  malformed,
  OTHER_ACCOUNT,
  TOO_COMPLEX,
  type Unreadable,
} from './evidence.ts';
import type { AccountFacts, ClusterFacts, InventoryFacts, RegionFacts } from './facts.ts';
import type { Selection } from './inventory.ts';
import type { KubernetesKind } from './kubernetes-facts.ts';
import type { ResourceRef } from './resource.ts';
import type { Scope } from './scope.ts';
import type { Steps } from './steps.ts';
import {
  type ControlLevel,
  type EVIDENCE_UNREADABLE,
  MISSING_EVIDENCE,
  type Severity,
  type Status,
} from './verdict.ts';

/** One row of a control's decision table. */
interface DecisionRow {
  readonly status: Exclude<Status, 'NOT_AVAILABLE'>;
  /** Severity when FAILED, where it differs from the control's. */
  readonly severity?: Severity;
  /** When the row applies, for `controls show` and the documentation. */
  readonly when: string;
}

/** A control's decision table, by reason code. */
export type DecisionTable = Readonly<Record<string, DecisionRow>>;

/** Facts by name, at the three levels they are collected at, and those of the inventory itself. */
export type Facts = ClusterFacts & RegionFacts & AccountFacts & InventoryFacts;
export type FactName = keyof Facts;

/** The organization, as far as a judgement depends on it. */
export interface Organization {
  /** Its id, for example `o-a1b2c3d4e5`; absent when the accounts belong to none. */
  readonly id: Evidence<string>;
  /** Every account known to belong to us. */
  readonly accountIds: ReadonlySet<string>;
  /** Why any other account may belong to us as well; undefined when these are all. */
  readonly membersUnreadable?: Unreadable;
}

/** Gives what was worked out under the key before; works it out the first time. A key is for one type of value. */
export type Once = <T>(key: string, work: () => T) => T;

/** What a control knows besides its facts. */
export interface ControlContext {
  readonly scope: Scope;
  /** The selected version of the benchmark: some versions judge differently. */
  readonly benchmark: Benchmark;
  readonly settings: ControlSettings;
  /** Namespaces of Kubernetes itself and of AWS's add-ons. */
  readonly systemNamespaces: readonly string[];
  readonly organization: Organization;
  /** The cluster (or account) being judged: the default `resource` of a judgement. */
  readonly subject: ResourceRef;
  /** For what several subjects of an evaluation share. */
  readonly once: Once;
}

/** One row that applies, with what was seen. */
export interface Judgement<Code extends string = string> {
  readonly code: Code | typeof EVIDENCE_UNREADABLE;
  /** A sentence with the values that were seen. */
  readonly reason: string;
  readonly evidence?: Readonly<Record<string, string>>;
  /** What could not be read, for EVIDENCE_UNREADABLE. */
  readonly unreadable?: readonly Unreadable[];
  /** What could not be read and the reason names, for rows that say that it was not verified. */
  readonly unverified?: readonly Unreadable[];
  /** Overrides the row's severity (FAILED only). */
  readonly severity?: Severity;
  /** The thing to fix, when it is not the subject itself. */
  readonly resource?: ResourceRef;
  readonly related?: readonly ResourceRef[];
  /** Nothing is known that it could be a verdict on: see `noVerdict`. */
  readonly noVerdict?: true;
  /** The other rows that apply to the same resource, in any order: the worst of all decides. */
  readonly also?: readonly Judgement<Code>[];
}

/** What a control says of a subject. */
export type Judged<Code extends string = string> = Judgement<Code> | readonly Judgement<Code>[];

/** What people read about a control. Our own wording: CIS's text is theirs. */
export interface ControlText {
  readonly title: string;
  /** What is required and why, in a sentence or two. */
  readonly description: string;
  readonly remediation: {
    /** ≤ 512 characters (ASFF). */
    readonly text: string;
    readonly url: string;
  };
}

export interface Control extends ControlText {
  readonly key: ControlKey;
  readonly level: ControlLevel;
  /**
   * What it judges where there is no cluster: registries, in the accounts configured for it, or roles that trust the EKS
   * issuers for which an account has IAM OIDC providers. Without it, it judges only where there are clusters.
   */
  readonly withoutClusters?: 'registries' | 'oidc-providers';
  /** Severity when FAILED. */
  readonly severity: Severity;
  /** NIST SP 800-53 r5 controls it relates to. */
  readonly nist: readonly string[];
  /** The facts it judges by. One that is unreadable makes the verdict NOT_AVAILABLE, unless named below. */
  readonly needs: readonly FactName[];
  /** Of these, the ones it judges even when they are unreadable: it receives the evidence instead of the value. */
  readonly acceptsUnreadable?: readonly FactName[];
  /** What it needs of the Kubernetes API, where that is read: see the fact `kubernetes`. */
  readonly kubernetesKinds?: readonly KubernetesKind[];
  /** The decision table, by reason code. */
  readonly rows: DecisionTable;
  /**
   * Pure. One judgement for the subject, or one for each resource of the subject; in steps where the resources may be
   * thousands.
   */
  judge(facts: Partial<ControlFacts>, context: ControlContext): Judged | Steps<Judged>;
}

/** Whether a control judges an account or a Region that has no cluster. */
export function judgesWithoutClusters(
  { withoutClusters }: Pick<Control, 'withoutClusters'>,
  selection: Selection,
): boolean {
  if (withoutClusters === 'registries') return selection.registries;
  return withoutClusters === 'oidc-providers' && selection.allClusters;
}

/** Facts as a control sees them: values, with `undefined` for what is absent. */
type KnownFacts = { readonly [Name in FactName]: Known<Facts[Name]> };

/** Facts as a control receives them: values, or the evidence where it accepts unreadable facts. */
export type ControlFacts = { readonly [Name in FactName]: KnownFacts[Name] | Facts[Name] };

interface ControlLiteral<Name extends FactName, Raw extends Name, Code extends string>
  extends Omit<Control, 'needs' | 'acceptsUnreadable' | 'rows' | 'judge'> {
  readonly needs: readonly Name[];
  readonly acceptsUnreadable?: readonly Raw[];
  readonly rows: Readonly<Record<Code, DecisionRow>>;
  judge(
    facts: Pick<KnownFacts, Exclude<Name, Raw>> & Pick<Facts, Raw>,
    context: ControlContext,
  ): Judged<NoInfer<Code>> | Steps<Judged<NoInfer<Code>>>;
}

/** Declares a control; checks that it judges only by facts it needs and rows it lists. */
export function control<Name extends FactName, Code extends string, Raw extends Name = never>(
  literal: ControlLiteral<Name, Raw, Code>,
): Control {
  // The engine passes every needed fact (see evaluate.ts), which the type of `judge` cannot say of a Partial.
  return literal as Control;
}

/** The judgement that evidence a row needs could not be read. */
export function notAvailable(
  unreadable: Unreadable | readonly Unreadable[],
  where: Pick<Judgement, 'resource' | 'related'> = {},
): Judgement<never> {
  const all = [unreadable].flat();
  return {
    code: 'EVIDENCE_UNREADABLE',
    reason: `Not judged, because ${describeMissing(all)}.`,
    evidence: { [MISSING_EVIDENCE]: failuresOf(all).join('; ') },
    unreadable: all,
    ...where,
  };
}

/**
 * Whether there is more to judge was not told: there is no verdict for it, none of the subject's findings is archived,
 * and what could not be read is a gap.
 */
export function noVerdict(unreadable: readonly Unreadable[] = []): Judgement<never> {
  return { ...notAvailable(unreadable), noVerdict: true };
}

/** What could not be read and why, as a clause. */
export function describeMissing(unreadable: readonly Unreadable[]): string {
  return failuresOf(unreadable)
    .map((failure) => withDetails(failure, unreadable))
    .join(' and ');
}

function failuresOf(unreadable: readonly Unreadable[]): string[] {
  return [...new Set(unreadable.map(describeFailure))].sort();
}

/** How many details a sentence gives of one failure. */
const MAX_DETAILS = 3;

const CODES_WITH_DETAIL: ReadonlySet<string> = new Set([MALFORMED_RESPONSE, OTHER_ACCOUNT, TOO_COMPLEX]);

/** A failure, and what was missing where AWS did answer. The messages of AWS's errors are not stable. */
function withDetails(failure: string, all: readonly Unreadable[]): string {
  const own = all.filter(({ code }) => CODES_WITH_DETAIL.has(code));
  const details = new Set(own.filter((one) => describeFailure(one) === failure).map(({ detail }) => detail));
  if (details.size === 0) return failure;
  const named = [...details].sort().slice(0, MAX_DETAILS);
  const others = details.size > named.length ? ` and ${details.size - named.length} more` : '';
  return `${failure}: ${named.join('; ')}${others}`;
}

/**
 * The judgement that AWS did answer, but not what a row needs: a field is missing or holds nonsense. As good as unread.
 * `problem` is a clause, for example `it does not say whether public access is on`.
 */
export function malformedResponse(operation: string, problem: string): Judgement<never> {
  return notAvailable(malformed(operation, problem));
}

/** Several rows that apply to the same resource, as one judgement; `undefined` when none does. */
export function combineJudgements<Code extends string>(
  judgements: readonly Judgement<Code>[],
): Judgement<Code> | undefined {
  const [first, ...also] = judgements;
  return first && { ...first, also: [...(first.also ?? []), ...also] };
}
