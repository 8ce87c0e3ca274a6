import type { Addon, Cluster } from '../model/facts.ts';

/*
 * What exists and runs nothing proves nothing either way. All controls decide here which things those are.
 */

/** https://docs.aws.amazon.com/eks/latest/APIReference/API_Addon.html */
const RUNNING_ADDON_STATES = ['ACTIVE', 'DEGRADED', 'UPDATING'];

/** Whether an add-on runs in its cluster. An add-on in `CREATE_FAILED` is listed, but EKS may have installed nothing. */
export function isAddonRunning({ status }: Pick<Addon, 'status'>): boolean {
  return status !== undefined && RUNNING_ADDON_STATES.includes(status);
}

/** Whether Auto Mode is on. When it is switched off, `computeConfig` stays and still names its node role. */
export function isAutoModeOn({ computeConfig }: Pick<Cluster, 'computeConfig'>): boolean {
  return computeConfig?.enabled === true;
}
