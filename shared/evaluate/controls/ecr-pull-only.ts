import {
  type ControlContext,
  control,
  type DecisionTable,
  type Judgement,
  notAvailable,
} from '../../model/control.ts';
import type { ResourceRef } from '../../model/resource.ts';
import { mapInSteps } from '../../model/steps.ts';
import { formatList, uniqueSorted } from '../formatting.ts';
import { analyzePermissions, type IamIndex, roleByArn, sharedIndex } from '../iam/account-identities.ts';
import { type NodeRole, nodeRolesOf } from '../nodes/node-roles.ts';
import { CREATE_REPOSITORY, isPull, PULL_THROUGH_CACHE_ACTIONS } from '../registry/ecr-actions.ts';
import { ECR_PERMISSIONS } from '../registry/effective-ecr-actions.ts';

const rows = {
  READ_ONLY: {
    status: 'PASSED',
    when: 'Every ECR action that the role is allowed is a read or BatchImportUpstreamImage, or the role does not exist any more',
  },
  PULL_THROUGH_CACHE_WRITE: {
    status: 'WARNING',
    when: 'Beyond that it may only do what a pull-through cache needs (CreateRepository, and TagResource with it)',
  },
  PULL_THROUGH_CACHE_ALLOWED: {
    status: 'PASSED',
    when: 'The same, and allowPullThroughCache is set',
  },
  CAN_WRITE: { status: 'FAILED', when: 'The role may do anything more in ECR' },
  NO_NODE_ROLES: { status: 'PASSED', when: 'The cluster has no nodes, and nothing that would start any' },
} as const satisfies DecisionTable;
type Row = Judgement<keyof typeof rows>;

export const ecrPullOnly = control({
  key: 'ecr-pull-only',
  title: 'Nodes can only read from ECR',
  description:
    'A node pulls images and needs nothing more. Whoever takes over a pod that reaches its node’s credentials could ' +
    'otherwise replace the images that every cluster runs.',
  remediation: {
    text:
      'Give the role AmazonEC2ContainerRegistryReadOnly instead of the policies named: aws iam attach-role-policy ' +
      '--role-name <role> --policy-arn arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly, then aws iam ' +
      'detach-role-policy or delete-role-policy. Pipelines that push from pods get a role of their own through EKS Pod ' +
      'Identity. If nodes create repositories for a pull-through cache, set allowPullThroughCache.',
    url: 'https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html',
  },
  level: 'cluster',
  severity: 'HIGH',
  nist: ['AC-3', 'AC-6', 'AC-6(10)', 'CM-5'],
  needs: ['cluster', 'nodegroups', 'fargateProfiles', 'accessEntries', 'instances', 'iam'],
  acceptsUnreadable: ['nodegroups', 'fargateProfiles', 'accessEntries', 'instances'],
  rows,
  *judge({ iam, ...sources }, context) {
    const index = sharedIndex(iam, context);
    const { roles, unreadable } = nodeRolesOf(sources, index);
    const judged = yield* mapInSteps(roles, (role) => judgeRole(role, index, context));
    if (unreadable.length > 0) return [...judged, notAvailable(unreadable)];
    if (judged.length > 0) return judged;
    return {
      code: 'NO_NODE_ROLES',
      reason: 'The cluster has no nodes, and no node group, Fargate profile or access entry for any.',
    };
  },
});

function judgeRole({ arn, usedBy }: NodeRole, iam: IamIndex, { scope, settings }: ControlContext): Row {
  const name = arn.slice(arn.lastIndexOf('/') + 1);
  const resource: ResourceRef = { type: 'AwsIamRole', id: arn, name };
  const role = roleByArn(arn, scope.accountId, iam);
  if (role.state === 'absent') {
    const reason = `The role ${name} (${uniqueSorted(usedBy).join(', ')}) does not exist, so nobody can use it.`;
    return { code: 'READ_ONLY', reason, resource, evidence: { missingRole: arn } };
  }
  const answer = role.state === 'present' ? analyzePermissions(role.value, iam, ECR_PERMISSIONS) : role;
  if (answer.state === 'unreadable') return notAvailable(answer, { resource });

  const beyondReading = answer.value.allowed.filter(({ action }) => !isPull(action));
  const actions = uniqueSorted(beyondReading.map(({ action }) => action));
  const policies = uniqueSorted(beyondReading.flatMap(({ grantedBy }) => grantedBy));
  const who = `The role ${name} (${uniqueSorted(usedBy).join(', ')})`;
  const seen = { resource, evidence: { actions: actions.join(', '), policies: policies.join(', ') } };
  if (actions.length === 0) {
    return { code: 'READ_ONLY', reason: `${who} may only read from ECR.`, resource };
  }
  const may = `${who} may ${formatList(actions)}, by ${formatList(policies)}.`;
  if (!isForPullThroughCache(actions)) {
    return { code: 'CAN_WRITE', reason: may, ...seen };
  }
  if (settings.allowPullThroughCache) {
    return {
      code: 'PULL_THROUGH_CACHE_ALLOWED',
      reason: `${may} allowPullThroughCache accepts that.`,
      ...seen,
    };
  }
  return { code: 'PULL_THROUGH_CACHE_WRITE', reason: `${may} A pull-through cache needs that.`, ...seen };
}

function isForPullThroughCache(actions: readonly string[]): boolean {
  const isNeeded = actions.every((action) => PULL_THROUGH_CACHE_ACTIONS.includes(action));
  return isNeeded && actions.includes(CREATE_REPOSITORY);
}
