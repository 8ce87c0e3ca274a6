import * as z from 'zod';
import { objectSchema } from './object-schema.ts';
import { apiVersionOf, RESOURCE_TYPES, typeOf } from './resources.ts';

/** An object as Kubernetes' API answers it. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  } & Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

/**
 * What becomes of connections to the endpoint:
 *
 * - `works`.
 * - `refused`: nobody listens. `silent`: they are taken, and nothing is ever said.
 * - `wrongName`: the certificate is of the cluster's authority, for another name. `wrongAuthority`: it is of another
 *   authority. `plaintext`: whoever listens there speaks no TLS.
 */
const connections = ['works', 'refused', 'silent', 'wrongName', 'wrongAuthority', 'plaintext'] as const;
type ConnectionKind = (typeof connections)[number];

/** What is inside a cluster, and how to get there. */
export interface KubernetesSpec {
  readonly connection?: ConnectionKind;
  /** Groups of the API that are served although there is no object of them, such as `cilium.io`. */
  readonly apiGroups?: readonly string[];
  readonly objects?: readonly KubernetesObject[];
}

/** What EKS says of the API server of a cluster. */
export interface KubernetesEndpoint {
  readonly url: string;
  /** The certificate of its authority, in PEM. */
  readonly ca: string;
}

export interface KubernetesResource {
  connection: ConnectionKind;
  apiGroups: string[];
  objects: KubernetesObject[];
}

const customGroups = RESOURCE_TYPES.filter(({ isBuiltIn }) => !isBuiltIn).map(({ group }) => group);

/** The same in a world file. */
export const kubernetesSchema = z.strictObject({
  connection: z.enum(connections).exactOptional(),
  apiGroups: z.array(z.enum(customGroups)).exactOptional(),
  objects: z.array(objectSchema).exactOptional(),
});

const OWN_NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/** With what Kubernetes makes by itself: its namespaces, those of the objects, and an account `default` in each. */
export function makeKubernetes(spec: KubernetesSpec): KubernetesResource {
  const objects = [...(spec.objects ?? [])];
  const has = (kind: string, name: string, namespace?: string) =>
    objects.some(
      (one) => one.kind === kind && one.metadata.name === name && one.metadata.namespace === namespace,
    );
  const used = objects.flatMap(({ metadata }) => metadata.namespace ?? []);
  const given = objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name);
  for (const name of new Set([...OWN_NAMESPACES, ...given, ...used])) {
    const labels = { 'kubernetes.io/metadata.name': name };
    if (!has('Namespace', name)) objects.push(anObject('Namespace', { name, labels }));
    if (!has('ServiceAccount', 'default', name))
      objects.push(anObject('ServiceAccount', { name: 'default', namespace: name }));
  }
  return { connection: spec.connection ?? 'works', apiGroups: [...(spec.apiGroups ?? [])], objects };
}

function anObject(kind: string, metadata: KubernetesObject['metadata']): KubernetesObject {
  return { apiVersion: 'v1', kind, metadata };
}

/** The groups of the API that a cluster serves, with their versions, in order. */
export function groupsOf({ apiGroups, objects }: KubernetesResource): ReadonlyMap<string, readonly string[]> {
  const used = new Set(objects.map(({ apiVersion, kind }) => typeOf(apiVersion, kind)?.group));
  const served = RESOURCE_TYPES.filter(
    ({ group, isBuiltIn }) => group !== '' && (isBuiltIn || used.has(group) || apiGroups.includes(group)),
  );
  const byGroup = Map.groupBy(served, ({ group }) => group);
  return new Map(
    [...byGroup].map(([group, types]) => [group, [...new Set(types.map(({ version }) => version))]]),
  );
}

/** The objects of a type as etcd keeps them: by namespace and name. */
export function objectsOf(
  { objects }: KubernetesResource,
  type: { readonly group: string; readonly version: string; readonly kind: string },
): KubernetesObject[] {
  return objects
    .filter(({ apiVersion, kind }) => apiVersion === apiVersionOf(type) && kind === type.kind)
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** `shop/web`; `web` for what is in no namespace. */
export function keyOf({ metadata: { namespace, name } }: KubernetesObject): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}
