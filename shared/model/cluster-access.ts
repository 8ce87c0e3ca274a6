/*
 * How the auditor's role gets access to the Kubernetes API of clusters: an access entry, with a policy of EKS or with a
 * Kubernetes group. https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html
 */

/** `view`: by AmazonEKSViewPolicy, which needs nothing inside the cluster. `group`: by a ClusterRole of the cluster, which reads more. */
export const ACCESS_LEVELS = ['view', 'group'] as const;
export type AccessLevel = (typeof ACCESS_LEVELS)[number];

/** The Kubernetes group that the manifest binds its roles to. */
export const ACCESS_GROUP = 'eks-auditor';

/** https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html */
export const VIEW_POLICY = 'AmazonEKSViewPolicy';

export function viewPolicyArn(partition: string): string {
  return `arn:${partition}:eks::aws:cluster-access-policy/${VIEW_POLICY}`;
}
