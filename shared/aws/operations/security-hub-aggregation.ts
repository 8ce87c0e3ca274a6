import {
  GetFindingAggregatorCommand,
  ListFindingAggregatorsCommand,
  SecurityHubClient,
} from '@aws-sdk/client-securityhub';
import * as z from 'zod';
import { listing, operation, pageOf } from '../operation.ts';

/*
 * Apart from Security Hub's other operations, whose findings the report would have to load.
 * https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_Operations.html
 */

const text = z.string().min(1);

/** The account's aggregator, of which there is at most one, whatever Region is asked. */
export const listFindingAggregators = listing({
  action: 'securityhub:ListFindingAggregators',
  client: SecurityHubClient,
  command: ListFindingAggregatorsCommand,
  token: 'NextToken',
  answer: pageOf('FindingAggregators', z.object({ FindingAggregatorArn: text }), 'NextToken'),
});

/** `Regions` are those that are linked with `SPECIFIED_REGIONS`, and those that are not with `ALL_REGIONS_EXCEPT_SPECIFIED`. */
export const getFindingAggregator = operation({
  action: 'securityhub:GetFindingAggregator',
  client: SecurityHubClient,
  command: GetFindingAggregatorCommand,
  answer: z.object({
    FindingAggregationRegion: text,
    RegionLinkingMode: z.enum([
      'ALL_REGIONS',
      'ALL_REGIONS_EXCEPT_SPECIFIED',
      'SPECIFIED_REGIONS',
      'NO_REGIONS',
    ]),
    Regions: z.array(text).optional(),
  }),
});
