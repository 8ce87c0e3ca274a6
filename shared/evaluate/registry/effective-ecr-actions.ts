import { parseArn } from '../../model/arn.ts';
import { type EffectiveActions, effectiveActions, unlistedActions } from '../iam/effective-actions.ts';
import type { Identity } from '../iam/identity.ts';
import { ECR_ACTIONS } from './ecr-actions.ts';
import { ecrResourcesIn } from './ecr-resources.ts';

/**
 * What the identity can do in ECR: the listed actions, and any others that its policies name under `ecr:`, which are
 * taken to work on any resource of ECR. An identity acts in its own partition only, but in every account and Region that
 * lets it.
 */
export function effectiveEcrActions(identity: Identity): EffectiveActions {
  const partition = parseArn(identity.arn)?.partition ?? '*';
  const resources = ecrResourcesIn({ partition, region: '*', accountId: '*' });
  const listed = ECR_ACTIONS.map(({ name, resource }) => ({ name, resources: resources[resource] }));
  const names = listed.map(({ name }) => name);
  const unlisted = unlistedActions(identity, 'ecr', names).map((name) => ({
    name,
    resources: resources.any,
  }));
  return effectiveActions(identity, [...listed, ...unlisted]);
}
