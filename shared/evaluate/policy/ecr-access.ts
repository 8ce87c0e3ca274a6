import { formatArn, parseArn } from '../../model/arn.ts';
import type { EcrResource } from './actions.ts';
import { ECR_ACTIONS } from './actions.ts';
import type { AskedAction, EffectiveActions, Identity } from './identity.ts';
import { actionsBeyondList, effectiveActions } from './identity.ts';
import type { Pattern } from './wildcard.ts';
import { compilePattern } from './wildcard.ts';

/**
 * What the identity can do in ECR: the listed actions, and whatever else its policies name under `ecr:`, which is
 * taken to work on any resource.
 */
export function effectiveEcrActions(identity: Identity): EffectiveActions {
  const actsOn = resourcesIn(parseArn(identity.arn)?.partition ?? '*');
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
  const repositories = formatArn({
    partition,
    service: 'ecr',
    region: '*',
    accountId: '*',
    resource: 'repository/*',
  });
  return {
    repository: compilePattern(repositories, { wildcards: true, variables: false }),
    registry: compilePattern('*', { wildcards: false, variables: false }),
  };
}
