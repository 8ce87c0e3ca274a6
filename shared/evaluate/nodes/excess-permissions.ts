import type { ControlContext } from '../../model/control.ts';
import { type Evidence, present, presentOf, type Unreadable, unreadableOf } from '../../model/evidence.ts';
import type { IamRole } from '../../model/iam-facts.ts';
import { mapInSteps, type Steps } from '../../model/steps.ts';
import { analyzePermissions, type IamIndex } from '../iam/account-identities.ts';
import { type ActionBeyondBaseline, actionsBeyondBaseline } from '../iam/actions-beyond-baseline.ts';
import { NODE_BASELINES } from './node-baselines.ts';
import { hasMetadataService, type NodeSources, reachableCredentialsOf } from './node-credentials.ts';
import type { NodeRole } from './node-roles.ts';

/** A node role that is allowed more than the baselines of its kinds of node. */
export interface ExcessPermissions {
  readonly role: IamRole;
  readonly beyond: readonly ActionBeyondBaseline[];
  /** Where pods reach the role's credentials; empty when they do not. */
  readonly reachedOn: readonly string[];
}

/** A node role and what IAM says of it: absent when it was deleted. */
export interface DescribedNodeRole extends NodeRole {
  readonly described: Evidence<IamRole>;
}

/**
 * The node roles that are allowed more than their kinds of node need, and what could not be read and decides whether
 * pods can use more of others. What a role is allowed does not matter where pods do not reach its credentials, nor who
 * reaches them where it is allowed no more than it needs. `hostNetwork` says which pods are on it, if there are any.
 */
export function* excessPermissions(
  roles: readonly DescribedNodeRole[],
  sources: NodeSources & { readonly hostNetwork: readonly string[] },
  iam: IamIndex,
  { settings }: ControlContext,
): Steps<{ readonly found: readonly ExcessPermissions[]; readonly unreadable: readonly Unreadable[] }> {
  const judged = yield* mapInSteps(roles.filter(isOfNodes), (role) => {
    const excess = excessOf(role, settings.nodeRoleBaseline, iam);
    const hosts = hasMetadataService(role) ? sources.hostNetwork : [];
    const reachable = reachableCredentialsOf(role, sources, iam);
    const names = [...reachable.names, ...hosts];
    const unreadable = hosts.length > 0 ? [] : reachable.unreadable;
    const mayBeReached = names.length + unreadable.length > 0;
    return {
      found: presentOf([excess]).map((value) => ({
        ...value,
        reachedOn: names,
        isUnknown: unreadable.length > 0,
      })),
      unreadable: [
        ...(mayBeReached ? unreadableOf([excess]) : []),
        ...(excess.state === 'absent' ? [] : unreadable),
      ],
    };
  });
  return {
    found: judged.flatMap(({ found }) => found).filter(({ isUnknown }) => !isUnknown),
    unreadable: judged.flatMap(({ unreadable }) => unreadable),
  };
}

/** Pods on Fargate do not get the role of their profile. */
function isOfNodes({ kinds }: NodeRole): boolean {
  return [...kinds].some((kind) => kind !== 'Fargate');
}

/** Absent when the role is allowed no more than it needs, or does not exist: nobody is granted anything by it then. */
function excessOf(
  { described, mayBeOfKinds }: DescribedNodeRole,
  added: readonly string[],
  iam: IamIndex,
): Evidence<Omit<ExcessPermissions, 'reachedOn'>> {
  if (described.state !== 'present') return described;
  const kinds = [...mayBeOfKinds].sort();
  const baseline = [...kinds.flatMap((kind) => NODE_BASELINES[kind]), { actions: added }];
  const answer = analyzePermissions(described.value, iam, {
    key: `beyond ${kinds}`,
    answer: (identity, budget) => actionsBeyondBaseline(identity, baseline, budget),
  });
  if (answer.state === 'unreadable') return answer;
  const { beyond } = answer.value;
  return beyond.length > 0 ? present({ role: described.value, beyond }) : { state: 'absent' };
}
