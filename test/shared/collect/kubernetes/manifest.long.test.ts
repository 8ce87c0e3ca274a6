import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { connectTo } from '../../../../shared/collect/kubernetes/connection.ts';
import { accessManifest } from '../../../../shared/collect/kubernetes/manifest.ts';
import { readObjects } from '../../../../shared/collect/kubernetes/read-objects.ts';
import { KubernetesReader } from '../../../../shared/collect/kubernetes/reader.ts';
import {
  CONFIG_MAPS,
  LISTED,
  qualifiedName,
  VIEW_POLICY_LISTS,
} from '../../../../shared/collect/kubernetes/sources.ts';
import type { KubernetesKind } from '../../../../shared/model/kubernetes-facts.ts';
import { unreadableIn } from '../../../../shared/model/unreadable-in.ts';
import { startApiServer } from './api-server.ts';
import { authorizing, type Rule } from './authorizing.ts';

const MANIFEST = accessManifest();
const DOCUMENTS = parseAllDocuments(MANIFEST).map((document) => document.toJS());
const GROUPS = [...new Set(LISTED.map(({ group }) => group).filter((group) => group !== ''))];
const KINDS = new Set<KubernetesKind>([...LISTED, ...CONFIG_MAPS].map(({ kind }) => kind));

/** One right each: a resource, or an object by its name. */
const MANIFEST_RIGHTS: readonly Rule[] = DOCUMENTS.flatMap(({ rules = [], metadata: { namespace } }) =>
  (rules as Rule[]).flatMap((rule) =>
    rule.resources.flatMap((resource) =>
      (rule.resourceNames ?? [undefined]).map((name) => ({
        ...rule,
        resources: [resource],
        ...(name !== undefined && { resourceNames: [name] }),
        ...(namespace !== undefined && { namespace }),
      })),
    ),
  ),
);

/** What AmazonEKSViewPolicy allows of what is declared; it lets one read every ConfigMap. */
const VIEW_RIGHTS: readonly Rule[] = [
  ...VIEW_POLICY_LISTS.map((name) => {
    const [resource = '', ...group] = name.split('.');
    return { apiGroups: [group.join('.')], resources: [resource], verbs: ['list'] };
  }),
  { apiGroups: [''], resources: ['configmaps'], verbs: ['get'] },
];

const nameOf = ({ apiGroups: [group = ''], resources: [resource = ''], resourceNames }: Rule) =>
  resourceNames ? `${resource}/${resourceNames[0]}` : qualifiedName({ group, resource });

/** The kinds that cannot be read, or in part, with some rights, and what was asked for. */
async function readWith(rights: readonly Rule[]) {
  const server = await startApiServer(authorizing(rights, GROUPS));
  const connection = connectTo({ url: server.url, ca: server.ca, token: 'token', userAgent: 'test' });
  const reader = new KubernetesReader(connection, new AbortController().signal);
  const objects = await readObjects(reader, KINDS);
  connection.close();
  const unreadable = Object.entries(objects).filter(([, reading]) => unreadableIn(reading).length > 0);
  return { unreadable: unreadable.map(([kind]) => kind).sort(), requests: server.requests };
}

/** The kinds that rest on a right. */
function kindsOf(right: Rule): string[] {
  const name = nameOf(right);
  const listed = LISTED.filter((resource) => qualifiedName(resource) === name).map(({ kind }) => kind);
  const configMaps = CONFIG_MAPS.filter((one) =>
    right.resourceNames ? right.resourceNames.includes(one.name) : name === 'configmaps',
  );
  return [...listed, ...configMaps.map(({ kind }) => kind)].sort();
}

describe('the manifest', () => {
  test('in the documents is that of this version', () => {
    const url = new URL('../../../../docs/kubernetes/cluster-role.yaml', import.meta.url);

    expect(readFileSync(url, 'utf8')).toBe(MANIFEST);
  });

  test('binds its roles to the group of the access entry', () => {
    const subjects = [{ kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: 'eks-auditor' }];

    expect(DOCUMENTS.map(({ kind, metadata }) => [kind, metadata.namespace])).toEqual([
      ['ClusterRole', undefined],
      ['ClusterRoleBinding', undefined],
      ['Role', 'kube-system'],
      ['RoleBinding', 'kube-system'],
    ]);
    for (const [role, binding] of [DOCUMENTS.slice(0, 2), DOCUMENTS.slice(2)]) {
      expect(binding.roleRef).toMatchObject({ kind: role.kind, name: role.metadata.name });
      expect(binding.subjects).toEqual(subjects);
    }
  });

  test('has no right that reads secrets, reaches into nodes, or writes', () => {
    const rules = DOCUMENTS.flatMap((document) => document.rules ?? []) as Rule[];

    expect(new Set(rules.flatMap(({ verbs }) => verbs))).toEqual(new Set(['list', 'get']));
    for (const rule of rules.filter(({ verbs }) => verbs.includes('get')))
      expect(rule.resourceNames).toEqual(['aws-auth', 'amazon-vpc-cni']);
    const resources = rules.flatMap((rule) => rule.resources);
    expect(resources.filter((resource) => /^secrets|^nodes|\/|\*/.test(resource))).toEqual([]);
  });

  test('has the rights to read everything, and nothing else is asked for', async () => {
    const { unreadable, requests } = await readWith(MANIFEST_RIGHTS);

    expect(unreadable).toEqual([]);
    expect(requests).toHaveLength(MANIFEST_RIGHTS.length + 1);
  });

  test.each(MANIFEST_RIGHTS.map((right) => ({ name: nameOf(right), right })))(
    'without $name exactly what rests on it cannot be read',
    async ({ right }) => {
      const { unreadable } = await readWith(MANIFEST_RIGHTS.filter((one) => one !== right));

      expect(unreadable).toEqual(kindsOf(right));
      expect(unreadable).toHaveLength(1);
    },
  );
});

describe('AmazonEKSViewPolicy', () => {
  const BEYOND = ['bindings', 'enginePolicies', 'gateways', 'httpRoutes'];

  test('lets everything be read but bindings, gateways and the policies of engines', async () => {
    expect((await readWith(VIEW_RIGHTS)).unreadable).toEqual(BEYOND);
  });

  test.each(VIEW_RIGHTS.map((right) => ({ name: nameOf(right), right })))(
    'without $name exactly what rests on it cannot be read',
    async ({ right }) => {
      const { unreadable } = await readWith(VIEW_RIGHTS.filter((one) => one !== right));

      expect(kindsOf(right).length).toBeGreaterThan(0);
      expect(unreadable).toEqual([...BEYOND, ...kindsOf(right)].sort());
    },
  );
});
