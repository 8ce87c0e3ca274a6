import type * as z from 'zod';
import { partitionOf } from '../model/partition.ts';

/** The part of a configuration that names Regions. */
export interface RegionConfig {
  readonly targets: { readonly regions: readonly string[]; readonly excludeRegions: readonly string[] };
  readonly homeRegion?: string | undefined;
}

/** A Region of the configuration, and where it is named. */
interface NamedRegion {
  readonly path: readonly [field: string, ...rest: (string | number)[]];
  readonly region: string;
}

/** Every Region that a configuration names. */
export function namedRegions({ targets, homeRegion }: RegionConfig): NamedRegion[] {
  const inTargets = (['regions', 'excludeRegions'] as const).flatMap((field) =>
    targets[field].map((region, index): NamedRegion => ({ path: ['targets', field, index], region })),
  );
  return [...inTargets, ...(homeRegion ? [{ path: ['homeRegion'], region: homeRegion } as const] : [])];
}

/** Whether a run audits a choice of Regions, whose names planning checks against those of its own account. */
export function namesRegions({ targets }: RegionConfig): boolean {
  return targets.regions.length + targets.excludeRegions.length > 0;
}

/** Credentials are of one partition, and so are the Regions that they can be used in. */
export function checkOnePartition(config: RegionConfig, issue: z.RefinementCtx): void {
  const [first, ...others] = namedRegions(config);
  if (first === undefined) return;
  const partition = partitionOf(first.region);
  for (const { path, region } of others) {
    if (partitionOf(region) === partition) continue;
    const message = `${region} is in the partition ${partitionOf(region)}, but ${first.region} in ${partition}; a run is in one partition`;
    issue.addIssue({ code: 'custom', path: [...path], message });
  }
}
