import type { RegionStates } from '../aws/regions.ts';
import type { Config } from '../config/config.ts';
import type { TargetRegion } from '../model/run.ts';
import { PlanError } from './plan-error.ts';

/** The Regions of an account to audit. Those that the configuration lists and the account has not enabled are marked. */
export function selectRegions(states: RegionStates, targets: Config['targets']): TargetRegion[] {
  const enabled = [...states].flatMap(([region, state]) => (state === 'enabled' ? [region] : []));
  const wanted = targets.regions.length > 0 ? targets.regions : enabled;
  return [...new Set(wanted)]
    .filter((region) => !targets.excludeRegions.includes(region))
    .map((region): TargetRegion => (enabled.includes(region) ? { region } : { region, disabled: true }))
    .sort((a, b) => a.region.localeCompare(b.region));
}

/** Throws PlanError for a Region that AWS does not have: a mistake in the configuration. Any account lists all of them. */
export function checkRegions(states: RegionStates, targets: Config['targets']): void {
  for (const field of ['regions', 'excludeRegions'] as const) {
    const unknown = targets[field].filter((region) => !states.has(region));
    if (unknown.length === 0) continue;
    const known = [...states.keys()].sort().join(', ');
    throw new PlanError(`targets.${field}: unknown Region ${unknown.join(', ')}. Available: ${known}`);
  }
}
