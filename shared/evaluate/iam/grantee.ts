import { ACCOUNT_ID, parseArn } from '../../model/arn.ts';
import type { Organization } from '../../model/control.ts';
import type { Budget } from '../patterns/budget.ts';
import type { Pattern } from '../patterns/pattern.ts';
import { isEmpty } from '../patterns/string-set.ts';
import type { Principal } from './principals.ts';

/** How an account or organization is related to the resource's. `unknown`: too little of its organization is known. */
type Relation = 'own' | 'organization' | 'trusted' | 'external' | 'unknown';

/** Who gets access by a policy, or to whom a condition confines it. */
export type Grantee =
  | { readonly kind: 'everyone' }
  | {
      readonly kind: 'organization';
      readonly organizationId: string;
      readonly relation: Exclude<Relation, 'organization'>;
    }
  /** `principal` when it is one identity (or a pattern of them) and not the whole account. */
  | {
      readonly kind: 'account';
      readonly accountId: string;
      readonly relation: Relation;
      readonly principal?: string;
    }
  | { readonly kind: 'service'; readonly service: string }
  | { readonly kind: 'federated'; readonly provider: string }
  /** A VPC or VPC endpoint that requests have to come through. */
  | { readonly kind: 'network'; readonly id: string }
  /** An account by its canonical id, which does not tell whose it is. */
  | { readonly kind: 'canonical-user'; readonly canonicalId: string }
  /** A unique id, or the ARN of a resource without an account in it. */
  | { readonly kind: 'other'; readonly id: string };

export const EVERYONE: Grantee = { kind: 'everyone' };

/** A resource's account, and the accounts and organizations outside of which access is external. */
export interface ZoneOfTrust {
  readonly accountId: string;
  /** The prefix of the condition keys that are the resource's own, for example `ecr`. */
  readonly service: string;
  /** Where requests for the resource are sent. */
  readonly region: string;
  readonly organization: Organization;
  readonly trustedAccounts: ReadonlySet<string>;
  readonly trustedOrganizations: ReadonlySet<string>;
  /** Paths as in `aws:PrincipalOrgPaths`, with a `*` for all that is below. */
  readonly trustedOrganizationalUnits: readonly Pattern[];
  /** For all questions about the resource. */
  readonly budget: Budget;
}

export function accountGrantee(accountId: string, zone: ZoneOfTrust, principal?: string): Grantee {
  const account = { kind: 'account', accountId, relation: relationOf(accountId, zone) } as const;
  return principal === undefined ? account : { ...account, principal };
}

/** The accounts of an organization, or of the path in it. */
export function organizationGrantee(organizationId: string, zone: ZoneOfTrust, path?: Pattern): Grantee {
  return {
    kind: 'organization',
    organizationId,
    relation: relationOfOrganization(organizationId, zone, path),
  };
}

/** One that may be our own, of which the id could not be read. */
export function unknownOrganization(organizationId: string): Grantee {
  return { kind: 'organization', organizationId, relation: 'unknown' };
}

/** Who gets access by a principal: nobody if it has been deleted. */
export function granteesOfPrincipal(principal: Principal, zone: ZoneOfTrust): Grantee[] {
  switch (principal.kind) {
    case 'everyone':
    case 'wildcard':
      return [EVERYONE];
    case 'account':
      return [accountGrantee(principal.accountId, zone)];
    case 'identity':
      return [accountGrantee(principal.accountId, zone, principal.arn)];
    case 'deleted-identity':
      return [];
    case 'service':
      return [{ kind: 'service', service: principal.service }];
    case 'federated':
      return [federatedGrantee(principal.provider, zone)];
    case 'canonical-user':
      return [principal];
  }
}

/**
 * Ranks lists of grantees by their most exposed member, to choose the narrowest of several confinements. What does not
 * tell the account narrows no account that is named: its own role has a unique id as well, and its own endpoint an id.
 */
export function exposureOf(grantees: readonly Grantee[]): number {
  return Math.max(-1, ...grantees.map(exposureOfGrantee));
}

function exposureOfGrantee(grantee: Grantee): number {
  switch (grantee.kind) {
    case 'everyone':
      return 6;
    case 'organization':
    case 'account':
      return EXPOSURE_BY_RELATION[grantee.relation];
    case 'canonical-user':
    case 'network':
    case 'other':
      return OWNER_UNTOLD;
    case 'federated':
      return 4;
    case 'service':
      return 0;
  }
}

/** Whether it says which account, organization, service or identity provider it is. */
export function tellsOwner(grantee: Grantee): boolean {
  return exposureOfGrantee(grantee) < OWNER_UNTOLD;
}

const OWNER_UNTOLD = 5;
const EXPOSURE_BY_RELATION = {
  own: 0,
  organization: 0,
  trusted: 2,
  unknown: 3,
  external: 4,
} as const satisfies Record<Relation, number>;

function relationOf(accountId: string, zone: ZoneOfTrust): Relation {
  if (accountId === zone.accountId) return 'own';
  if (zone.organization.accountIds.has(accountId)) return 'organization';
  if (zone.trustedAccounts.has(accountId)) return 'trusted';
  return zone.organization.membersUnreadable === undefined ? 'external' : 'unknown';
}

function relationOfOrganization(
  organizationId: string,
  { organization, trustedOrganizations, trustedOrganizationalUnits, budget }: ZoneOfTrust,
  path: Pattern | undefined,
) {
  const { id } = organization;
  if (id.state === 'present' && id.value === organizationId) return 'own';
  if (trustedOrganizations.has(organizationId)) return 'trusted';
  if (path && isEmpty({ included: [[path]], excluded: trustedOrganizationalUnits }, budget)) return 'trusted';
  return id.state === 'unreadable' ? 'unknown' : 'external';
}

/** An identity provider is trusted as much as the account it is set up in; a public one is in none. */
function federatedGrantee(provider: string, zone: ZoneOfTrust): Grantee {
  const arn = parseArn(provider);
  if (arn?.service !== 'iam' || !ACCOUNT_ID.test(arn.accountId)) return { kind: 'federated', provider };
  return accountGrantee(arn.accountId, zone, provider);
}
