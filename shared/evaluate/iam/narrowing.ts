import type { Confinement } from './confinement.ts';
import { CALLER_OF_SERVICE_KEYS } from './confining-keys.ts';
import { EVERYONE, exposureOf, type Grantee, tellsOwner } from './grantee.ts';

/** Those who are left of a grantee, and what keeps others out. */
export interface Narrowed {
  readonly grantees: readonly Grantee[];
  readonly by: readonly string[];
}

/** What a grant is confined to, and what the requests are that a service makes itself. */
export interface Confinements {
  readonly ofAll: readonly Confinement[];
  readonly ofService: (service: string) => readonly Confinement[];
}

/**
 * All confinements hold at once, so each one is an upper limit of the access: the narrowest is the closest. Those of the
 * network count only while nobody is named: where requests come from makes no outsider an insider.
 */
export function narrow(grantee: Grantee, { ofAll, ofService }: Confinements): Narrowed {
  if (grantee.kind === 'service') return onBehalfOf(grantee, ofService(grantee.service));
  const nobody = nobodyOf(ofAll);
  if (nobody !== undefined) return nobody;
  const ofCallers = ofAll.filter(({ networks }) => networks.length === 0);
  const named = narrowest({ grantees: [grantee], by: [] }, ofCallers.map(toNarrowed));
  const left = hasEveryone(named) ? throughNetworks(named, ofAll) : withOutsiders(named, ofCallers);
  return union(
    left.grantees.map((one) =>
      one.kind === 'service' ? onBehalfOf(one, ofService(one.service)) : { grantees: [one], by: [] },
    ),
    left.by,
  );
}

/** Networks keep out everyone but the outsiders whom a condition names beside others, as `IfExists` does. */
function throughNetworks(everyone: Narrowed, confinements: readonly Confinement[]): Narrowed {
  const closest = narrowest(everyone, confinements.map(toNarrowed));
  if (hasEveryone(closest)) return closest;
  const callers = confinements.map((confinement) => outsidersAmong(confinement.callers, confinement));
  return withOutsiders(union([closest, ...callers]), confinements);
}

/** An id that does not tell its owner keeps out no outsider whom a condition names beside others: it may be his. */
function withOutsiders(closest: Narrowed, confinements: readonly Confinement[]): Narrowed {
  if (closest.grantees.every(tellsOwner)) return closest;
  const others = confinements.map((confinement) =>
    outsidersAmong([...confinement.networks, ...confinement.callers], confinement),
  );
  return union([closest, ...others]);
}

function outsidersAmong(named: readonly Grantee[], { by }: Pick<Narrowed, 'by'>): Narrowed {
  const grantees = named.filter(isOutsider);
  return { grantees, by: grantees.length > 0 ? by : [] };
}

/**
 * A service that works for named strangers is those strangers: what it does is what they make it do. That others may make
 * it do so as well changes nothing for them.
 */
function onBehalfOf(service: Grantee, confinements: readonly Confinement[]): Narrowed {
  const nobody = nobodyOf(confinements);
  if (nobody !== undefined) return nobody;
  const ofCallers = confinements.filter(({ by }) => by.every((key) => CALLER_OF_SERVICE_KEYS.has(key)));
  const closest = narrowest({ grantees: [EVERYONE], by: [] }, ofCallers.map(toNarrowed));
  const named = withOutsiders(closest, ofCallers);
  if (!named.grantees.some(isOutsider)) return { grantees: [service], by: [] };
  const strangers = { ...named, grantees: named.grantees.filter(({ kind }) => kind !== 'everyone') };
  const undecided = confinements.map(toNarrowed).filter(({ grantees }) => grantees.every(isUnknown));
  return narrowest(strangers, undecided);
}

function nobodyOf(confinements: readonly Confinement[]): Narrowed | undefined {
  return confinements.map(toNarrowed).find(({ grantees }) => grantees.length === 0);
}

function narrowest(broadest: Narrowed, limits: readonly Narrowed[]): Narrowed {
  return limits.reduce(
    (best, next) => (exposureOf(next.grantees) < exposureOf(best.grantees) ? next : best),
    broadest,
  );
}

function toNarrowed({ networks, callers, by }: Confinement): Narrowed {
  return { grantees: [...networks, ...callers], by };
}

function union(all: readonly Narrowed[], by: readonly string[] = []): Narrowed {
  return {
    grantees: all.flatMap(({ grantees }) => grantees),
    by: [...by, ...all.flatMap((one) => one.by)],
  };
}

function hasEveryone({ grantees }: Narrowed): boolean {
  return grantees.some(({ kind }) => kind === 'everyone');
}

function isUnknown(grantee: Grantee): boolean {
  return grantee.kind === 'organization' && grantee.relation === 'unknown';
}

/** Whether it is, or may be, somebody who is not of our organization. */
function isOutsider(grantee: Grantee): boolean {
  switch (grantee.kind) {
    case 'account':
    case 'organization':
      return grantee.relation !== 'own' && grantee.relation !== 'organization';
    case 'federated':
    case 'canonical-user':
      return true;
    default:
      return false;
  }
}
