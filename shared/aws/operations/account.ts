import { AccountClient, ListRegionsCommand } from '@aws-sdk/client-account';
import * as z from 'zod';
import { listing, pageOf } from '../operation.ts';

const text = z.string().min(1);

/** https://docs.aws.amazon.com/accounts/latest/reference/API_ListRegions.html */
export const listRegions = listing({
  action: 'account:ListRegions',
  client: AccountClient,
  command: ListRegionsCommand,
  token: 'NextToken',
  answer: pageOf('Regions', z.object({ RegionName: text, RegionOptStatus: text }), 'NextToken'),
});
