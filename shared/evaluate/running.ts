import type { Addon, Cluster } from '../model/facts.ts';
import type { Nodegroup } from '../model/node-facts.ts';

/*
 * What exists and runs nothing proves nothing either way. All controls decide here which things those are.
 */

/** https://docs.aws.amazon.com/eks/latest/APIReference/API_Addon.html */
const RUNNING_ADDON_STATES = ['ACTIVE', 'DEGRADED', 'UPDATING'];

/** https://docs.aws.amazon.com/eks/latest/APIReference/API_Nodegroup.html */
const NODEGROUP_STATES_WITHOUT_NODES = ['DELETING', 'CREATE_FAILED'];

/** Whether a node group starts nodes. Those it may have started before are judged as instances. */
export function startsNodes({ status }: Pick<Nodegroup, 'status'>): boolean {
  return !NODEGROUP_STATES_WITHOUT_NODES.includes(status ?? '');
}

/** Whether an add-on runs in its cluster. An add-on in `CREATE_FAILED` is listed, but EKS may have installed nothing. */
export function isAddonRunning({ status }: Pick<Addon, 'status'>): boolean {
  return status !== undefined && RUNNING_ADDON_STATES.includes(status);
}

/** Whether Auto Mode is on. When it is switched off, `computeConfig` stays and still names its node role. */
export function isAutoModeOn({ computeConfig }: Pick<Cluster, 'computeConfig'>): boolean {
  return computeConfig?.enabled === true;
}
