import pLimit from 'p-limit';
import { describeClusterVersions } from '../aws/operations/eks.ts';
import { awsReader } from '../aws/read.ts';
import type { Reading } from '../model/evidence.ts';
import type { ClusterInventory } from '../model/inventory.ts';
import type { Caller, Target } from '../model/run.ts';
import { callerOf } from '../plan/plan.ts';
import { type PlannedRunOptions, withPlannedRun } from './planned-run.ts';
import { type AccountReading, type AuditDependencies, accessTo, readAccountInTime } from './read-account.ts';

/** When AWS stops to support a version, days in UTC. */
export interface VersionSupport {
  readonly standardUntil?: string;
  readonly extendedUntil?: string;
}

/** One cluster, as a list shows it. */
export interface ListedCluster {
  readonly accountId: string;
  readonly accountName?: string;
  readonly region: string;
  readonly name: string;
  readonly cluster: ClusterInventory;
}

/** The clusters of an organization or of some accounts. */
export interface ClusterList {
  readonly caller?: Caller;
  readonly accounts: number;
  readonly clusters: readonly ListedCluster[];
  /** What could not be read, in words. */
  readonly gaps: readonly string[];
  /** By version; empty where nobody may say. */
  readonly support: ReadonlyMap<string, VersionSupport>;
}

export interface ListClustersOptions extends Pick<PlannedRunOptions, 'config' | 'requests'> {
  readonly signal: AbortSignal;
}

/** Only what the list shows is read: a cluster is always described. */
const NEEDS = [{ needs: ['nodegroups', 'fargateProfiles'] }] as const;

/** Lists clusters with the credentials and the Region of the environment. Throws CallerError, PlanError. */
export async function listAllClusters({ signal, ...options }: ListClustersOptions): Promise<ClusterList> {
  return withPlannedRun({ ...options, publish: false }, async ({ targets }, planned) => {
    const dependencies = { ...planned, needs: NEEDS };
    const { caller, region, config } = dependencies;
    const limit = pLimit(config.limits.concurrentAccounts);
    const [readings, versions] = await Promise.all([
      Promise.all(targets.map((target) => limit(() => readOne(target, dependencies, signal)))),
      awsReader(caller.until(signal), region).list(describeClusterVersions, { includeAll: true }),
    ]);
    signal.throwIfAborted();
    return {
      ...callerOf(caller),
      accounts: targets.length,
      clusters: readings.flatMap(({ target, reading }) => clustersOf(target, reading)),
      gaps: readings.flatMap(({ target, reading }) => gapsOf(target, reading)),
      support: versions.state === 'present' ? supportOf(versions.value) : new Map(),
    };
  });
}

interface ReadTarget {
  readonly target: Target;
  readonly reading: Reading<AccountReading>;
}

async function readOne(
  target: Target,
  dependencies: AuditDependencies,
  signal: AbortSignal,
): Promise<ReadTarget> {
  const access = await accessTo(target, dependencies);
  return { target, reading: await readAccountInTime(target, access, dependencies, signal) };
}

function clustersOf({ accountId, name }: Target, reading: Reading<AccountReading>): ListedCluster[] {
  if (reading.state === 'unreadable') return [];
  return reading.value.inventory.regions.flatMap(({ scope, clusters }) =>
    clusters.map((cluster) => ({
      ...{ accountId, region: scope.region, name: cluster.name, cluster },
      ...(name && { accountName: name }),
    })),
  );
}

function gapsOf({ accountId }: Target, reading: Reading<AccountReading>): string[] {
  if (reading.state === 'unreadable') return [`${accountId}: ${reading.operation} ${reading.code}`];
  return reading.value.inventory.regions.flatMap(({ scope, clusterNames }) =>
    clusterNames.state === 'unreadable' && !clusterNames.byOrganization
      ? [`${accountId} ${scope.region}: ${clusterNames.operation} ${clusterNames.code}`]
      : [],
  );
}

type Version = { readonly clusterVersion: string } & {
  readonly [Key in 'endOfStandardSupportDate' | 'endOfExtendedSupportDate']?: Date | undefined;
};

function supportOf(versions: readonly Version[]): Map<string, VersionSupport> {
  return new Map(
    versions.map(({ clusterVersion, endOfStandardSupportDate, endOfExtendedSupportDate }) => [
      clusterVersion,
      {
        ...(endOfStandardSupportDate && { standardUntil: dayOf(endOfStandardSupportDate) }),
        ...(endOfExtendedSupportDate && { extendedUntil: dayOf(endOfExtendedSupportDate) }),
      },
    ]),
  );
}

function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}
