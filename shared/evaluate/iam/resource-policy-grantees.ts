import { matches, type Pattern } from '../patterns/pattern.ts';
import { outcomeOf } from './condition-outcome.ts';
import { withRequiredKeys } from './conditions.ts';
import {
  CALLER_OF_SERVICE_KEYS,
  type Confinement,
  confinementOfAllow,
  confinementOfDeny,
} from './confinement.ts';
import { exposureOf, type Grantee, granteesOfPrincipal, type ZoneOfTrust } from './grantee.ts';
import type { Principals } from './principals.ts';
import {
  compileAction,
  coversAllOf,
  coversAnyOf,
  coversAnyResource,
  coversResources,
  type Policy,
  type RequestedAction,
  type Resources,
  type Statement,
} from './statement.ts';

/** Actions that a statement of a resource policy allows, after the Deny statements, and to whom. */
export interface ResourceGrant {
  /** Of the given list, and as written those of the statement that the list does not have. */
  readonly actions: readonly string[];
  readonly grantees: readonly Grantee[];
  /** What keeps others out: condition keys in lower case, or `NotPrincipal`. */
  readonly confinedBy: readonly string[];
}

type GranteesOfAction = Omit<ResourceGrant, 'actions'>;

/**
 * Who may do what by a resource policy. A grant that the Deny statements, or conditions nobody can fulfil, leave to
 * nobody is left out.
 *
 * Only conditions that confine the caller count (confinement.ts); all others are taken to be fulfilled on an Allow and
 * not on a Deny.
 *
 * @param listed The actions of the resource's service, with the resources that the policy is about.
 * @param unlisted The resources of an action that is not among them.
 */
export function granteesOf(
  policy: Policy,
  zone: ZoneOfTrust,
  listed: readonly RequestedAction[],
  unlisted?: Resources,
): ResourceGrant[] {
  const denies = policy.statements.filter(({ effect }) => effect === 'Deny');
  const allows = policy.statements.filter(({ effect }) => effect === 'Allow');
  return allows.flatMap((allow) =>
    groupByGrantees(
      actionsOf(allow, listed, unlisted).map((action) => ({
        action: action.pattern.text,
        ...granteesOfAction(allow, action, denies, zone),
      })),
    ),
  );
}

interface AllowedAction {
  readonly pattern: Pattern;
  readonly resources: Resources | undefined;
}

/** The actions that a statement allows on at least one of their resources. */
function actionsOf(
  allow: Statement,
  listed: readonly RequestedAction[],
  unlisted: Resources | undefined,
): AllowedAction[] {
  const named = listed
    .map(({ name, resources }) => ({ pattern: compileAction(name), resources }))
    .filter(({ pattern }) => coversAnyOf(allow, pattern));
  const others = allow.actions.negated
    ? []
    : allow.actions.patterns
        .filter((pattern) => !listed.some(({ name }) => matches(pattern, name.toLowerCase())))
        .map((pattern) => ({ pattern, resources: unlisted }));
  return [...named, ...others].filter(({ resources }) => coversAnyResource(allow, resources));
}

function granteesOfAction(
  allow: Statement,
  { pattern, resources }: AllowedAction,
  denies: readonly Statement[],
  zone: ZoneOfTrust,
): GranteesOfAction {
  const relevant = denies.filter(
    (deny) => coversAllOf(deny, pattern) && coversResources(deny, allow, resources),
  );
  const confinements = [
    ...withRequiredKeys(allow.conditions).map((condition) => confinementOfAllow(condition, zone)),
    ...relevant.map((deny) => confinementOfDeny(deny, zone)),
  ].filter((confinement) => confinement !== undefined);
  const isDenied = (grantee: Grantee) => relevant.some((deny) => isDeniedByName(grantee, deny, zone));
  const confined = namedGrantees(allow.principals, zone)
    .filter((grantee) => !isDenied(grantee))
    .map((grantee) => withoutDenied(narrow(grantee, confinements), isDenied));
  return {
    grantees: unique(confined.flatMap(({ grantees }) => grantees)),
    confinedBy: unique(confined.flatMap(({ by }) => by)),
  };
}

/** `NotPrincipal` on an Allow gives access to everyone it does not name. */
function namedGrantees(principals: Principals | undefined, zone: ZoneOfTrust): Grantee[] {
  if (principals === undefined || principals.negated) return [{ kind: 'everyone' }];
  return principals.members.flatMap((principal) => granteesOfPrincipal(principal, zone));
}

function isDeniedByName(grantee: Grantee, deny: Statement, zone: ZoneOfTrust): boolean {
  const { principals, conditions } = deny;
  if (principals === undefined || principals.negated) return false;
  if (conditions.some((condition) => outcomeOf(condition, zone) !== 'always')) return false;
  const denied = principals.members
    .filter(({ kind }) => kind !== 'wildcard')
    .flatMap((principal) => granteesOfPrincipal(principal, zone));
  return denied.some((other) => includes(other, grantee));
}

/** A Deny of an account does not keep out services that work for it. */
function withoutDenied(narrowed: Narrowed, isDenied: (grantee: Grantee) => boolean): Narrowed {
  if (narrowed.by.some((key) => CALLER_OF_SERVICE_KEYS.has(key))) return narrowed;
  return { ...narrowed, grantees: narrowed.grantees.filter((grantee) => !isDenied(grantee)) };
}

function includes(grantee: Grantee, other: Grantee): boolean {
  if (grantee.kind === 'account' && other.kind === 'account' && grantee.principal === undefined) {
    return grantee.accountId === other.accountId;
  }
  return JSON.stringify(grantee) === JSON.stringify(other);
}

type Narrowed = Pick<Confinement, 'grantees' | 'by'>;

/**
 * All confinements hold at once, so each one is an upper limit of the access: the narrowest is the closest. Those of the
 * network count only while nobody is named: where requests come from makes no outsider an insider.
 */
function narrow(grantee: Grantee, confinements: readonly Confinement[]): Narrowed {
  const nobody = confinements.find(({ grantees }) => grantees.length === 0);
  if (nobody !== undefined) return nobody;
  const unconfined: Narrowed = { grantees: [grantee], by: [] };
  const ofIdentity = confinements.filter(({ confines }) => confines === 'identity');
  const named = grantee.kind === 'service' ? unconfined : narrowest(unconfined, ofIdentity);
  if (named.grantees.some(({ kind }) => kind === 'everyone')) return narrowest(named, confinements);
  return named.grantees.some(({ kind }) => kind === 'service') ? onBehalfOf(named, ofIdentity) : named;
}

function narrowest(broadest: Narrowed, confinements: readonly Confinement[]): Narrowed {
  return confinements.reduce<Narrowed>(
    (best, next) => (exposureOf(next.grantees) < exposureOf(best.grantees) ? next : best),
    broadest,
  );
}

/** A service that works for strangers only is those strangers: what it does is what they make it do. */
function onBehalfOf(services: Narrowed, confinements: readonly Confinement[]): Narrowed {
  const [first, ...others] = confinements.filter(({ by }) =>
    by.every((key) => CALLER_OF_SERVICE_KEYS.has(key)),
  );
  if (first === undefined) return services;
  const closest = narrowest(first, others);
  return closest.grantees.some(isStranger) ? closest : services;
}

function isStranger(grantee: Grantee): boolean {
  if (grantee.kind !== 'account' && grantee.kind !== 'organization') return false;
  return grantee.relation !== 'own' && grantee.relation !== 'organization';
}

function groupByGrantees(actions: readonly ({ readonly action: string } & GranteesOfAction)[]) {
  const groups = new Map<string, { actions: string[] } & GranteesOfAction>();
  for (const { action, grantees, confinedBy } of actions) {
    if (grantees.length === 0) continue;
    const key = JSON.stringify([grantees, confinedBy]);
    const group = groups.get(key) ?? { actions: [], grantees, confinedBy };
    group.actions.push(action);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function unique<T>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
