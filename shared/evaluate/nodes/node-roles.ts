import { parseArn } from '../../model/arn.ts';
import type { Evidence, Named, Reading, Unreadable } from '../../model/evidence.ts';
import { OTHER_ACCOUNT, unreadableOf } from '../../model/evidence.ts';
import type { AccessEntry, Cluster } from '../../model/facts.ts';
import type { Instance } from '../../model/network-facts.ts';
import type { FargateProfile, Nodegroup } from '../../model/node-facts.ts';
import { type IamIndex, roleByArn } from '../iam/account-identities.ts';
import { withoutDeleted } from '../readings.ts';
import { isAutoModeOn, startsNodes } from '../running.ts';
import { NODE_KINDS, type NodeKind } from './node-baselines.ts';

/** What uses a role for nodes. */
type NodeRoleUse = 'node group' | 'Fargate profile' | 'access entry' | 'Auto Mode' | 'instances';

/** A role of a cluster's nodes. */
export interface NodeRole {
  readonly arn: string;
  readonly usedBy: ReadonlySet<NodeRoleUse>;
  /** The kinds of node it is for, as far as is known; never empty. */
  readonly kinds: ReadonlySet<NodeKind>;
  /** All kinds when something that names node roles could not be read, otherwise the same. */
  readonly mayBeOfKinds: ReadonlySet<NodeKind>;
}

/** The facts that name roles of a cluster's nodes. */
export interface NodeRoleSources {
  readonly cluster: Cluster;
  readonly nodegroups: Reading<readonly Named<Nodegroup>[]>;
  /** Omitted when the roles of Fargate pods do not count. */
  readonly fargateProfiles?: Reading<readonly Named<FargateProfile>[]>;
  readonly accessEntries: Evidence<readonly Named<AccessEntry>[]>;
  /** Of the whole Region. */
  readonly instances: Reading<readonly Instance[]>;
}

/**
 * The types of access entries for nodes, with their kinds:
 * https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessEntry.html
 */
const KIND_BY_ENTRY_TYPE: ReadonlyMap<string, NodeKind> = new Map([
  ['EC2', 'Auto Mode'],
  ['EC2_LINUX', 'worker'],
  ['EC2_WINDOWS', 'Windows'],
  ['FARGATE_LINUX', 'Fargate'],
  ['HYBRID_LINUX', 'hybrid'],
  ['HYPERPOD_LINUX', 'HyperPod'],
]);

/** One use of a role. An instance does not tell its kind. */
interface Use {
  readonly arn: string | undefined;
  readonly by: NodeRoleUse;
  readonly kind?: NodeKind | undefined;
}

/** The roles of a cluster's nodes, in a stable order, and what could not be read and may name others. */
export function nodeRolesOf(
  sources: NodeRoleSources,
  iam: IamIndex,
): { readonly roles: readonly NodeRole[]; readonly unreadable: readonly Unreadable[] } {
  const { cluster, nodegroups, fargateProfiles, accessEntries } = sources;
  const instances = rolesOfInstances(sources, iam);
  const groups = detailsOf(nodegroups);
  const profiles = fargateProfiles ? detailsOf(fargateProfiles) : { present: [], unreadable: [] };
  const entries = detailsOf(accessEntries);
  const uses: Use[] = [
    ...groups.present
      .filter(startsNodes)
      .map((group) => ({ arn: group.nodeRole, by: 'node group' as const, kind: kindOf(group) })),
    ...profiles.present
      .filter(startsNodes)
      .map(({ podExecutionRoleArn: arn }) => ({ arn, by: 'Fargate profile', kind: 'Fargate' }) as const),
    ...entries.present.flatMap((entry) => useByEntry(entry, cluster)),
    ...(isAutoModeOn(cluster)
      ? [{ arn: cluster.computeConfig?.nodeRoleArn, by: 'Auto Mode', kind: 'Auto Mode' } as const]
      : []),
    ...instances.arns.map((arn) => ({ arn, by: 'instances' as const })),
  ];
  const unreadable = [...groups.unreadable, ...profiles.unreadable, ...entries.unreadable];
  const mayBeOfKinds = unreadable.length > 0 ? NODE_KINDS : [];
  return {
    roles: mergeByRole(uses, (arn) => canonicalArn(arn, cluster, iam)).map((role) => ({
      ...role,
      mayBeOfKinds: new Set([...role.kinds, ...mayBeOfKinds]),
    })),
    unreadable: [...unreadable, ...instances.unreadable],
  };
}

/** The instances of a Region that belong to the cluster. */
export function instancesOf(cluster: Cluster, instances: readonly Instance[]): Instance[] {
  return instances.filter(({ clusters }) => clusters.includes(cluster.name));
}

function detailsOf<T>(list: Evidence<readonly Named<T>[]>): {
  readonly present: readonly T[];
  readonly unreadable: readonly Unreadable[];
} {
  const named = list.state === 'present' ? withoutDeleted(list.value) : [];
  return {
    present: named.flatMap(({ detail }) => (detail.state === 'present' ? [detail.value] : [])),
    unreadable: unreadableOf([list, ...named.map(({ detail }) => detail)]),
  };
}

/** A profile of the own account that no role is in was deleted, or gives its instances no credentials. */
function rolesOfInstances({ cluster, instances }: NodeRoleSources, iam: IamIndex) {
  if (instances.state === 'unreadable') return { arns: [], unreadable: [instances] };
  const own = instancesOf(cluster, instances.value);
  const profiles = new Set(own.flatMap(({ instanceProfile }) => instanceProfile ?? []));
  const found = [...profiles].map((profile) => ({ profile, role: iam.rolesOfProfiles.get(profile) }));
  return {
    arns: found.flatMap(({ role }) => role?.arn ?? []),
    unreadable: found.flatMap(({ profile, role }) =>
      role || accountOf(profile) === accountOf(cluster.arn) ? [] : [profileOfOtherAccount(profile)],
    ),
  };
}

function profileOfOtherAccount(profile: string): Unreadable {
  return {
    state: 'unreadable',
    kind: 'failed',
    code: OTHER_ACCOUNT,
    operation: 'iam:GetAccountAuthorizationDetails',
    detail: `the instance profile ${profile} belongs to account ${accountOf(profile)}`,
  };
}

function accountOf(arn: string): string | undefined {
  return parseArn(arn)?.accountId;
}

function mergeByRole(
  uses: readonly Use[],
  canonical: (arn: string) => string,
): Omit<NodeRole, 'mayBeOfKinds'>[] {
  const byArn = new Map<string, Use[]>();
  for (const use of uses) {
    if (use.arn === undefined) continue;
    const arn = canonical(use.arn);
    byArn.set(arn, [...(byArn.get(arn) ?? []), use]);
  }
  return [...byArn].map(toNodeRole).sort((a, b) => (a.arn < b.arn ? -1 : 1));
}

/** Instances that nothing else says anything of are taken for workers. */
function toNodeRole([arn, uses]: [string, readonly Use[]]): Omit<NodeRole, 'mayBeOfKinds'> {
  const kinds = new Set(uses.flatMap(({ kind }) => kind ?? []));
  return {
    arn,
    usedBy: new Set(uses.map(({ by }) => by)),
    kinds: kinds.size > 0 ? kinds : new Set(['worker']),
  };
}

/** https://docs.aws.amazon.com/eks/latest/APIReference/API_Nodegroup.html (`amiType`) */
function kindOf({ amiType = '' }: Nodegroup): NodeKind {
  return amiType.startsWith('WINDOWS_') ? 'Windows' : 'worker';
}

/** The nodes of Auto Mode are gone when it is switched off; their access entry stays. */
function useByEntry({ principalArn: arn, type = '' }: AccessEntry, { computeConfig }: Cluster): Use[] {
  const kind = KIND_BY_ENTRY_TYPE.get(type);
  if (kind === undefined || (kind === 'Auto Mode' && computeConfig?.enabled === false)) return [];
  return [{ arn, by: 'access entry', kind }];
}

/** The same role may be named with its path and without. */
export function canonicalArn(arn: string, cluster: Cluster, iam: IamIndex): string {
  const role = roleByArn(arn, accountOf(cluster.arn) ?? '', iam);
  return role.state === 'present' ? role.value.arn : arn;
}
