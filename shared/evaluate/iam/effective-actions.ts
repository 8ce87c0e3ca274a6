import type { Language } from '../patterns/language.ts';
import { matches } from '../patterns/pattern.ts';
import type { StringSet } from '../patterns/string-set.ts';
import { intersectionOf, isEmpty, matching, notSelectedBy, selectedBy } from '../patterns/string-set.ts';
import type { Identity, IdentityStatement, IdentityStatements, InvalidPolicy } from './identity.ts';
import { readStatements } from './identity.ts';
import {
  arnsOf,
  compileAction,
  coversAllOf,
  coversAnyOf,
  type RequestedAction,
  type Resources,
} from './statement.ts';

interface AllowedAction {
  readonly action: string;
  /** The policies that grant it, by name, in the identity's order. */
  readonly grantedBy: readonly string[];
}

export interface EffectiveActions {
  readonly allowed: readonly AllowedAction[];
  /** When not empty, `allowed` is based on the other policies only: it may be too short or too long. */
  readonly invalidPolicies: readonly InvalidPolicy[];
}

/**
 * Which of the actions the identity can perform, by the evaluation logic of the IAM User Guide for identity policies
 * and permissions boundaries: an Allow, no Deny, and an Allow in the boundary, all on one resource.
 *
 * A condition is taken to be fulfilled on an Allow and not on a Deny. Service control policies, session policies and
 * resource policies are not considered.
 */
export function effectiveActions(identity: Identity, actions: readonly RequestedAction[]): EffectiveActions {
  const statements = readStatements(identity);
  const cache: GrantCache = new Map();
  const allowed = actions
    .map((action) => ({ action: action.name, grantedBy: grantedBy(statements, action, cache) }))
    .filter((result) => result.grantedBy.length > 0);
  return { allowed, invalidPolicies: statements.invalidPolicies };
}

/**
 * The actions of a service that the identity's policies allow and `listed` does not have, as they are written: newer
 * than the list, or a pattern that nothing in the list matches.
 */
export function unlistedActions(identity: Identity, service: string, listed: readonly string[]): string[] {
  const names = listed.map((name) => name.toLowerCase());
  const written = readStatements(identity).allows.flatMap(({ actions }) =>
    actions.negated ? [] : actions.patterns,
  );
  const unlisted = written
    .filter(({ text }) => text.toLowerCase().startsWith(`${service}:`))
    .filter((pattern) => !names.some((name) => matches(pattern, name)));
  return [...new Set(unlisted.map(({ text }) => text))];
}

type Limit = Pick<IdentityStatement, 'id' | 'resources'>;

/** The statements that cover an action. */
interface RelevantStatements {
  readonly allows: readonly IdentityStatement[];
  readonly denies: readonly IdentityStatement[];
  readonly limits: readonly Limit[];
}

/** By statements and resources: most actions are covered by the same ones, and evaluating those is expensive. */
type GrantCache = Map<string, readonly string[]>;

const UNLIMITED: Limit = { id: -1, resources: { negated: true, patterns: [] } };

function grantedBy(
  { allows, denies, boundary }: IdentityStatements,
  { name, resources }: RequestedAction,
  cache: GrantCache,
): readonly string[] {
  const action = compileAction(name);
  const relevant: RelevantStatements = {
    allows: allows.filter((allow) => coversAnyOf(allow, action)),
    denies: denies.filter((deny) => coversAllOf(deny, action)),
    limits: boundary?.filter((limit) => coversAnyOf(limit, action)) ?? [UNLIMITED],
  };
  if (relevant.allows.length === 0) return [];
  const ids = [relevant.allows, relevant.denies, relevant.limits].map((group) => group.map(({ id }) => id));
  const key = `${ids.join('|')}|${resources?.patterns.map(({ text }) => text).join('|')}`;
  const policies = cache.get(key) ?? grantingPolicies(relevant, resources);
  cache.set(key, policies);
  return policies;
}

function grantingPolicies(
  { allows, denies, limits }: RelevantStatements,
  requested: Resources | undefined,
): string[] {
  const notDenied = intersectionOf(
    arnsOf(requested),
    ...denies.map(({ resources }) => notSelectedBy(resources)),
  );
  const granting = allows.filter((allow) => isGranted(allow, limits, notDenied, requested?.language));
  return [...new Set(granting.map(({ policy }) => policy))];
}

/** Whether the boundary and the Deny statements leave the Allow at least one resource. */
function isGranted(
  { resources }: IdentityStatement,
  limits: readonly Limit[],
  notDenied: StringSet,
  language: Language | undefined,
): boolean {
  const parts = resources.negated ? [selectedBy(resources)] : resources.patterns.map(matching);
  return parts.some((part) =>
    limits.some((limit) => !isEmpty(intersectionOf(part, selectedBy(limit.resources), notDenied), language)),
  );
}
