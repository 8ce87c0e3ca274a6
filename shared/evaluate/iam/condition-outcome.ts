import type { Evidence } from '../../model/evidence.ts';
import { type AddressRange, contains, parseCidr } from '../network/cidr.ts';
import { isWildcard, matches, type Pattern } from '../patterns/pattern.ts';
import {
  allowsOnlyItsValues,
  type Condition,
  exemptsOnlyItsValues,
  holdsWithoutKey,
  isBooleanCondition,
} from './conditions.ts';
import type { ZoneOfTrust } from './grantee.ts';

/**
 * Whether all requests for a resource fulfil a condition, or none can. `unknown` is one of both: it depends on the
 * organization of the resource, which could not be read.
 */
export type Outcome = 'always' | 'never' | 'unknown';

/**
 * The outcome of a condition where it is the same for all requests; undefined when it depends on the request.
 *
 * @param service Only the requests that it makes itself, as a service principal: its name, or `*` for those of any service.
 */
export function outcomeOf(condition: Condition, zone: ZoneOfTrust, service?: string): Outcome | undefined {
  const { key } = condition;
  if (isKeyOfAnotherService(key, zone.service)) return toOutcome(holdsWithoutKey(condition));
  if (RESOURCE_ORGANIZATION_KEYS.has(key)) return outcomeOfOrganization(condition, zone.organization.id);
  if (key === 'aws:sourceip') return outcomeOfSourceIp(condition);
  if (key === 'aws:requestedregion') return outcomeOfValue(condition, zone.region);
  if (key === 'aws:resourceaccount') return outcomeOfValue(condition, zone.accountId);
  if (condition.operator === 'null' && isInEveryRequest(key, zone)) {
    return negate(toOutcome(holdsWithoutKey(condition)));
  }
  return service === undefined ? undefined : outcomeForService(condition, service);
}

/**
 * Of the keys evaluated here, those that every signed request has (IAM User Guide, "AWS global condition context keys").
 * ECR takes no others: a registry's token stands for whoever signed the request for it.
 */
const SIGNED_REQUEST_KEYS: ReadonlySet<string> = new Set([
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalisawsservice',
  'aws:userid',
]);

/** Whether all requests for a resource have a key. These keys have one value each. */
export function isInEveryRequest(key: string, { organization }: ZoneOfTrust): boolean {
  if (key === 'aws:resourceorgid') return organization.id.state === 'present';
  return key === 'aws:resourceaccount' || SIGNED_REQUEST_KEYS.has(key);
}

export const IS_AWS_SERVICE = 'aws:PrincipalIsAWSService';
export const ANY_SERVICE = '*';

function outcomeForService(condition: Condition, service: string): Outcome | undefined {
  if (isBooleanCondition(condition, IS_AWS_SERVICE, 'true')) return 'always';
  if (isBooleanCondition(condition, IS_AWS_SERVICE, 'false')) return 'never';
  const isOnName = condition.key === 'aws:principalservicename' && service !== ANY_SERVICE;
  return isOnName ? outcomeOfValue(condition, service) : undefined;
}

const RESOURCE_ORGANIZATION_KEYS: ReadonlySet<string> = new Set([
  'aws:resourceorgid',
  'aws:resourceorgpaths',
]);

/** AWS uses 10 to 32 characters. An id of another length is still read as an organization, and not as nobody. */
export const ORGANIZATION_ID = /^o-[a-z0-9-]+$/;
/** Stands for all organizations that a condition does not name. */
const ANOTHER_ORGANIZATION = 'o-another';

/** Of a resource that may be in any organization, or in none, the outcome is known where it is the same for all of them. */
function outcomeOfOrganization(condition: Condition, id: Evidence<string>): Outcome | undefined {
  if (id.state === 'present') return outcomeWithin(condition, id.value);
  const alone = toOutcome(holdsWithoutKey(condition));
  const { values } = condition;
  if (id.state === 'absent' || alone === undefined) return alone;
  if (values.some(({ hasVariable }) => hasVariable)) return undefined;
  if (values.some((value) => organizationOf(value) === undefined)) return 'unknown';
  const organizations = [...organizationsNamedBy(condition), ANOTHER_ORGANIZATION];
  return organizations.every((own) => outcomeWithin(condition, own) === alone) ? alone : 'unknown';
}

/** The outcome for a resource in an organization; in which of its units the account is, is not known. */
function outcomeWithin(condition: Condition, id: string): Outcome | undefined {
  if (condition.key === 'aws:resourceorgid') return outcomeOfValue(condition, id);
  const mayMatch = condition.values.some((path) => [undefined, id].includes(organizationOf(path)));
  return mayMatch ? undefined : outcomeOfValue(condition, `${id}/`);
}

export function organizationsNamedBy({ values }: Condition): string[] {
  return values.map((value) => organizationOf(value) ?? '').filter((id) => ORGANIZATION_ID.test(id));
}

/** The organization of an id or of a path (`o-a1b2c3d4e5/r-ab12/*`); undefined when it has wildcards. */
export function organizationOf({ tokens }: Pattern): string | undefined {
  const slash = tokens.indexOf('/');
  const root = tokens.slice(0, slash === -1 ? undefined : slash);
  return root.some(isWildcard) ? undefined : root.join('').toLowerCase();
}

/**
 * The keys with a service's prefix that requests to all services can have ("cross-service condition keys").
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
const CROSS_SERVICE_KEYS: ReadonlySet<string> = new Set([
  'codebuild:buildarn',
  'codebuild:projectarn',
  'ec2:roledelivery',
  'ec2:sourceinstancearn',
  'glue:credentialissuingservice',
  'glue:roleassumedby',
  'identitystore:userid',
  'lambda:sourcefunctionarn',
  'ssm:sourceinstancearn',
]);
/**
 * Sessions of federated users keep `saml:sub` and the like. Those of OIDC providers begin with a domain, which is no
 * service's prefix. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
 */
const GLOBAL_PREFIXES: ReadonlySet<string> = new Set(['aws', 'saml']);
const PREFIX = /^([a-z0-9-]+):/;

/** Requests have the global keys and those of the service they are sent to (Service Authorization Reference). */
function isKeyOfAnotherService(key: string, service: string): boolean {
  const prefix = PREFIX.exec(key)?.[1];
  if (prefix === undefined || GLOBAL_PREFIXES.has(prefix) || CROSS_SERVICE_KEYS.has(key)) return false;
  return prefix !== service;
}

/** Private, shared, loopback and link-local: RFC 1918, 6598, 1122, 3927, 4193, 4291. */
const PRIVATE_RANGES: readonly AddressRange[] = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  'fc00::/7',
  'fe80::/10',
  '::1/128',
].flatMap((cidr) => parseCidr(cidr) ?? []);

/**
 * `aws:SourceIp` is a public address: a request that comes through a VPC endpoint, from a private one, does not have the
 * key (it has `aws:VpcSourceIp`). https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceip
 */
function outcomeOfSourceIp(condition: Condition): Outcome | undefined {
  const ranges = condition.values.map(({ text }) => parseCidr(text));
  const isPrivate = ranges.every((range) => range !== undefined && contains(PRIVATE_RANGES, range));
  if (!isPrivate) return undefined;
  const isMetWithoutKey = holdsWithoutKey(condition);
  if (condition.operator === 'ipaddress') return isMetWithoutKey ? undefined : 'never';
  return condition.operator === 'notipaddress' && isMetWithoutKey ? 'always' : undefined;
}

/** The outcome where all requests have the same value in the key. */
function outcomeOfValue(condition: Condition, value: string): Outcome | undefined {
  const { operator, values } = condition;
  if (values.some(({ hasVariable }) => hasVariable)) return undefined;
  if (operator === 'null') return negate(toOutcome(holdsWithoutKey(condition)));
  const isMatched = values.some((pattern) =>
    operator.endsWith('ignorecase')
      ? pattern.text.toLowerCase() === value.toLowerCase()
      : matches(pattern, value),
  );
  // With one value, set operators make no difference.
  const single = { ...condition, ifExists: false, quantifier: undefined };
  if (exemptsOnlyItsValues(single)) return toOutcome(!isMatched);
  return allowsOnlyItsValues(single) ? toOutcome(isMatched) : undefined;
}

function negate(outcome: Outcome | undefined): Outcome | undefined {
  return outcome && (outcome === 'always' ? 'never' : 'always');
}

function toOutcome(isMet: boolean | undefined): Outcome | undefined {
  if (isMet === undefined) return undefined;
  return isMet ? 'always' : 'never';
}
