import type { Budget } from '../patterns/budget.ts';
import { matches, type Pattern } from '../patterns/pattern.ts';
import { remember } from '../remember.ts';
import { outcomeOf } from './condition-outcome.ts';
import { type Condition, withRequiredKeys } from './conditions.ts';
import { forRequests } from './conditions-of-requests.ts';
import {
  type Confinement,
  confinementOfAllow,
  confinementOfDeny,
  organizationsDeciding,
} from './confinement.ts';
import { CALLER_OF_SERVICE_KEYS } from './confining-keys.ts';
import { EVERYONE, exposureOf, type Grantee, granteesOfPrincipal, type ZoneOfTrust } from './grantee.ts';
import { type Narrowed, narrow } from './narrowing.ts';
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
  /** What keeps others out: condition keys as AWS spells them, or `NotPrincipal`. */
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
  const statements = policy.statements.map((statement) => forRequests(statement, zone));
  const denies = statements
    .filter(({ effect }) => effect === 'Deny')
    .map((statement, id): Deny => ({ id, statement, ...whatItDenies(statement, zone) }));
  const allows = statements.filter(({ effect }) => effect === 'Allow');
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
  /** It denies them if the resource is in one of these organizations, or if not: which one could not be read. */
  readonly undecided: readonly Grantee[];
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
    undecided: deny.conditions
      .filter((condition) => outcomeOf(condition, zone) === 'unknown')
      .flatMap(organizationsDeciding),
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
  const required = withRequiredKeys(allow.conditions);
  const confinementsOf = (service?: string) =>
    [
      ...required.map((condition) => confinementOfAllow(condition, zone, service)),
      ...relevant.map(({ statement, confinement }) =>
        service === undefined ? confinement : confinementOfDeny(statement, zone, service),
      ),
    ].filter((confinement) => confinement !== undefined);
  const ofAll = confinementsOf();
  const named = namedGrantees(allow.principals, zone);
  const confining = ofAll.reduce(
    (sum, { callers, networks }) => sum + 1 + callers.length + networks.length,
    1,
  );
  zone.budget.spend(named.length * (relevant.length + confining));
  const confined = named
    .flatMap((grantee) => leftOf(grantee, relevant))
    .map((grantee) => withoutDenied(narrow(grantee, { ofAll, ofService: confinementsOf }), relevant));
  return {
    grantees: unique(confined.flatMap(({ grantees }) => grantees)),
    confinedBy: unique(confined.flatMap(({ by }) => by)),
  };
}

/** `NotPrincipal` on an Allow gives access to everyone it does not name. */
function namedGrantees(principals: Principals | undefined, zone: ZoneOfTrust): Grantee[] {
  if (principals === undefined || principals.negated) return [EVERYONE];
  return principals.members.flatMap((principal) => granteesOfPrincipal(principal, zone));
}

function deniedByName({ principals, conditions }: Statement, zone: ZoneOfTrust): Grantee[] {
  if (principals === undefined || principals.negated) return [];
  const [condition, ...others] = conditions.filter((one) => !isForEveryRequest(one, zone));
  if (others.length > 0) return [];
  if (condition !== undefined) return includesEveryone(principals) ? accountsOf(condition, zone) : [];
  return principals.members
    .filter(({ kind }) => kind !== 'wildcard')
    .flatMap((principal) => granteesOfPrincipal(principal, zone));
}

/** Whether a condition is met by all requests, as far as is known. */
function isForEveryRequest(condition: Condition, zone: ZoneOfTrust): boolean {
  const outcome = outcomeOf(condition, zone);
  return outcome === 'always' || outcome === 'unknown';
}

/** The accounts that a condition names all requests of: each has the account of its caller. */
function accountsOf(condition: Condition, zone: ZoneOfTrust): Grantee[] {
  if (condition.key !== 'aws:principalaccount') return [];
  const { callers = [] } = confinementOfAllow(condition, zone) ?? {};
  return callers.filter(({ kind }) => kind === 'account');
}

function isDeniedByName(grantee: Grantee, { accounts, grantees }: Deny): boolean {
  return (grantee.kind === 'account' && accounts.has(grantee.accountId)) || grantees.has(keyOf(grantee));
}

/** Nobody where one of the statements denies a grantee by name, and an unknown organization where it may. */
function leftOf(grantee: Grantee, relevant: readonly Deny[]): readonly Grantee[] {
  const denying = relevant.filter((deny) => isDeniedByName(grantee, deny));
  return denying.reduce<readonly Grantee[]>(
    (left, { undecided }) => (exposureOf(undecided) < exposureOf(left) ? undecided : left),
    [grantee],
  );
}

/** A Deny of an account does not keep out services that work for it. */
function withoutDenied(narrowed: Narrowed, relevant: readonly Deny[]): Narrowed {
  if (narrowed.by.some((key) => CALLER_OF_SERVICE_KEYS.has(key))) return narrowed;
  return { ...narrowed, grantees: narrowed.grantees.flatMap((grantee) => leftOf(grantee, relevant)) };
}

function keyOf(grantee: Grantee): string {
  return JSON.stringify(grantee);
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
