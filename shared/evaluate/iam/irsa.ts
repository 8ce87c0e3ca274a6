import { formatArn } from '../../model/arn.ts';
import { malformed, presentOf, type Reading, type Unreadable, unreadableOf } from '../../model/evidence.ts';
import type { Cluster } from '../../model/facts.ts';
import type { IamRole } from '../../model/iam-facts.ts';
import { issuerOf } from '../../model/oidc-issuers.ts';
import type { ResourceRef } from '../../model/resource.ts';
import type { Scope } from '../../model/scope.ts';
import { mapInSteps, type Steps } from '../../model/steps.ts';
import { withinBudget } from '../patterns/within-budget.ts';
import { budgetOf, type IamIndex, trustPolicyOf } from './account-identities.ts';
import { type OidcProvider, type OidcTrust, oidcTrust } from './oidc-trust.ts';

/** A role that trusts a cluster's OIDC provider. */
export interface TrustingRole {
  readonly role: IamRole;
  readonly trusts: readonly OidcTrust[];
}

export interface RolesForServiceAccounts {
  readonly trusting: readonly TrustingRole[];
  /** Roles whose trust policy is, or may be, about the provider, and is invalid or too complex. */
  readonly unclear: readonly { readonly role: IamRole; readonly why: Unreadable }[];
}

/** The roles that pods of a cluster have by IRSA. */
export interface RolesByIrsa {
  /** Those that trust the cluster's issuer. */
  readonly trusting: readonly TrustingRole[];
  /** Whether the account has a provider for that issuer: without it nobody can assume them. */
  readonly hasProvider: boolean;
  /** Those that a service account can assume. */
  readonly ofPods: readonly TrustingRole[];
  /** Why there may be others. */
  readonly unreadable: readonly Unreadable[];
}

/**
 * What is known of them without the issuer is nothing: EKS gives one to every cluster.
 * https://docs.aws.amazon.com/eks/latest/userguide/enable-iam-roles-for-service-accounts.html
 */
export function* rolesByIrsa(
  { name, identity }: Pick<Cluster, 'name' | 'identity'>,
  oidcProviders: Reading<readonly string[]>,
  iam: IamIndex,
  { partition, accountId }: Scope,
): Steps<RolesByIrsa> {
  const unread = unreadableOf([oidcProviders]);
  const issuer = identity?.oidc?.issuer;
  if (!issuer) {
    const missing = malformed('eks:DescribeCluster', `it does not say the issuer of ${name}`);
    return { trusting: [], hasProvider: false, ofPods: [], unreadable: [missing, ...unread] };
  }
  const provider = oidcProvider(issuer, partition, accountId);
  const { trusting, unclear } = yield* rolesTrusting(provider, iam);
  const hasProvider = presentOf([oidcProviders]).flat().includes(provider.arn);
  return {
    trusting,
    hasProvider,
    ofPods: hasProvider ? trusting.filter(isForSomebody) : [],
    unreadable: [...unread, ...unclear.map(({ why }) => why)],
  };
}

/** The provider that an account has for an issuer if IRSA is set up. */
export function oidcProvider(issuerUrl: string, partition: string, accountId: string): OidcProvider {
  const issuer = issuerOf(issuerUrl);
  const resource = `oidc-provider/${issuer}`;
  return { issuer, arn: formatArn({ partition, service: 'iam', region: '', accountId, resource }) };
}

/** The roles of an account that service accounts of a cluster can assume (IRSA). */
export function* rolesTrusting(provider: OidcProvider, iam: IamIndex): Steps<RolesForServiceAccounts> {
  const about = [...iam.roles.values()].filter(({ trustPolicy }) => mayBeAbout(trustPolicy, provider));
  const candidates = yield* mapInSteps(about, (role) => ({ role, trusts: trustsOf(role, provider, iam) }));
  return {
    trusting: candidates.flatMap(({ role, trusts }) =>
      trusts.state === 'present' && trusts.value.length > 0 ? [{ role, trusts: trusts.value }] : [],
    ),
    unclear: candidates.flatMap(({ role, trusts }) =>
      trusts.state === 'unreadable' ? [{ role, why: trusts }] : [],
    ),
  };
}

const OPERATION = 'iam:GetAccountAuthorizationDetails';

function trustsOf(role: IamRole, provider: OidcProvider, iam: IamIndex): Reading<OidcTrust[]> {
  const about = `the trust policy of ${role.arn}`;
  const parsed = trustPolicyOf(role, iam);
  if (!parsed.ok) return malformed(OPERATION, `${about}: ${parsed.problem}`);
  return withinBudget(budgetOf(role, iam), { operation: OPERATION, about: () => about }, (budget) =>
    oidcTrust(parsed.policy, provider, budget),
  );
}

/** Whether a service account can have a subject that the role trusts. */
export function isForSomebody({ trusts }: Pick<TrustingRole, 'trusts'>): boolean {
  return trusts.some(({ breadth }) => breadth !== 'none');
}

export function roleResource({ arn, name }: IamRole): ResourceRef {
  return { type: 'AwsIamRole', id: arn, name };
}

/**
 * An account's thousands of roles are not all parsed for each of its hundreds of clusters: a trust policy that neither
 * contains the issuer nor has a wildcard, a NotPrincipal or an escaped character cannot be about it. One that AWS did
 * not send may be.
 */
function mayBeAbout(trustPolicy: string, { issuer }: OidcProvider): boolean {
  return trustPolicy === '' || trustPolicy.includes(issuer) || /"\*"|NotPrincipal|\\/.test(trustPolicy);
}
