import pLimit from 'p-limit';
import type { AwsAccount } from '../aws/account.ts';
import { actionsOf } from '../aws/operation.ts';
import { listClusters } from '../aws/operations/eks.ts';
import type { ChangeEvents } from '../model/change-events.ts';
import { type FactName, judgesWithoutClusters } from '../model/control.ts';
import { type Evidence, mapReading, type Reading, type Unreadable } from '../model/evidence.ts';
import type { AccountFacts, ClusterFacts, RegionFacts } from '../model/facts.ts';
import {
  type ClusterInventory,
  type Inventory,
  isReady,
  type ObservationTimes,
  ownIssuersOf,
  type RegionInventory,
  type Selection,
} from '../model/inventory.ts';
import { issuersOfOthers } from '../model/oidc-issuers.ts';
import { globalRegionOf } from '../model/partition.ts';
import { clusterArn } from '../model/resource.ts';
import type { Scope } from '../model/scope.ts';
import type {
  AccountCollector,
  ClusterCollector,
  CollectContext,
  Collector,
  KubernetesSelection,
  RegionCollector,
} from './collector.ts';
import type { AccessGrants } from './kubernetes/access.ts';
import { kindsNeededBy, type Needs, neededBy, neededOfClusters } from './needed-facts.ts';
import { type Observatory, observatory } from './observatory.ts';

/** The IAM actions of this file's own requests. */
export const LIST_ACTIONS = actionsOf(listClusters);
/** The events that change the list of clusters. */
export const LIST_EVENTS: ChangeEvents = ['eks:CreateCluster', 'eks:DeleteCluster'];

export interface CollectOptions {
  readonly collectors: readonly Collector[];
  /** The controls that will judge, or whoever else needs facts: only those are read. */
  readonly controls: readonly Needs[];
  /** Only clusters of these names; all when empty. */
  readonly clusterNames: readonly string[];
  /** Registries are read even without a cluster. */
  readonly isRegistryAccount: boolean;
  /** Whether the given Regions are all that the account has enabled. */
  readonly allRegions: boolean;
  readonly limits: { readonly concurrentRegions: number; readonly concurrentClusters: number };
  readonly now: () => Date;
  /** The clusters whose Kubernetes API is read; none when left out. */
  readonly readsKubernetesOf?: KubernetesSelection['isEnabledFor'];
  /** Gives access to these where there is none. */
  readonly grants?: AccessGrants;
  /** What was read before, when time ran out: none of it is read again. */
  readonly before?: Inventory;
}

/** Reads one account: its clusters in the given Regions, and what the controls need to know of them. */
export async function collectAccount(
  aws: AwsAccount,
  regions: readonly string[],
  options: CollectOptions,
): Promise<Inventory> {
  const limit = pLimit(options.limits.concurrentRegions);
  const collected = regions.map((region) => limit(() => collectRegion(aws, region, options)));
  const unread = {
    partition: aws.partition,
    accountId: aws.accountId,
    selection: selectionOf(options),
    regions: await Promise.all(collected),
  };
  return { ...unread, ...(await accountFacts(aws, unread, options)) };
}

async function collectRegion(
  aws: AwsAccount,
  region: string,
  options: CollectOptions,
): Promise<RegionInventory> {
  const scope = { partition: aws.partition, accountId: aws.accountId, region };
  const before = options.before?.regions.find((one) => one.scope.region === region);
  const regional = observatory(aws, scope, contextOf(options));
  const listed =
    before === undefined
      ? await regional.observe(listClusterNames)
      : { fact: before.clusterNames, observedAt: before.observed.clusterNames };
  const names = listed.fact.state === 'present' ? listed.fact.value : [];
  const limit = pLimit(options.limits.concurrentClusters);
  const collected = names.filter(isSelectedBy(options)).map((name) => {
    const cluster = before?.clusters.find((one) => one.name === name);
    return limit(() => collectCluster(regional, name, cluster, options));
  });
  const clusters = await Promise.all(collected);
  const { facts, observed } = await regionFacts(regional, clusters, before, options);
  return {
    scope,
    clusterNames: listed.fact,
    clusters,
    facts,
    observed: { ...observed, ...(listed.observedAt !== undefined && { clusterNames: listed.observedAt }) },
  };
}

function contextOf(options: CollectOptions): Parameters<typeof observatory>[2] {
  const { now, controls, readsKubernetesOf, grants } = options;
  if (readsKubernetesOf === undefined) return { now };
  const kinds = kindsNeededBy(controls);
  return { now, kubernetes: { kinds, isEnabledFor: readsKubernetesOf, ...(grants && { grants }) } };
}

/** A name that moves to the next page meanwhile comes twice. */
async function listClusterNames(context: CollectContext): Promise<Reading<readonly string[]>> {
  return mapReading(await context.list(listClusters, {}), (names) => [...new Set(names)]);
}

function isSelectedBy({ clusterNames }: CollectOptions): (name: string) => boolean {
  return (name) => clusterNames.length === 0 || clusterNames.includes(name);
}

async function collectCluster(
  regional: Observatory,
  name: string,
  before: ClusterInventory | undefined,
  options: CollectOptions,
): Promise<ClusterInventory> {
  const cluster = { name, arn: clusterArn(regional.scope, name) };
  const collectors = options.collectors.filter((collector) => collector.level === 'cluster');
  const collect = (collector: ClusterCollector, context: CollectContext) =>
    collector.collect(context, cluster);
  const description = await factsOf(collectors.filter(isDescription), before, regional, collect);
  if (!isReady(description)) return { ...cluster, ...description };
  const needed = neededOfClusters(options.controls, options.collectors);
  const others = collectors.filter(
    (collector) =>
      !isDescription(collector) &&
      needed.has(collector.fact) &&
      (collector.fact !== 'kubernetes' || options.readsKubernetesOf !== undefined),
  );
  const rest: Observed<ClusterFacts> = await factsOf(others, before, regional, collect);
  const gone = Object.values(rest.facts).find(saysClusterIsGone);
  const observed = { ...description.observed, ...rest.observed };
  const { grants } = options;
  const granted = grants?.granted.has(cluster.arn) && { accessGranted: grants.principalArn };
  return {
    ...cluster,
    ...granted,
    facts: gone ? { cluster: gone } : { ...description.facts, ...rest.facts },
    observed,
  };
}

/** The lists of a cluster are not found when it was deleted meanwhile; what is in them is looked for in them again. */
function saysClusterIsGone(fact: Evidence<unknown>): fact is Unreadable {
  return fact.state === 'unreadable' && fact.kind === 'gone' && fact.operation.startsWith('eks:');
}

/** Every cluster is described, whatever the controls need: its status says whether it can be judged. */
function isDescription(collector: ClusterCollector): boolean {
  return collector.fact === 'cluster';
}

function regionFacts(
  regional: Observatory,
  clusters: readonly ClusterInventory[],
  before: RegionInventory | undefined,
  options: CollectOptions,
): Promise<Observed<RegionFacts>> {
  const needed = neededBy(controlsFor(clusters.some(isReady), options));
  const collectors = options.collectors.filter(
    (collector): collector is RegionCollector => collector.level === 'region' && needed.has(collector.fact),
  );
  return factsOf(collectors, before, regional, (collector, context) =>
    collector.collect(context, clusters.filter(isReady)),
  );
}

async function accountFacts(
  aws: AwsAccount,
  inventory: Omit<Inventory, 'facts' | 'observed'>,
  options: CollectOptions,
): Promise<Observed<AccountFacts>> {
  const hasCluster = inventory.regions.some(({ clusters }) => clusters.length > 0);
  const controls = controlsFor(hasCluster, options);
  const region = globalRegionOf(aws.partition);
  const scope: Scope = { partition: aws.partition, accountId: aws.accountId, region };
  const global = observatory(aws, scope, contextOf(options));
  const read = (names: ReadonlySet<FactName>): Promise<Observed<AccountFacts>> => {
    const collectors = options.collectors.filter(
      (collector): collector is AccountCollector =>
        collector.level === 'account' && names.has(collector.fact),
    );
    return factsOf(collectors, options.before, global, (collector, context) => collector.collect(context));
  };
  const needed = neededBy(controls);
  if (hasCluster || !needed.has('oidcProviders')) return read(needed);
  const providers = await read(new Set(['oidcProviders']));
  const hasRoles = hasIssuersOfOthers(providers.facts, inventory);
  const others = controls.filter(({ withoutClusters }) => hasRoles || withoutClusters !== 'oidc-providers');
  const more = new Set(neededBy(others));
  more.delete('oidcProviders');
  const rest = await read(more);
  return {
    facts: { ...providers.facts, ...rest.facts },
    observed: { ...providers.observed, ...rest.observed },
  };
}

function selectionOf({ allRegions, clusterNames, isRegistryAccount }: CollectOptions): Selection {
  return { allRegions, allClusters: clusterNames.length === 0, registries: isRegistryAccount };
}

/** Without a cluster few controls have something to judge. */
function controlsFor(hasCluster: boolean, options: CollectOptions): Needs[] {
  const selection = selectionOf(options);
  return options.controls.filter((control) => hasCluster || judgesWithoutClusters(control, selection));
}

/** Whether the account has a provider of an EKS issuer that may be of others: most have none, and their roles are not read. */
function hasIssuersOfOthers(
  { oidcProviders }: Partial<AccountFacts>,
  inventory: Omit<Inventory, 'facts' | 'observed'>,
): boolean {
  if (oidcProviders?.state !== 'present') return false;
  const { others, unclear } = issuersOfOthers(oidcProviders.value, ownIssuersOf(inventory));
  return others.length + unclear.length > 0;
}

/** Facts, and when they were asked for. */
interface Observed<F> {
  readonly facts: Partial<F>;
  readonly observed: ObservationTimes<string & keyof F>;
}

/** Runs collectors at the same time, but for those whose facts were read before. */
async function factsOf<C extends Collector, F extends Evidence<unknown>>(
  collectors: readonly C[],
  before: { readonly facts: object; readonly observed: object } | undefined,
  { observe }: Observatory,
  collect: (collector: C, context: CollectContext) => Promise<F>,
): Promise<{ facts: Record<string, F>; observed: Record<string, string> }> {
  // What is stored under a fact's name is that fact.
  const earlier = new Map(Object.entries(before?.facts ?? {}) as [string, F][]);
  const earlierTimes = new Map<string, string>(Object.entries(before?.observed ?? {}));
  const reading = collectors.map(async (collector) => {
    const { fact: name } = collector;
    const fact = earlier.get(name);
    if (fact !== undefined) return { name, fact, observedAt: earlierTimes.get(name) };
    return { name, ...(await observe((context) => collect(collector, context))) };
  });
  const read = await Promise.all(reading);
  return {
    facts: Object.fromEntries(read.map(({ name, fact }) => [name, fact])),
    observed: Object.fromEntries(
      read.flatMap(({ name, observedAt }) => (observedAt === undefined ? [] : [[name, observedAt]])),
    ),
  };
}
