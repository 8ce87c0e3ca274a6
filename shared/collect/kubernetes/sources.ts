import type * as z from 'zod';
import type { Binding, KubernetesKind, NetworkPolicy } from '../../model/kubernetes-facts.ts';
import {
  awsAuthSchema,
  bindingSchema,
  namespaceSchema,
  serviceAccountSchema,
  vpcCniSchema,
} from './accounts.ts';
import { gatewaySchema, httpRouteSchema, ingressSchema, serviceSchema } from './load-balancing.ts';
import { podSchema } from './pods.ts';
import {
  adminPolicySchema,
  calicoPolicySchema,
  ciliumPolicySchema,
  networkPolicySchema,
} from './policies.ts';

/*
 * Everything that is asked of the Kubernetes API, declared once: the requests, the rights of a role and the documented
 * manifest all come from here.
 */

/** Where something is, and how it is called in what could not be read: `kubernetes:list pods`. */
export interface Source {
  readonly path: string;
  readonly operation: string;
}

/** A list of one resource in all namespaces. */
export interface ListedResource {
  readonly kind: Exclude<KubernetesKind, 'awsAuth' | 'vpcCniConfigMap'>;
  /** Empty for Kubernetes' core. */
  readonly group: string;
  readonly resource: string;
  /** Where every cluster has it; else the versions are asked for. */
  readonly version?: string;
  /** What is kept of an item; undefined for one that is of no use. */
  readonly item: z.ZodType<object | undefined>;
}

/** An object of `kube-system` by its name. */
export interface NamedConfigMap {
  readonly kind: 'awsAuth' | 'vpcCniConfigMap';
  readonly name: string;
  readonly value: z.ZodType<object>;
}

const core = (kind: ListedResource['kind'], resource: string, item: ListedResource['item']) => ({
  kind,
  group: '',
  resource,
  version: 'v1',
  item,
});
const rbac = (resource: string, kind: Binding['kind']): ListedResource => ({
  kind: 'bindings',
  group: 'rbac.authorization.k8s.io',
  resource,
  version: 'v1',
  item: bindingSchema(kind),
});
const policies = (group: string, resource: string, item: z.ZodType<NetworkPolicy>): ListedResource => ({
  kind: 'enginePolicies',
  group,
  resource,
  item,
});

const NETWORKING = 'networking.k8s.io';
const GATEWAY = 'gateway.networking.k8s.io';

export const LISTED: readonly ListedResource[] = [
  core('pods', 'pods', podSchema),
  core('namespaces', 'namespaces', namespaceSchema),
  core('serviceAccounts', 'serviceaccounts', serviceAccountSchema),
  core('services', 'services', serviceSchema),
  { kind: 'ingresses', group: NETWORKING, resource: 'ingresses', version: 'v1', item: ingressSchema },
  {
    kind: 'networkPolicies',
    group: NETWORKING,
    resource: 'networkpolicies',
    version: 'v1',
    item: networkPolicySchema,
  },
  rbac('rolebindings', 'RoleBinding'),
  rbac('clusterrolebindings', 'ClusterRoleBinding'),
  ...['projectcalico.org', 'crd.projectcalico.org'].flatMap((group) => [
    policies(group, 'networkpolicies', calicoPolicySchema('Calico NetworkPolicy')),
    policies(group, 'globalnetworkpolicies', calicoPolicySchema('GlobalNetworkPolicy')),
  ]),
  policies('cilium.io', 'ciliumnetworkpolicies', ciliumPolicySchema('CiliumNetworkPolicy')),
  policies(
    'cilium.io',
    'ciliumclusterwidenetworkpolicies',
    ciliumPolicySchema('CiliumClusterwideNetworkPolicy'),
  ),
  policies('policy.networking.k8s.io', 'adminnetworkpolicies', adminPolicySchema('AdminNetworkPolicy')),
  policies(
    'policy.networking.k8s.io',
    'baselineadminnetworkpolicies',
    adminPolicySchema('BaselineAdminNetworkPolicy'),
  ),
  policies('policy.networking.k8s.io', 'clusternetworkpolicies', adminPolicySchema('ClusterNetworkPolicy')),
  { kind: 'gateways', group: GATEWAY, resource: 'gateways', item: gatewaySchema },
  { kind: 'httpRoutes', group: GATEWAY, resource: 'httproutes', item: httpRouteSchema },
];

/** What AmazonEKSViewPolicy lets one list of these. https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html */
export const VIEW_POLICY_LISTS: readonly string[] = [
  'ingresses.networking.k8s.io',
  'namespaces',
  'networkpolicies.networking.k8s.io',
  'pods',
  'serviceaccounts',
  'services',
];

export const CONFIG_MAP_NAMESPACE = 'kube-system';

export const CONFIG_MAPS: readonly NamedConfigMap[] = [
  { kind: 'awsAuth', name: 'aws-auth', value: awsAuthSchema },
  { kind: 'vpcCniConfigMap', name: 'amazon-vpc-cni', value: vpcCniSchema },
];

/** Where such a list is, in a version of its group. */
export function sourceOfList(resource: ListedResource, version: string): Source {
  const { group } = resource;
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  return {
    path: `${root}/${resource.resource}`,
    operation: `kubernetes:list ${qualifiedName(resource)}`,
  };
}

export function sourceOfConfigMap({ name }: Pick<NamedConfigMap, 'name'>): Source {
  return {
    path: `/api/v1/namespaces/${CONFIG_MAP_NAMESPACE}/configmaps/${name}`,
    operation: `kubernetes:get configmaps/${name}`,
  };
}

/** A resource as RBAC and kubectl write it with its group: `networkpolicies.networking.k8s.io`. */
export function qualifiedName({ group, resource }: Pick<ListedResource, 'group' | 'resource'>): string {
  return group === '' ? resource : `${resource}.${group}`;
}
