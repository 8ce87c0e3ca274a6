import type { ControlContext } from '../../model/control.ts';
import type { LetIn } from '../iam/grantee.ts';
import type { Policy } from '../iam/parse-policy.ts';
import { type ResourceGrant, whoIsLetIn } from '../iam/resource-policy-grantees.ts';
import { ECR_ACTIONS, ecrAccessLevel } from './ecr-actions.ts';

/**
 * Which side of the organization's border someone stands on. `trusted` is outside, but may read; `unknown` may be
 * either, as the organization is not known.
 */
export type Standing = 'everyone' | 'outside' | 'trusted' | 'unknown' | 'inside';

/** One who is let in by a policy of ECR, and what for. */
export interface EcrAccess {
  readonly who: string;
  readonly standing: Standing;
  readonly actions: readonly string[];
  /** Whether one of the actions writes or changes permissions. */
  readonly canWrite: boolean;
  /** What keeps others out, as condition keys. */
  readonly confinedBy: readonly string[];
}

const ACTIONS = ECR_ACTIONS.map(({ name }) => name);

/** Whom a repository's or registry's policy lets in, after its Deny statements. */
export function ecrAccessOf(policy: Policy, context: ControlContext): EcrAccess[] {
  const { scope, organization, settings } = context;
  const around = {
    accountId: scope.accountId,
    organizationId: organization.id,
    organizationAccountIds: organization.accountIds,
    trustedAccounts: new Set(settings.trustedAccounts),
  };
  return whoIsLetIn(policy, around, ACTIONS).flatMap((grant) => toAccess(grant, context));
}

/** What a statement says of other services' actions grants nothing here. */
function toAccess({ letIn, actions, confinedBy }: ResourceGrant, context: ControlContext): EcrAccess[] {
  const ofEcr = actions.filter((action) => action.toLowerCase().startsWith('ecr:'));
  if (ofEcr.length === 0) return [];
  const canWrite = ofEcr.some((action) => ecrAccessLevel(action) !== 'read');
  return letIn.map((one) => ({
    who: nameOf(one),
    standing: standingOf(one, context),
    actions: ofEcr,
    canWrite,
    confinedBy,
  }));
}

/** Services, networks and single identities that are named are a confinement, whoever owns them. */
function standingOf(letIn: LetIn, { organization }: ControlContext): Standing {
  switch (letIn.who) {
    case 'everyone':
      return 'everyone';
    case 'organization':
      if (letIn.relation === 'own') return 'inside';
      // An account that stands alone belongs to no organization, so not to this one either.
      return letIn.relation === 'unknown' && !organization.isComplete ? 'unknown' : 'outside';
    case 'account':
      if (letIn.relation === 'own' || letIn.relation === 'organization') return 'inside';
      if (letIn.relation === 'trusted') return 'trusted';
      return organization.isComplete ? 'outside' : 'unknown';
    case 'federated':
      return 'outside';
    case 'service':
    case 'network':
    case 'other':
      return 'inside';
  }
}

function nameOf(letIn: LetIn): string {
  switch (letIn.who) {
    case 'everyone':
      return 'everyone';
    case 'organization':
      return `organization ${letIn.organizationId}`;
    case 'account':
      return letIn.principal ?? `account ${letIn.accountId}`;
    case 'service':
      return letIn.service === '*' ? 'AWS services' : letIn.service;
    case 'federated':
      return letIn.provider;
    case 'network':
    case 'other':
      return letIn.id;
  }
}
