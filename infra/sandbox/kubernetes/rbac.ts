import * as z from 'zod';
import { type KubernetesObject, type KubernetesResource, objectsOf } from './cluster.ts';

/** Something that a caller wants to do. */
export interface Attempt {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  /** None for what is in no namespace, and for lists of all of them. */
  readonly namespace?: string | undefined;
  /** None for lists. */
  readonly name?: string | undefined;
}

/** What is allowed: Kubernetes' rules. https://kubernetes.io/docs/reference/access-authn-authz/rbac/ */
export interface Rule {
  readonly apiGroups?: readonly string[] | undefined;
  readonly resources?: readonly string[] | undefined;
  readonly resourceNames?: readonly string[] | undefined;
  readonly verbs: readonly string[];
}

export interface Subject {
  readonly username: string;
  readonly groups: readonly string[];
}

const READ = ['get', 'list', 'watch'];

/** What Kubernetes lets everyone see who may see a namespace. */
export const VIEW: readonly Rule[] = [
  {
    apiGroups: [''],
    resources: ['configmaps', 'namespaces', 'pods', 'serviceaccounts', 'services'],
    verbs: READ,
  },
  { apiGroups: ['networking.k8s.io'], resources: ['ingresses', 'networkpolicies'], verbs: READ },
];
export const VIEW_EVERYTHING: readonly Rule[] = [{ apiGroups: ['*'], resources: ['*'], verbs: READ }];
export const EVERYTHING: readonly Rule[] = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }];

/** The roles that every cluster has. */
const OWN_ROLES: Readonly<Record<string, readonly Rule[]>> = { view: VIEW, 'cluster-admin': EVERYTHING };

const RBAC = { group: 'rbac.authorization.k8s.io', version: 'v1' };

/** Objects of a world that was built may hold anything. */
const roleSchema = z.object({
  rules: z
    .array(
      z.object({
        apiGroups: z.array(z.string()).optional(),
        resources: z.array(z.string()).optional(),
        resourceNames: z.array(z.string()).optional(),
        verbs: z.array(z.string()),
      }),
    )
    .default([]),
});
const bindingSchema = z.object({
  roleRef: z.object({ kind: z.string(), name: z.string() }),
  subjects: z.array(z.object({ kind: z.string(), name: z.string() })).default([]),
});

export function allows(rules: readonly Rule[], { verb, group, resource, name }: Attempt): boolean {
  const has = (values: readonly string[] | undefined, value: string) =>
    values?.includes(value) === true || values?.includes('*') === true;
  return rules.some(
    (rule) =>
      has(rule.verbs, verb) &&
      has(rule.apiGroups, group) &&
      has(rule.resources, resource) &&
      (rule.resourceNames === undefined || (name !== undefined && rule.resourceNames.includes(name))),
  );
}

/** Whether the roles and bindings of a cluster allow it. */
export function isBoundTo(cluster: KubernetesResource, subject: Subject, attempt: Attempt): boolean {
  const ofCluster = objectsOf(cluster, { ...RBAC, kind: 'ClusterRoleBinding' });
  const ofNamespace = objectsOf(cluster, { ...RBAC, kind: 'RoleBinding' }).filter(
    ({ metadata }) => attempt.namespace !== undefined && metadata.namespace === attempt.namespace,
  );
  return [...ofCluster, ...ofNamespace].some((object) => {
    const { roleRef, subjects } = bindingSchema.parse(object);
    const isBound = subjects.some(({ kind, name }) =>
      kind === 'Group' ? subject.groups.includes(name) : kind === 'User' && name === subject.username,
    );
    return isBound && allows(rulesOf(cluster, roleRef, object), attempt);
  });
}

function rulesOf(
  cluster: KubernetesResource,
  { kind, name }: { readonly kind: string; readonly name: string },
  { metadata: { namespace } }: KubernetesObject,
): readonly Rule[] {
  const role = objectsOf(cluster, { ...RBAC, kind }).find(
    ({ metadata }) => metadata.name === name && (kind === 'ClusterRole' || metadata.namespace === namespace),
  );
  if (role !== undefined) return roleSchema.parse(role).rules;
  return (kind === 'ClusterRole' && OWN_ROLES[name]) || [];
}
