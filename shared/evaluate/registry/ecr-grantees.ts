import type { ControlContext } from '../../model/control.ts';
import type { Grantee } from '../iam/grantee.ts';
import { granteesOf, type ResourceGrant } from '../iam/resource-policy-grantees.ts';
import type { Policy } from '../iam/statement.ts';
import { ECR_ACTIONS, ecrAccessLevel } from './ecr-actions.ts';

/**
 * Whether a grantee belongs to the organization. `trusted`: it does not, but may read. `unknown`: the accounts of the
 * organization are not all known.
 */
export type Affiliation = 'everyone' | 'external' | 'trusted' | 'unknown' | 'internal';

/** A grantee of an ECR policy, and what it may do. */
export interface EcrGrantee {
  readonly name: string;
  readonly affiliation: Affiliation;
  readonly actions: readonly string[];
  /** Whether one of the actions writes or changes permissions. */
  readonly canWrite: boolean;
  /** What keeps others out: condition keys, or `NotPrincipal`. */
  readonly confinedBy: readonly string[];
}

const ACTIONS = ECR_ACTIONS.map(({ name }) => name);

/** Who gets access by the policy of a repository or registry, after its Deny statements. */
export function ecrGranteesOf(policy: Policy, context: ControlContext): EcrGrantee[] {
  const { scope, organization, settings } = context;
  const zone = {
    accountId: scope.accountId,
    organizationId: organization.id,
    organizationAccountIds: organization.accountIds,
    trustedAccounts: new Set(settings.trustedAccounts),
  };
  return granteesOf(policy, zone, ACTIONS).flatMap((grant) => toEcrGrantees(grant, context));
}

/** Actions of other services have no effect in a policy of ECR. */
function toEcrGrantees(grant: ResourceGrant, context: ControlContext): EcrGrantee[] {
  const { grantees, confinedBy } = grant;
  const actions = grant.actions.filter((action) => action.toLowerCase().startsWith('ecr:'));
  if (actions.length === 0) return [];
  const canWrite = actions.some((action) => ecrAccessLevel(action) !== 'read');
  return grantees.map((grantee) => ({
    name: nameOf(grantee),
    affiliation: affiliationOf(grantee, context),
    actions,
    canWrite,
    confinedBy,
  }));
}

/** Naming a service, a network or a single identity confines the access, whoever owns it. */
function affiliationOf(grantee: Grantee, { organization }: ControlContext): Affiliation {
  switch (grantee.kind) {
    case 'everyone':
      return 'everyone';
    case 'organization':
      if (grantee.relation === 'own') return 'internal';
      // An account without an organization does not belong to this one either.
      return grantee.relation === 'unknown' && !organization.isComplete ? 'unknown' : 'external';
    case 'account':
      if (grantee.relation === 'own' || grantee.relation === 'organization') return 'internal';
      if (grantee.relation === 'trusted') return 'trusted';
      return organization.isComplete ? 'external' : 'unknown';
    case 'federated':
      return 'external';
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
    case 'network':
    case 'other':
      return grantee.id;
  }
}
