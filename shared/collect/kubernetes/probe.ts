import pLimit from 'p-limit';
import type { AccessLevel } from '../../model/cluster-access.ts';
import type { Reading, Unreadable } from '../../model/evidence.ts';
import type { Cluster } from '../../model/facts.ts';
import { type ClusterAccess, withReader } from './cluster-reader.ts';
import { neededKinds } from './needed-kinds.ts';
import { CONCURRENT, discover } from './read-objects.ts';
import type { KubernetesReader } from './reader.ts';
import {
  CONFIG_MAPS,
  LISTED,
  qualifiedName,
  type Source,
  sourceOfConfigMap,
  sourceOfList,
  VIEW_POLICY_LISTS,
} from './sources.ts';

/** Milliseconds for the whole of it. */
const PROBE_MS = 30_000;

/** What may not be read of what a level lets one read: one object of each is asked for, and none is kept. */
export function probeRights(
  access: ClusterAccess & { readonly cluster: Cluster },
  level: AccessLevel,
): Promise<Reading<readonly Unreadable[]>> {
  return withReader(access, PROBE_MS, async (reader) => {
    const limit = pLimit(CONCURRENT);
    const lists = (await listsAt(reader, level)).map((source) =>
      limit(() => reader.refusalOf(source, { limit: '1' })),
    );
    const kinds = neededKinds(new Set(CONFIG_MAPS.map(({ kind }) => kind)), access.cluster);
    const configMaps = CONFIG_MAPS.filter(({ kind }) => kinds.has(kind)).map((configMap) =>
      limit(() => reader.refusalOf(sourceOfConfigMap(configMap))),
    );
    const refusals = await Promise.all([...lists, ...configMaps]);
    return refusals.filter((refusal) => refusal !== undefined);
  });
}

/** The lists that the cluster serves. */
async function listsAt(reader: KubernetesReader, level: AccessLevel): Promise<Source[]> {
  const versions = await discover(reader);
  const known = versions.state === 'present' ? versions.value : new Map<string, readonly string[]>();
  return LISTED.flatMap((resource) => {
    if (level === 'view' && !VIEW_POLICY_LISTS.includes(qualifiedName(resource))) return [];
    const [version] = resource.version === undefined ? (known.get(resource.group) ?? []) : [resource.version];
    return version === undefined ? [] : [sourceOfList(resource, version)];
  });
}
