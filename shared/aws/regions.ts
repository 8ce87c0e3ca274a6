import type { ChangeEvents } from '../model/change-events.ts';
import { type Reading, type Unreadable, unreadableOf } from '../model/evidence.ts';
import { globalRegionOf } from '../model/partition.ts';
import type { AwsAccount } from './account.ts';
import { MalformedResponseError } from './errors.ts';
import { actionsOf } from './operation.ts';
import { listRegions as listRegionsOperation } from './operations/account.ts';
import { describeRegions as describeRegionsOperation } from './operations/ec2-regions.ts';
import { allPages } from './paginate.ts';
import { toReading } from './read.ts';

/** The IAM actions of this file's requests, in the account itself. */
export const REGION_ACTIONS = actionsOf(listRegionsOperation, describeRegionsOperation);
/** The events that change an account's Regions. */
export const REGION_EVENTS: ChangeEvents = {
  audited: [],
  ignored: ['account:DisableRegion', 'account:EnableRegion'],
  because:
    'a Region that was just enabled has no clusters, and creating one starts an audit; one that is disabled answers nothing',
};

/** Every Region there is in a partition, and whether it is enabled in one account. */
export type RegionStates = ReadonlyMap<string, 'enabled' | 'disabled'>;

const PAGE_SIZE = 50;
/** An account that disables a Region can still use it until that is done. */
const ENABLED = ['ENABLED', 'ENABLED_BY_DEFAULT', 'DISABLING'];

/** https://docs.aws.amazon.com/accounts/latest/reference/API_ListRegions.html */
function listRegions(aws: AwsAccount): Promise<Reading<RegionStates>> {
  const request = { MaxResults: PAGE_SIZE };
  return toReading(listRegionsOperation.action, async () => {
    const regions = await allPages(aws, globalRegionOf(aws.partition), listRegionsOperation, request);
    return toStates(regions, ({ RegionOptStatus: status }) => ENABLED.includes(status));
  });
}

/** The Regions of an account, as it was told them. */
export interface OwnRegions {
  readonly states: Reading<RegionStates>;
  /** What did not answer; with the reason of `states` where that is not known. */
  readonly refused: readonly Unreadable[];
}

/** The Regions of the account itself, by whichever of the two APIs it may use. `region` is one where EC2 answers. */
export async function ownRegions(aws: AwsAccount, region: string): Promise<OwnRegions> {
  const listed = await listRegions(aws);
  if (listed.state === 'present') return { states: listed, refused: [] };
  const described = await describeRegions(aws, region);
  return { states: described, refused: unreadableOf([listed, described]) };
}

function describeRegions(aws: AwsAccount, region: string): Promise<Reading<RegionStates>> {
  return toReading(describeRegionsOperation.action, async () => {
    const regions = await aws.send(describeRegionsOperation, region, { AllRegions: true });
    return toStates(regions, ({ OptInStatus: status }) => status !== 'not-opted-in');
  });
}

/** Every account has Regions: an answer without any must not pass for an account with nothing to audit. */
function toStates<R extends { readonly RegionName: string }>(
  regions: readonly R[],
  isEnabled: (region: R) => boolean,
): RegionStates {
  if (regions.length === 0) throw new MalformedResponseError('the answer holds no Region');
  return new Map(regions.map((region) => [region.RegionName, isEnabled(region) ? 'enabled' : 'disabled']));
}
