import type { AskedAction, EffectiveActions, Identity } from '../iam/effective-actions.ts';
import { actionsBeyondList, effectiveActions } from '../iam/effective-actions.ts';
import type { Pattern } from '../patterns/pattern.ts';
import { compilePattern } from '../patterns/pattern.ts';
import type { EcrResource } from './ecr-actions.ts';
import { ECR_ACTIONS } from './ecr-actions.ts';

/**
 * What the identity can do in ECR: the listed actions, and whatever else its policies name under `ecr:`, which is
 * taken to work on any resource.
 */
export function effectiveEcrActions(identity: Identity): EffectiveActions {
  const actsOn = resourcesIn(partitionOf(identity.arn));
  const listed = ECR_ACTIONS.map(({ name, resource }) => ({ name, actsOn: actsOn[resource] }));
  const names = listed.map(({ name }) => name);
  const unlisted: AskedAction[] = actionsBeyondList(identity, 'ecr', names).map((name) => ({ name }));
  return effectiveActions(identity, [...listed, ...unlisted]);
}

/**
 * Actions on the registry as a whole take no resource: a statement has to say `*` to mean them (Service Authorization
 * Reference, "Resource types"). An identity acts in its own partition only.
 */
function resourcesIn(partition: string): Readonly<Record<EcrResource, Pattern>> {
  return {
    repository: compilePattern(`arn:${partition}:ecr:*:*:repository/*`, {
      wildcards: true,
      variables: false,
    }),
    registry: compilePattern('*', { wildcards: false, variables: false }),
  };
}

function partitionOf(arn: string): string {
  return arn.split(':')[1] ?? '*';
}
