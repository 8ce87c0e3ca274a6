import type { ControlContext } from '../../model/control.ts';
import type { Unreadable } from '../../model/evidence.ts';
import type { Grantee } from '../iam/grantee.ts';
import { granteesOf, type ResourceGrant } from '../iam/resource-policy-grantees.ts';
import type { Policy } from '../iam/statement.ts';
import type { Budget } from '../patterns/budget.ts';
import { compileWildcards } from '../patterns/pattern.ts';
import { ECR_ACTIONS, ecrAccessLevel } from './ecr-actions.ts';
import type { EcrResources } from './ecr-resources.ts';

/**
 * Whether a grantee belongs to the organization. `trusted`: it does not, but may read. `unknown`: too little of the
 * organization is known.
 */
export type Affiliation = 'everyone' | 'external' | 'trusted' | 'unknown' | 'internal';

/** A grantee of an ECR policy, and what it may do. */
export interface EcrGrantee {
  readonly name: string;
  readonly affiliation: Affiliation;
  /** Why the affiliation is unknown; undefined too where the policy itself does not tell whose account it is. */
  readonly unreadable?: Unreadable | undefined;
  readonly actions: readonly string[];
  /** Whether one of the actions writes or changes permissions. */
  readonly canWrite: boolean;
  /** What keeps others out: condition keys, or `NotPrincipal`. */
  readonly confinedBy: readonly string[];
}

/**
 * Who gets access by the policy of a repository or registry, after its Deny statements.
 *
 * @throws TooComplexError when that takes more than is left of the budget.
 * @param resources What the policy is about.
 */
export function ecrGranteesOf(
  policy: Policy,
  resources: EcrResources,
  context: ControlContext,
  budget: Budget,
): EcrGrantee[] {
  const { scope, organization, settings } = context;
  const zone = {
    accountId: scope.accountId,
    service: 'ecr',
    region: scope.region,
    organization,
    trustedAccounts: new Set(settings.trustedAccounts),
    trustedOrganizations: new Set(settings.trustedOrganizations),
    trustedOrganizationalUnits: settings.trustedOrganizationalUnits.map(compileWildcards),
    budget,
  };
  const listed = ECR_ACTIONS.map(({ name, resource }) => ({ name, resources: resources[resource] }));
  const grants = granteesOf(policy, zone, listed, resources.any);
  return grants.flatMap((grant) => toEcrGrantees(grant, context));
}

/** Actions of other services have no effect in a policy of ECR. */
function toEcrGrantees(grant: ResourceGrant, context: ControlContext): EcrGrantee[] {
  const { grantees, confinedBy } = grant;
  const actions = grant.actions.filter((action) => action.toLowerCase().startsWith('ecr:'));
  if (actions.length === 0) return [];
  const canWrite = actions.some((action) => ecrAccessLevel(action) !== 'read');
  return grantees.map((grantee) => {
    const unreadable = unreadableOf(grantee, context);
    const affiliation = affiliationOf(grantee);
    // Whoever is trusted may belong to the organization as well, whose accounts may write.
    const isUnknown = affiliation === 'trusted' && canWrite && unreadable !== undefined;
    return {
      name: nameOf(grantee),
      affiliation: isUnknown ? 'unknown' : affiliation,
      unreadable,
      actions,
      canWrite,
      confinedBy,
    };
  });
}

/** What would tell whether an account or organization is our own, where it could not be read. */
function unreadableOf(grantee: Grantee, { organization }: ControlContext): Unreadable | undefined {
  if (grantee.kind === 'account') return organization.membersUnreadable;
  if (grantee.kind !== 'organization' || organization.id.state !== 'unreadable') return undefined;
  return organization.id;
}

const AFFILIATIONS = {
  own: 'internal',
  organization: 'internal',
  trusted: 'trusted',
  external: 'external',
  unknown: 'unknown',
} as const satisfies Record<string, Affiliation>;

/** Naming a service, a network or a bucket confines the access, whoever owns it. */
function affiliationOf(grantee: Grantee): Affiliation {
  switch (grantee.kind) {
    case 'everyone':
      return 'everyone';
    case 'organization':
    case 'account':
      return AFFILIATIONS[grantee.relation];
    case 'federated':
      return 'external';
    case 'canonical-user':
      return 'unknown';
    case 'service':
    case 'network':
    case 'other':
      return 'internal';
  }
}

function nameOf(grantee: Grantee): string {
  switch (grantee.kind) {
    case 'everyone':
      return 'everyone';
    case 'organization':
      return `organization ${grantee.organizationId}`;
    case 'account':
      return grantee.principal ?? `account ${grantee.accountId}`;
    case 'service':
      return grantee.service === '*' ? 'AWS services' : grantee.service;
    case 'federated':
      return grantee.provider;
    case 'canonical-user':
      return `canonical user ${grantee.canonicalId}`;
    case 'network':
    case 'other':
      return grantee.id;
  }
}
