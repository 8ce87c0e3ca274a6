/**
 * Tags whose value is the name of the cluster that a resource belongs to: managed node groups, Auto Mode (and its load
 * balancers), EKS for every instance that joins a cluster, the AWS Load Balancer Controller.
 */
const NAMED_BY_VALUE = [
  'eks:cluster-name',
  'eks:eks-cluster-name',
  'aws:eks:cluster-name',
  'elbv2.k8s.aws/cluster',
] as const;

/** Self-managed nodes and the load balancers of Kubernetes itself: the cluster's name follows, the value is `owned` or `shared`. */
const NAMED_BY_KEY = 'kubernetes.io/cluster/';

/** The keys of all tags that say that a resource belongs to a cluster; `*` as in EC2's filters. */
export const CLUSTER_TAG_KEYS: readonly string[] = [`${NAMED_BY_KEY}*`, ...NAMED_BY_VALUE];

/** The names of the clusters that a resource is tagged for, in order. */
export function clustersOf(tags: Readonly<Record<string, string>>): string[] {
  const byValue = NAMED_BY_VALUE.flatMap((key) => tags[key] ?? []);
  const byKey = Object.keys(tags).flatMap((key) =>
    key.startsWith(NAMED_BY_KEY) ? [key.slice(NAMED_BY_KEY.length)] : [],
  );
  return [...new Set([...byValue, ...byKey])].filter((name) => name !== '').sort();
}

/**
 * The names of the clusters that an instance is tagged as a node of, in order. `shared` marks what clusters use beside
 * others, such as a bastion host: https://docs.aws.amazon.com/eks/latest/userguide/launch-workers.html asks for `owned`.
 */
export function clustersOfNode(tags: Readonly<Record<string, string>>): string[] {
  return clustersOf(
    Object.fromEntries(
      Object.entries(tags).filter(([key, value]) => !key.startsWith(NAMED_BY_KEY) || value === 'owned'),
    ),
  );
}

/** Tags as AWS lists them, by key. */
export function tagsOf(
  list: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined,
): Record<string, string> {
  return Object.fromEntries((list ?? []).flatMap(({ Key, Value }) => (Key ? [[Key, Value ?? '']] : [])));
}
