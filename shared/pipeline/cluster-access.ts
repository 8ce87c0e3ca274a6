import pLimit from 'p-limit';
import type { AwsAccount } from '../aws/account.ts';
import { roleArn } from '../aws/credentials.ts';
import { type DescribedCluster, describeCluster } from '../aws/operations/eks.ts';
import { awsReader } from '../aws/read.ts';
import { probeRights } from '../collect/kubernetes/probe.ts';
import { UNAUTHORIZED } from '../collect/kubernetes/reader.ts';
import type { AccessLevel } from '../model/cluster-access.ts';
import {
  describeFailure,
  present,
  presentOf,
  type Reading,
  type Unreadable,
  unreadableOf,
} from '../model/evidence.ts';
import { isReady } from '../model/inventory.ts';
import type { Target } from '../model/run.ts';
import { type AccessEntryState, entryOf } from './access-entry.ts';
import { type AccessChange, changeAccess, entryAfter, type Granters, grantersOf } from './change-access.ts';
import { missingOf } from './missing-access.ts';
import { type PlannedRunOptions, withPlannedRun } from './planned-run.ts';
import { type AuditDependencies, accessTo, isSelected, readAccount } from './read-account.ts';

/** What is to be done about the access to clusters. */
export interface AccessRequest {
  readonly action: 'status' | 'grant' | 'revoke';
  readonly level: AccessLevel;
  /** Only clusters of these names or ARNs, with `*`; all when empty. */
  readonly clusters: readonly string[];
  /** Otherwise it is only said what would be done. */
  readonly isConfirmed: boolean;
}

/** One cluster, and the access of the role that audits it. */
export interface ClusterAccessState {
  readonly accountId: string;
  readonly accountName?: string;
  readonly region: string;
  readonly cluster: string;
  /** The role that audits the account. */
  readonly principalArn: string;
  readonly entry: AccessEntryState;
  /** Whether its API server answers; why not when it does not. */
  readonly endpoint: Reading<true>;
  /** What it takes to read what the level allows, in words; empty when nothing is missing. */
  readonly missing: readonly string[];
  /** What was done, or would be; none where nothing is to be done. */
  readonly change?: AccessChange;
}

export interface AccessList {
  readonly accounts: number;
  readonly clusters: readonly ClusterAccessState[];
  /** What could not be read, in words. */
  readonly gaps: readonly string[];
}

type AccessOptions = AccessRequest &
  Pick<PlannedRunOptions, 'config' | 'requests'> & { readonly signal: AbortSignal };

/** What it takes to look at the clusters of an account. */
interface Place {
  readonly target: Target;
  /** The account, as whoever looks at it. */
  readonly aws: AwsAccount;
  /** That is the role that audits it. */
  readonly isAuditor: boolean;
  readonly principalArn: string;
  readonly granters: Granters;
  readonly now: () => Date;
}

/**
 * Says for each cluster what access the role that audits it has, and grants or revokes it where that is confirmed, with the
 * credentials and the Region of the environment. Throws CallerError, PlanError.
 */
export async function clusterAccess({ config, requests, ...request }: AccessOptions): Promise<AccessList> {
  const run = { config, ...(requests && { requests }), publish: false };
  return withPlannedRun(run, async ({ targets, skipped }, dependencies) => {
    const limit = pLimit(config.limits.concurrentAccounts);
    const lists = await Promise.all(
      targets.map((target) => limit(() => accessIn(target, dependencies, request))),
    );
    request.signal.throwIfAborted();
    const skippedGaps = skipped.flatMap(({ askedFor, accountId, reason }) =>
      askedFor ? [`${accountId}: ${reason}`] : [],
    );
    return {
      accounts: targets.length,
      clusters: lists.flatMap(({ clusters }) => clusters),
      gaps: [...skippedGaps, ...lists.flatMap(({ gaps }) => gaps)],
    };
  });
}

type Request = Omit<AccessOptions, 'config' | 'requests'>;

type ClusterAccesses = Omit<AccessList, 'accounts'>;

async function accessIn(
  target: Target,
  dependencies: AuditDependencies,
  request: Request,
): Promise<ClusterAccesses> {
  const granters = grantersOf(target, dependencies, request.signal);
  const access = await readerOf(target, dependencies, granters);
  if (access.state === 'unreadable') return notSeen(target, access);
  const { isAuditor } = access.value;
  const aws = access.value.aws.until(request.signal);
  const reading = await readAccount(target, aws, { ...dependencies, needs: [] });
  if (reading.state === 'unreadable') return notSeen(target, reading);
  const { config, now } = dependencies;
  const principalArn = roleArn({ ...target, role: config.role });
  const place: Place = { target, aws, isAuditor, now, principalArn, granters };
  const limit = pLimit(config.limits.concurrentClusters);
  const { regions } = reading.value.inventory;
  const read = regions.flatMap(({ scope, clusters }) =>
    clusters
      .filter((cluster) => isReady(cluster) && isSelected(config.kubernetes.clusters)(cluster))
      .filter(isSelected(request.clusters))
      .map(({ name }) => limit(() => accessOf(place, scope.region, name, request))),
  );
  const unlisted = regions.flatMap(({ clusterNames }) =>
    clusterNames.state === 'unreadable' && !clusterNames.byOrganization ? [clusterNames] : [],
  );
  const states = await Promise.all(read);
  return {
    clusters: presentOf(states),
    gaps: [...unlisted, ...unreadableOf(states)].map((unreadable) => gapText(target, unreadable)),
  };
}

/**
 * Who looks at an account: the role that audits it, and where that trusts others only, the one that grants; in the caller's own
 * account he himself.
 */
async function readerOf(
  target: Target,
  dependencies: AuditDependencies,
  granters: Granters,
): Promise<Reading<Pick<Place, 'aws' | 'isAuditor'>>> {
  const { caller, config } = dependencies;
  if (target.accountId === caller.accountId)
    return present({ aws: caller, isAuditor: isSessionOf(config.role.name, caller) });
  const auditor = await accessTo(target, dependencies);
  if (auditor.state === 'present') return present({ aws: auditor.value, isAuditor: true });
  const granter = await granters.grant();
  return granter.state === 'present' ? present({ aws: granter.value, isAuditor: false }) : auditor;
}

function notSeen(target: Target, unreadable: Unreadable): ClusterAccesses {
  return { clusters: [], gaps: [gapText(target, unreadable)] };
}

function gapText({ accountId }: Target, unreadable: Unreadable): string {
  return `${accountId}: ${describeFailure(unreadable)}`;
}

async function accessOf(
  place: Place,
  region: string,
  name: string,
  request: Request,
): Promise<Reading<ClusterAccessState>> {
  const { target, aws, isAuditor, principalArn, granters } = place;
  const reader = awsReader(aws, region);
  const described = await reader.read(describeCluster, { name });
  if (described.state === 'unreadable') return described;
  const found = await entryOf(reader, { cluster: described.value, name, principalArn });
  const probed = await probe(place, region, described.value, request.level);
  const ofEntry = { entry: found, granters, region, clusterName: name, principalArn };
  const change = await changeAccess({ ...request, ...ofEntry });
  const entry = entryAfter(found, change, request);
  // What was refused before the change tells nothing of what is refused now.
  const isAsked = change?.outcome !== 'done' && isAuditor;
  return present({
    ...{ accountId: target.accountId, region, cluster: name, principalArn, entry },
    ...(target.name && { accountName: target.name }),
    endpoint: answered(probed),
    missing: missingOf({ entry, level: request.level, ...(isAsked && { probed }) }),
    ...(change && { change }),
  });
}

function probe(
  { aws, now }: Place,
  region: string,
  cluster: DescribedCluster,
  level: AccessLevel,
): Promise<Reading<readonly Unreadable[]>> {
  return probeRights({ aws, region, cluster, now }, level);
}

/** An API server that does not know the caller is there, and answers. */
function answered(probed: Reading<unknown>): Reading<true> {
  return probed.state === 'present' || probed.code === UNAUTHORIZED ? present(true) : probed;
}

/** Of a session the ARN has the role's name, without its path. */
function isSessionOf(role: string, { callerArn }: AwsAccount): boolean {
  const name = role.slice(role.lastIndexOf('/') + 1);
  return callerArn?.includes(`:assumed-role/${name}/`) ?? false;
}
