import { formatArn } from '../../model/arn.ts';
import type { Iam, IamRole } from '../../model/iam-facts.ts';
import { type ParsedPolicy, parseResourcePolicy } from './document.ts';
import { type OidcProvider, type OidcTrust, oidcTrust } from './trust.ts';

/** A role that trusts a cluster's OIDC provider. */
export interface TrustingRole {
  readonly role: IamRole;
  readonly trusts: readonly OidcTrust[];
}

export interface RolesForServiceAccounts {
  readonly trusting: readonly TrustingRole[];
  /** Roles whose trust policy is about the provider, or may be, and cannot be understood. */
  readonly unclear: readonly { readonly role: IamRole; readonly problem: string }[];
}

/** The provider that an issuer has in an account, where it is set up. */
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
  const read = roles
    .filter(({ trustPolicy }) => mayBeAbout(trustPolicy, provider))
    .map((role) => ({ role, parsed: parseResourcePolicy(role.trustPolicy) }));
  return {
    trusting: read.flatMap(({ role, parsed }) => {
      const trusts = parsed.ok ? oidcTrust(parsed.policy, provider) : [];
      return trusts.length > 0 ? [{ role, trusts }] : [];
    }),
    unclear: read.flatMap(({ role, parsed }) => problemOf(parsed).map((problem) => ({ role, problem }))),
  };
}

/**
 * An account's thousands of roles are not all read for each of its hundreds of clusters: a trust policy that neither
 * spells out the issuer nor leaves its principal open or escaped cannot be about it.
 */
function mayBeAbout(trustPolicy: string, { issuer }: OidcProvider): boolean {
  return trustPolicy.includes(issuer) || /"\*"|NotPrincipal|\\/.test(trustPolicy);
}

function problemOf(parsed: ParsedPolicy): string[] {
  return parsed.ok ? [] : [parsed.problem];
}
