import { MalformedResponseError } from '../../aws/read.ts';
import { readInBatches } from '../../aws/read-in-batches.ts';
import { clustersOf } from '../../model/cluster-tags.ts';
import { present, type Reading } from '../../model/evidence.ts';
import type { Listener, LoadBalancer, LoadBalancers } from '../../model/load-balancer-facts.ts';

/** DescribeTags takes 20 ARNs (ELBv2) or names (classic), and fails as a whole because of one of them. */
const TAG_BATCHES = { size: 20, splitOn: ['gone', 'denied'] } as const;

type Tags = Readonly<Record<string, string>>;
type Listed = Pick<LoadBalancer, 'arn' | 'name' | 'type' | 'internetFacing'>;

/** What differs between the two APIs. */
interface LoadBalancerApi<L extends Listed> {
  /** What DescribeTags names a load balancer by. */
  keyOf(loadBalancer: L): string;
  /** Tags by key; unreadable as gone when one of the load balancers was deleted. */
  describeTags(keys: readonly string[]): Promise<Reading<ReadonlyMap<string, Tags>>>;
  describeListeners(loadBalancer: L): Promise<Reading<readonly Listener[]>>;
}

/**
 * The load balancers among those listed that belong to the given clusters, by their tags. Listeners are read only of
 * these. What was deleted since the list was read is left out.
 */
export async function loadBalancersOf<L extends Listed>(
  clusters: readonly { readonly name: string }[],
  listed: readonly L[],
  api: LoadBalancerApi<L>,
): Promise<Reading<LoadBalancers>> {
  const tagsByKey = await readInBatches(
    listed.map((loadBalancer) => api.keyOf(loadBalancer)),
    TAG_BATCHES,
    (keys) => api.describeTags(keys),
  );
  const tagged = listed.flatMap((loadBalancer) => {
    const tags = tagsByKey.get(api.keyOf(loadBalancer));
    return tags === undefined || tags.state === 'absent' ? [] : [{ loadBalancer, tags }];
  });
  const clusterNames = new Set(clusters.map((cluster) => cluster.name));
  const ofClusters = tagged.map(async ({ loadBalancer, tags }): Promise<LoadBalancer[]> => {
    if (tags.state === 'unreadable') return [];
    const taggedFor = clustersOf(tags.value);
    if (!taggedFor.some((clusterName) => clusterNames.has(clusterName))) return [];
    const listeners = await api.describeListeners(loadBalancer);
    if (listeners.state === 'unreadable' && listeners.kind === 'gone') return [];
    const { arn, name, type, internetFacing } = loadBalancer;
    return [{ arn, name, type, internetFacing, clusters: taggedFor, tags: tags.value, listeners }];
  });
  return present({
    ofClusters: (await Promise.all(ofClusters)).flat(),
    unattributed: tagged.flatMap(({ loadBalancer, tags }) =>
      tags.state === 'unreadable' ? [{ arn: loadBalancer.arn, tags }] : [],
    ),
  });
}

/**
 * What DescribeTags answered, by key. Throws MalformedResponseError when a key is missing: of a load balancer without
 * tags AWS answers with an empty list.
 */
export function toTagsByKey(
  keys: readonly string[],
  descriptions: readonly (readonly [key: string | undefined, tags: Tags])[] = [],
): ReadonlyMap<string, Tags> {
  const tags = new Map(descriptions.flatMap(([key, value]) => (key ? [[key, value] as const] : [])));
  const missing = keys.find((key) => !tags.has(key));
  if (missing !== undefined) throw new MalformedResponseError(`no tags of ${missing}`);
  return tags;
}
