import { parseAllDocuments } from 'yaml';
import { accessManifest } from '../../shared/collect/kubernetes/manifest.ts';
import { ACCESS_GROUP } from '../../shared/model/cluster-access.ts';
import type { KubernetesObject } from '../sandbox/kubernetes/cluster.ts';

/** What the demo's clusters have inside. */

/** An access entry that makes a role of the account a member of the auditor's group of Kubernetes. */
export function auditorEntry(accountId: string) {
  return {
    principalArn: `arn:aws:iam::${accountId}:role/EksAuditorMember`,
    kubernetesGroups: [ACCESS_GROUP],
  };
}

/** What the group may read: the manifest that people apply. */
const AUDITOR_ROLES: readonly KubernetesObject[] = parseAllDocuments(accessManifest()).map((document) =>
  document.toJS(),
);

/** A pod of a Deployment or DaemonSet. */
function pod(
  namespace: string,
  workload: string,
  image: string,
  { serviceAccountName = workload, ofDaemonSet = false, args = [] as readonly string[] } = {},
): KubernetesObject {
  const hash = '5d8f6b9c7d';
  const owner = ofDaemonSet
    ? { kind: 'DaemonSet', name: workload }
    : { kind: 'ReplicaSet', name: `${workload}-${hash}` };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      namespace,
      name: `${owner.name}-x7k2p`,
      labels: { app: workload, ...(!ofDaemonSet && { 'pod-template-hash': hash }) },
      ownerReferences: [{ apiVersion: 'apps/v1', ...owner, controller: true }],
    },
    spec: { serviceAccountName, containers: [{ name: 'main', image, args: [...args] }] },
    status: { phase: 'Running', containerStatuses: [{ name: 'main', image, imageID: image }] },
  };
}

/** An account whose token pods do not get. */
function serviceAccount(namespace: string, name: string): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { namespace, name },
    automountServiceAccountToken: false,
  };
}

/** The agent of the VPC CNI, which enforces network policies. */
const VPC_CNI = pod(
  'kube-system',
  'aws-node',
  '602401143452.dkr.ecr.eu-west-1.amazonaws.com/amazon/aws-network-policy-agent:v1.2.7',
  { ofDaemonSet: true, args: ['--enable-network-policy=true'] },
);

/** Images of the account's registry, an identity for each workload, and a policy for each namespace. */
export function compliantInside(registry: string): KubernetesObject[] {
  return [
    ...AUDITOR_ROLES,
    VPC_CNI,
    pod('payments', 'api', `${registry}/payments/api:1.14.2`),
    serviceAccount('payments', 'api'),
    serviceAccount('payments', 'default'),
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { namespace: 'payments', name: 'default-deny' },
      spec: { podSelector: {}, policyTypes: ['Ingress'] },
    },
  ];
}

/** Images of anybody, pods that run as the default account, no policies, and users in the aws-auth map. */
export function openInside(accountId: string): KubernetesObject[] {
  return [
    ...AUDITOR_ROLES,
    VPC_CNI,
    pod('shop', 'web', 'nginx:1.29', { serviceAccountName: 'default' }),
    pod('shop', 'cart', 'quay.io/example/cart:2.3', { serviceAccountName: 'default' }),
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: 'kube-system', name: 'aws-auth' },
      data: {
        mapUsers: `- userarn: arn:aws:iam::${accountId}:user/ann\n  username: ann\n  groups: [system:masters]\n`,
      },
    },
  ];
}
