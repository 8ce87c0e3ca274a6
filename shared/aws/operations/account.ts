import { AccountClient, ListRegionsCommand } from '@aws-sdk/client-account';
import * as z from 'zod';
import { listing } from '../operation.ts';

const text = z.string().min(1);

/** https://docs.aws.amazon.com/accounts/latest/reference/API_ListRegions.html */
export const listRegions = listing({
  action: 'account:ListRegions',
  client: AccountClient,
  command: ListRegionsCommand,
  token: 'NextToken',
  answer: z
    .object({
      Regions: z.array(z.object({ RegionName: text, RegionOptStatus: text })),
      NextToken: z.string().optional(),
    })
    .transform((page) => ({ items: page.Regions, next: page.NextToken })),
});
