import type { RegionStates } from '../aws/regions.ts';
import type { Config } from '../config/config.ts';
import { namedRegions, type RegionConfig } from '../config/named-regions.ts';
import { globalRegionOf, partitionOf } from '../model/partition.ts';
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

/**
 * Throws PlanError for Regions of the configuration that are not of a partition. `because` says why it is that one, such
 * as `the credentials are of it`.
 */
export function checkPartition(partition: string, because: string, config: RegionConfig): void {
  const globalRegion = regionOfPartition(partition);
  const problems = namedRegions(config)
    .filter(({ region }) => partitionOf(region) !== partition)
    .map(
      ({ path, region }) =>
        `${path.slice(0, 2).join('.')}: ${region} is in the partition ${partitionOf(region)}. Available: Regions of ${partition}, such as ${globalRegion}, because ${because}`,
    );
  if (problems.length > 0) throw new PlanError(problems.join('; '));
}

function regionOfPartition(partition: string): string {
  try {
    return globalRegionOf(partition);
  } catch (error) {
    throw new PlanError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
