import { ANY_SERVICE, IS_AWS_SERVICE, organizationsNamedBy, outcomeOf } from './condition-outcome.ts';
import type { Condition } from './conditions.ts';
import {
  allowsOnlyItsValues,
  exemptsOnlyItsValues,
  holdsWithoutKey,
  isBooleanCondition,
} from './conditions.ts';
import { CONFINING, UNTOLD_ORGANIZATION } from './confining-keys.ts';
import type { Grantee, ZoneOfTrust } from './grantee.ts';
import { EVERYONE, granteesOfPrincipal, unknownOrganization } from './grantee.ts';
import { includesEveryone, type Principals } from './principals.ts';
import type { Statement } from './statement.ts';

/** What a condition or a Deny confines a grant to: requests of these callers, and those through these networks. */
export interface Confinement {
  /** Whatever the network. With everyone among them, where others than those it names may fulfil it as well. */
  readonly callers: readonly Grantee[];
  /** Networks, and the owners of networks, whoever calls; with everyone among them, where it may be any other as well. */
  readonly networks: readonly Grantee[];
  /** What confines it: condition keys as AWS spells them, or `NotPrincipal`. */
  readonly by: readonly string[];
}

const NOBODY: Confinement = { callers: [], networks: [], by: [] };
const ANY_AWS_SERVICE: Confinement = {
  callers: [{ kind: 'service', service: ANY_SERVICE }],
  networks: [],
  by: [IS_AWS_SERVICE],
};

/**
 * What a condition confines the Allow that it is part of to; undefined when it does not confine the caller.
 *
 * @param service Only the requests that it makes itself: see `outcomeOf`.
 */
export function confinementOfAllow(
  condition: Condition,
  zone: ZoneOfTrust,
  service?: string,
): Confinement | undefined {
  const outcome = outcomeOf(condition, zone, service);
  if (outcome === 'always') return undefined;
  if (outcome === 'never') return NOBODY;
  if (outcome === 'unknown') return undecided(condition);
  if (isBooleanCondition(condition, IS_AWS_SERVICE, 'true')) return ANY_AWS_SERVICE;
  const demanding = { ...condition, ifExists: false, quantifier: undefined };
  if (!allowsOnlyItsValues(demanding)) return undefined;
  return confinementTo(condition, zone, !allowsOnlyItsValues(condition));
}

/**
 * What a Deny confines an Allow to: those whom its `NotPrincipal` names, and those who do not fulfil one of its
 * conditions. Undefined when these cannot be listed, or when the Deny is only for some principals.
 *
 * @param service Only the requests that it makes itself: see `outcomeOf`.
 */
export function confinementOfDeny(
  { principals, conditions }: Statement,
  zone: ZoneOfTrust,
  service?: string,
): Confinement | undefined {
  if (principals === undefined || !isForAll(principals, service)) return undefined;
  const exempted = conditions.map((condition) => exemptedBy(condition, zone, service));
  const listed = exempted.filter((confinement) => confinement !== undefined);
  if (listed.length < exempted.length) return undefined;
  const spared = principals.negated ? principals.members : [];
  return {
    callers: [
      ...spared.flatMap((principal) => granteesOfPrincipal(principal, zone)),
      ...listed.flatMap(({ callers }) => callers),
    ],
    networks: listed.flatMap(({ networks }) => networks),
    by: [...(principals.negated ? ['NotPrincipal'] : []), ...listed.flatMap(({ by }) => by)],
  };
}

/** Whether a Deny is for everyone, but for those whom it names, or for that service. */
function isForAll(principals: Principals, service: string | undefined): boolean {
  const { negated, members } = principals;
  if (negated || includesEveryone(principals)) return true;
  return members.some((principal) => principal.kind === 'service' && principal.service === service);
}

function exemptedBy(condition: Condition, zone: ZoneOfTrust, service?: string): Confinement | undefined {
  const outcome = outcomeOf(condition, zone, service);
  if (outcome === 'always') return NOBODY;
  if (outcome === 'never') return undefined;
  if (outcome === 'unknown') return undecided(condition);
  if (isBooleanCondition(condition, IS_AWS_SERVICE, 'false')) return ANY_AWS_SERVICE;
  if (service !== undefined && isOfNoService(condition))
    return holdsWithoutKey(condition) ? NOBODY : undefined;
  if (isMetByEveryValue(condition)) return confinementTo({ ...condition, values: [] }, zone, true);
  return exemptsOnlyItsValues(condition) ? confinementTo(condition, zone, false) : undefined;
}

/** `Null`: false exempts whoever does not have the key. */
function isMetByEveryValue(condition: Condition): boolean {
  return condition.operator === 'null' && holdsWithoutKey(condition) === false;
}

/** Services are no identities of accounts, and come through no VPC: such a key is missing, or its value is AWS's own. */
function isOfNoService({ key }: Condition): boolean {
  const confines = CONFINING.get(key)?.confines;
  return confines === 'principal' || confines === 'network';
}

function undecided(condition: Condition): Confinement {
  const by = [CONFINING.get(condition.key)?.spelling ?? condition.key];
  return { callers: organizationsDeciding(condition), networks: [], by };
}

/** Where the outcome of a condition is unknown: the organizations of which one may be the resource's. */
export function organizationsDeciding(condition: Condition): Grantee[] {
  const named = organizationsNamedBy(condition);
  return (named.length > 0 ? named : [UNTOLD_ORGANIZATION]).map(unknownOrganization);
}

/** Those whom the values name; where it is open, others may fulfil the condition as well. */
function confinementTo(condition: Condition, zone: ZoneOfTrust, isOpen: boolean): Confinement | undefined {
  const confining = CONFINING.get(condition.key);
  if (confining === undefined) return undefined;
  const { confines, read, spelling } = confining;
  const named = condition.values.flatMap((value) => read(value, zone, condition.operator) ?? [EVERYONE]);
  const grantees = isOpen ? [EVERYONE, ...named] : named;
  return confines === 'network'
    ? { callers: [], networks: grantees, by: [spelling] }
    : { callers: grantees, networks: [], by: [spelling] };
}
