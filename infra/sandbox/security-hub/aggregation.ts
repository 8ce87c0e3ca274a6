import type { Call } from '../service.ts';
import type { SecurityHubOrganization } from '../world-data.ts';

/** The aggregator of the administrator, the only account that has one. */
export function aggregatorOf({ account, state }: Call) {
  const { partition, organization } = state.world;
  const { administrator, aggregationRegion, regionLinking } = organization.securityHub;
  if (account.id !== administrator || aggregationRegion === undefined) {
    return undefined;
  }
  const id = '01234567-89ab-cdef-0123-456789abcdef';
  return {
    FindingAggregatorArn: `arn:${partition}:securityhub:${aggregationRegion}:${account.id}:finding-aggregator/${id}`,
    FindingAggregationRegion: aggregationRegion,
    RegionLinkingMode: regionLinking?.mode ?? 'ALL_REGIONS',
    ...(regionLinking?.regions && { Regions: regionLinking.regions }),
  };
}

/** Whether the findings of a Region are seen in the aggregation Region, which is one of them. */
export function isAggregated(settings: SecurityHubOrganization): (region: string) => boolean {
  const { aggregationRegion, regionLinking: { mode, regions = [] } = { mode: 'ALL_REGIONS' } } = settings;
  return (region) => {
    const isLinked = {
      ALL_REGIONS: true,
      ALL_REGIONS_EXCEPT_SPECIFIED: !regions.includes(region),
      SPECIFIED_REGIONS: regions.includes(region),
      NO_REGIONS: false,
    }[mode];
    return region === aggregationRegion || isLinked;
  };
}
