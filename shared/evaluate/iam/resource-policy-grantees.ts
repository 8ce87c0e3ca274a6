import type { Pattern } from '../patterns/pattern.ts';
import { matches } from '../patterns/pattern.ts';
import { withDemandedKeys } from './conditions.ts';
import type { Confinement } from './confinement.ts';
import { confinementOfAllow, confinementOfDeny } from './confinement.ts';
import type { LetIn, Surroundings } from './grantee.ts';
import { exposure, letInBy } from './grantee.ts';
import type { Principals } from './principals.ts';
import type { Policy, Statement } from './statement.ts';
import { compileAction, concerns, covers, coversResources } from './statement.ts';

/** What a statement of a resource policy lets someone do, after the Deny statements. */
export interface ResourceGrant {
  readonly sid: string | undefined;
  /** The statement's place in the policy, from 0. */
  readonly statement: number;
  /** Of the list asked about; and, as written, whatever else the statement names. */
  readonly actions: readonly string[];
  readonly letIn: readonly LetIn[];
  /** What keeps others out: condition keys in lower case, or `NotPrincipal`. */
  readonly confinedBy: readonly string[];
}

/**
 * Whom a resource policy lets in to do what. A grant that the Deny statements, or conditions nobody can fulfil, leave
 * to nobody is left out.
 *
 * Only conditions that bound the caller count (confinement.ts); all others are taken to be fulfilled on an Allow and,
 * on a Deny, not.
 *
 * @param actions The actions of the resource's service.
 */
export function whoIsLetIn(
  policy: Policy,
  around: Surroundings,
  actions: readonly string[],
): ResourceGrant[] {
  const denies = policy.statements.filter(({ effect }) => effect === 'Deny');
  return policy.statements
    .filter(({ effect }) => effect === 'Allow')
    .flatMap((allow) => {
      const asked = actionsOf(allow, actions).map((action) => ({
        action: action.text,
        ...audienceOf(allow, action, denies, around),
      }));
      return groupByAudience(asked).map((grant) => ({ sid: allow.sid, statement: allow.index, ...grant }));
    });
}

function actionsOf(allow: Statement, list: readonly string[]): Pattern[] {
  const listed = list.map(compileAction);
  const unlisted = allow.actions.patterns.filter(
    (pattern) => !list.some((action) => matches(pattern, action.toLowerCase())),
  );
  const allowed = listed.filter((action) => concerns(allow, action));
  return allow.actions.negated ? allowed : [...allowed, ...unlisted];
}

interface Audience {
  readonly letIn: readonly LetIn[];
  readonly confinedBy: readonly string[];
}

function audienceOf(
  allow: Statement,
  action: Pattern,
  denies: readonly Statement[],
  around: Surroundings,
): Audience {
  const relevant = denies.filter((deny) => covers(deny, action) && coversResources(deny, allow));
  const confinements = [
    ...withDemandedKeys(allow.conditions).map((condition) => confinementOfAllow(condition, around)),
    ...relevant.map((deny) => confinementOfDeny(deny, around)),
  ].filter((confinement) => confinement !== undefined);
  const parts = namedBy(allow.principals, around)
    .filter((named) => !relevant.some((deny) => isDeniedByName(named, deny, around)))
    .map((named) => narrowest(named, confinements));
  return {
    letIn: unique(parts.flatMap(({ letIn }) => letIn)),
    confinedBy: unique(parts.flatMap(({ by }) => by)),
  };
}

/** `NotPrincipal` on an Allow lets in everyone it does not name. */
function namedBy(principals: Principals | undefined, around: Surroundings): LetIn[] {
  if (principals === undefined || principals.negated) return [{ who: 'everyone' }];
  return principals.members.flatMap((member) => letInBy(member, around));
}

function isDeniedByName(named: LetIn, { principals, conditions }: Statement, around: Surroundings): boolean {
  if (principals === undefined || principals.negated || conditions.length > 0) return false;
  const denied = principals.members.flatMap((member) => letInBy(member, around));
  return denied.some((member) => includes(member, named));
}

function includes(member: LetIn, named: LetIn): boolean {
  if (member.who === 'account' && named.who === 'account' && member.principal === undefined) {
    return member.accountId === named.accountId;
  }
  return JSON.stringify(member) === JSON.stringify(named);
}

/** All bounds hold at once, so any one of them bounds the result: the narrowest says most. */
function narrowest(named: LetIn, confinements: readonly Confinement[]): Omit<Confinement, 'bounds'> {
  const applicable = confinements.filter((confinement) => bounds(confinement, named));
  return applicable.reduce<Omit<Confinement, 'bounds'>>(
    (best, next) => (exposure(next.letIn) < exposure(best.letIn) ? next : best),
    { letIn: [named], by: [] },
  );
}

/** A way in says nothing of who comes by it, once we know who is named; services are bound by nothing but a full Deny. */
function bounds({ letIn, bounds }: Confinement, named: LetIn): boolean {
  if (letIn.length === 0 || named.who === 'everyone') return true;
  return bounds === 'identity' && named.who !== 'service';
}

function groupByAudience(asked: readonly ({ readonly action: string } & Audience)[]) {
  const groups = new Map<string, { actions: string[] } & Audience>();
  for (const { action, letIn, confinedBy } of asked) {
    if (letIn.length === 0) continue;
    const key = JSON.stringify([letIn, confinedBy]);
    const group = groups.get(key) ?? { actions: [], letIn, confinedBy };
    group.actions.push(action);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function unique<T>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
