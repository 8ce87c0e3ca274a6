import { malformed, type Named, present, type Reading } from '../model/evidence.ts';
import type { Addon, Cluster } from '../model/facts.ts';
import type { FargateProfile, Nodegroup } from '../model/node-facts.ts';

/*
 * What exists and runs nothing proves nothing either way. All controls decide here which things those are.
 */

/** https://docs.aws.amazon.com/eks/latest/APIReference/API_Addon.html */
const RUNNING_ADDON_STATES = ['ACTIVE', 'DEGRADED', 'UPDATING'];

/**
 * Of node groups and of Fargate profiles: https://docs.aws.amazon.com/eks/latest/APIReference/API_Nodegroup.html,
 * https://docs.aws.amazon.com/eks/latest/APIReference/API_FargateProfile.html
 */
const STATES_THAT_START_NOTHING = ['DELETING', 'CREATE_FAILED'];

/**
 * Whether a node group starts nodes, or a Fargate profile pods, now or once it is created. Nodes that a group started
 * before are judged as instances.
 */
export function startsNodes({ status }: Pick<Nodegroup | FargateProfile, 'status'>): boolean {
  return !STATES_THAT_START_NOTHING.includes(status ?? '');
}

/** Whether an add-on runs in its cluster. An add-on in `CREATE_FAILED` is listed, but EKS may have installed nothing. */
export function isAddonRunning({ status }: Pick<Addon, 'status'>): boolean {
  return status !== undefined && RUNNING_ADDON_STATES.includes(status);
}

/** The same of an add-on that was listed, as far as it could be described. */
export function isListedAddonRunning({ name, detail }: Named<Addon>): Reading<boolean> {
  if (detail.state === 'unreadable') return detail.kind === 'gone' ? present(false) : detail;
  if (detail.value.status !== undefined) return present(isAddonRunning(detail.value));
  return malformed('eks:DescribeAddon', `it does not say the status of ${name}`);
}

/** Whether Auto Mode is on. When it is switched off, `computeConfig` stays and still names its node role. */
export function isAutoModeOn({ computeConfig }: Pick<Cluster, 'computeConfig'>): boolean {
  return computeConfig?.enabled === true;
}
