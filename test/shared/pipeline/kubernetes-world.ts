import type { KubernetesObject, KubernetesSpec } from '../../../infra/sandbox/kubernetes/cluster.ts';
import type { Sandbox } from '../../../infra/sandbox/sandbox.ts';
import type { OrganizationBuilder } from '../../../infra/sandbox/world.ts';
import { aTestOrganization, PAYMENTS, REGION, run, signedIn } from '../../harness.ts';
import { anObject } from '../../infra/sandbox/kubernetes-support.ts';

export const CLUSTER = 'orders';
export const AUDITOR = `arn:aws:iam::${PAYMENTS}:role/EksAuditorMember`;
export const GROUP = 'eks-auditor';
const RBAC = 'rbac.authorization.k8s.io/v1';

const ROLES = [{ name: 'EksAuditorMember' }, { name: 'EksAuditorAccess' }];

/** The controls that judge by Kubernetes evidence. */
const CONTROLS = [
  'approved-registries',
  'dedicated-service-accounts',
  'network-policies',
  'load-balancer-tls',
  'iam-access',
];

export interface Right {
  readonly group: string;
  readonly resource: string;
}

/** A ClusterRole that may list these, for the auditor's group. */
export function mayList(rights: readonly Right[]): KubernetesObject[] {
  const rules = rights.map(({ group, resource }) => ({
    apiGroups: [group],
    resources: [resource],
    verbs: ['list'],
  }));
  return granted('ClusterRole', [undefined, GROUP], rules);
}

/** A Role of kube-system that may get ConfigMaps by these names, for the auditor's group. */
export function mayGet(resourceNames: readonly string[]): KubernetesObject[] {
  const rules = [{ apiGroups: [''], resources: ['configmaps'], resourceNames, verbs: ['get'] }];
  return granted('Role', ['kube-system', GROUP], rules);
}

function granted(
  kind: 'Role' | 'ClusterRole',
  where: readonly [namespace: string | undefined, name: string],
  rules: readonly object[],
): KubernetesObject[] {
  const roleRef = { apiGroup: RBAC.split('/')[0], kind, name: GROUP };
  const subjects = [{ apiGroup: RBAC.split('/')[0], kind: 'Group', name: GROUP }];
  return [
    anObject(RBAC, kind, where, { rules }),
    anObject(RBAC, `${kind}Binding`, where, { roleRef, subjects }),
  ];
}

export const inGroup = { principalArn: AUDITOR, kubernetesGroups: [GROUP] };
export const viewer = {
  principalArn: AUDITOR,
  accessPolicies: [
    {
      policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy',
      accessScope: { type: 'cluster' as const },
    },
  ],
};

type ClusterSpec = Parameters<
  Parameters<NonNullable<Parameters<OrganizationBuilder['account']>[2]>>[0]['cluster']
>[1];

/** An account with one cluster, which the auditor may view. */
export function aWorldWith(
  kubernetes: KubernetesSpec,
  fields: Partial<ClusterSpec> = {},
): OrganizationBuilder {
  return aTestOrganization().account(PAYMENTS, { name: 'payments', roles: ROLES }, (account) =>
    account.cluster(CLUSTER, {
      region: REGION,
      accessConfig: { authenticationMode: 'API' },
      accessEntries: [viewer],
      ...fields,
      kubernetes,
    }),
  );
}

/** The same account and cluster, without its inside. */
export function aWorldWithout(
  accessEntries: NonNullable<ClusterSpec['accessEntries']> = [],
): OrganizationBuilder {
  return aTestOrganization().account(PAYMENTS, { name: 'payments', roles: ROLES }, (account) =>
    account.cluster(CLUSTER, { region: REGION, accessEntries }),
  );
}

export function aSandboxWith(
  kubernetes: KubernetesSpec,
  fields: Partial<ClusterSpec> = {},
): Promise<Sandbox> {
  return signedIn(aWorldWith(kubernetes, fields));
}

export function audit(kubernetes: object = { enabled: true }, controls: readonly string[] = CONTROLS) {
  return run({
    targets: { organization: true, accounts: [PAYMENTS], regions: [REGION] },
    controls: { include: controls },
    kubernetes,
  });
}

/** What was asked of Kubernetes' API. */
export function questions(sandbox: Sandbox): string[] {
  return sandbox.log.filter(({ service }) => service === 'kubernetes').map(({ operation }) => operation);
}
