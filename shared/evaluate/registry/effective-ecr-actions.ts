import { parseArn } from '../../model/arn.ts';
import { type EffectiveActions, effectiveActions, unlistedActions } from '../iam/effective-actions.ts';
import type { Identity } from '../iam/identity.ts';
import { compilePattern, compileWildcards, type Pattern } from '../patterns/pattern.ts';
import { ECR_ACTIONS, type EcrResource } from './ecr-actions.ts';

/**
 * What the identity can do in ECR: the listed actions, and any others that its policies name under `ecr:`, which are
 * taken to work on any resource.
 */
export function effectiveEcrActions(identity: Identity): EffectiveActions {
  const resources = resourcesIn(parseArn(identity.arn)?.partition ?? '*');
  const listed = ECR_ACTIONS.map(({ name, resource }) => ({ name, resource: resources[resource] }));
  const names = listed.map(({ name }) => name);
  const unlisted = unlistedActions(identity, 'ecr', names).map((name) => ({ name }));
  return effectiveActions(identity, [...listed, ...unlisted]);
}

/**
 * Actions on the registry as a whole take no resource: a statement has to say `*` to include them (Service
 * Authorization Reference, "Resource types"). An identity acts in its own partition only.
 */
function resourcesIn(partition: string): Readonly<Record<EcrResource, Pattern>> {
  return {
    repository: compileWildcards(`arn:${partition}:ecr:*:*:repository/*`),
    registry: compilePattern('*', { wildcards: false, variables: false }),
  };
}
