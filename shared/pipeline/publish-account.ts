import pLimit from 'p-limit';
import type { AwsAccount } from '../aws/account.ts';
import { awsReader } from '../aws/read.ts';
import type { Evaluation } from '../model/evaluation.ts';
import type { Reading } from '../model/evidence.ts';
import type { Inventory, RegionInventory } from '../model/inventory.ts';
import type { Run } from '../model/run.ts';
import { type Publication, type Published, publishRegion } from '../publish/publish.ts';
import { type AuditDependencies, controlsOf } from './read-account.ts';

/** What publishing came to, by Region. */
export type PublishedRegions = ReadonlyMap<string, Published>;

/**
 * Publishes Region by Region: wherever clusters were listed, for they may be gone, and wherever something was judged,
 * such as the account as a whole in a home Region that was not audited itself: what had a verdict there may be gone.
 * Regions of `done` are left out.
 */
export async function publishAccount(
  run: Run,
  aws: AwsAccount,
  inventory: Inventory,
  evaluation: Evaluation,
  { config, now }: AuditDependencies,
  done: ReadonlySet<string> = new Set(),
): Promise<PublishedRegions> {
  const listed = new Map(inventory.regions.map((region) => [region.scope.region, region]));
  const { productName, companyName, refreshAfterDays } = config.securityHub;
  const limit = pLimit(config.limits.concurrentRegions);
  const regions = regionsToPublish(inventory, evaluation).filter((region) => !done.has(region));
  const published = regions.map((region) =>
    limit(async () => {
      const outcome = await publishRegion({
        securityHub: awsReader(aws, region),
        scope: { partition: aws.partition, accountId: aws.accountId, region },
        verdicts: evaluation.verdicts.filter((verdict) => verdict.scope.region === region),
        completeSubjects: evaluation.completeSubjects.filter((subject) => subject.region === region),
        controls: controlsOf(config),
        clusterNames: listed.get(region)?.clusterNames ?? NOT_LISTED,
        ...listedAt(listed.get(region)),
        ...(config.targets.clusters.length > 0 && { onlyClusters: config.targets.clusters }),
        refreshAfterDays,
        context: { now: now(), version: run.version, benchmark: run.benchmark, productName, companyName },
      });
      return [region, outcome] as const;
    }),
  );
  return new Map(await Promise.all(published));
}

function listedAt(region: RegionInventory | undefined): Pick<Publication, 'clustersListedAt'> {
  const time = region?.observed.clusterNames;
  return time === undefined ? {} : { clustersListedAt: time };
}

function regionsToPublish(inventory: Inventory, evaluation: Evaluation): string[] {
  const listed = inventory.regions.filter(({ clusterNames }) => clusterNames.state === 'present');
  return [
    ...new Set([
      ...listed.map(({ scope }) => scope.region),
      ...evaluation.verdicts.map((verdict) => verdict.scope.region),
      ...evaluation.completeSubjects.map((subject) => subject.region),
    ]),
  ];
}

/** For a Region whose clusters were not requested. */
const NOT_LISTED: Reading<readonly string[]> = {
  state: 'unreadable',
  kind: 'failed',
  code: 'NotRequested',
  operation: 'eks:ListClusters',
  detail: 'The Region is not among those to audit.',
};
