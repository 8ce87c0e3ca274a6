import type { RegionStates } from '../../shared/aws/regions.ts';
import type { Config } from '../../shared/config.ts';
import type { TargetRegion } from '../../shared/model/run.ts';
import { PlanError } from './plan-error.ts';

/**
 * The Regions of an account that are to be looked at. Throws PlanError for a Region that AWS does not have, since that
 * is a mistake of the configuration.
 */
export function selectRegions(states: RegionStates, targets: Config['targets']): TargetRegion[] {
  const unknown = [...targets.regions, ...targets.excludeRegions].filter((one) => !states.has(one));
  if (unknown.length > 0) {
    const known = [...states.keys()].sort().join(', ');
    throw new PlanError(`targets.regions: there is no Region ${unknown.join(', ')}; there are ${known}`);
  }
  return [...states]
    .filter(([region]) => !targets.excludeRegions.includes(region))
    .filter(([region, state]) =>
      targets.regions.length > 0 ? targets.regions.includes(region) : state === 'enabled',
    )
    .map(([region, state]): TargetRegion => (state === 'enabled' ? { region } : { region, disabled: true }))
    .sort((a, b) => a.region.localeCompare(b.region));
}
