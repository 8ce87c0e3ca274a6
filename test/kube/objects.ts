import type { KubernetesObject } from '../../infra/sandbox/kubernetes/cluster.ts';
import type { Rule } from '../../infra/sandbox/kubernetes/rbac.ts';
import { apiVersionOf, RESOURCE_TYPES } from '../../infra/sandbox/kubernetes/resources.ts';
import { anObject } from '../infra/sandbox/kubernetes-support.ts';

const RBAC = 'rbac.authorization.k8s.io';

/** Rules for a group: a ClusterRole, or a Role of a namespace, and its binding. */
export function granted(group: string, rules: readonly Rule[], namespace?: string): KubernetesObject[] {
  const kind = namespace === undefined ? 'ClusterRole' : 'Role';
  const roleRef = { apiGroup: RBAC, kind, name: group };
  const subjects = [{ apiGroup: RBAC, kind: 'Group', name: group }];
  return [
    anObject(`${RBAC}/v1`, kind, [namespace, group], { rules }),
    anObject(`${RBAC}/v1`, `${kind}Binding`, [namespace, group], { roleRef, subjects }),
  ];
}

/** The definitions of what is not Kubernetes' own; whatever they hold is taken. */
export const DEFINITIONS: readonly KubernetesObject[] = RESOURCE_TYPES.filter(
  ({ isBuiltIn }) => !isBuiltIn,
).map(({ group, version, resource, kind, isNamespaced }) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: {
    name: `${resource}.${group}`,
    // Groups of Kubernetes itself want to be asked.
    annotations: { 'api-approved.kubernetes.io': 'unapproved, for tests' },
  },
  spec: {
    group,
    scope: isNamespaced ? 'Namespaced' : 'Cluster',
    names: { plural: resource, singular: kind.toLowerCase(), kind, listKind: `${kind}List` },
    versions: [
      {
        name: version,
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
}));

/** Where the lists of those are. */
export const DEFINED_PATHS: readonly string[] = RESOURCE_TYPES.filter(({ isBuiltIn }) => !isBuiltIn).map(
  (type) => `/apis/${apiVersionOf(type)}/${type.resource}`,
);

/** A pod of so many bytes, for bulk. */
export function aBulkyPod(bytes: number): object {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      namespace: 'shop',
      name: 'web-{{i}}',
      uid: '00000000-0000-4000-8000-0000000{{i}}',
      annotations: { padding: '' },
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-5d8f', uid: 'web-5d8f', controller: true },
      ],
      labels: { app: 'web', 'pod-template-hash': '5d8f' },
    },
    spec: { containers: [{ name: 'main', image: 'nginx:1' }] },
    status: { phase: 'Running' },
  };
  pod.metadata.annotations.padding = 'x'.repeat(bytes - JSON.stringify(pod).length);
  return pod;
}
