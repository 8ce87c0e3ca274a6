import { EKSClient, ListClustersCommand } from '@aws-sdk/client-eks';
import pLimit from 'p-limit';
import * as z from 'zod';
import type { AwsAccount } from '../aws/account.ts';
import { allPages } from '../aws/paginate.ts';
import { globalRegionOf } from '../aws/partition.ts';
import { read } from '../aws/read.ts';
import type { Control, FactName } from '../model/control.ts';
import type { Reading } from '../model/evidence.ts';
import type { AccountFacts, ClusterFacts, RegionFacts } from '../model/facts.ts';
import { type ClusterInventory, type Inventory, isReady, type RegionInventory } from '../model/inventory.ts';
import { clusterArn } from '../model/resource.ts';
import type { TargetRegion } from '../model/run.ts';
import type { Scope } from '../model/scope.ts';
import type {
  AccountCollector,
  ClusterCollector,
  CollectContext,
  Collector,
  RegionCollector,
} from './collector.ts';

/** The actions of this file's own requests. */
export const LIST_ACTIONS = ['eks:ListClusters'] as const;

export interface CollectOptions {
  readonly collectors: readonly Collector[];
  /** The controls that will judge: only what they need is read. */
  readonly controls: readonly Control[];
  /** Only clusters of these names; all when empty. */
  readonly clusterNames: readonly string[];
  /** Registries are read even without a cluster. */
  readonly isRegistryAccount: boolean;
  readonly limits: { readonly concurrentRegions: number; readonly concurrentClusters: number };
  /** Whether another cluster may be begun. */
  readonly timeIsLeft: () => boolean;
}

export interface Collected {
  readonly inventory: Inventory;
  /** The clusters that there was no time for. */
  readonly remaining: readonly TargetRegion[];
}

/** Reads one account: its clusters in the given Regions, and what the controls need to know of them. */
export async function collectAccount(
  aws: AwsAccount,
  regions: readonly TargetRegion[],
  options: CollectOptions,
): Promise<Collected> {
  const limit = pLimit(options.limits.concurrentRegions);
  const collected = await Promise.all(regions.map((one) => limit(() => collectRegion(aws, one, options))));
  const hasCluster = collected.some(({ region }) => region.clusters.length > 0);
  const inventory = {
    partition: aws.partition,
    accountId: aws.accountId,
    regions: collected.map(({ region }) => region),
    facts: hasCluster || options.isRegistryAccount ? await accountFacts(aws, hasCluster, options) : {},
  };
  return { inventory, remaining: collected.flatMap(({ remaining }) => (remaining ? [remaining] : [])) };
}

async function collectRegion(
  aws: AwsAccount,
  target: TargetRegion,
  options: CollectOptions,
): Promise<{ region: RegionInventory; remaining?: TargetRegion }> {
  const scope = { partition: aws.partition, accountId: aws.accountId, region: target.region };
  const context = { aws, scope, once: onlyOnce() };
  const clusterNames = await listClusters(aws, target.region);
  const selected =
    clusterNames.state === 'present' ? selectClusters(clusterNames.value, target, options) : [];
  const limit = pLimit(options.limits.concurrentClusters);
  const outcomes = await Promise.all(
    selected.map((name) =>
      limit(async () => (options.timeIsLeft() ? collectCluster(context, name, options) : { left: name })),
    ),
  );
  const clusters = outcomes.flatMap((one) => ('left' in one ? [] : [one]));
  const left = outcomes.flatMap((one) => ('left' in one ? [one.left] : []));
  const facts = await regionFacts(context, clusters, options);
  const region = { scope, clusterNames, clusters, facts };
  return left.length > 0 ? { region, remaining: { region: target.region, clusters: left } } : { region };
}

const clusterName = z.string().min(1);

/** What is not listed is gone, so every name is checked. One that moves to the next page meanwhile is listed twice. */
function listClusters(aws: AwsAccount, region: string): Promise<Reading<readonly string[]>> {
  const eks = aws.client(EKSClient, region);
  return read('eks:ListClusters', async () => {
    const names = await allPages(async (nextToken) => {
      const answer = await eks.send(new ListClustersCommand({ nextToken }));
      return { items: answer.clusters, next: answer.nextToken };
    });
    return [...new Set(names.map((one) => clusterName.parse(one)))];
  });
}

function selectClusters(names: readonly string[], target: TargetRegion, options: CollectOptions): string[] {
  return names
    .filter((name) => options.clusterNames.length === 0 || options.clusterNames.includes(name))
    .filter((name) => target.clusters === undefined || target.clusters.includes(name));
}

async function collectCluster(
  context: CollectContext,
  name: string,
  options: CollectOptions,
): Promise<ClusterInventory> {
  const cluster = { name, arn: clusterArn(context.scope, name) };
  const collectors = options.collectors.filter((one) => one.level === 'cluster');
  const description = await factsOf(collectors.filter(isDescription), (one) => one.collect(context, cluster));
  if (!isReady({ ...cluster, facts: description })) return { ...cluster, facts: description };
  const needed = neededBy(options.controls);
  for (const one of options.collectors) {
    if (one.level === 'region' && needed.has(one.fact)) for (const name of one.from ?? []) needed.add(name);
  }
  const others = collectors.filter((one) => !isDescription(one) && needed.has(one.fact));
  const facts: Partial<ClusterFacts> = await factsOf(others, (one) => one.collect(context, cluster));
  return { ...cluster, facts: { ...description, ...facts } };
}

/** Every cluster is described, whatever the controls need: its status says whether it can be judged. */
function isDescription(collector: ClusterCollector): boolean {
  return collector.fact === 'cluster';
}

async function regionFacts(
  context: CollectContext,
  clusters: readonly ClusterInventory[],
  options: CollectOptions,
): Promise<Partial<RegionFacts>> {
  const needed = neededBy(controlsFor(clusters.some(isReady), options));
  const collectors = options.collectors.filter(
    (one): one is RegionCollector => one.level === 'region' && needed.has(one.fact),
  );
  return factsOf(collectors, (one) => one.collect(context, clusters.filter(isReady)));
}

async function accountFacts(
  aws: AwsAccount,
  hasCluster: boolean,
  options: CollectOptions,
): Promise<Partial<AccountFacts>> {
  const needed = neededBy(controlsFor(hasCluster, options));
  const scope: Scope = {
    partition: aws.partition,
    accountId: aws.accountId,
    region: globalRegionOf(aws.partition),
  };
  const collectors = options.collectors.filter(
    (one): one is AccountCollector => one.level === 'account' && needed.has(one.fact),
  );
  return factsOf(collectors, (one) => one.collect({ aws, scope, once: onlyOnce() }));
}

/** Without a cluster only the controls of registries have something to judge, and only in registry accounts. */
function controlsFor(hasCluster: boolean, options: CollectOptions): Control[] {
  if (hasCluster) return [...options.controls];
  return options.isRegistryAccount ? options.controls.filter((one) => one.level !== 'cluster') : [];
}

function neededBy(controls: readonly Control[]): Set<FactName> {
  return new Set(controls.flatMap((one) => one.needs));
}

/** Runs collectors side by side and names each outcome by its fact. */
async function factsOf<C extends Collector, F>(
  collectors: readonly C[],
  collect: (collector: C) => Promise<F>,
): Promise<Record<string, F>> {
  const facts = collectors.map(async (one) => [one.fact, await collect(one)] as const);
  return Object.fromEntries(await Promise.all(facts));
}

function onlyOnce(): CollectContext['once'] {
  const asked = new Map<string, Promise<unknown>>();
  return <T>(key: string, ask: () => Promise<T>) => {
    const answer = asked.get(key) ?? ask();
    asked.set(key, answer);
    // The map holds, by its key, only what this question answered.
    return answer as Promise<T>;
  };
}
