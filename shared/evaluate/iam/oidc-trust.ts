import type { Budget } from '../patterns/budget.ts';
import type { Language } from '../patterns/language.ts';
import { ANY_TEXT, isWildcard, matches, type Pattern } from '../patterns/pattern.ts';
import { isEmpty } from '../patterns/string-set.ts';
import type { Condition } from './conditions.ts';
import { allowsOnlyItsValues, exemptsOnlyItsValues, withRequiredKeys } from './conditions.ts';
import type { Policy, Statement } from './statement.ts';
import { compileAction, coversAllOf } from './statement.ts';

/** A statement of a role's trust policy that trusts a cluster's OIDC provider. */
export interface OidcTrust {
  /** Whether the namespaces of all trusted service accounts are literal. */
  readonly confined: boolean;
  readonly breadth: TrustBreadth;
  /** What `:sub` has to match, as written; empty when no condition confines it. */
  readonly subjects: readonly string[];
  /**
   * The namespaces whose service account `default`, which every pod has that names none, it singles out: by its name, or
   * by a pattern that is not for the whole namespace.
   */
  readonly defaultsOf: readonly string[];
  /** For people: why it is confined or not. */
  readonly reason: string;
}

/** The OIDC provider of a cluster. */
export interface OidcProvider {
  /** `arn:aws:iam::<account>:oidc-provider/<issuer>` */
  readonly arn: string;
  /** Without `https://`. */
  readonly issuer: string;
}

/**
 * The service accounts of a cluster that a subject matches, narrowest first: none, some by name, all or some of named
 * namespaces, those whose namespace matches a pattern, or all.
 */
const TRUST_BREADTHS = ['none', 'service-accounts', 'namespaces', 'namespace-patterns', 'all'] as const;
type TrustBreadth = (typeof TRUST_BREADTHS)[number];

const ASSUME_ROLE = compileAction('sts:AssumeRoleWithWebIdentity');
const SERVICE_ACCOUNT = 'system:serviceaccount:';
const LITERAL_NAMESPACE = /^system:serviceaccount:([^:]+):/;

/** A namespace is a label, a service account a subdomain: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
const LABEL = 'abcdefghijklmnopqrstuvwxyz0123456789-';
const SUBDOMAIN = `${LABEL}.`;
/** The states after a character of each. */
const NAMESPACE = SERVICE_ACCOUNT.length + 1;
const NAME = NAMESPACE + 2;
/** The subjects that service accounts can have. */
const SUBJECTS: Language = {
  transitions: [
    ...[...SERVICE_ACCOUNT].map((character, state) => [[character, state + 1]] as const),
    [[LABEL, NAMESPACE]],
    [
      [LABEL, NAMESPACE],
      [':', NAMESPACE + 1],
    ],
    [[SUBDOMAIN, NAME]],
    [[SUBDOMAIN, NAME]],
  ],
  accepting: new Set([NAME]),
};

const REASONS = {
  none: 'no service account has such a :sub',
  'service-accounts': ':sub names service accounts',
  namespaces: ':sub names namespaces, and matches any service account in them',
  'namespace-patterns': ':sub does not name the namespace',
  all: ':sub matches any service account of the cluster',
} as const satisfies Record<TrustBreadth, string>;
const NO_CONDITION = 'no condition confines :sub';

/**
 * For each Allow statement that trusts the provider, whether it is confined to named service accounts.
 *
 * @throws TooComplexError when that takes more than is left of the budget.
 */
export function oidcTrust(policy: Policy, provider: OidcProvider, budget: Budget): OidcTrust[] {
  const relevant = policy.statements.filter(
    (statement) => coversAllOf(statement, ASSUME_ROLE, budget) && isAboutProvider(statement, provider),
  );
  const denies = relevant.filter(({ effect }) => effect === 'Deny');
  if (denies.some(({ conditions }) => conditions.length === 0)) return [];
  const exempted = denies
    .map((deny) => exemptedSubjects(deny, provider))
    .filter((subjects) => subjects !== undefined);
  const denied = denies.map((deny) => deniedSubjects(deny, provider));
  return relevant
    .filter(({ effect }) => effect === 'Allow')
    .map((allow) => {
      const requirements = [...requiredSubjects(allow, provider), ...exempted];
      return { ...trustOf(requirements, budget), defaultsOf: defaultsOf(requirements, denied, budget) };
    });
}

/** Patterns, of which a subject has to match one of each list. */
type Requirements = readonly (readonly Pattern[])[];

/** The values of each condition that `:sub` has to fulfil; an empty list for a condition that nobody can fulfil. */
function requiredSubjects({ conditions }: Statement, provider: OidcProvider): Requirements {
  const required = withRequiredKeys(conditions);
  const onSubject = required
    .filter((condition) => isOnSubject(condition, provider))
    .filter((condition) => allowsOnlyItsValues(asPlainOperator(condition)));
  const onOtherIssuer = required
    .filter((condition) => isOnOtherIssuer(condition, provider))
    .filter(allowsOnlyItsValues);
  return [...onSubject.map(valuesOf), ...onOtherIssuer.map(() => [])];
}

/** The values of a condition, in lower case like every subject where case does not count. */
function valuesOf({ operator, values }: Condition): readonly Pattern[] {
  if (!operator.endsWith('ignorecase')) return values;
  return values.map((value) => ({
    ...value,
    tokens: value.tokens.map((token) => token.toLowerCase()),
    prefix: value.prefix.toLowerCase(),
  }));
}

/** All conditions have to hold, so the narrowest decides; of a condition's values, the broadest. */
function trustOf(requirements: Requirements, budget: Budget): Omit<OidcTrust, 'defaultsOf'> {
  const [narrowest] = requirements
    .map((values) => ({
      values,
      rank: Math.max(0, ...values.map((value) => TRUST_BREADTHS.indexOf(breadthOf(value, budget)))),
    }))
    .sort((a, b) => a.rank - b.rank);
  if (narrowest === undefined) {
    return { confined: false, breadth: 'all', subjects: [], reason: NO_CONDITION };
  }
  const breadth = TRUST_BREADTHS[narrowest.rank] ?? 'all';
  return {
    confined: breadth !== 'all' && breadth !== 'namespace-patterns',
    breadth,
    subjects: narrowest.values.map(({ text }) => text),
    reason: REASONS[breadth],
  };
}

function defaultsOf(requirements: Requirements, denied: readonly Requirements[], budget: Budget): string[] {
  const namespaces = requirements.flat().flatMap(({ prefix }) => LITERAL_NAMESPACE.exec(prefix)?.[1] ?? []);
  return [...new Set(namespaces)].filter((namespace) => {
    const subject = `${SERVICE_ACCOUNT}${namespace}:default`;
    const isOneOf = (values: readonly Pattern[]) => values.some((value) => matches(value, subject, budget));
    const singledOut = requirements.flat().filter((value) => !matchesAnyName(value));
    const isDenied = denied.some((demands) => demands.length > 0 && demands.every(isOneOf));
    return requirements.every(isOneOf) && isOneOf(singledOut) && !isDenied;
  });
}

/** Whether it is for whole namespaces: nothing but wildcards is after the last colon. */
function matchesAnyName({ tokens }: Pattern): boolean {
  const name = tokens.slice(tokens.lastIndexOf(':') + 1);
  return name.includes(ANY_TEXT) && name.every(isWildcard);
}

function breadthOf(subject: Pattern, budget: Budget): TrustBreadth {
  if (isEmpty({ included: [[subject]], excluded: [] }, budget, SUBJECTS)) return 'none';
  const firstWildcard = subject.tokens.findIndex(isWildcard);
  if (firstWildcard === -1) return 'service-accounts';
  const literal = subject.tokens.slice(0, firstWildcard).join('');
  if (literal.slice(SERVICE_ACCOUNT.length).includes(':')) return 'namespaces';
  return matchesAnyNamespace(subject) ? 'all' : 'namespace-patterns';
}

/** Whether the namespace is nothing but wildcards: `*`, `system:*`, `system:serviceaccount:*:app`. */
function matchesAnyNamespace({ tokens }: Pattern): boolean {
  const namespace = tokens.join('').includes(SERVICE_ACCOUNT) ? tokens.slice(SERVICE_ACCOUNT.length) : [];
  const end = namespace.indexOf(':');
  return namespace.slice(0, end === -1 ? undefined : end).every(isWildcard);
}

function isOnSubject({ key }: Condition, { issuer }: OidcProvider): boolean {
  return key === `${issuer}:sub`.toLowerCase();
}

/** Whether the key is a claim of another issuer: a request with a token of this provider does not have it. */
function isOnOtherIssuer({ key }: Condition, { issuer }: OidcProvider): boolean {
  return /:(?:sub|aud|amr)$/.test(key) && !key.startsWith(`${issuer}:`.toLowerCase());
}

/** Every web identity token has one subject, so `IfExists`, `ForAllValues` and `ForAnyValue` change nothing. */
function asPlainOperator(condition: Condition): Condition {
  return { ...condition, ifExists: false, quantifier: undefined };
}

/** The only subjects that a Deny exempts; undefined when it may exempt others because of another condition. */
function exemptedSubjects({ conditions }: Statement, provider: OidcProvider): readonly Pattern[] | undefined {
  const exemptsSubjects = (condition: Condition) =>
    isOnSubject(condition, provider) && exemptsOnlyItsValues(asPlainOperator(condition));
  return conditions.every(exemptsSubjects) ? conditions.flatMap(valuesOf) : undefined;
}

/** What a subject has to match to be denied whatever else the request is; empty when there is no such subject. */
function deniedSubjects({ conditions }: Statement, provider: OidcProvider): Requirements {
  const namesSubjects = (condition: Condition) =>
    isOnSubject(condition, provider) &&
    allowsOnlyItsValues(asPlainOperator(condition)) &&
    !condition.values.some(({ hasVariable }) => hasVariable);
  return conditions.every(namesSubjects) ? conditions.map(valuesOf) : [];
}

/** Whether the statement's principal includes the provider's service accounts. */
function isAboutProvider({ principals }: Statement, { arn, issuer }: OidcProvider): boolean {
  if (principals === undefined) return false;
  const named = principals.members.some(
    (principal) =>
      principal.kind === 'everyone' ||
      principal.kind === 'wildcard' ||
      (principal.kind === 'federated' && [arn, issuer].includes(principal.provider)),
  );
  return named !== principals.negated;
}
