import { formatArn } from '../../model/arn.ts';
import { malformed, type Unreadable } from '../../model/evidence.ts';
import type { Iam, IamRole } from '../../model/iam-facts.ts';
import { issuerOf } from '../../model/oidc-issuers.ts';
import type { ResourceRef } from '../../model/resource.ts';
import { type OidcProvider, type OidcTrust, oidcTrust } from './oidc-trust.ts';
import { parseResourcePolicy } from './parse-policy.ts';

/** A role that trusts a cluster's OIDC provider. */
export interface TrustingRole {
  readonly role: IamRole;
  readonly trusts: readonly OidcTrust[];
}

export interface RolesForServiceAccounts {
  readonly trusting: readonly TrustingRole[];
  /** Roles whose trust policy is, or may be, about the provider and is invalid. */
  readonly invalid: readonly { readonly role: IamRole; readonly problem: string }[];
}

/** The provider that an account has for an issuer if IRSA is set up. */
export function oidcProvider(issuerUrl: string, partition: string, accountId: string): OidcProvider {
  const issuer = issuerOf(issuerUrl);
  const resource = `oidc-provider/${issuer}`;
  return { issuer, arn: formatArn({ partition, service: 'iam', region: '', accountId, resource }) };
}

/** The roles of an account that service accounts of a cluster can assume (IRSA). */
export function rolesTrusting(
  provider: OidcProvider,
  { roles }: Pick<Iam, 'roles'>,
): RolesForServiceAccounts {
  const candidates = roles
    .filter(({ trustPolicy }) => mayBeAbout(trustPolicy, provider))
    .map((role) => ({ role, parsed: parseResourcePolicy(role.trustPolicy) }));
  return {
    trusting: candidates.flatMap(({ role, parsed }) => {
      const trusts = parsed.ok ? oidcTrust(parsed.policy, provider) : [];
      return trusts.length > 0 ? [{ role, trusts }] : [];
    }),
    invalid: candidates.flatMap(({ role, parsed }) => (parsed.ok ? [] : [{ role, problem: parsed.problem }])),
  };
}

/** Whether a service account can have a subject that the role trusts. */
export function isForSomebody({ trusts }: Pick<TrustingRole, 'trusts'>): boolean {
  return trusts.some(({ breadth }) => breadth !== 'none');
}

export function invalidTrust({ role, problem }: RolesForServiceAccounts['invalid'][number]): Unreadable {
  return malformed('iam:GetAccountAuthorizationDetails', `the trust policy of ${role.arn}: ${problem}`);
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
