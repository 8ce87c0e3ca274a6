import type { Sandbox } from '../../infra/sandbox/sandbox.ts';
import { REGION } from '../harness.ts';
import { type ClusterState, NAMES } from './steps.ts';

/** The clusters of an account: what each of them was when. */
export class Timeline {
  readonly #account: ReturnType<Sandbox['account']>;
  /** Oldest first. */
  readonly #states = new Map<string, { readonly at: number; readonly state: ClusterState }[]>(
    NAMES.map((name) => [name, [{ at: 0, state: 'absent' }]]),
  );

  constructor(account: ReturnType<Sandbox['account']>) {
    this.#account = account;
  }

  change(name: string, state: ClusterState): void {
    if (state === 'absent')
      this.#account.data.clusters = this.#account.data.clusters.filter((cluster) => cluster.name !== name);
    else
      this.#account.putCluster(name, {
        region: REGION,
        resourcesVpcConfig: { endpointPublicAccess: state === 'open', endpointPrivateAccess: true },
      });
    this.#states.get(name)?.push({ at: Date.now(), state });
  }

  stateAt(name: string, time: number): ClusterState | undefined {
    return this.#states.get(name)?.findLast(({ at }) => at <= time)?.state;
  }

  /** The clusters that were there all the time since. */
  since(time: number): string[] {
    return NAMES.filter((name) => {
      const later = this.#states.get(name)?.filter(({ at }) => at > time) ?? [];
      return this.stateAt(name, time) !== 'absent' && later.every(({ state }) => state !== 'absent');
    });
  }
}

/** The name of the cluster that a finding, or its id, is of. */
export function clusterOf(id: string): string {
  return /cluster\/([^/]+)/.exec(id)?.[1] ?? '';
}
