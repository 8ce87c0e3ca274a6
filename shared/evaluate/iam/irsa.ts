import { formatArn } from '../../model/arn.ts';
import type { Iam, IamRole } from '../../model/iam-facts.ts';
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
  const issuer = issuerUrl.replace(/^https:\/\//, '').replace(/\/$/, '');
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

/**
 * An account's thousands of roles are not all parsed for each of its hundreds of clusters: a trust policy that neither
 * contains the issuer nor has a wildcard, a NotPrincipal or an escaped character cannot be about it.
 */
function mayBeAbout(trustPolicy: string, { issuer }: OidcProvider): boolean {
  return trustPolicy.includes(issuer) || /"\*"|NotPrincipal|\\/.test(trustPolicy);
}
