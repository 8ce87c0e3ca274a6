import { MalformedResponseError } from '../../aws/read.ts';
import { readInBatches } from '../../aws/read-in-batches.ts';
import { clustersOf } from '../../model/cluster-tags.ts';
import { present, type Reading } from '../../model/evidence.ts';
import type { Listener, LoadBalancer, LoadBalancers } from '../../model/load-balancer-facts.ts';

/** DescribeTags takes 20 ARNs (ELBv2) or names (classic), and is refused for one of them as a whole. */
const TAG_BATCHES = { size: 20, refusedForOne: ['gone', 'denied'] } as const;

type Tags = Readonly<Record<string, string>>;
type Found = Pick<LoadBalancer, 'arn' | 'name' | 'type' | 'internetFacing'>;

/** How the two APIs are asked about what was found. */
interface Questions<F extends Found> {
  /** What DescribeTags names a load balancer by. */
  key(found: F): string;
  /** Tags by key; fails as gone when one of the keys is. */
  tags(keys: readonly string[]): Promise<Reading<ReadonlyMap<string, Tags>>>;
  listeners(found: F): Promise<Reading<readonly Listener[]>>;
}

/**
 * Sorts out whose load balancers were found. Only those of the given clusters have their listeners read; those that
 * vanish meanwhile are left out.
 */
export async function loadBalancersOf<F extends Found>(
  clusters: readonly { readonly name: string }[],
  found: readonly F[],
  questions: Questions<F>,
): Promise<Reading<LoadBalancers>> {
  const wanted = new Set(clusters.map((one) => one.name));
  const keys = found.map((one) => questions.key(one));
  const tagsByKey = await readInBatches(keys, TAG_BATCHES, (batch) => questions.tags(batch));
  const tagged = found.flatMap((one) => {
    const tags = tagsByKey.get(questions.key(one));
    return tags === undefined || tags.state === 'absent' ? [] : [{ one, tags }];
  });
  const ofClusters = tagged.map(async ({ one, tags }): Promise<LoadBalancer[]> => {
    if (tags.state === 'unreadable') return [];
    const names = clustersOf(tags.value);
    if (!names.some((name) => wanted.has(name))) return [];
    const listeners = await questions.listeners(one);
    if (listeners.state === 'unreadable' && listeners.kind === 'gone') return [];
    const { arn, name, type, internetFacing } = one;
    return [{ arn, name, type, internetFacing, clusters: names, tags: tags.value, listeners }];
  });
  return present({
    ofClusters: (await Promise.all(ofClusters)).flat(),
    unattributed: tagged.flatMap(({ one, tags }) =>
      tags.state === 'unreadable' ? [{ arn: one.arn, tags }] : [],
    ),
  });
}

/** What DescribeTags answered, by key. Throws MalformedResponseError when it left one out: no tags are an answer too. */
export function tagsByKey(
  keys: readonly string[],
  described: readonly (readonly [string | undefined, Tags])[] | undefined,
): ReadonlyMap<string, Tags> {
  const tags = new Map((described ?? []).flatMap(([key, value]) => (key ? [[key, value] as const] : [])));
  const missing = keys.find((key) => !tags.has(key));
  if (missing !== undefined) throw new MalformedResponseError(`no tags of ${missing}`);
  return tags;
}
