import { describe, expect, test } from 'vitest';
import type { KubernetesObject, KubernetesSpec } from '../../../../infra/sandbox/kubernetes/cluster.ts';
import { readObjects } from '../../../../shared/collect/kubernetes/read-objects.ts';
import { KubernetesReader } from '../../../../shared/collect/kubernetes/reader.ts';
import { CONFIG_MAPS, LISTED, qualifiedName } from '../../../../shared/collect/kubernetes/sources.ts';
import type { KubernetesKind } from '../../../../shared/model/kubernetes-facts.ts';
import { unreadableIn } from '../../../../shared/model/unreadable-in.ts';
import {
  aCluster,
  anObject,
  connected,
  OPERATOR,
  viewOf,
} from '../../../infra/sandbox/kubernetes-support.ts';
import { running } from '../../../infra/sandbox/support.ts';
import { GROUP, mayGet, mayList } from '../../pipeline/kubernetes-world.ts';

const EVERY_GROUP = [
  ...new Set(LISTED.filter(({ version }) => version === undefined).map(({ group }) => group)),
];
const EVERY_KIND = new Set<KubernetesKind>([...LISTED, ...CONFIG_MAPS].map(({ kind }) => kind));
const ALL_NAMES = CONFIG_MAPS.map(({ name }) => name);

const MAPS: KubernetesObject[] = ALL_NAMES.map((name) => anObject('v1', 'ConfigMap', ['kube-system', name]));
const inGroup = [{ principalArn: OPERATOR, kubernetesGroups: [GROUP] }];

/** The operations of what cannot be read, by kind. */
async function unreadable(spec: KubernetesSpec, accessEntries: object[] = inGroup) {
  const objects = [...MAPS, ...(spec.objects ?? [])];
  const sandbox = await running(aCluster({ apiGroups: EVERY_GROUP, ...spec, objects }, { accessEntries }));
  const reader = new KubernetesReader(await connected(sandbox), new AbortController().signal);
  const read = await readObjects(reader, EVERY_KIND);
  return Object.fromEntries(
    Object.entries(read).flatMap(([kind, list]) =>
      unreadableIn(list).map(({ operation }) => [kind, operation]),
    ),
  );
}

describe('the rights of the group', () => {
  test('suffice for everything', async () => {
    expect(await unreadable({ objects: [...mayList(LISTED), ...mayGet(ALL_NAMES)] })).toEqual({});
  });

  test.each(LISTED.map((right) => [qualifiedName(right), right] as const))(
    'are all needed: without %s, that alone is unreadable',
    async (name, right) => {
      const others = LISTED.filter((one) => one !== right);

      expect(await unreadable({ objects: [...mayList(others), ...mayGet(ALL_NAMES)] })).toEqual({
        [right.kind]: `kubernetes:list ${name}`,
      });
    },
  );

  test.each(CONFIG_MAPS.map(({ name, kind }) => [name, kind] as const))(
    'are all needed: without the ConfigMap %s, that alone is unreadable',
    async (name, kind) => {
      const others = ALL_NAMES.filter((one) => one !== name);

      expect(await unreadable({ objects: [...mayList(LISTED), ...mayGet(others)] })).toEqual({
        [kind]: `kubernetes:get configmaps/${name}`,
      });
    },
  );
});

describe('AmazonEKSViewPolicy', () => {
  test('leaves bindings and what is installed unreadable', async () => {
    expect(Object.keys(await unreadable({}, [viewOf(OPERATOR)])).sort()).toEqual([
      'bindings',
      'enginePolicies',
      'gateways',
      'httpRoutes',
    ]);
  });

  test('suffices but for bindings where nothing is installed', async () => {
    expect(Object.keys(await unreadable({ apiGroups: [] }, [viewOf(OPERATOR)]))).toEqual(['bindings']);
  });
});
