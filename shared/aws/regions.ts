import { AccountClient, ListRegionsCommand } from '@aws-sdk/client-account';
import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import * as z from 'zod';
import type { ChangeEvents } from '../model/change-events.ts';
import type { Reading } from '../model/evidence.ts';
import type { AwsAccount } from './account.ts';
import { allPages } from './paginate.ts';
import { globalRegionOf } from './partition.ts';
import { MalformedResponseError, read } from './read.ts';

/** The IAM actions of this file's requests, in the account itself. */
export const REGION_ACTIONS = ['account:ListRegions', 'ec2:DescribeRegions'] as const;
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

/**
 * The Regions of an account. With `memberId`, those of a member account, which only the management account and the
 * delegated administrator of Account Management may list.
 * https://docs.aws.amazon.com/accounts/latest/reference/API_ListRegions.html
 */
export function listRegions(aws: AwsAccount, memberId?: string): Promise<Reading<RegionStates>> {
  const account = aws.client(AccountClient, globalRegionOf(aws.partition));
  return read('account:ListRegions', async () => {
    const regions = await allPages(async (NextToken) => {
      const request = { NextToken, MaxResults: PAGE_SIZE, ...(memberId && { AccountId: memberId }) };
      const answer = await account.send(new ListRegionsCommand(request));
      return { items: answer.Regions, next: answer.NextToken };
    });
    const parsed = z.array(listedRegion).parse(regions);
    return toStates(parsed, ({ RegionOptStatus: status }) => ENABLED.includes(status));
  });
}

/** The Regions of the account itself, by whichever of the two APIs it may use. `region` is one where EC2 answers. */
export async function ownRegions(aws: AwsAccount, region: string): Promise<Reading<RegionStates>> {
  const listed = await listRegions(aws);
  return listed.state === 'present' ? listed : describeRegions(aws, region);
}

function describeRegions(aws: AwsAccount, region: string): Promise<Reading<RegionStates>> {
  const ec2 = aws.client(EC2Client, region);
  return read('ec2:DescribeRegions', async () => {
    const { Regions: regions } = await ec2.send(new DescribeRegionsCommand({ AllRegions: true }));
    const parsed = z.array(describedRegion).parse(regions);
    return toStates(parsed, ({ OptInStatus: status }) => status !== 'not-opted-in');
  });
}

const listedRegion = z.object({ RegionName: z.string().min(1), RegionOptStatus: z.string() });
const describedRegion = z.object({ RegionName: z.string().min(1), OptInStatus: z.string() });

/** Every account has Regions: an answer without any must not pass for an account with nothing to audit. */
function toStates<R extends { readonly RegionName: string }>(
  regions: readonly R[],
  isEnabled: (region: R) => boolean,
): RegionStates {
  if (regions.length === 0) throw new MalformedResponseError('the answer holds no Region');
  return new Map(regions.map((region) => [region.RegionName, isEnabled(region) ? 'enabled' : 'disabled']));
}
