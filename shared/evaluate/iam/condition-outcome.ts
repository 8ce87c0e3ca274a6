import { type AddressRange, contains, parseCidr } from '../network/cidr.ts';
import { matches } from '../patterns/pattern.ts';
import { allowsOnlyItsValues, type Condition, exemptsOnlyItsValues, holdsWithoutKey } from './conditions.ts';
import type { ZoneOfTrust } from './grantee.ts';

/** Whether all requests for a resource fulfil a condition, or none can. */
export type Outcome = 'always' | 'never';

/** The outcome of a condition where it is the same for all requests; undefined when it depends on the request. */
export function outcomeOf(condition: Condition, zone: ZoneOfTrust): Outcome | undefined {
  if (isKeyOfAnotherService(condition.key, zone.service)) return toOutcome(holdsWithoutKey(condition));
  if (condition.key === 'aws:sourceip') return outcomeOfSourceIp(condition);
  if (condition.key === 'aws:requestedregion') return outcomeOfValue(condition, zone.region);
  if (condition.key === 'aws:resourceaccount') return outcomeOfValue(condition, zone.accountId);
  const { id } = zone.organization;
  if (condition.key === 'aws:resourceorgid' && id.state === 'present') {
    return outcomeOfValue(condition, id.value);
  }
  if (RESOURCE_ORGANIZATION_KEYS.has(condition.key) && id.state === 'absent') {
    return toOutcome(holdsWithoutKey(condition));
  }
  return undefined;
}

const RESOURCE_ORGANIZATION_KEYS: ReadonlySet<string> = new Set([
  'aws:resourceorgid',
  'aws:resourceorgpaths',
]);

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
