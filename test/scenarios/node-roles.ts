import type { ClusterSpec } from '../../infra/sandbox/resources/eks.ts';
import type { RoleSpec } from '../../infra/sandbox/resources/iam.ts';
import { PAYMENTS, REGION } from '../harness.ts';
import type { Scenario } from './scenario.ts';

const region = REGION;

export const WORKER_POLICIES = [
  'AWS/AmazonEKSWorkerNodePolicy',
  'AWS/AmazonEKS_CNI_Policy',
  'AWS/AmazonEC2ContainerRegistryReadOnly',
];
export const roleArn = (name: string) => `arn:aws:iam::${PAYMENTS}:role/${name}`;

export function document(...Statement: object[]) {
  return { Version: '2012-10-17', Statement };
}

export function allow(Action: string | string[], more: object = {}) {
  return { Effect: 'Allow', Action, Resource: '*', ...more };
}

/** A cluster with one node group that has this role. */
export function withNodeRole(role: RoleSpec, cluster: Partial<ClusterSpec> = {}): Scenario['add'] {
  return (account, name) =>
    account
      .role(`${name}-node`, role)
      .cluster(name, { region, nodegroups: [{ nodegroupName: 'workers' }], ...cluster });
}
