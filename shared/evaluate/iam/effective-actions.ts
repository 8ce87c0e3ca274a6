import type { Budget } from '../patterns/budget.ts';
import type { Language } from '../patterns/language.ts';
import { matches } from '../patterns/pattern.ts';
import type { StringSet } from '../patterns/string-set.ts';
import { intersectionOf, isEmpty, matching, notSelectedBy, selectedBy } from '../patterns/string-set.ts';
import type { IdentityStatement, IdentityStatements, InvalidPolicy } from './identity.ts';
import { shareOf } from './identity.ts';
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
 *
 * @throws TooComplexError when that takes more than is left of the budget.
 */
export function effectiveActions(
  statements: IdentityStatements,
  actions: readonly RequestedAction[],
  budget: Budget,
): EffectiveActions {
  const cache: GrantCache = new Map();
  const allowed = actions
    .map((action) => ({ action: action.name, grantedBy: grantedBy(statements, action, { cache, budget }) }))
    .filter((result) => result.grantedBy.length > 0);
  return { allowed, invalidPolicies: statements.invalidPolicies };
}

/**
 * The actions of a service that the identity's policies allow and `listed` does not have, as they are written: newer
 * than the list, or a pattern that nothing in the list matches.
 */
export function unlistedActions(
  { allows }: IdentityStatements,
  service: string,
  listed: readonly string[],
  budget: Budget,
): string[] {
  const names = listed.map((name) => name.toLowerCase());
  const unlisted = allows.flatMap((allow) =>
    (allow.actions.negated ? [] : allow.actions.patterns)
      .filter(({ text }) => text.toLowerCase().startsWith(`${service}:`))
      .filter((pattern) => !names.some((name) => matches(pattern, name, budget.on(shareOf(allow))))),
  );
  return [...new Set(unlisted.map(({ text }) => text))];
}

/** The statements that cover an action. */
interface RelevantStatements {
  readonly allows: readonly IdentityStatement[];
  readonly denies: readonly IdentityStatement[];
  readonly limits: readonly IdentityStatement[];
}

/** By statements and resources: most actions are covered by the same ones, and evaluating those is expensive. */
type GrantCache = Map<string, readonly string[]>;

/** In place of a boundary. */
const UNLIMITED: IdentityStatement = {
  id: -1,
  policy: 'no boundary',
  effect: 'Allow',
  actions: { negated: true, patterns: [] },
  resources: { negated: true, patterns: [] },
  principals: undefined,
  conditions: [],
};

function grantedBy(
  { allows, denies, boundary }: IdentityStatements,
  { name, resources }: RequestedAction,
  { cache, budget }: { readonly cache: GrantCache; readonly budget: Budget },
): readonly string[] {
  const action = compileAction(name);
  const covering = allows.filter((allow) => coversAnyOf(allow, action, budget.on(shareOf(allow))));
  if (covering.length === 0) return [];
  const relevant: RelevantStatements = {
    allows: covering,
    denies: denies.filter((deny) => coversAllOf(deny, action, budget.on(shareOf(deny)))),
    limits: boundary?.filter((limit) => coversAnyOf(limit, action, budget.on(shareOf(limit)))) ?? [UNLIMITED],
  };
  const ids = [relevant.allows, relevant.denies, relevant.limits].map((group) => group.map(({ id }) => id));
  const key = `${ids.join('|')}|${resources?.patterns.map(({ text }) => text).join('|')}`;
  const policies = cache.get(key) ?? grantingPolicies(relevant, resources, budget);
  cache.set(key, policies);
  return policies;
}

function grantingPolicies(
  { allows, denies, limits }: RelevantStatements,
  requested: Resources | undefined,
  budget: Budget,
): string[] {
  const notDenied = intersectionOf(
    arnsOf(requested),
    ...denies.map(({ resources }) => notSelectedBy(resources)),
  );
  const limiting = [...denies, ...limits].map(shareOf);
  const granting = allows.filter((allow) =>
    isGranted(allow, limits, {
      notDenied,
      language: requested?.language,
      budget: budget.on(shareOf(allow), ...limiting),
    }),
  );
  return [...new Set(granting.map(({ policy }) => policy))];
}

/** What the Deny statements leave. */
interface Remaining {
  readonly notDenied: StringSet;
  readonly language: Language | undefined;
  readonly budget: Budget;
}

/** Whether the boundary and the Deny statements leave the Allow at least one resource. */
function isGranted(
  { resources }: IdentityStatement,
  limits: readonly IdentityStatement[],
  { notDenied, language, budget }: Remaining,
): boolean {
  const parts = resources.negated ? [selectedBy(resources)] : resources.patterns.map(matching);
  return parts.some((part) =>
    limits.some(
      (limit) => !isEmpty(intersectionOf(part, selectedBy(limit.resources), notDenied), budget, language),
    ),
  );
}
