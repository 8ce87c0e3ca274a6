import type { Verdict } from '../model/verdict.ts';
import { numbered, type Recommendation } from './recommendations.ts';
import { type ShownStatus, shownStatusOf } from './shown-status.ts';

/*
 * Section 4, policies: what only Kubernetes can tell, but for access entries and the enforcement of network policies.
 * Numbers as of recommendations-nodes.ts.
 */

type Fields = Pick<Recommendation, 'numbers' | 'title' | 'evidence' | 'comment'>;

function byPolicy(fields: Fields): Recommendation {
  return { ...fields, answeredBy: 'policy-engine' };
}

const RBAC = 'The policies target of kube-bench lists them with kubectl; an engine can refuse new ones.';

function rbac(number: string, title: string, evidence: string, newer = false): Recommendation {
  const numbers = newer ? numbered(number, ['1.8.0', '2.0.0']) : numbered(number);
  return byPolicy({ numbers, title, evidence, comment: RBAC });
}

function podSecurity(number: string, title: string, evidence: string): Recommendation {
  const comment =
    'Pod Security Admission is part of Kubernetes: label namespaces with the baseline or restricted level.';
  return byPolicy({ numbers: numbered(number), title, evidence, comment });
}

const ADMISSION_1_3: readonly (readonly [string, string, string])[] = [
  ['4.2.6', 'Containers do not run as root', 'runAsNonRoot: true, or a runAsUser other than 0'],
  ['4.2.7', 'Containers add no Linux capabilities', 'capabilities.add is empty'],
  ['4.2.8', 'Containers drop the Linux capabilities they do not need', 'capabilities.drop: ALL'],
];

/** Whether anybody is in `system:masters`: of the aws-auth map, where it counts, only as far as it was read. */
function readSuperusers(verdict: Verdict): ShownStatus {
  const { reasonCodes, status, evidence } = verdict;
  if (reasonCodes.includes('SUPERUSER_ENTRY')) return shownStatusOf({ ...verdict, status: 'FAILED' });
  if (status === 'NOT_AVAILABLE') return 'NOT_AVAILABLE';
  const isSeen = reasonCodes.includes('IAM_AUTH_MAP') || evidence.authenticationMode === 'API';
  return isSeen ? 'PASSED' : 'WARNING';
}

/** The rows of `iam-access` that only a cluster without access entries has. */
const WITHOUT_ENTRIES = ['ACCESS_ENTRIES_NOT_USED', 'IAM_AUTH_MAP', 'LEGACY_AUTH_MODE'];

/** Whether access entries are in use, as far as the verdict tells; what they grant is 5.5.1. */
function readAccessEntries(verdict: Verdict): ShownStatus {
  const { reasonCodes, evidence } = verdict;
  if (WITHOUT_ENTRIES.some((code) => reasonCodes.includes(code)))
    return shownStatusOf({ ...verdict, status: 'FAILED' });
  const { authenticationMode: mode = '', superusers, iamUsers } = evidence;
  const hasEntries = mode.startsWith('API') || superusers !== undefined || iamUsers !== undefined;
  return hasEntries ? 'PASSED' : 'NOT_AVAILABLE';
}

/** The rows of `network-policies` that say that something does enforce. */
const ENFORCED = ['ENFORCEMENT_ON', 'NAMESPACES_WITHOUT_POLICY', 'ALL_NAMESPACES_COVERED'];

function readEnforcement(verdict: Verdict): ShownStatus {
  return ENFORCED.includes(verdict.reasonCode) ? 'PASSED' : shownStatusOf(verdict);
}

/** Namespaces are judged only where Kubernetes was read and something enforces. */
function readNamespaces(verdict: Verdict): ShownStatus {
  const isRead = ['NAMESPACES_WITHOUT_POLICY', 'ALL_NAMESPACES_COVERED'].includes(verdict.reasonCode);
  return isRead ? shownStatusOf(verdict) : 'NOT_AVAILABLE';
}

export const POLICY_RECOMMENDATIONS: readonly Recommendation[] = [
  rbac('4.1.1', 'Nobody is cluster-admin without need', 'Bindings of the ClusterRole cluster-admin'),
  rbac('4.1.2', 'Few can read Secrets', 'Roles with get, list or watch on secrets'),
  rbac(
    '4.1.3',
    'Roles name what they allow, without wildcards',
    'Roles with * as a verb, resource or API group',
  ),
  rbac('4.1.4', 'Few can create pods', 'Roles with create on pods'),
  byPolicy({
    numbers: numbered('4.1.5'),
    title: 'No workload uses the default service account',
    evidence: 'Pods with the service account default; automountServiceAccountToken of that account',
    comment: 'An engine can refuse such pods.',
  }),
  byPolicy({
    numbers: numbered('4.1.6'),
    title: 'Only pods that call the API server have a token for it',
    evidence: 'automountServiceAccountToken of pods and service accounts',
    comment: 'An engine can set or require it.',
  }),
  {
    numbers: numbered('4.1.7', ['1.3.0', '1.5.0']),
    title: 'Nobody is in the group system:masters',
    answeredBy: 'eks-auditor',
    control: 'iam-access',
    read: readSuperusers,
    evidence: 'Groups of the access entries (eks:DescribeAccessEntry)',
    comment:
      'A warning unless the authentication mode is API or the aws-auth map was read, which AWS does not show.',
  },
  {
    numbers: numbered('4.1.7', ['1.7.0', '1.8.0']),
    title: 'Who may enter the cluster is managed by access entries',
    answeredBy: 'eks-auditor',
    control: 'iam-access',
    read: readAccessEntries,
    evidence: 'Authentication mode of the cluster (eks:DescribeCluster)',
    comment: 'What the entries grant is 5.5.1.',
  },
  {
    numbers: numbered('4.1.7', ['2.0.0']),
    title: 'Access entries and policies grant access to the cluster, as narrow as possible',
    answeredBy: 'eks-auditor',
    control: 'iam-access',
    evidence:
      'Authentication mode, access entries and their groups (eks:DescribeCluster, eks:DescribeAccessEntry)',
    comment: 'The same verdict as 5.5.1.',
  },
  rbac('4.1.8', 'Few can bind, impersonate or escalate', 'Roles with these verbs'),
  rbac('4.1.9', 'Few can create persistent volumes', 'Roles with create on persistentvolumes', true),
  rbac('4.1.10', 'Few can use the proxy of nodes', 'Roles with access to nodes/proxy', true),
  rbac('4.1.11', 'Few can change admission webhooks', 'Roles that can write webhook configurations', true),
  rbac(
    '4.1.12',
    'Few can create tokens of service accounts',
    'Roles with create on serviceaccounts/token',
    true,
  ),
  podSecurity('4.2.1', 'No container is privileged', 'securityContext.privileged'),
  podSecurity('4.2.2', 'Pods do not share the process ids of the host', 'hostPID'),
  podSecurity('4.2.3', 'Pods do not share the IPC namespace of the host', 'hostIPC'),
  podSecurity('4.2.4', 'Pods do not share the network of the host', 'hostNetwork'),
  podSecurity('4.2.5', 'Containers cannot gain privileges', 'allowPrivilegeEscalation'),
  ...ADMISSION_1_3.map(([number, title, evidence]) =>
    byPolicy({
      numbers: numbered(number, ['1.3.0']),
      title,
      evidence,
      comment: 'The restricted level of Pod Security Admission. Versions from 1.5.0 on no longer list it.',
    }),
  ),
  {
    numbers: numbered('4.3.1', ['1.3.0', '1.5.0', '1.7.0', '1.8.0']),
    title: 'The CNI can enforce network policies',
    answeredBy: 'aws',
    evidence: 'The VPC CNI can, from 1.14 on',
    comment: 'Whether it does is 5.4.4.',
  },
  byPolicy({
    numbers: numbered('4.3.2', ['1.3.0', '1.5.0', '1.7.0', '1.8.0']),
    title: 'Every namespace has network policies',
    evidence: 'NetworkPolicy objects of each namespace',
    comment: 'An engine can create one that denies by default in each new namespace.',
  }),
  {
    numbers: numbered('4.3.1', ['2.0.0']),
    title: 'Network policies are enforced',
    answeredBy: 'eks-auditor',
    control: 'network-policies',
    read: readEnforcement,
    evidence: 'Configuration of the VPC CNI and the other add-ons (eks:DescribeAddon, eks:ListAddons)',
    comment: 'Engines that AWS does not show are named in networkPolicyEngines.',
  },
  {
    numbers: numbered('4.3.2', ['2.0.0']),
    title: 'Network policies cover the workloads that need them',
    answeredBy: 'eks-auditor',
    control: 'network-policies',
    read: readNamespaces,
    evidence: 'NetworkPolicy objects of each namespace, where the Kubernetes API may be read',
    comment: 'Not seen without access to the Kubernetes API.',
  },
  byPolicy({
    numbers: numbered('4.4.1'),
    title: 'Secrets reach containers as files, not as environment variables',
    evidence: 'secretKeyRef in the environment of containers',
    comment: 'An engine can refuse such pods.',
  }),
  byPolicy({
    numbers: numbered('4.4.2'),
    title: 'Secrets are kept outside the cluster',
    evidence: 'SecretProviderClass or ExternalSecret objects, for example of AWS Secrets Manager',
    comment: 'To consider; an engine can require it. What is kept inside is encrypted as 5.3.1 says.',
  }),
  byPolicy({
    numbers: numbered('4.5.1'),
    title: 'Namespaces separate what belongs to different teams or systems',
    evidence: 'Namespaces and who is bound in them',
    comment: 'A matter of design; an engine can refuse workloads outside the namespaces that you name.',
  }),
  byPolicy({
    numbers: numbered('4.5.2', ['1.3.0', '1.5.0']),
    title: 'Pods and containers have a security context',
    evidence: 'securityContext of pods and containers',
    comment:
      'The restricted level of Pod Security Admission requires most of it. 1.7.0 and later no longer list it.',
  }),
  byPolicy({
    numbers: { ...numbered('4.5.3', ['1.3.0', '1.5.0']), ...numbered('4.5.2', ['1.7.0', '1.8.0', '2.0.0']) },
    title: 'Nothing runs in the namespace default',
    evidence: 'Objects of the namespace default',
    comment: 'An engine can refuse them.',
  }),
];
