import type { Pattern } from '../patterns/pattern.ts';
import { matches } from '../patterns/pattern.ts';
import type { StringSet } from '../patterns/string-set.ts';
import { intersectionOf, isEmpty, matching, notSelectedBy, selectedBy } from '../patterns/string-set.ts';
import type { ParsedPolicy } from './parse-policy.ts';
import { parseIdentityPolicy } from './parse-policy.ts';
import type { Policy, Statement } from './statement.ts';
import { compileAction, concerns, covers } from './statement.ts';

/** A policy that gives a user or role its permissions. Of a managed policy, the default version's document. */
export interface IdentityPolicy {
  /** Name or ARN: how results name it. */
  readonly name: string;
  readonly kind: 'inline' | 'attached' | 'group';
  /** JSON, plain or URL-encoded. */
  readonly document: string;
}

/** A user or role with all that decides its permissions, its groups' policies included. */
export interface Identity {
  readonly arn: string;
  readonly policies: readonly IdentityPolicy[];
  /** The permissions boundary. */
  readonly boundary?: { readonly arn: string; readonly document: string } | undefined;
}

/** An action to ask about. */
export interface AskedAction {
  /** In any case; may have wildcards, and then stands for every action that matches. */
  readonly name: string;
  /** The resources there are to act on, which a statement's `Resource` has to meet. Undefined: any. */
  readonly actsOn?: Pattern | undefined;
}

export interface AllowedAction {
  readonly action: string;
  /** The policies that grant it, by name, in the identity's order. */
  readonly grantedBy: readonly string[];
  /** Whether a condition stands on every grant of it, or on the boundary that lets it through. */
  readonly conditional: boolean;
  /** What the granting statements have in `Resource`; `*` for a `NotResource`. */
  readonly resources: readonly string[];
}

export interface UnreadablePolicy {
  readonly policy: string;
  readonly problem: string;
}

export interface EffectiveActions {
  readonly allowed: readonly AllowedAction[];
  /** When not empty, `allowed` is what the readable policies say, which may be too little or too much. */
  readonly problems: readonly UnreadablePolicy[];
}

/** A statement with the policy it is from. */
export interface NamedStatement extends Statement {
  readonly policy: string;
  /** Tells it from all others of the identity, whose policies may share a name. */
  readonly id: number;
}

/** An identity's statements, sorted by what they do. */
export interface IdentityStatements {
  readonly allows: readonly NamedStatement[];
  /** The Deny statements that hold under any condition, the boundary's included. */
  readonly denies: readonly NamedStatement[];
  /** The boundary's Allow statements. Undefined: there is no boundary, or it is unreadable. */
  readonly boundary: readonly NamedStatement[] | undefined;
  readonly problems: readonly UnreadablePolicy[];
}

/**
 * Which of the actions the identity can perform, by the evaluation logic of the IAM User Guide for identity policies
 * and permissions boundaries: an Allow, no Deny, and an Allow in the boundary, all on one resource.
 *
 * A condition is taken to be fulfilled on an Allow and not on a Deny. Service control policies, session policies and
 * resource policies do not enter.
 */
export function effectiveActions(identity: Identity, actions: readonly AskedAction[]): EffectiveActions {
  const statements = readIdentity(identity);
  const known: KnownGrants = new Map();
  const allowed = actions
    .map((action) => judge(statements, action, known))
    .filter((result) => result !== undefined);
  return { allowed, problems: statements.problems };
}

/** Reads all documents of an identity. */
export function readIdentity({ policies, boundary }: Identity): IdentityStatements {
  const own = policies.map(({ name, document }) => ({
    name,
    parsed: parseIdentityPolicy(document),
    limits: false,
  }));
  const limit = boundary && {
    name: boundary.arn,
    parsed: parseIdentityPolicy(boundary.document),
    limits: true,
  };
  const all = limit ? [...own, limit] : own;
  const statements = all
    .flatMap(({ name, parsed, limits }) =>
      statementsOf(parsed).map((statement) => ({ ...statement, policy: name, limits })),
    )
    .map((statement, id) => ({ ...statement, id }));
  const allows = statements.filter(({ effect }) => effect === 'Allow');
  return {
    allows: allows.filter(({ limits }) => !limits),
    denies: statements.filter(({ effect, conditions }) => effect === 'Deny' && conditions.length === 0),
    boundary: limit?.parsed.ok ? allows.filter(({ limits }) => limits) : undefined,
    problems: all.flatMap(({ name, parsed }) =>
      parsed.ok ? [] : [{ policy: name, problem: parsed.problem }],
    ),
  };
}

/**
 * The actions of a service that the identity's policies name and the list does not have, as they are written: newer than the list, or a pattern that nothing in the list matches.
 */
export function actionsBeyondList(identity: Identity, service: string, list: readonly string[]): string[] {
  const names = list.map((name) => name.toLowerCase());
  const written = readIdentity(identity).allows.flatMap(({ actions }) =>
    actions.negated ? [] : actions.patterns,
  );
  const unlisted = written
    .filter(
      (pattern) =>
        pattern.text.toLowerCase().startsWith(`${service}:`) && !names.some((name) => matches(pattern, name)),
    )
    .map(({ text }) => text);
  return [...new Set(unlisted)];
}

function judge(
  { allows, denies, boundary }: IdentityStatements,
  { name, actsOn }: AskedAction,
  known: KnownGrants,
): AllowedAction | undefined {
  const action = compileAction(name);
  const relevant = {
    allows: allows.filter((allow) => concerns(allow, action)),
    denies: denies.filter((deny) => covers(deny, action)),
    limits: boundary?.filter((limit) => concerns(limit, action)) ?? [UNLIMITED],
  };
  if (relevant.allows.length === 0) return undefined;
  const grants = remembered(known, relevant, actsOn);
  if (grants.length === 0) return undefined;
  return {
    action: name,
    grantedBy: [...new Set(grants.map(({ policy }) => policy))],
    conditional: grants.every(({ conditional }) => conditional),
    resources: [...new Set(grants.map(({ resource }) => resource))],
  };
}

interface Grant {
  readonly policy: string;
  readonly resource: string;
  readonly conditional: boolean;
}

type Limit = Pick<NamedStatement, 'id' | 'resources' | 'conditions'>;

/** The statements that bear on an action. */
interface Relevant {
  readonly allows: readonly NamedStatement[];
  readonly denies: readonly NamedStatement[];
  readonly limits: readonly Limit[];
}

/** Most actions fall under the same statements, and what those leave is costly to find. */
type KnownGrants = Map<string, readonly Grant[]>;

const EVERYTHING: StringSet = { included: [], excluded: [] };
const UNLIMITED: Limit = { id: -1, resources: { negated: true, patterns: [] }, conditions: [] };

function remembered(known: KnownGrants, relevant: Relevant, actsOn: Pattern | undefined): readonly Grant[] {
  const ids = [relevant.allows, relevant.denies, relevant.limits].map((group) => group.map(({ id }) => id));
  const key = `${ids.join('|')}|${actsOn?.text}`;
  const grants = known.get(key) ?? grantsLeft(relevant, actsOn);
  known.set(key, grants);
  return grants;
}

function grantsLeft({ allows, denies, limits }: Relevant, actsOn: Pattern | undefined): Grant[] {
  const notDenied = denies.map(({ resources }) => notSelectedBy(resources));
  const left = intersectionOf(...notDenied, actsOn ? matching(actsOn) : EVERYTHING);
  return allows.flatMap((allow) => grantsOf(allow, limits, left));
}

/** What is left of an Allow: a grant for each resource pattern of which something is. */
function grantsOf(allow: NamedStatement, limits: readonly Limit[], left: StringSet): Grant[] {
  const { resources, conditions, policy } = allow;
  const parts = resources.negated
    ? [{ resource: '*', space: selectedBy(resources) }]
    : resources.patterns.map((pattern) => ({ resource: pattern.text, space: matching(pattern) }));
  return parts.flatMap(({ resource, space }) => {
    const open = limits.filter((limit) => !isEmpty(intersectionOf(space, selectedBy(limit.resources), left)));
    if (open.length === 0) return [];
    const conditional = conditions.length > 0 || open.every((limit) => limit.conditions.length > 0);
    return [{ policy, resource, conditional }];
  });
}

function statementsOf(parsed: ParsedPolicy): Policy['statements'] {
  return parsed.ok ? parsed.policy.statements : [];
}
