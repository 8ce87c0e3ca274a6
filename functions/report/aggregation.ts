import type { Logger } from '@aws-lambda-powertools/logger';
import type { AwsAccount } from '../../shared/aws/account.ts';
import {
  getFindingAggregator,
  listFindingAggregators,
} from '../../shared/aws/operations/security-hub-aggregation.ts';
import { type AwsReader, awsReader } from '../../shared/aws/read.ts';
import { parseArn } from '../../shared/model/arn.ts';
import { mapReading, present, type Reading } from '../../shared/model/evidence.ts';
import type { Notice } from '../../shared/model/run.ts';

/**
 * Whether people see the findings of all audited Regions in one place: one notice if not, none otherwise. `caller` is the
 * account that sees the findings of all others, and `region` where it is looked at. What AWS does not tell is only logged,
 * for neither verdicts nor alerts depend on it.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/finding-aggregation.html
 */
export async function unlinkedRegions(
  caller: AwsAccount,
  region: string,
  auditedRegions: readonly string[],
  logger: Pick<Logger, 'warn'>,
): Promise<readonly Notice[]> {
  const audited = [...new Set(auditedRegions)].sort();
  const others = audited.filter((one) => one !== region);
  if (others.length === 0) return [];
  const aggregation = await readAggregation(caller, region);
  if (aggregation.state === 'unreadable') {
    logger.warn('the aggregation of Security Hub could not be read', { ...aggregation });
    return [];
  }
  const { value } = aggregation;
  const unlinked = value ? audited.filter((one) => !isLinked(one, value)) : others;
  if (unlinked.length === 0) return [];
  const { accountId } = caller;
  return [{ code: 'REGION_NOT_AGGREGATED', accountId, region, detail: describe(unlinked, value) }];
}

type Aggregation = Awaited<ReturnType<typeof getFindingAggregator.answer.parseAsync>>;

/** `undefined` where nothing is aggregated. */
async function readAggregation(
  caller: AwsAccount,
  region: string,
): Promise<Reading<Aggregation | undefined>> {
  const aggregators = await awsReader(caller, region).list(listFindingAggregators, {});
  if (aggregators.state === 'unreadable') return aggregators;
  const [aggregator] = aggregators.value;
  if (aggregator === undefined) return present(undefined);
  const { FindingAggregatorArn } = aggregator;
  // Its Region has it for certain.
  const home: AwsReader = awsReader(caller, parseArn(FindingAggregatorArn)?.region || region);
  return mapReading(await home.read(getFindingAggregator, { FindingAggregatorArn }), (value) => value);
}

function isLinked(
  region: string,
  { FindingAggregationRegion: home, RegionLinkingMode, Regions = [] }: Aggregation,
) {
  const byMode = {
    ALL_REGIONS: true,
    ALL_REGIONS_EXCEPT_SPECIFIED: !Regions.includes(region),
    SPECIFIED_REGIONS: Regions.includes(region),
    NO_REGIONS: false,
  };
  return region === home || byMode[RegionLinkingMode];
}

function describe(unlinked: readonly string[], aggregation: Aggregation | undefined): string {
  if (aggregation === undefined)
    return `Security Hub aggregates no Regions, so their findings are seen in each alone: ${unlinked.join(', ')}.`;
  const home = aggregation.FindingAggregationRegion;
  return `Security Hub does not aggregate the findings of these Regions to ${home}: ${unlinked.join(', ')}.`;
}
