import { matches, type Pattern } from '../patterns/pattern.ts';
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
  coversResources,
  type Policy,
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
 * @param actions The actions of the resource's service.
 */
export function granteesOf(policy: Policy, zone: ZoneOfTrust, actions: readonly string[]): ResourceGrant[] {
  const denies = policy.statements.filter(({ effect }) => effect === 'Deny');
  const allows = policy.statements.filter(({ effect }) => effect === 'Allow');
  return allows.flatMap((allow) =>
    groupByGrantees(
      actionsOf(allow, actions).map((action) => ({
        action: action.text,
        ...granteesOfAction(allow, action, denies, zone),
      })),
    ),
  );
}

function actionsOf(allow: Statement, listed: readonly string[]): Pattern[] {
  const allowed = listed.map(compileAction).filter((action) => coversAnyOf(allow, action));
  if (allow.actions.negated) return allowed;
  const unlisted = allow.actions.patterns.filter(
    (pattern) => !listed.some((action) => matches(pattern, action.toLowerCase())),
  );
  return [...allowed, ...unlisted];
}

function granteesOfAction(
  allow: Statement,
  action: Pattern,
  denies: readonly Statement[],
  zone: ZoneOfTrust,
): GranteesOfAction {
  const relevant = denies.filter((deny) => coversAllOf(deny, action) && coversResources(deny, allow));
  const confinements = [
    ...withRequiredKeys(allow.conditions).map((condition) => confinementOfAllow(condition, zone)),
    ...relevant.map((deny) => confinementOfDeny(deny, zone)),
  ].filter((confinement) => confinement !== undefined);
  const confined = namedGrantees(allow.principals, zone)
    .filter((grantee) => !relevant.some((deny) => isDeniedByName(grantee, deny, zone)))
    .map((grantee) => narrow(grantee, confinements));
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
  if (principals === undefined || principals.negated || conditions.length > 0) return false;
  const denied = principals.members.flatMap((principal) => granteesOfPrincipal(principal, zone));
  return denied.some((other) => includes(other, grantee));
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
