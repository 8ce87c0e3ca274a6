import { ACCOUNT_ID } from '../../model/arn.ts';
import type { Pattern, Token } from '../patterns/pattern.ts';
import { isWildcard, literalText, matches } from '../patterns/pattern.ts';
import { outcomeOf } from './condition-outcome.ts';
import type { Condition } from './conditions.ts';
import { allowsOnlyItsValues, exemptsOnlyItsValues, isBooleanCondition } from './conditions.ts';
import type { Grantee, ZoneOfTrust } from './grantee.ts';
import { accountGrantee, granteesOfPrincipal, organizationGrantee } from './grantee.ts';
import { includesEveryone } from './principals.ts';
import type { Statement } from './statement.ts';

/** What a condition or a Deny confines a grant to. */
export interface Confinement {
  /** With everyone among them, where others than those it names may fulfil it as well. */
  readonly grantees: readonly Grantee[];
  /** Whether it confines who may call, or only the network that requests come through. */
  readonly confines: 'identity' | 'network';
  /** What confines it: condition keys as AWS spells them, or `NotPrincipal`. */
  readonly by: readonly string[];
}

/** Who has the value in a condition key: undefined when that can be anyone, empty when it can be nobody. */
type GranteesOfValue = (value: Pattern, zone: ZoneOfTrust, operator: string) => Grantee[] | undefined;

interface ConfiningKey {
  /** As AWS spells it. */
  readonly spelling: string;
  readonly confines: Confinement['confines'];
  readonly read: GranteesOfValue;
}

/**
 * The keys whose values confine the caller (IAM User Guide, "AWS global condition context keys"). Tags are not among
 * them, because anyone can tag a role of their own; nor are IP addresses, nor what a service does for any caller. The
 * `aws:Source…` keys exist only when a service calls on behalf of that account, so requiring one keeps out all others.
 * What a role session was created for, such as `lambda:SourceFunctionArn`, is in the account of the role.
 */
const CONFINING_KEYS: readonly (readonly [string, Omit<ConfiningKey, 'spelling'>])[] = [
  ['aws:PrincipalOrgID', { confines: 'identity', read: readOrganization }],
  ['aws:PrincipalOrgPaths', { confines: 'identity', read: readOrganizationPath }],
  ['aws:PrincipalAccount', { confines: 'identity', read: readAccount }],
  ['aws:PrincipalArn', { confines: 'identity', read: readArn }],
  ['aws:userid', { confines: 'identity', read: readUserId }],
  ['aws:PrincipalServiceName', { confines: 'identity', read: readService }],
  ['aws:PrincipalServiceNamesList', { confines: 'identity', read: readService }],
  ['aws:SourceOrgID', { confines: 'identity', read: readOrganization }],
  ['aws:SourceOrgPaths', { confines: 'identity', read: readOrganizationPath }],
  ['aws:SourceAccount', { confines: 'identity', read: readAccount }],
  ['aws:SourceOwner', { confines: 'identity', read: readAccount }],
  ['aws:SourceArn', { confines: 'identity', read: readArn }],
  ['aws:ResourceOrgID', { confines: 'identity', read: readResourceOrganization }],
  ['aws:ResourceOrgPaths', { confines: 'identity', read: readResourceOrganizationPath }],
  ['aws:ResourceAccount', { confines: 'identity', read: readResourceAccount }],
  ['aws:ChatbotSourceArn', { confines: 'identity', read: readArn }],
  ['aws:SignInSessionArn', { confines: 'identity', read: readArn }],
  ['codebuild:buildArn', { confines: 'identity', read: readArn }],
  ['codebuild:projectArn', { confines: 'identity', read: readArn }],
  ['ec2:SourceInstanceArn', { confines: 'identity', read: readArn }],
  ['lambda:SourceFunctionArn', { confines: 'identity', read: readArn }],
  ['ssm:SourceInstanceArn', { confines: 'identity', read: readArn }],
  ['aws:Ec2InstanceSourceVpc', { confines: 'network', read: readNetwork }],
  ['aws:SourceVpce', { confines: 'network', read: readNetwork }],
  ['aws:SourceVpc', { confines: 'network', read: readNetwork }],
  ['aws:SourceVpcArn', { confines: 'network', read: readArn }],
  ['aws:VpceAccount', { confines: 'network', read: readAccount }],
  ['aws:VpceOrgID', { confines: 'network', read: readOrganization }],
  ['aws:VpceOrgPaths', { confines: 'network', read: readOrganizationPath }],
];
/** By the key in lower case. */
const CONFINING: ReadonlyMap<string, ConfiningKey> = new Map(
  CONFINING_KEYS.map(([spelling, key]) => [spelling.toLowerCase(), { ...key, spelling }]),
);

/** Of these, the keys that say for whom a service calls. */
export const CALLER_OF_SERVICE_KEYS: ReadonlySet<string> = new Set([
  'aws:SourceAccount',
  'aws:SourceOwner',
  'aws:SourceArn',
  'aws:SourceOrgID',
  'aws:SourceOrgPaths',
]);

const EVERYONE: Grantee = { kind: 'everyone' };
const NOBODY: Confinement = { grantees: [], confines: 'identity', by: [] };
const IS_AWS_SERVICE = 'aws:PrincipalIsAWSService';
const ANY_AWS_SERVICE: Grantee = { kind: 'service', service: '*' };

/** What a condition confines the Allow that it is part of to; undefined when it does not confine the caller. */
export function confinementOfAllow(condition: Condition, zone: ZoneOfTrust): Confinement | undefined {
  const outcome = outcomeOf(condition, zone);
  if (outcome === 'always') return undefined;
  if (outcome === 'never') return NOBODY;
  if (isBooleanCondition(condition, IS_AWS_SERVICE, 'true') && !condition.ifExists) {
    return { grantees: [ANY_AWS_SERVICE], confines: 'identity', by: [IS_AWS_SERVICE] };
  }
  const demanding = { ...condition, ifExists: false, quantifier: undefined };
  if (!allowsOnlyItsValues(demanding)) return undefined;
  return confinementTo(condition, zone, { isOpen: !allowsOnlyItsValues(condition) });
}

/**
 * What a Deny confines an Allow to: those whom its `NotPrincipal` names, and those who do not fulfil one of its
 * conditions. Undefined when these cannot be listed, or when the Deny is only for some principals.
 */
export function confinementOfDeny(deny: Statement, zone: ZoneOfTrust): Confinement | undefined {
  const { principals, conditions } = deny;
  if (principals === undefined || !(principals.negated || includesEveryone(principals))) return undefined;
  const exempted = conditions.map((condition) => exemptedBy(condition, zone));
  const listed = exempted.filter((confinement) => confinement !== undefined);
  if (listed.length < exempted.length) return undefined;
  return {
    grantees: [
      ...(principals.negated
        ? principals.members.flatMap((principal) => granteesOfPrincipal(principal, zone))
        : []),
      ...listed.flatMap(({ grantees }) => grantees),
    ],
    confines: listed.some(({ confines }) => confines === 'network') ? 'network' : 'identity',
    by: [...(principals.negated ? ['NotPrincipal'] : []), ...listed.flatMap(({ by }) => by)],
  };
}

function exemptedBy(condition: Condition, zone: ZoneOfTrust): Confinement | undefined {
  const outcome = outcomeOf(condition, zone);
  if (outcome === 'always') return NOBODY;
  if (outcome === 'never') return undefined;
  if (isBooleanCondition(condition, IS_AWS_SERVICE, 'false')) {
    return { grantees: [ANY_AWS_SERVICE], confines: 'identity', by: [IS_AWS_SERVICE] };
  }
  return exemptsOnlyItsValues(condition) ? confinementTo(condition, zone) : undefined;
}

function confinementTo(
  { key, values, operator }: Condition,
  zone: ZoneOfTrust,
  { isOpen } = { isOpen: false },
): Confinement | undefined {
  const confining = CONFINING.get(key);
  if (confining === undefined) return undefined;
  const named = values.flatMap((value) => confining.read(value, zone, operator) ?? [EVERYONE]);
  return {
    grantees: isOpen ? [EVERYONE, ...named] : named,
    confines: confining.confines,
    by: [confining.spelling],
  };
}

function readOrganization(value: Pattern, zone: ZoneOfTrust): Grantee[] | undefined {
  if (isVariable(value, 'aws:ResourceOrgID')) return ownOrganization(zone);
  const id = literalText(value)?.toLowerCase();
  if (id === undefined) return undefined;
  return ORGANIZATION_ID.test(id) ? [organizationGrantee(id, zone)] : [];
}

/** `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*`: the organization has to be literal, the rest need not. */
function readOrganizationPath(value: Pattern, zone: ZoneOfTrust): Grantee[] | undefined {
  const id = organizationOfPath(value);
  if (id === undefined) return undefined;
  return ORGANIZATION_ID.test(id) ? [organizationGrantee(id, zone, value)] : [];
}

/** What is before the first slash; undefined when it has wildcards. */
function organizationOfPath({ tokens }: Pattern): string | undefined {
  const slash = tokens.indexOf('/');
  const root = tokens.slice(0, slash === -1 ? undefined : slash);
  return root.some(isWildcard) ? undefined : root.join('').toLowerCase();
}

function readAccount(value: Pattern, zone: ZoneOfTrust): Grantee[] | undefined {
  if (isVariable(value, 'aws:ResourceAccount')) return [accountGrantee(zone.accountId, zone)];
  const id = literalText(value);
  if (id === undefined) return undefined;
  return ACCOUNT_ID.test(id) ? [accountGrantee(id, zone)] : [];
}

/**
 * The account has to be literal. Without one (`arn:aws:s3:::bucket`), the whole ARN has to be. The wildcards of the ARN
 * operators stay within a part of the ARN; those of the string operators cross colons, which a stranger's role can have
 * in its path, so there none may come before the account.
 */
function readArn(value: Pattern, zone: ZoneOfTrust, operator: string): Grantee[] | undefined {
  const parts = segments(value.tokens);
  const owner = parts[4];
  const crossesColons = operator.startsWith('string') && parts.slice(0, 4).flat().some(isWildcard);
  if (owner === undefined || owner.some(isWildcard)) return literalText(value) === undefined ? undefined : [];
  if (ACCOUNT_ID.test(owner.join(''))) {
    const account = accountGrantee(owner.join(''), zone, value.text);
    return crossesColons ? [EVERYONE, account] : [account];
  }
  return literalText(value) === undefined ? undefined : [{ kind: 'other', id: value.text }];
}

/** `AROA…:session` of a role, `AIDA…` of a user, the account id of its root. A unique id does not tell the account. */
function readUserId({ tokens }: Pattern, zone: ZoneOfTrust): Grantee[] | undefined {
  const [id = []] = segments(tokens);
  if (id.some(isWildcard)) return undefined;
  const text = id.join('');
  return [ACCOUNT_ID.test(text) ? accountGrantee(text, zone) : { kind: 'other', id: text }];
}

function readService({ text }: Pattern): Grantee[] {
  return [{ kind: 'service', service: text }];
}

function readNetwork(value: Pattern): Grantee[] | undefined {
  const id = literalText(value);
  return id === undefined ? undefined : [{ kind: 'network', id }];
}

function readResourceOrganization(value: Pattern, zone: ZoneOfTrust): Grantee[] | undefined {
  if (isVariable(value, 'aws:PrincipalOrgID')) return ownOrganization(zone);
  return readOwnOrganization(literalText(value), zone);
}

function readResourceOrganizationPath(value: Pattern, zone: ZoneOfTrust): Grantee[] | undefined {
  return readOwnOrganization(organizationOfPath(value), zone);
}

/** Requests are on resources of one organization: everyone is let in by its id, and nobody by that of another. */
function readOwnOrganization(id: string | undefined, zone: ZoneOfTrust): Grantee[] | undefined {
  const own = zone.organization.id;
  if (id === undefined || (own.state === 'present' && own.value === id)) return undefined;
  const mayBeOwn = own.state === 'unreadable' && ORGANIZATION_ID.test(id);
  return mayBeOwn ? [{ kind: 'organization', organizationId: id, relation: 'unknown' }] : [];
}

function readResourceAccount(value: Pattern, zone: ZoneOfTrust): Grantee[] | undefined {
  if (isVariable(value, 'aws:PrincipalAccount')) return [accountGrantee(zone.accountId, zone)];
  return matches(value, zone.accountId) ? undefined : [];
}

/** AWS uses 10 to 32 characters. An id of another length is still read as an organization, and not as nobody. */
const ORGANIZATION_ID = /^o-[a-z0-9-]+$/;

function ownOrganization({ organization: { id } }: ZoneOfTrust): Grantee[] {
  const organizationId = id.state === 'present' ? id.value : 'of the resource';
  return [{ kind: 'organization', organizationId, relation: 'own' }];
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
