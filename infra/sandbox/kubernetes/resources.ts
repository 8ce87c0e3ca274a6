/** A kind of object that a Kubernetes API serves. */
export interface ResourceType {
  /** Empty for Kubernetes' core. */
  readonly group: string;
  readonly version: string;
  /** As in paths and in rights: `networkpolicies`. */
  readonly resource: string;
  readonly kind: string;
  readonly isNamespaced: boolean;
  /** Served by every cluster; the others where a custom resource definition is installed. */
  readonly isBuiltIn: boolean;
}

interface Row {
  readonly isNamespaced?: boolean;
  readonly isBuiltIn?: boolean;
}

function type(apiVersion: string, kind: string, resource: string, row: Row = {}): ResourceType {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  const { isNamespaced = true, isBuiltIn = true } = row;
  return { group, version, resource, kind, isNamespaced, isBuiltIn };
}

const inCluster = { isNamespaced: false };
const custom = { isBuiltIn: false };
const customInCluster = { ...inCluster, ...custom };

const RBAC = 'rbac.authorization.k8s.io/v1';
const ADMIN = 'policy.networking.k8s.io';
const GATEWAY = 'gateway.networking.k8s.io/v1';

/** The kinds that a world may have, and some that nobody is to ask for. */
export const RESOURCE_TYPES: readonly ResourceType[] = [
  type('v1', 'Namespace', 'namespaces', inCluster),
  type('v1', 'Pod', 'pods'),
  type('v1', 'Service', 'services'),
  type('v1', 'ServiceAccount', 'serviceaccounts'),
  type('v1', 'ConfigMap', 'configmaps'),
  type('v1', 'Secret', 'secrets'),
  type('v1', 'Node', 'nodes', inCluster),
  type('networking.k8s.io/v1', 'Ingress', 'ingresses'),
  type('networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies'),
  type(RBAC, 'Role', 'roles'),
  type(RBAC, 'RoleBinding', 'rolebindings'),
  type(RBAC, 'ClusterRole', 'clusterroles', inCluster),
  type(RBAC, 'ClusterRoleBinding', 'clusterrolebindings', inCluster),
  ...['projectcalico.org/v3', 'crd.projectcalico.org/v1'].flatMap((apiVersion) => [
    type(apiVersion, 'NetworkPolicy', 'networkpolicies', custom),
    type(apiVersion, 'GlobalNetworkPolicy', 'globalnetworkpolicies', customInCluster),
  ]),
  type('cilium.io/v2', 'CiliumNetworkPolicy', 'ciliumnetworkpolicies', custom),
  type('cilium.io/v2', 'CiliumClusterwideNetworkPolicy', 'ciliumclusterwidenetworkpolicies', customInCluster),
  type(`${ADMIN}/v1alpha1`, 'AdminNetworkPolicy', 'adminnetworkpolicies', customInCluster),
  type(`${ADMIN}/v1alpha1`, 'BaselineAdminNetworkPolicy', 'baselineadminnetworkpolicies', customInCluster),
  type(`${ADMIN}/v1alpha2`, 'ClusterNetworkPolicy', 'clusternetworkpolicies', customInCluster),
  type(GATEWAY, 'Gateway', 'gateways', custom),
  type(GATEWAY, 'HTTPRoute', 'httproutes', custom),
];

/** As objects write it: `v1`, `networking.k8s.io/v1`. */
export function apiVersionOf({ group, version }: Pick<ResourceType, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`;
}

export function typeOf(apiVersion: string, kind: string): ResourceType | undefined {
  return RESOURCE_TYPES.find((one) => apiVersionOf(one) === apiVersion && one.kind === kind);
}
