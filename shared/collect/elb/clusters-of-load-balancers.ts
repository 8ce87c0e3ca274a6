import { readInBatches } from '../../aws/read-in-batches.ts';
import { clustersOf } from '../../model/cluster-tags.ts';
import { type Evidence, malformed, mapReading, type Reading } from '../../model/evidence.ts';
import type { Listener, LoadBalancer, LoadBalancers } from '../../model/load-balancer-facts.ts';
import { withoutDeleted } from '../without-deleted.ts';

/** DescribeTags takes 20 ARNs (ELBv2) or names (classic), and fails as a whole because of one of them. */
const TAG_BATCHES = { size: 20, splitOn: ['gone', 'denied'] } as const;
const TAGS_OPERATION = 'elasticloadbalancing:DescribeTags';

type Tags = Readonly<Record<string, string>>;
type Listed = Pick<LoadBalancer, 'arn' | 'name' | 'type' | 'internetFacing'>;

/** What differs between the two APIs. */
interface LoadBalancerApi<L extends Listed> {
  /** All load balancers of the Region. */
  list(): Promise<Reading<readonly L[]>>;
  /** What the API names a load balancer by. */
  keyOf(loadBalancer: L): string;
  /** Tags by key; unreadable as gone when one of the load balancers was deleted. */
  describeTags(keys: readonly string[]): Promise<Reading<ReadonlyMap<string, Tags>>>;
  describeListeners(loadBalancer: L): Promise<Reading<readonly Listener[]>>;
}

/**
 * The load balancers of a Region that are tagged for clusters. Listeners are read only of those of the given clusters.
 * What was deleted since the list was read is left out.
 */
export async function loadBalancersOf<L extends Listed>(
  clusters: readonly { readonly name: string }[],
  api: LoadBalancerApi<L>,
): Promise<Reading<LoadBalancers>> {
  const listed = await api.list();
  if (listed.state === 'unreadable') return listed;
  const byKey = new Map(listed.value.map((loadBalancer) => [api.keyOf(loadBalancer), loadBalancer]));
  const keysAgain = async () => mapReading(await api.list(), (again) => again.map((item) => api.keyOf(item)));
  const tagsByKey = await readInBatches(byKey.keys(), TAG_BATCHES, (keys) => api.describeTags(keys));
  const tagged = await withoutDeleted([...tagsByKey].map(answered), keysAgain);
  if (tagged.state === 'unreadable') return tagged;
  const taggedForClusters = tagged.value.flatMap(([key, tags]) => {
    const loadBalancer = byKey.get(key);
    if (loadBalancer === undefined || tags.state !== 'present') return [];
    const { arn, name, type, internetFacing } = loadBalancer;
    const clusterNames = clustersOf(tags.value);
    const described = { arn, name, type, internetFacing, clusters: clusterNames, tags: tags.value };
    return clusterNames.length > 0 ? [{ key, loadBalancer, described }] : [];
  });
  const names = new Set(clusters.map((cluster) => cluster.name));
  const own = taggedForClusters.filter(({ described }) => described.clusters.some((name) => names.has(name)));
  const listeners = own.map(
    async ({ key, loadBalancer }) => [key, await api.describeListeners(loadBalancer)] as const,
  );
  const existing = await withoutDeleted(await Promise.all(listeners), keysAgain);
  return mapReading(existing, (entries) => {
    const listenersByKey = new Map(entries);
    return {
      ofClusters: own.flatMap(({ key, described }): LoadBalancer[] => {
        const read = listenersByKey.get(key);
        return read === undefined ? [] : [{ ...described, listeners: read }];
      }),
      ofOthers: taggedForClusters
        .filter((item) => !own.includes(item))
        .map(({ described: { arn, clusters: clusterNames } }) => ({ arn, clusters: clusterNames })),
      unattributed: tagged.value.flatMap(([key, tags]) => {
        const arn = byKey.get(key)?.arn;
        return arn !== undefined && tags.state === 'unreadable' ? [{ arn, tags }] : [];
      }),
    };
  });
}

/** Of a load balancer without tags AWS answers with an empty list: one that is missing was not answered. */
function answered([key, tags]: readonly [string, Evidence<Tags>]): readonly [string, Reading<Tags>] {
  return [key, tags.state === 'absent' ? malformed(TAGS_OPERATION, `no tags of ${key}`) : tags];
}
