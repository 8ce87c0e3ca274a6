import { parseArn } from '../../model/arn.ts';
import type { Evidence, Named, Reading, Unreadable } from '../../model/evidence.ts';
import { unreadableOf } from '../../model/evidence.ts';
import type { AccessEntry, Cluster } from '../../model/facts.ts';
import type { Instance } from '../../model/network-facts.ts';
import type { FargateProfile, Nodegroup } from '../../model/node-facts.ts';
import { type IamIndex, roleByArn } from '../iam/account-identities.ts';
import { withoutDeleted } from '../readings.ts';
import { isAutoModeOn, startsNodes } from '../running.ts';

/** What uses a role for nodes. */
type NodeRoleUse = 'node group' | 'Fargate profile' | 'access entry' | 'Auto Mode' | 'instances';

/** A role of a cluster's nodes. */
export interface NodeRole {
  readonly arn: string;
  readonly usedBy: ReadonlySet<NodeRoleUse>;
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

/** The types of access entries for nodes: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessEntry.html */
const NODE_ENTRY_TYPES = ['EC2_LINUX', 'EC2_WINDOWS', 'HYBRID_LINUX', 'HYPERPOD_LINUX'];
const FARGATE_ENTRY_TYPE = 'FARGATE_LINUX';
/** Of the nodes of Auto Mode, which are gone when it is switched off. */
const AUTO_MODE_ENTRY_TYPE = 'EC2';

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
  const types = [
    ...NODE_ENTRY_TYPES,
    ...(fargateProfiles ? [FARGATE_ENTRY_TYPE] : []),
    ...(cluster.computeConfig?.enabled === false ? [] : [AUTO_MODE_ENTRY_TYPE]),
  ];
  const nodeEntries = entries.present.filter(({ type }) => types.includes(type ?? ''));
  const uses: [NodeRoleUse, (string | undefined)[]][] = [
    ['node group', groups.present.filter(startsNodes).map(({ nodeRole }) => nodeRole)],
    [
      'Fargate profile',
      profiles.present.filter(startsNodes).map(({ podExecutionRoleArn }) => podExecutionRoleArn),
    ],
    ['access entry', nodeEntries.map(({ principalArn }) => principalArn)],
    ['Auto Mode', isAutoModeOn(cluster) ? [cluster.computeConfig?.nodeRoleArn] : []],
    ['instances', instances.arns],
  ];
  return {
    roles: mergeByRole(uses, (arn) => canonicalArn(arn, cluster, iam)),
    unreadable: [
      ...groups.unreadable,
      ...profiles.unreadable,
      ...entries.unreadable,
      ...instances.unreadable,
    ],
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
    code: 'OtherAccount',
    operation: 'iam:GetAccountAuthorizationDetails',
    detail: `the instance profile ${profile} belongs to account ${accountOf(profile)}`,
  };
}

function accountOf(arn: string): string | undefined {
  return parseArn(arn)?.accountId;
}

function mergeByRole(
  uses: readonly [NodeRoleUse, readonly (string | undefined)[]][],
  canonical: (arn: string) => string,
): NodeRole[] {
  const roles = new Map<string, Set<NodeRoleUse>>();
  for (const [use, arns] of uses) {
    for (const arn of arns.filter((named) => named !== undefined).map(canonical)) {
      roles.set(arn, (roles.get(arn) ?? new Set()).add(use));
    }
  }
  return [...roles].map(([arn, usedBy]) => ({ arn, usedBy })).sort((a, b) => (a.arn < b.arn ? -1 : 1));
}

/** The same role may be named with its path and without. */
function canonicalArn(arn: string, cluster: Cluster, iam: IamIndex): string {
  const role = roleByArn(arn, accountOf(cluster.arn) ?? '', iam);
  return role.state === 'present' ? role.value.arn : arn;
}
