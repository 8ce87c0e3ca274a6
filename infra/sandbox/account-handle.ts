import { AccountBuilder } from './account-builder.ts';
import { withOverrides } from './plain.ts';
import { SandboxQueue } from './queue.ts';
import type { ClusterParts, ClusterResource, ClusterSpec } from './resources/eks.ts';
import type { KmsKeyResource } from './resources/kms.ts';
import type { ExecutionStatus, State } from './state.ts';
import type { AccountData } from './world-data.ts';

/** Changes one account of a running sandbox; `add` adds resources as the builder of the world does. */
export class AccountHandle {
  readonly data: AccountData;
  readonly add: AccountBuilder;
  readonly #state: State;

  constructor(state: State, accountId: string) {
    const account = state.account(accountId);
    if (account === undefined) {
      throw new RangeError(`No account ${accountId} in this world.`);
    }
    this.#state = state;
    this.data = account;
    this.add = new AccountBuilder(state.world.partition, account);
  }

  /** The cluster itself, to be changed in place. @throws RangeError when there is none */
  cluster(region: string, name: string): ClusterResource {
    return this.data.clusters[this.#indexOf(region, name)] ?? missing(region, name);
  }

  /** Adds the cluster or replaces the one of that name. */
  putCluster(name: string, spec: ClusterSpec): ClusterResource {
    this.data.clusters = this.data.clusters.filter(
      (cluster) => cluster.region !== spec.region || cluster.name !== name,
    );
    this.add.cluster(name, spec);
    return this.cluster(spec.region, name);
  }

  /** Merges fields into a cluster; `null` removes one. */
  updateCluster(
    region: string,
    name: string,
    changes: Partial<Omit<ClusterSpec, keyof ClusterParts | 'region'>>,
  ): void {
    const index = this.#indexOf(region, name);
    this.data.clusters[index] = withOverrides(this.cluster(region, name), changes);
  }

  /** @throws RangeError when there is none */
  deleteCluster(region: string, name: string): void {
    this.data.clusters.splice(this.#indexOf(region, name), 1);
  }

  /** The key itself, to be changed in place. @throws RangeError when there is none */
  kmsKey(region: string, keyId: string): KmsKeyResource {
    const key = this.data.kmsKeys.find(
      (candidate) => candidate.region === region && candidate.KeyId === keyId,
    );
    return key ?? missing(region, keyId);
  }

  /** A queue of the account, which exists from then on. Its URL ends in `/<account>/<name>`. */
  queue(region: string, name: string, { visibilityTimeoutSeconds = 30 } = {}): SandboxQueue {
    const key = `${this.data.id}/${region}/${name}`;
    const queue = this.#state.queues.get(key) ?? new SandboxQueue(visibilityTimeoutSeconds);
    this.#state.queues.set(key, queue);
    return queue;
  }

  /** Makes an execution of Step Functions have a status. */
  setExecution(arn: string, status: ExecutionStatus): void {
    this.#state.executions.set(arn, status);
  }

  /** How many functions the account may run at the same time. */
  setLambdaConcurrency(limit: number): void {
    this.#state.lambdaConcurrency.set(this.data.id, limit);
  }

  #indexOf(region: string, name: string): number {
    const index = this.data.clusters.findIndex(
      (cluster) => cluster.region === region && cluster.name === name,
    );
    return index === -1 ? missing(region, name) : index;
  }
}

function missing(region: string, name: string): never {
  throw new RangeError(`No ${name} in ${region}.`);
}
