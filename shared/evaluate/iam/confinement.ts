import type { Pattern, Token } from '../patterns/pattern.ts';
import { isWildcard, literalText } from '../patterns/pattern.ts';
import type { Condition } from './conditions.ts';
import { admitsOnlyItsValues, isBoolean, sparesOnlyItsValues } from './conditions.ts';
import type { LetIn, Surroundings } from './grantee.ts';
import { anAccount, anOrganization, letInBy } from './grantee.ts';
import { isEveryone } from './principals.ts';
import type { Statement } from './statement.ts';

/** A bound on whom a grant lets in. */
export interface Confinement {
  readonly letIn: readonly LetIn[];
  /** Whether it bounds who may come, or only by which way. */
  readonly bounds: 'identity' | 'network';
  /** What sets it: condition keys in lower case, or `NotPrincipal`. */
  readonly by: readonly string[];
}

/** Whom one value of a condition key stands for: undefined when for just anybody, empty when for nobody there is. */
type ReadValue = (value: Pattern, around: Surroundings) => LetIn[] | undefined;

interface ConfiningKey {
  readonly bounds: Confinement['bounds'];
  readonly read: ReadValue;
}

/**
 * The keys whose values bound the caller (IAM User Guide, "AWS global condition context keys"). Tags are not among
 * them, anyone can tag a role of their own; nor are addresses, nor what a service does for whoever calls it. The
 * `aws:Source…` keys exist only when a service calls on behalf of that account, so requiring one keeps out all others.
 */
const CONFINING_KEYS: ReadonlyMap<string, ConfiningKey> = new Map<string, ConfiningKey>([
  ['aws:principalorgid', { bounds: 'identity', read: organization }],
  ['aws:principalorgpaths', { bounds: 'identity', read: organizationPath }],
  ['aws:principalaccount', { bounds: 'identity', read: account }],
  ['aws:principalarn', { bounds: 'identity', read: arn }],
  ['aws:userid', { bounds: 'identity', read: userId }],
  ['aws:principalservicename', { bounds: 'identity', read: service }],
  ['aws:principalservicenameslist', { bounds: 'identity', read: service }],
  ['aws:sourceorgid', { bounds: 'identity', read: organization }],
  ['aws:sourceorgpaths', { bounds: 'identity', read: organizationPath }],
  ['aws:sourceaccount', { bounds: 'identity', read: account }],
  ['aws:sourceowner', { bounds: 'identity', read: account }],
  ['aws:sourcearn', { bounds: 'identity', read: arn }],
  ['aws:resourceorgid', { bounds: 'identity', read: sameOrganization }],
  ['aws:resourceaccount', { bounds: 'identity', read: sameAccount }],
  ['aws:sourcevpce', { bounds: 'network', read: network }],
  ['aws:sourcevpc', { bounds: 'network', read: network }],
  ['aws:sourcevpcarn', { bounds: 'network', read: arn }],
  ['aws:vpceaccount', { bounds: 'network', read: account }],
  ['aws:vpceorgid', { bounds: 'network', read: organization }],
  ['aws:vpceorgpaths', { bounds: 'network', read: organizationPath }],
]);

const IS_SERVICE = 'aws:principalisawsservice';
const ANY_SERVICE: LetIn = { who: 'service', service: '*' };

/** The bound that a condition sets on the Allow it is part of, if any. */
export function confinementOfAllow(condition: Condition, around: Surroundings): Confinement | undefined {
  if (isBoolean(condition, IS_SERVICE, 'true') && !condition.ifExists) {
    return { letIn: [ANY_SERVICE], bounds: 'identity', by: [condition.key] };
  }
  return admitsOnlyItsValues(condition) ? confinementTo(condition, around) : undefined;
}

/**
 * The bound that a Deny sets by sparing some: those its `NotPrincipal` leaves out, and those who fail one of its
 * conditions. Undefined when it spares people nobody can list, or denies only some to begin with.
 */
export function confinementOfDeny(deny: Statement, around: Surroundings): Confinement | undefined {
  const { principals, conditions } = deny;
  if (principals === undefined || !(principals.negated || isEveryone(principals))) return undefined;
  const spared = conditions.map((condition) => sparedBy(condition, around));
  const known = spared.filter((confinement) => confinement !== undefined);
  if (known.length < spared.length) return undefined;
  return {
    letIn: [
      ...(principals.negated ? principals.members.flatMap((member) => letInBy(member, around)) : []),
      ...known.flatMap(({ letIn }) => letIn),
    ],
    bounds: known.some(({ bounds }) => bounds === 'network') ? 'network' : 'identity',
    by: [...(principals.negated ? ['NotPrincipal'] : []), ...known.flatMap(({ by }) => by)],
  };
}

function sparedBy(condition: Condition, around: Surroundings): Confinement | undefined {
  if (isBoolean(condition, IS_SERVICE, 'false')) {
    return { letIn: [ANY_SERVICE], bounds: 'identity', by: [condition.key] };
  }
  return sparesOnlyItsValues(condition) ? confinementTo(condition, around) : undefined;
}

function confinementTo({ key, values }: Condition, around: Surroundings): Confinement | undefined {
  const confining = CONFINING_KEYS.get(key);
  if (confining === undefined) return undefined;
  const read = values.map((value) => confining.read(value, around));
  const known = read.filter((letIn) => letIn !== undefined);
  return known.length < read.length
    ? undefined
    : { letIn: known.flat(), bounds: confining.bounds, by: [key] };
}

function organization(value: Pattern, around: Surroundings): LetIn[] | undefined {
  if (isVariable(value, 'aws:ResourceOrgID')) return ownOrganization(around);
  const id = literalText(value)?.toLowerCase();
  if (id === undefined) return undefined;
  return ORGANIZATION_ID.test(id) ? [anOrganization(id, around)] : [];
}

/** `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*`: the organization has to be spelt out, the rest need not. */
function organizationPath({ tokens }: Pattern, around: Surroundings): LetIn[] | undefined {
  const slash = tokens.indexOf('/');
  const root = tokens.slice(0, slash === -1 ? undefined : slash);
  if (root.some(isWildcard)) return undefined;
  const id = root.join('').toLowerCase();
  return ORGANIZATION_ID.test(id) ? [anOrganization(id, around)] : [];
}

function account(value: Pattern, around: Surroundings): LetIn[] | undefined {
  if (isVariable(value, 'aws:ResourceAccount')) return [anAccount(around.accountId, around)];
  const id = literalText(value);
  if (id === undefined) return undefined;
  return ACCOUNT_ID.test(id) ? [anAccount(id, around)] : [];
}

/** The account has to be spelt out. Without one (`arn:aws:s3:::bucket`), all of the ARN has to be. */
function arn(value: Pattern, around: Surroundings): LetIn[] | undefined {
  const owner = segments(value.tokens)[4];
  if (owner === undefined || owner.some(isWildcard)) return literalText(value) === undefined ? undefined : [];
  if (ACCOUNT_ID.test(owner.join(''))) return [anAccount(owner.join(''), around, value.text)];
  return literalText(value) === undefined ? undefined : [{ who: 'other', id: value.text }];
}

/** `AROA…:session` of a role, `AIDA…` of a user, an account's number of its root. Unique ids say no account. */
function userId({ tokens }: Pattern, around: Surroundings): LetIn[] | undefined {
  const [id = []] = segments(tokens);
  if (id.some(isWildcard)) return undefined;
  const text = id.join('');
  return [ACCOUNT_ID.test(text) ? anAccount(text, around) : { who: 'other', id: text }];
}

function service({ text }: Pattern): LetIn[] {
  return [{ who: 'service', service: text }];
}

function network(value: Pattern): LetIn[] | undefined {
  const id = literalText(value);
  return id === undefined ? undefined : [{ who: 'network', id }];
}

function sameOrganization(value: Pattern, around: Surroundings): LetIn[] | undefined {
  return isVariable(value, 'aws:PrincipalOrgID') ? ownOrganization(around) : undefined;
}

function sameAccount(value: Pattern, around: Surroundings): LetIn[] | undefined {
  return isVariable(value, 'aws:PrincipalAccount') ? [anAccount(around.accountId, around)] : undefined;
}

/** AWS makes 10 to 32 characters of it. Another length is somebody's typing, and no sign of nobody. */
const ORGANIZATION_ID = /^o-[a-z0-9-]+$/;
const ACCOUNT_ID = /^\d{12}$/;

function ownOrganization(around: Surroundings): LetIn[] {
  return [
    { who: 'organization', organizationId: around.organizationId ?? 'of the resource', relation: 'own' },
  ];
}

function isVariable({ text, hasVariable }: Pattern, key: string): boolean {
  return hasVariable && text.toLowerCase() === `\${${key.toLowerCase()}}`;
}

function segments(tokens: readonly Token[]): Token[][] {
  const result: Token[][] = [[]];
  for (const token of tokens) {
    if (token === ':') result.push([]);
    else result.at(-1)?.push(token);
  }
  return result;
}
