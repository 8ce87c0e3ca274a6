import {
  combineJudgements,
  control,
  type DecisionTable,
  type Judgement,
  notAvailable,
} from '../../model/control.ts';
import { present, presentOf, unreadableOf } from '../../model/evidence.ts';
import type { Pod } from '../../model/kubernetes-facts.ts';
import type { PodIdentityAssociation } from '../../model/node-facts.ts';
import { formatCount, formatList, uniqueSorted } from '../formatting.ts';
import { roleByArn, sharedIndex } from '../iam/account-identities.ts';
import { roleResource, rolesByIrsa, type TrustingRole } from '../iam/irsa.ts';
import { insideOf } from '../kubernetes/identities-of-pods.ts';
import { formatWorkloads, workloadName } from '../kubernetes/workloads.ts';
import { type ExcessPermissions, excessPermissions } from '../nodes/excess-permissions.ts';
import {
  hasMetadataService,
  NO_REACHABLE_CREDENTIALS,
  reachableCredentials,
} from '../nodes/node-credentials.ts';
import { type NodeRole, nodeRolesOf } from '../nodes/node-roles.ts';
import { agentNotSeen, podIdentityAgent } from '../nodes/pod-identity-agent.ts';
import { isAutoModeOn } from '../running.ts';

const rows = {
  NODE_ROLE_OVERPRIVILEGED: {
    status: 'FAILED',
    when: 'Pods reach the credentials of a node role that is allowed more than its kind of node needs and nodeRoleBaseline adds',
  },
  IRSA_TRUST_UNCONFINED: {
    status: 'FAILED',
    when: 'A role trusts the cluster’s OIDC provider without confining :sub to named service accounts',
  },
  NODE_CREDENTIALS_ONLY: {
    status: 'FAILED',
    severity: 'MEDIUM',
    when: 'Pods reach their node’s credentials, and neither a role for IRSA nor a Pod Identity association gives any pod its own',
  },
  DEFAULT_SERVICE_ACCOUNT_HAS_ROLE: {
    status: 'FAILED',
    severity: 'MEDIUM',
    when: 'A role, by IRSA or Pod Identity, is for the service account default of a namespace',
  },
  DEFAULT_SERVICE_ACCOUNT_USED: {
    status: 'FAILED',
    severity: 'MEDIUM',
    when: 'Outside system namespaces, pods run as a service account default that has roles, or it mounts its token (where the Kubernetes API is read)',
  },
  ROLE_NOT_FOUND: {
    status: 'WARNING',
    when: 'A service account’s annotation names a role of the cluster’s account that is not there (where the Kubernetes API is read)',
  },
  POD_IDENTITY_AGENT_NOT_SEEN: {
    status: 'WARNING',
    when: 'Pod Identity associations exist, but no role for IRSA, no eks-pod-identity-agent add-on that runs and no Auto Mode',
  },
  DEDICATED_IDENTITIES: {
    status: 'PASSED',
    when: 'Roles for IRSA or Pod Identity associations exist, and none of the above applies',
  },
  NO_POD_AWS_ACCESS: {
    status: 'PASSED',
    when: 'Neither exists, and pods do not reach their node’s credentials',
  },
} as const satisfies DecisionTable;
type Row = Judgement<keyof typeof rows>;

export const dedicatedServiceAccounts = control({
  key: 'dedicated-service-accounts',
  title: 'Pods get AWS access through service accounts of their own',
  description:
    'Pods that borrow their node’s role, or a role that any service account may assume, all have what any of them ' +
    'needs. With a role for each service account, a pod that is taken over gives away its own permissions only.',
  remediation: {
    text:
      'Give each workload a service account and a role through EKS Pod Identity (aws eks ' +
      'create-pod-identity-association) or IRSA. Name namespace and service account in the trust policy’s :sub. Move ' +
      'the actions named from the node role to those roles. Then keep pods from the node’s credentials: ' +
      'HttpTokens=required and HttpPutResponseHopLimit=1 in the launch template.',
    url: 'https://docs.aws.amazon.com/eks/latest/userguide/service-accounts.html',
  },
  level: 'cluster',
  severity: 'HIGH',
  nist: ['AC-3', 'AC-5', 'AC-6', 'IA-5', 'IA-9'],
  needs: [
    'cluster',
    'nodegroups',
    'accessEntries',
    'instances',
    'launchTemplates',
    'addons',
    'podIdentityAssociations',
    'iam',
    'oidcProviders',
    'kubernetes',
  ],
  kubernetesKinds: ['pods', 'serviceAccounts', 'bindings'],
  acceptsUnreadable: [
    'nodegroups',
    'accessEntries',
    'instances',
    'launchTemplates',
    'addons',
    'podIdentityAssociations',
    'oidcProviders',
    'kubernetes',
  ],
  rows,
  // biome-ignore lint/complexity/noExcessiveLinesPerFunction: reads like its decision table, from top to bottom
  *judge(facts, context) {
    const { iam, oidcProviders, podIdentityAssociations, addons, launchTemplates, kubernetes, ...sources } =
      facts;
    const { cluster, nodegroups, instances } = sources;
    const index = sharedIndex(iam, context);
    const nodeRoles = nodeRolesOf(sources, index);
    const roles = nodeRoles.roles.map((role) => ({
      ...role,
      described: roleByArn(role.arn, context.scope.accountId, index),
    }));
    const missingRoles = roles.flatMap(({ arn, described }) => (described.state === 'absent' ? [arn] : []));
    const nodeSources = { cluster, nodegroups, instances, launchTemplates };
    const inside = insideOf(kubernetes, index, context);
    const hostNetwork = hostNetworkOf(inside.onHostNetwork);
    const excess = yield* excessPermissions(roles, { ...nodeSources, hostNetwork }, index, context);
    const irsa = yield* rolesByIrsa(cluster, oidcProviders, index, context.scope);
    const associations = presentOf([podIdentityAssociations]).flat();
    const hasIdentities = irsa.ofPods.length + associations.length > 0;
    const identities = [...irsa.unreadable, ...unreadableOf([podIdentityAssociations])];
    const needsAgent = irsa.ofPods.length + irsa.unreadable.length === 0 && !isAutoModeOn(cluster);
    const agent = needsAgent ? podIdentityAgent(associations, addons) : present(true);
    const mayHaveIdentities = hasIdentities || identities.length > 0;
    const credentials = mayHaveIdentities ? NO_REACHABLE_CREDENTIALS : reachableCredentials(nodeSources);
    const unreadable = [
      ...inside.unreadable,
      ...nodeRoles.unreadable,
      ...excess.unreadable,
      ...identities,
      ...unreadableOf([agent]),
      ...credentials.unreadable,
    ];
    const row = combineJudgements([
      ...overprivileged(excess.found),
      ...unconfinedTrust(irsa.trusting),
      ...nodeCredentialsOnly(
        credentials.names,
        mayHaveIdentities ? [] : reachingMetadata(inside.onHostNetwork, roles),
      ),
      ...defaultServiceAccounts(irsa.ofPods, associations),
      ...inside.rows,
      ...agentNotSeen(agent, associations.length),
      ...(unreadable.length > 0 ? [notAvailable([...new Set(unreadable)])] : []),
    ]);
    const missing = missingRoles.length > 0 && { missingRoles: uniqueSorted(missingRoles).join(', ') };
    const others = outOfReach(excess.found);
    if (row !== undefined) return { ...row, evidence: { ...row.evidence, ...missing } };
    if (!hasIdentities) {
      const reason = `Neither IRSA nor Pod Identity gives pods a role, and pods do not reach the credentials of ${whichNodes(roles)}.${others}`;
      return { code: 'NO_POD_AWS_ACCESS', reason, ...(missing && { evidence: missing }) };
    }
    const reason =
      `Pods have ${formatCount(associations.length, 'Pod Identity association', 'Pod Identity associations')} and ` +
      `${formatCount(irsa.ofPods.length, 'role', 'roles')} that trust the cluster’s OIDC provider${whom(irsa.ofPods)}.` +
      (others || ' Node roles are allowed no more than their nodes need.');
    const evidence = {
      oidcProvider: irsa.hasProvider ? 'set up' : 'none',
      podIdentityAssociations: `${associations.length}`,
      ...missing,
    };
    return { code: 'DEDICATED_IDENTITIES', reason, evidence };
  },
});

/** Ends a sentence about the nodes whose credentials pods do not reach. */
function whichNodes(roles: readonly NodeRole[]): string {
  const hasHyperPod = roles.some(({ kinds }) => kinds.has('HyperPod'));
  return hasHyperPod ? 'EC2 nodes; AWS’s API does not show whether they reach those of HyperPod' : 'nodes';
}

/** Where pods reach the credentials of their nodes besides. */
function hostNetworkOf(pods: readonly Pod[]): string[] {
  return pods.length > 0 ? [`the host network, in ${formatWorkloads(pods)}`] : [];
}

/** Nodes whose roles are not known are taken for such that have a metadata service. */
function reachingMetadata(pods: readonly Pod[], roles: readonly NodeRole[]): readonly Pod[] {
  return roles.length === 0 || roles.some(hasMetadataService) ? pods : [];
}

function overprivileged(excess: readonly ExcessPermissions[]): Row[] {
  const found = excess.filter(({ reachedOn }) => reachedOn.length > 0);
  if (found.length === 0) return [];
  const reasons = found.map((role) => `${describeExcess(role)}, on ${formatList(role.reachedOn)}`);
  const reason = `Pods reach the credentials of node roles that are allowed more than their nodes need: ${formatList(reasons)}.`;
  const granted = found.map(
    ({ role, beyond }) => `${role.name}: ${uniqueSorted(beyond.map(({ action }) => action))}`,
  );
  const evidence = { beyondBaseline: uniqueSorted(granted).join('; ') };
  const related = found.map(({ role }) => roleResource(role));
  return [{ code: 'NODE_ROLE_OVERPRIVILEGED', reason, evidence, related }];
}

/** A sentence about the node roles that are allowed more than they need where no pod reaches their credentials. */
function outOfReach(excess: readonly ExcessPermissions[]): string {
  const found = excess.filter(({ reachedOn }) => reachedOn.length === 0);
  if (found.length === 0) return '';
  return ` Some node roles are allowed more than their nodes need, but pods do not reach their credentials: ${formatList(found.map(describeExcess))}.`;
}

function describeExcess({ role, beyond }: ExcessPermissions): string {
  const actions = formatList(beyond.map(({ action }) => action));
  return `${role.name} may ${actions}, by ${formatList(beyond.map(({ policy }) => policy))}`;
}

function unconfinedTrust(trusting: readonly TrustingRole[]): Row[] {
  const found = trusting.flatMap(({ role, trusts }) => {
    const unconfined = trusts.find(({ confined }) => !confined);
    return unconfined ? [{ role, trust: unconfined }] : [];
  });
  if (found.length === 0) return [];
  const reasons = found.map(({ role, trust }) => `${role.name} (${trust.reason})`);
  const reason = `Roles trust the cluster’s OIDC provider, but not only named service accounts: ${formatList(reasons)}.`;
  const subjects = found.map(({ role, trust }) => `${role.name}: ${trust.subjects.join(', ') || 'any'}`);
  const evidence = { unconfinedSubjects: uniqueSorted(subjects).join('; ') };
  const related = found.map(({ role }) => roleResource(role));
  return [{ code: 'IRSA_TRUST_UNCONFINED', reason, evidence, related }];
}

function nodeCredentialsOnly(names: readonly string[], onHostNetwork: readonly Pod[]): Row[] {
  if (names.length + onHostNetwork.length === 0) return [];
  const where = [
    ...(names.length > 0 ? [`${formatList(names)}: a hop limit above 1, or IMDSv1`] : []),
    ...(onHostNetwork.length > 0 ? [`on the host network: ${formatWorkloads(onHostNetwork)}`] : []),
  ];
  const reason =
    `Pods reach the credentials of their node (${where.join('; ')}), and there is ` +
    'neither a role that trusts the cluster’s OIDC provider nor a Pod Identity association to give them their own.';
  return [
    {
      code: 'NODE_CREDENTIALS_ONLY',
      reason,
      evidence: {
        credentialsInReach: uniqueSorted([...names, ...onHostNetwork.map(workloadName)]).join(', '),
      },
    },
  ];
}

/** Ends a sentence about roles that are all confined. */
function whom(roles: readonly TrustingRole[]): string {
  if (roles.length === 0) return '';
  const ofNamespaces = roles.filter(({ trusts }) => trusts.some(({ breadth }) => breadth === 'namespaces'));
  if (ofNamespaces.length === 0) return ', each for named service accounts';
  return `, ${ofNamespaces.length} of them for any service account of a namespace or whose name matches`;
}

function defaultServiceAccounts(
  roles: readonly TrustingRole[],
  associations: readonly PodIdentityAssociation[],
): Row[] {
  const named = roles.flatMap(({ role, trusts }) =>
    trusts.flatMap(({ defaultsOf }) => defaultsOf.map((namespace) => ({ role, namespace }))),
  );
  const associated = associations.filter(({ serviceAccount }) => serviceAccount === 'default');
  const accounts = [...named, ...associated].map(({ namespace }) => `${namespace}/default`);
  if (accounts.length === 0) return [];
  const found = [
    ...named.map(({ role, namespace }) => `${namespace}/default (IRSA, ${role.name})`),
    ...associated.map(({ namespace }) => `${namespace}/default (Pod Identity)`),
  ];
  const reason = `Every pod that names no service account gets the role of its namespace’s default one: ${formatList(found)}.`;
  const evidence = { defaultServiceAccounts: uniqueSorted(accounts).join(', ') };
  const related = named.map(({ role }) => roleResource(role));
  return [{ code: 'DEFAULT_SERVICE_ACCOUNT_HAS_ROLE', reason, evidence, related }];
}
