import type { ControlContext, Judgement } from '../../model/control.ts';
import { type Evidence, presentOf, type Unreadable, unreadableOf } from '../../model/evidence.ts';
import type { KubernetesObjects, Pod, ServiceAccount } from '../../model/kubernetes-facts.ts';
import { formatList, uniqueSorted } from '../formatting.ts';
import { type IamIndex, roleByArn } from '../iam/account-identities.ts';
import { kindOf } from './kubernetes-evidence.ts';
import { type DefaultAccountUse, usesOfDefault } from './service-accounts.ts';
import { formatWorkloads, livePods } from './workloads.ts';

type Row = Judgement<'DEFAULT_SERVICE_ACCOUNT_USED' | 'ROLE_NOT_FOUND'>;

/** What the pods and service accounts of a cluster add to what AWS knows; nothing where they are not read. */
export interface InsideOfCluster {
  readonly rows: readonly Row[];
  readonly unreadable: readonly Unreadable[];
  /** Pods outside system namespaces that reach their node's credentials whatever its hop limit. */
  readonly onHostNetwork: readonly Pod[];
}

export function insideOf(
  kubernetes: Evidence<KubernetesObjects>,
  iam: IamIndex,
  { scope, systemNamespaces }: ControlContext,
): InsideOfCluster {
  const pods = kindOf(kubernetes, 'pods');
  const accounts = kindOf(kubernetes, 'serviceAccounts');
  const bindings = kindOf(kubernetes, 'bindings');
  if (pods === undefined || accounts === undefined || bindings === undefined)
    return { rows: [], unreadable: [], onHostNetwork: [] };
  const livingPods = livePods(presentOf([pods]).flat());
  const known = presentOf([accounts]).flat();
  const areRead = pods.state === 'present' && accounts.state === 'present';
  const uses = areRead
    ? usesOfDefault(livingPods, known, bindings, systemNamespaces)
    : { found: [], unreadable: [] };
  return {
    rows: [...defaultsUsed(uses.found), ...rolesNotFound(known, iam, scope.accountId)],
    unreadable: [...new Set([...unreadableOf([pods, accounts]), ...uses.unreadable])],
    onHostNetwork: livingPods.filter(
      ({ hostNetwork, namespace }) => hostNetwork && !systemNamespaces.includes(namespace),
    ),
  };
}

function defaultsUsed(uses: readonly DefaultAccountUse[]): Row[] {
  if (uses.length === 0) return [];
  const described = uses.map(({ namespace, pods, by }) => {
    const whose = pods.length === 0 ? 'no pod yet' : formatWorkloads(pods);
    return `${namespace} (${formatList(by)}; ${whose})`;
  });
  const reason = `The service account default is used, or gives away its token, in ${formatList(described)}.`;
  const evidence = { defaultAccountsUsed: uniqueSorted(uses.map(({ namespace }) => namespace)).join(', ') };
  return [{ code: 'DEFAULT_SERVICE_ACCOUNT_USED', reason, evidence }];
}

/** A role of another account may be there. One of another path is not the one that is named. */
function rolesNotFound(accounts: readonly ServiceAccount[], iam: IamIndex, accountId: string): Row[] {
  const isMissing = (arn: string) => {
    const role = roleByArn(arn, accountId, iam);
    return role.state === 'absent' || (role.state === 'present' && role.value.arn !== arn);
  };
  const missing = accounts.flatMap(({ namespace, name, roleArn }) =>
    roleArn !== undefined && isMissing(roleArn) ? [`${namespace}/${name}: ${roleArn}`] : [],
  );
  if (missing.length === 0) return [];
  const reason = `Service accounts are annotated with roles that do not exist: ${formatList(missing)}.`;
  return [{ code: 'ROLE_NOT_FOUND', reason, evidence: { rolesNotFound: uniqueSorted(missing).join(', ') } }];
}
