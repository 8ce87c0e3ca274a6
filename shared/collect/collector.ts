import type { AwsAccount } from '../aws/account.ts';
import type { AwsReader } from '../aws/read.ts';
import type { ChangeEvents } from '../model/change-events.ts';
import type { AccountFacts, ClusterFacts, RegionFacts } from '../model/facts.ts';
import type { ClusterInventory } from '../model/inventory.ts';
import type { KubernetesKind } from '../model/kubernetes-facts.ts';
import type { Scope } from '../model/scope.ts';
import type { AccessGrants } from './kubernetes/access.ts';

/** What a collector reads with: the account in its Region. */
export interface CollectContext extends AwsReader {
  readonly aws: AwsAccount;
  readonly scope: Scope;
  /** None where Kubernetes evidence is off. */
  readonly kubernetes?: KubernetesSelection;
  readonly now: () => Date;
  /** Sends a request unless one with this key was sent in this Region before: then returns the answer to that one. */
  cached<T>(key: string, request: () => Promise<T>): Promise<T>;
}

/** What is read of the Kubernetes APIs. */
export interface KubernetesSelection {
  isEnabledFor(cluster: ListedCluster): boolean;
  /** What the controls need. */
  readonly kinds: ReadonlySet<KubernetesKind>;
  /** Gives access where there is none; absent where that is nobody's to give. */
  readonly grants?: AccessGrants;
}

interface CollectorBase {
  /** The IAM actions it needs; the member role's policy is the union of them. */
  readonly actions: readonly string[];
  /** The events that can change its answer; the rules of audits on change match the union of them. */
  readonly events: ChangeEvents;
}

/** A cluster of which no more is known than eks:ListClusters answers. */
interface ListedCluster {
  readonly name: string;
  readonly arn: string;
}

/** Reads one fact of one cluster. */
export interface ClusterCollector<Name extends keyof ClusterFacts = keyof ClusterFacts>
  extends CollectorBase {
  readonly level: 'cluster';
  readonly fact: Name;
  collect(context: CollectContext, cluster: ListedCluster): Promise<ClusterFacts[Name]>;
}

/** Reads one fact of a Region, for all its clusters at once. */
export interface RegionCollector<Name extends keyof RegionFacts = keyof RegionFacts> extends CollectorBase {
  readonly level: 'region';
  readonly fact: Name;
  /** Facts of the clusters that are read before it. */
  readonly needsClusterFacts?: readonly (keyof ClusterFacts)[];
  collect(context: CollectContext, clusters: readonly ClusterInventory[]): Promise<RegionFacts[Name]>;
}

/** Reads one fact of an account. Its context is the partition's global Region. */
export interface AccountCollector<Name extends keyof AccountFacts = keyof AccountFacts>
  extends CollectorBase {
  readonly level: 'account';
  readonly fact: Name;
  collect(context: CollectContext): Promise<AccountFacts[Name]>;
}

export type Collector = ClusterCollector | RegionCollector | AccountCollector;

type Literal<C extends Collector> = Omit<C, 'level'>;

export function clusterCollector<Name extends keyof ClusterFacts>(
  literal: Literal<ClusterCollector<Name>>,
): ClusterCollector<Name> {
  return { level: 'cluster', ...literal };
}

export function regionCollector<Name extends keyof RegionFacts>(
  literal: Literal<RegionCollector<Name>>,
): RegionCollector<Name> {
  return { level: 'region', ...literal };
}

export function accountCollector<Name extends keyof AccountFacts>(
  literal: Literal<AccountCollector<Name>>,
): AccountCollector<Name> {
  return { level: 'account', ...literal };
}
