import { ACCOUNT_ID } from '../../model/arn.ts';
import type { Pattern, Token } from '../patterns/pattern.ts';
import { isWildcard, literalText, matches } from '../patterns/pattern.ts';
import { ORGANIZATION_ID, organizationOf } from './condition-outcome.ts';
import type { Grantee, ZoneOfTrust } from './grantee.ts';
import { accountGrantee, EVERYONE, organizationGrantee, unknownOrganization } from './grantee.ts';

/** Who has the value in a condition key: undefined when that can be anyone, empty when it can be nobody. */
type GranteesOfValue = (value: Pattern, zone: ZoneOfTrust, operator: string) => Grantee[] | undefined;

interface ConfiningKey {
  /** As AWS spells it. */
  readonly spelling: string;
  /** The identity of an account that calls, the service or the resource of a request, or the network it comes through. */
  readonly confines: 'principal' | 'request' | 'network';
  readonly read: GranteesOfValue;
}

/**
 * The keys whose values confine the caller (IAM User Guide, "AWS global condition context keys"). Tags are not among
 * them, because anyone can tag a role of their own; nor are IP addresses, nor what a service does for any caller. The
 * `aws:Source…` keys exist only when a service calls on behalf of that account, so requiring one keeps out all others.
 * What a role session was created for, such as `lambda:SourceFunctionArn`, is in the account of the role.
 */
const CONFINING_KEYS: readonly (readonly [string, Omit<ConfiningKey, 'spelling'>])[] = [
  ['aws:PrincipalOrgID', { confines: 'principal', read: readOrganization }],
  ['aws:PrincipalOrgPaths', { confines: 'principal', read: readOrganizationPath }],
  ['aws:PrincipalAccount', { confines: 'principal', read: readAccount }],
  ['aws:PrincipalArn', { confines: 'principal', read: readArn }],
  ['aws:userid', { confines: 'principal', read: readUserId }],
  ['aws:PrincipalServiceName', { confines: 'request', read: readService }],
  ['aws:PrincipalServiceNamesList', { confines: 'request', read: readService }],
  ['aws:SourceOrgID', { confines: 'request', read: readOrganization }],
  ['aws:SourceOrgPaths', { confines: 'request', read: readOrganizationPath }],
  ['aws:SourceAccount', { confines: 'request', read: readAccount }],
  ['aws:SourceOwner', { confines: 'request', read: readAccount }],
  ['aws:SourceArn', { confines: 'request', read: readArn }],
  ['aws:ResourceOrgID', { confines: 'request', read: readResourceOrganization }],
  ['aws:ResourceOrgPaths', { confines: 'request', read: readResourceOrganizationPath }],
  ['aws:ResourceAccount', { confines: 'principal', read: readResourceAccount }],
  ['aws:ChatbotSourceArn', { confines: 'principal', read: readArn }],
  ['aws:SignInSessionArn', { confines: 'principal', read: readArn }],
  ['codebuild:buildArn', { confines: 'principal', read: readArn }],
  ['codebuild:projectArn', { confines: 'principal', read: readArn }],
  ['ec2:SourceInstanceArn', { confines: 'principal', read: readArn }],
  ['lambda:SourceFunctionArn', { confines: 'principal', read: readArn }],
  ['ssm:SourceInstanceArn', { confines: 'principal', read: readArn }],
  ['aws:Ec2InstanceSourceVpc', { confines: 'network', read: readNetwork }],
  ['aws:SourceVpce', { confines: 'network', read: readNetwork }],
  ['aws:SourceVpc', { confines: 'network', read: readNetwork }],
  ['aws:SourceVpcArn', { confines: 'network', read: readArn }],
  ['aws:VpceAccount', { confines: 'network', read: readAccount }],
  ['aws:VpceOrgID', { confines: 'network', read: readOrganization }],
  ['aws:VpceOrgPaths', { confines: 'network', read: readOrganizationPath }],
];
/** By the key in lower case. */
export const CONFINING: ReadonlyMap<string, ConfiningKey> = new Map(
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

/** The organization of the resource, where its id could not be read. */
export const UNTOLD_ORGANIZATION = 'of the resource';

function readOrganization(value: Pattern, zone: ZoneOfTrust): Grantee[] | undefined {
  if (isVariable(value, 'aws:ResourceOrgID')) return [ownOrganization(zone)];
  const id = literalText(value)?.toLowerCase();
  if (id === undefined) return undefined;
  return ORGANIZATION_ID.test(id) ? [organizationGrantee(id, zone)] : [];
}

/** `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*`: the organization has to be literal, the rest need not. */
function readOrganizationPath(value: Pattern, zone: ZoneOfTrust): Grantee[] | undefined {
  if (/^\$\{aws:ResourceOrgID\}\//i.test(value.text) && value.hasVariable) return [ownOrganization(zone)];
  const id = organizationOf(value);
  if (id === undefined) return undefined;
  return ORGANIZATION_ID.test(id) ? [organizationGrantee(id, zone, value)] : [];
}

function readAccount(value: Pattern, zone: ZoneOfTrust): Grantee[] | undefined {
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

/** `AROA…:session` of a role, `AIDA…` of a user, the account id of its root: the unique ids do not tell the account. */
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
  if (isVariable(value, 'aws:PrincipalOrgID')) return [ownOrganization(zone)];
  return readOwnOrganization(literalText(value), zone);
}

function readResourceOrganizationPath(value: Pattern, zone: ZoneOfTrust): Grantee[] | undefined {
  return readOwnOrganization(organizationOf(value), zone);
}

/** Requests are on resources of one organization: everyone is let in by its id, and nobody by that of another. */
function readOwnOrganization(id: string | undefined, zone: ZoneOfTrust): Grantee[] | undefined {
  const own = zone.organization.id;
  if (id === undefined || (own.state === 'present' && own.value === id)) return undefined;
  const mayBeOwn = own.state === 'unreadable' && ORGANIZATION_ID.test(id);
  return mayBeOwn ? [unknownOrganization(id)] : [];
}

function readResourceAccount(value: Pattern, zone: ZoneOfTrust): Grantee[] | undefined {
  if (isVariable(value, 'aws:PrincipalAccount')) return [accountGrantee(zone.accountId, zone)];
  return matches(value, zone.accountId) ? undefined : [];
}

/** Of the resource; where its id could not be read, it is ours all the same. */
function ownOrganization({ organization: { id } }: ZoneOfTrust): Grantee {
  const organizationId = id.state === 'present' ? id.value : UNTOLD_ORGANIZATION;
  return { kind: 'organization', organizationId, relation: 'own' };
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
