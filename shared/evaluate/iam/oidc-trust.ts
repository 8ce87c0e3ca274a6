import type { Pattern } from '../patterns/pattern.ts';
import { compilePattern, isWildcard } from '../patterns/pattern.ts';
import { isEmpty } from '../patterns/string-set.ts';
import type { Condition } from './conditions.ts';
import { admitsOnlyItsValues, sparesOnlyItsValues, withDemandedKeys } from './conditions.ts';
import type { Policy, Statement } from './statement.ts';
import { compileAction, covers } from './statement.ts';

/**
 * Which service accounts of a cluster a trust statement is for, narrowest first:
 * none at all, some by name, all of some namespaces, all whose namespace fits a pattern, or any.
 */
export const TRUST_BREADTHS = [
  'nobody',
  'service-accounts',
  'namespaces',
  'namespace-patterns',
  'everybody',
] as const;
export type TrustBreadth = (typeof TRUST_BREADTHS)[number];

/** What a role's trust policy says to a cluster's OIDC provider. */
export interface OidcTrust {
  readonly sid: string | undefined;
  /** The statement's place in the policy, from 0. */
  readonly statement: number;
  /** Whether the namespaces of all trusted service accounts are spelt out. */
  readonly confined: boolean;
  readonly breadth: TrustBreadth;
  /** What `:sub` has to match, as written; empty when nothing is asked of it. */
  readonly subjects: readonly string[];
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

const ASSUME = compileAction('sts:AssumeRoleWithWebIdentity');
const SERVICE_ACCOUNT = 'system:serviceaccount:';
const ANY_SERVICE_ACCOUNT = compilePattern(`${SERVICE_ACCOUNT}*:*`, { wildcards: true, variables: false });

const REASONS = {
  nobody: 'no service account has such a :sub',
  'service-accounts': ':sub names service accounts',
  namespaces: ':sub names namespaces, and lets any service account in them',
  'namespace-patterns': ':sub leaves the namespace open',
  everybody: 'any service account of the cluster fits',
} as const satisfies Record<TrustBreadth, string>;
const UNASKED = 'no condition confines :sub';

/** For each Allow statement that trusts the provider, whether it is confined to named service accounts. */
export function oidcTrust(policy: Policy, provider: OidcProvider): OidcTrust[] {
  const relevant = policy.statements.filter(
    (statement) => covers(statement, ASSUME) && isAboutProvider(statement, provider),
  );
  const denies = relevant.filter(({ effect }) => effect === 'Deny');
  if (denies.some(({ conditions }) => conditions.length === 0)) return [];
  const spared = denies
    .map((deny) => sparedSubjects(deny, provider))
    .filter((subjects) => subjects !== undefined);
  return relevant
    .filter(({ effect }) => effect === 'Allow')
    .map((allow) => judge(allow, [...demandedSubjects(allow, provider), ...spared]));
}

/** The values of each condition that `:sub` has to fulfil; none where the condition can never be fulfilled. */
function demandedSubjects({ conditions }: Statement, provider: OidcProvider): (readonly Pattern[])[] {
  const known = withDemandedKeys(conditions);
  const asked = known.filter((one) => isSubject(one, provider) && admitsOnlyItsValues(bare(one)));
  const foreign = known.filter((one) => isForeignClaim(one, provider) && admitsOnlyItsValues(one));
  return [...asked.map(({ values }) => values), ...foreign.map(() => [])];
}

/** Of several demands on `:sub` all have to be met, so the narrowest counts; of one's values, the widest. */
function judge({ sid, index }: Statement, demands: readonly (readonly Pattern[])[]): OidcTrust {
  const [narrowest] = demands
    .map((values) => ({
      values,
      rank: Math.max(0, ...values.map((value) => TRUST_BREADTHS.indexOf(breadthOf(value)))),
    }))
    .sort((a, b) => a.rank - b.rank);
  const breadth = TRUST_BREADTHS[narrowest?.rank ?? TRUST_BREADTHS.length - 1] ?? 'everybody';
  return {
    sid,
    statement: index,
    confined: breadth !== 'everybody' && breadth !== 'namespace-patterns',
    breadth,
    subjects: narrowest?.values.map(({ text }) => text) ?? [],
    reason: narrowest === undefined ? UNASKED : REASONS[breadth],
  };
}

function breadthOf(subject: Pattern): TrustBreadth {
  if (isEmpty({ included: [[subject], [ANY_SERVICE_ACCOUNT]], excluded: [] })) return 'nobody';
  const firstWildcard = subject.tokens.findIndex(isWildcard);
  if (firstWildcard === -1) return 'service-accounts';
  const spelt = subject.tokens.slice(0, firstWildcard).join('');
  if (spelt.slice(SERVICE_ACCOUNT.length).includes(':')) return 'namespaces';
  return holdsAllOfSomeName(subject) ? 'everybody' : 'namespace-patterns';
}

/** Whether nothing but the wildcard stands for the namespace: `*`, `system:*`, `system:serviceaccount:*:app`. */
function holdsAllOfSomeName({ tokens }: Pattern): boolean {
  const namespace = tokens.join('').includes(SERVICE_ACCOUNT) ? tokens.slice(SERVICE_ACCOUNT.length) : [];
  const end = namespace.indexOf(':');
  return namespace.slice(0, end === -1 ? undefined : end).every(isWildcard);
}

function isSubject({ key }: Condition, { issuer }: OidcProvider): boolean {
  return key === `${issuer}:sub`.toLowerCase();
}

/** A claim in the name of somebody else: a request with a token of this provider has no such key. */
function isForeignClaim({ key }: Condition, { issuer }: OidcProvider): boolean {
  return /:(?:sub|aud|amr)$/.test(key) && !key.startsWith(`${issuer}:`.toLowerCase());
}

/** Every web identity token has a subject, so `IfExists` changes nothing. */
function bare(condition: Condition): Condition {
  return { ...condition, ifExists: false };
}

/** The only subjects that a Deny spares; undefined when it may spare others, for another reason. */
function sparedSubjects({ conditions }: Statement, provider: OidcProvider): readonly Pattern[] | undefined {
  if (!conditions.every((condition) => isSubject(condition, provider) && sparesOnlyItsValues(condition)))
    return undefined;
  return conditions.flatMap(({ values }) => values);
}

/** Whether a statement's principal takes in those whom the provider vouches for. */
function isAboutProvider({ principals }: Statement, { arn, issuer }: OidcProvider): boolean {
  if (principals === undefined) return false;
  const named = principals.members.some(
    (member) =>
      member.kind === 'everyone' ||
      (member.kind === 'federated' && [arn, issuer, '*'].includes(member.provider)),
  );
  return named !== principals.negated;
}
