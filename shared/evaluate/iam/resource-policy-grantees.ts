import type { Budget } from '../patterns/budget.ts';
import { matches, type Pattern } from '../patterns/pattern.ts';
import { remember } from '../remember.ts';
import { outcomeOf } from './condition-outcome.ts';
import { type Condition, withRequiredKeys } from './conditions.ts';
import {
  CALLER_OF_SERVICE_KEYS,
  type Confinement,
  confinementOfAllow,
  confinementOfDeny,
} from './confinement.ts';
import { exposureOf, type Grantee, granteesOfPrincipal, type ZoneOfTrust } from './grantee.ts';
import { includesEveryone, type Principals } from './principals.ts';
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
 * @throws TooComplexError when that takes more than is left of the zone's budget.
 * @param listed The actions of the resource's service, with the resources that the policy is about.
 * @param unlisted The resources of an action that is not among them.
 */
export function granteesOf(
  policy: Policy,
  zone: ZoneOfTrust,
  listed: readonly RequestedAction[],
  unlisted?: Resources,
): ResourceGrant[] {
  const denies = policy.statements
    .filter(({ effect }) => effect === 'Deny')
    .map((statement, id): Deny => ({ id, statement, ...whatItDenies(statement, zone) }));
  const allows = policy.statements.filter(({ effect }) => effect === 'Allow');
  return allows.flatMap((allow) => {
    const once = remember();
    return groupByGrantees(
      actionsOf(allow, { listed, unlisted, budget: zone.budget }).map((action) => {
        const relevant = relevantDenies(allow, action, denies, zone);
        const key = relevant.map(({ id }) => id).join();
        return { action: action.pattern.text, ...once(key, () => granteesLeftBy(relevant, allow, zone)) };
      }),
    );
  });
}

/** A Deny statement and what it comes to. */
interface Deny {
  readonly id: number;
  readonly statement: Statement;
  readonly confinement: Confinement | undefined;
  /** Whom it denies by name or account, whatever the request: accounts by id, and each grantee by its key. */
  readonly accounts: ReadonlySet<string>;
  readonly grantees: ReadonlySet<string>;
}

function whatItDenies(deny: Statement, zone: ZoneOfTrust): Omit<Deny, 'id' | 'statement'> {
  const denied = deniedByName(deny, zone);
  return {
    confinement: confinementOfDeny(deny, zone),
    accounts: new Set(
      denied.flatMap((grantee) =>
        grantee.kind === 'account' && grantee.principal === undefined ? [grantee.accountId] : [],
      ),
    ),
    grantees: new Set(denied.map(keyOf)),
  };
}

interface AllowedAction {
  readonly pattern: Pattern;
  readonly resources: Resources | undefined;
}

interface Requested {
  readonly listed: readonly RequestedAction[];
  readonly unlisted: Resources | undefined;
  readonly budget: Budget;
}

/** The actions that a statement allows on at least one of their resources. */
function actionsOf(allow: Statement, { listed, unlisted, budget }: Requested): AllowedAction[] {
  const named = listed
    .map(({ name, resources }) => ({ pattern: compileAction(name), resources }))
    .filter(({ pattern }) => coversAnyOf(allow, pattern, budget));
  const others = allow.actions.negated
    ? []
    : allow.actions.patterns
        .filter((pattern) => !listed.some(({ name }) => matches(pattern, name.toLowerCase(), budget)))
        .map((pattern) => ({ pattern, resources: unlisted }));
  return [...named, ...others].filter(({ resources }) => coversAnyResource(allow, resources, budget));
}

function relevantDenies(
  allow: Statement,
  { pattern, resources }: AllowedAction,
  denies: readonly Deny[],
  { budget }: ZoneOfTrust,
): Deny[] {
  return denies.filter(
    ({ statement }) =>
      coversAllOf(statement, pattern, budget) && coversResources(statement, allow, budget, resources),
  );
}

function granteesLeftBy(relevant: readonly Deny[], allow: Statement, zone: ZoneOfTrust): GranteesOfAction {
  const confinements = [
    ...withRequiredKeys(allow.conditions).map((condition) => confinementOfAllow(condition, zone)),
    ...relevant.map(({ confinement }) => confinement),
  ].filter((confinement) => confinement !== undefined);
  const isDenied = (grantee: Grantee) => relevant.some((deny) => isDeniedByName(grantee, deny));
  const named = namedGrantees(allow.principals, zone);
  const confining = confinements.reduce((sum, { grantees }) => sum + 1 + grantees.length, 1);
  zone.budget.spend(named.length * (relevant.length + confining));
  const confined = named
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

function deniedByName({ principals, conditions }: Statement, zone: ZoneOfTrust): Grantee[] {
  if (principals === undefined || principals.negated) return [];
  const [condition, ...others] = conditions.filter((one) => outcomeOf(one, zone) !== 'always');
  if (others.length > 0) return [];
  if (condition !== undefined) return includesEveryone(principals) ? accountsOf(condition, zone) : [];
  return principals.members
    .filter(({ kind }) => kind !== 'wildcard')
    .flatMap((principal) => granteesOfPrincipal(principal, zone));
}

/** The accounts that a condition names all requests of: each has the account of its caller. */
function accountsOf(condition: Condition, zone: ZoneOfTrust): Grantee[] {
  if (condition.key !== 'aws:principalaccount') return [];
  const { grantees = [] } = confinementOfAllow(condition, zone) ?? {};
  return grantees.filter(({ kind }) => kind === 'account');
}

function isDeniedByName(grantee: Grantee, { accounts, grantees }: Deny): boolean {
  return (grantee.kind === 'account' && accounts.has(grantee.accountId)) || grantees.has(keyOf(grantee));
}

/** A Deny of an account does not keep out services that work for it. */
function withoutDenied(narrowed: Narrowed, isDenied: (grantee: Grantee) => boolean): Narrowed {
  if (narrowed.by.some((key) => CALLER_OF_SERVICE_KEYS.has(key))) return narrowed;
  return { ...narrowed, grantees: narrowed.grantees.filter((grantee) => !isDenied(grantee)) };
}

function keyOf(grantee: Grantee): string {
  return JSON.stringify(grantee);
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

/**
 * A service that works for named strangers is those strangers: what it does is what they make it do. That others may make
 * it do so as well changes nothing for them.
 */
function onBehalfOf(services: Narrowed, confinements: readonly Confinement[]): Narrowed {
  const [first, ...others] = confinements.filter(({ by }) =>
    by.every((key) => CALLER_OF_SERVICE_KEYS.has(key)),
  );
  if (first === undefined) return services;
  const closest = narrowest(first, others);
  if (!closest.grantees.some(isStranger)) return services;
  return { ...closest, grantees: closest.grantees.filter(({ kind }) => kind !== 'everyone') };
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
