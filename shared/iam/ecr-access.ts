import type { EcrResource } from './actions.ts';
import { ECR_ACTIONS } from './actions.ts';
import type { AskedAction, EffectiveActions, Identity } from './identity.ts';
import { actionsBeyondList, effectiveActions } from './identity.ts';
import type { Pattern } from './wildcard.ts';
import { compilePattern } from './wildcard.ts';

/**
 * Actions on the registry as a whole take no resource: a statement has to say `*` to mean them (Service Authorization
 * Reference, "Resource types").
 */
const ACTS_ON: Readonly<Record<EcrResource, Pattern>> = {
  repository: compilePattern('arn:*:ecr:*:*:repository/*', { wildcards: true, variables: false }),
  registry: compilePattern('*', { wildcards: false, variables: false }),
};

const LISTED: readonly AskedAction[] = ECR_ACTIONS.map(({ name, resource }) => ({
  name,
  actsOn: ACTS_ON[resource],
}));

/**
 * What the identity can do in ECR: the listed actions, and whatever else its policies name under `ecr:`, which is
 * taken to work on any resource.
 */
export function effectiveEcrActions(identity: Identity): EffectiveActions {
  const unlisted = actionsBeyondList(
    identity,
    'ecr',
    LISTED.map(({ name }) => name),
  );
  return effectiveActions(identity, [...LISTED, ...unlisted.map((name) => ({ name }))]);
}
