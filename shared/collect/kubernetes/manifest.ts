import { ACCESS_GROUP } from '../../model/cluster-access.ts';
import { toYaml } from '../../model/yaml.ts';
import { CONFIG_MAP_NAMESPACE, CONFIG_MAPS, LISTED } from './sources.ts';

const HEADER = `# What EKS Auditor reads inside a cluster, and nothing else: for the group ${ACCESS_GROUP} of its access entry.
# Generated from what it asks for: do not edit.
`;

const RBAC = 'rbac.authorization.k8s.io';
const NAME = ACCESS_GROUP;

/**
 * The roles of the level `group` as a manifest for `kubectl apply`: the rights are those of the requests that are sent, in one
 * place. https://kubernetes.io/docs/reference/access-authn-authz/rbac/
 */
export function accessManifest(): string {
  const namespace = CONFIG_MAP_NAMESPACE;
  const documents = [
    { ...object('ClusterRole'), rules: listRules() },
    { ...object('ClusterRoleBinding'), ...toGroup('ClusterRole') },
    { ...object('Role', namespace), rules: [configMapRule()] },
    { ...object('RoleBinding', namespace), ...toGroup('Role') },
  ];
  return HEADER + documents.map(toYaml).join('---\n');
}

function object(kind: string, namespace?: string) {
  return { apiVersion: `${RBAC}/v1`, kind, metadata: { name: NAME, ...(namespace && { namespace }) } };
}

function toGroup(kind: string) {
  return {
    roleRef: { apiGroup: RBAC, kind, name: NAME },
    subjects: [{ kind: 'Group', apiGroup: RBAC, name: ACCESS_GROUP }],
  };
}

/** One rule a group of the API. */
function listRules() {
  const byGroup = Map.groupBy(LISTED, ({ group }) => group);
  return [...byGroup].map(([group, listed]) => ({
    apiGroups: [group],
    resources: listed.map(({ resource }) => resource),
    verbs: ['list'],
  }));
}

function configMapRule() {
  return {
    apiGroups: [''],
    resources: ['configmaps'],
    resourceNames: CONFIG_MAPS.map(({ name }) => name),
    verbs: ['get'],
  };
}
