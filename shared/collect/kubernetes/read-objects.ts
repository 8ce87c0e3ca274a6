import pLimit from 'p-limit';
import * as z from 'zod';
import { present, presentOf, type Reading, unreadableOf } from '../../model/evidence.ts';
import type { KubernetesKind, KubernetesObjects } from '../../model/kubernetes-facts.ts';
import { failed, type KubernetesReader } from './reader.ts';
import { CONFIG_MAPS, LISTED, type ListedResource, sourceOfConfigMap, sourceOfList } from './sources.ts';

/** Lists under way at the same time. */
export const CONCURRENT = 4;

const groupsSchema = z.object({
  groups: z.array(z.object({ name: z.string(), versions: z.array(z.object({ version: z.string() })) })),
});

/** The versions that a cluster serves of each group of its API. */
type Versions = ReadonlyMap<string, readonly string[]>;

/** Reads the kinds that are asked for. Throws Unreachable. */
export async function readObjects(
  reader: KubernetesReader,
  kinds: ReadonlySet<KubernetesKind>,
): Promise<KubernetesObjects> {
  const limit = pLimit(CONCURRENT);
  const listed = LISTED.filter(({ kind }) => kinds.has(kind));
  const needsDiscovery = listed.some(({ version }) => version === undefined);
  const versions = needsDiscovery ? await discover(reader) : present(new Map());
  const lists = listed.map(async (resource) => {
    const list = await limit(() => readList(reader, resource, versions));
    return { kind: resource.kind, list };
  });
  const configMaps = CONFIG_MAPS.filter(({ kind }) => kinds.has(kind)).map(async ({ kind, name, value }) => {
    const read = await limit(() => reader.get(sourceOfConfigMap({ name }), value));
    return [kind, read ?? present({})] as const;
  });
  const byKind = Map.groupBy(await Promise.all(lists), ({ kind }) => kind);
  return Object.fromEntries([
    ...[...byKind].map(([kind, all]) => [kind, joined(all.map(({ list }) => list))]),
    ...(await Promise.all(configMaps)),
  ]);
}

/** What several resources of one kind hold, with why the first that is unreadable is; unreadable when all of them are. */
function joined(lists: readonly Reading<readonly object[]>[]): Reading<readonly object[]> {
  const [unread] = unreadableOf(lists);
  const read = presentOf(lists);
  if (unread && read.length === 0) return unread;
  return present([...read, unread ?? []].flat());
}

export async function discover(reader: KubernetesReader): Promise<Reading<Versions>> {
  const source = { path: '/apis', operation: 'kubernetes:get /apis' };
  const answer = (await reader.get(source, groupsSchema)) ?? present({ groups: [] });
  if (answer.state === 'unreadable') return answer;
  return present(
    new Map(answer.value.groups.map(({ name, versions }) => [name, versions.map(({ version }) => version)])),
  );
}

/** A group may serve a resource in some of its versions only; where every cluster has it, it is there or cannot be read. */
async function readList(
  reader: KubernetesReader,
  resource: ListedResource,
  versions: Reading<Versions>,
): Promise<Reading<readonly object[]>> {
  const { group, version, item } = resource;
  if (version === undefined && versions.state === 'unreadable') return versions;
  const served = versions.state === 'present' ? (versions.value.get(group) ?? []) : [];
  for (const one of version === undefined ? served : [version]) {
    const list = await reader.list(sourceOfList(resource, one), item);
    if (list?.state === 'unreadable') return list;
    if (list) return present(list.value.filter((value) => value !== undefined));
  }
  if (version === undefined) return present([]);
  return failed(sourceOfList(resource, version), 'NotFound', 'it is not there');
}
