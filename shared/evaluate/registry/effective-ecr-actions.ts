import { parseArn } from '../../model/arn.ts';
import type { Question } from '../iam/account-identities.ts';
import { type EffectiveActions, effectiveActions, unlistedActions } from '../iam/effective-actions.ts';
import type { Identity } from '../iam/identity.ts';
import { readStatements } from '../iam/identity.ts';
import type { Budget } from '../patterns/budget.ts';
import { ECR_ACTIONS } from './ecr-actions.ts';
import { ecrResourcesIn } from './ecr-resources.ts';

/** What a role or user can do in ECR. */
export const ECR_PERMISSIONS: Question<EffectiveActions> = { key: 'ecr', answer: effectiveEcrActions };

/**
 * What the identity can do in ECR: the listed actions, and any others that its policies name under `ecr:`, which are
 * taken to work on any resource of ECR. An identity acts in its own partition only, but in every account and Region that
 * lets it.
 *
 * @throws TooComplexError when that takes more than is left of the budget.
 */
export function effectiveEcrActions(identity: Identity, budget: Budget): EffectiveActions {
  const statements = readStatements(identity);
  const partition = parseArn(identity.arn)?.partition ?? '*';
  const resources = ecrResourcesIn({ partition, region: '*', accountId: '*' });
  const listed = ECR_ACTIONS.map(({ name, resource }) => ({ name, resources: resources[resource] }));
  const names = listed.map(({ name }) => name);
  const unlisted = unlistedActions(statements, 'ecr', names, budget).map((name) => ({
    name,
    resources: resources.any,
  }));
  return effectiveActions(statements, [...listed, ...unlisted], budget);
}
