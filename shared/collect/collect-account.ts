import pLimit from 'p-limit';
import type { AwsAccount } from '../aws/account.ts';
import { actionsOf } from '../aws/operation.ts';
import { listClusters } from '../aws/operations/eks.ts';
import { awsReader } from '../aws/read.ts';
import type { ChangeEvents } from '../model/change-events.ts';
import { type Control, type FactName, judgesWithoutClusters } from '../model/control.ts';
import { type Evidence, mapReading, type Reading, type Unreadable } from '../model/evidence.ts';
import type { AccountFacts, ClusterFacts, RegionFacts } from '../model/facts.ts';
import {
  type ClusterInventory,
  type Inventory,
  isReady,
  ownIssuersOf,
  type RegionInventory,
  type Selection,
} from '../model/inventory.ts';
import { issuersOfOthers } from '../model/oidc-issuers.ts';
import { globalRegionOf } from '../model/partition.ts';
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

/** The IAM actions of this file's own requests. */
export const LIST_ACTIONS = actionsOf(listClusters);
/** The events that change the list of clusters. */
export const LIST_EVENTS: ChangeEvents = ['eks:CreateCluster', 'eks:DeleteCluster'];

export interface CollectOptions {
  readonly collectors: readonly Collector[];
  /** The controls that will judge: only what they need is read. */
  readonly controls: readonly Control[];
  /** Only clusters of these names; all when empty. */
  readonly clusterNames: readonly string[];
  /** Registries are read even without a cluster. */
  readonly isRegistryAccount: boolean;
  /** Whether the given Regions are all that the account has enabled. */
  readonly allRegions: boolean;
  readonly limits: { readonly concurrentRegions: number; readonly concurrentClusters: number };
  /** Whether there is time to read another cluster. */
  readonly timeIsLeft: () => boolean;
}

export interface Collected {
  readonly inventory: Inventory;
  /** The clusters that were not read for lack of time, by Region. */
  readonly remaining: readonly TargetRegion[];
}

/** Reads one account: its clusters in the given Regions, and what the controls need to know of them. */
export async function collectAccount(
  aws: AwsAccount,
  regions: readonly TargetRegion[],
  options: CollectOptions,
): Promise<Collected> {
  const limit = pLimit(options.limits.concurrentRegions);
  const collected = await Promise.all(
    regions.map((region) => limit(() => collectRegion(aws, region, options))),
  );
  const unread = {
    partition: aws.partition,
    accountId: aws.accountId,
    selection: selectionOf(options),
    regions: collected.map(({ region }) => region),
  };
  const inventory = { ...unread, facts: await accountFacts(aws, unread, options) };
  return { inventory, remaining: collected.flatMap(({ remaining }) => (remaining ? [remaining] : [])) };
}

async function collectRegion(
  aws: AwsAccount,
  target: TargetRegion,
  options: CollectOptions,
): Promise<{ region: RegionInventory; remaining?: TargetRegion }> {
  const scope = { partition: aws.partition, accountId: aws.accountId, region: target.region };
  const context = contextOf(aws, scope);
  const clusterNames = await clusterNamesOf(context);
  const selected =
    clusterNames.state === 'present' ? selectClusters(clusterNames.value, target, options) : [];
  const limit = pLimit(options.limits.concurrentClusters);
  const unread: string[] = [];
  const collected = selected.map((name) =>
    limit(async () => {
      if (options.timeIsLeft()) return [await collectCluster(context, name, options)];
      unread.push(name);
      return [];
    }),
  );
  const clusters = (await Promise.all(collected)).flat();
  const facts = await regionFacts(context, clusters, options);
  const region = { scope, clusterNames, clusters, facts };
  return unread.length > 0 ? { region, remaining: { region: target.region, clusters: unread } } : { region };
}

/** A name that moves to the next page meanwhile comes twice. */
async function clusterNamesOf(context: CollectContext): Promise<Reading<readonly string[]>> {
  return mapReading(await context.list(listClusters, {}), (names) => [...new Set(names)]);
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
  const collectors = options.collectors.filter((collector) => collector.level === 'cluster');
  const collect = (collector: ClusterCollector) => collector.collect(context, cluster);
  const description = await factsOf(collectors.filter(isDescription), collect);
  if (!isReady({ ...cluster, facts: description })) return { ...cluster, facts: description };
  const needed = neededOfClusters(options);
  const others = collectors.filter((collector) => !isDescription(collector) && needed.has(collector.fact));
  const facts: Partial<ClusterFacts> = await factsOf(others, collect);
  const gone = Object.values(facts).find(saysClusterIsGone);
  return { ...cluster, facts: gone ? { cluster: gone } : { ...description, ...facts } };
}

/** The lists of a cluster are not found when it was deleted meanwhile; what is in them is looked for in them again. */
function saysClusterIsGone(fact: Evidence<unknown>): fact is Unreadable {
  return fact.state === 'unreadable' && fact.kind === 'gone' && fact.operation.startsWith('eks:');
}

/** The facts that controls need, and those that facts of the Region are read from. */
function neededOfClusters({ controls, collectors }: CollectOptions): ReadonlySet<FactName> {
  const needed = neededBy(controls);
  const indirect = collectors.flatMap((collector) =>
    collector.level === 'region' && needed.has(collector.fact) ? (collector.needsClusterFacts ?? []) : [],
  );
  return new Set([...needed, ...indirect]);
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
    (collector): collector is RegionCollector => collector.level === 'region' && needed.has(collector.fact),
  );
  return factsOf(collectors, (collector) => collector.collect(context, clusters.filter(isReady)));
}

async function accountFacts(
  aws: AwsAccount,
  inventory: Omit<Inventory, 'facts'>,
  options: CollectOptions,
): Promise<Partial<AccountFacts>> {
  const hasCluster = inventory.regions.some(({ clusters }) => clusters.length > 0);
  const controls = controlsFor(hasCluster, options);
  const scope: Scope = {
    partition: aws.partition,
    accountId: aws.accountId,
    region: globalRegionOf(aws.partition),
  };
  const context = contextOf(aws, scope);
  const read = (facts: ReadonlySet<FactName>): Promise<Partial<AccountFacts>> => {
    const collectors = options.collectors.filter(
      (collector): collector is AccountCollector =>
        collector.level === 'account' && facts.has(collector.fact),
    );
    return factsOf(collectors, (collector) => collector.collect(context));
  };
  const needed = neededBy(controls);
  if (hasCluster || !needed.has('oidcProviders')) return read(needed);
  const providers = await read(new Set(['oidcProviders']));
  const hasRoles = hasIssuersOfOthers(providers, inventory);
  const others = controls.filter(({ withoutClusters }) => hasRoles || withoutClusters !== 'oidc-providers');
  const more = new Set(neededBy(others));
  more.delete('oidcProviders');
  return { ...providers, ...(await read(more)) };
}

function selectionOf({ allRegions, clusterNames, isRegistryAccount }: CollectOptions): Selection {
  return { allRegions, allClusters: clusterNames.length === 0, registries: isRegistryAccount };
}

/** Without a cluster few controls have something to judge. */
function controlsFor(hasCluster: boolean, options: CollectOptions): Control[] {
  const selection = selectionOf(options);
  return options.controls.filter((control) => hasCluster || judgesWithoutClusters(control, selection));
}

/** Whether the account has a provider of an EKS issuer that may be of others: most have none, and their roles are not read. */
function hasIssuersOfOthers(
  { oidcProviders }: Partial<AccountFacts>,
  inventory: Omit<Inventory, 'facts'>,
): boolean {
  if (oidcProviders?.state !== 'present') return false;
  const { others, unclear } = issuersOfOthers(oidcProviders.value, ownIssuersOf(inventory));
  return others.length + unclear.length > 0;
}

function neededBy(controls: readonly Control[]): ReadonlySet<FactName> {
  return new Set(controls.flatMap((control) => control.needs));
}

/** Runs collectors at the same time; returns what they read by the name of the fact. */
async function factsOf<C extends Collector, F>(
  collectors: readonly C[],
  collect: (collector: C) => Promise<F>,
): Promise<Record<string, F>> {
  const facts = collectors.map(async (collector) => [collector.fact, await collect(collector)] as const);
  return Object.fromEntries(await Promise.all(facts));
}

function contextOf(aws: AwsAccount, scope: Scope): CollectContext {
  return { aws, scope, ...awsReader(aws, scope.region), cached: requestCache() };
}

function requestCache(): CollectContext['cached'] {
  const answers = new Map<string, Promise<unknown>>();
  return <T>(key: string, request: () => Promise<T>) => {
    const answer = answers.get(key) ?? request();
    answers.set(key, answer);
    // The key names the request, so what is stored under it is an answer to this one.
    return answer as Promise<T>;
  };
}
