import { DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { allPages } from '../../aws/paginate.ts';
import { read } from '../../aws/read.ts';
import { type Evidence, present, type Reading } from '../../model/evidence.ts';
import { type ByRepository, type Repository, repositorySchema } from '../../model/registry-facts.ts';
import { type CollectContext, regionCollector } from '../collector.ts';

export const ecrRepositories = regionCollector({
  fact: 'repositories',
  actions: ['ecr:DescribeRepositories'],
  events: ['ecr:CreateRepository', 'ecr:DeleteRepository', 'ecr:PutImageScanningConfiguration'],
  collect: listRepositories,
});

/** The most that AWS returns a page. */
const PAGE_SIZE = 1_000;

/** Lists the repositories of a Region; several collectors need the same list. */
export function listRepositories({ aws, scope, cached }: CollectContext): Promise<Reading<Repository[]>> {
  const ecr = aws.client(ECRClient, scope.region);
  return cached('ecr:DescribeRepositories', () =>
    read('ecr:DescribeRepositories', () =>
      allPages(async (nextToken) => {
        const answer = await ecr.send(new DescribeRepositoriesCommand({ maxResults: PAGE_SIZE, nextToken }));
        const items = answer.repositories?.map((repository) =>
          repositorySchema.parse({
            name: repository?.repositoryName,
            arn: repository?.repositoryArn,
            scanOnPush: repository?.imageScanningConfiguration?.scanOnPush,
          }),
        );
        return { items, next: answer.nextToken };
      }),
    ),
  );
}

/** What was read of each repository, by name, without those that were deleted since they were listed. */
export function byRepository<E extends Evidence<unknown>>(
  entries: Iterable<readonly [name: string, evidence: E]>,
): Reading<ByRepository<E>> {
  const existing = [...entries].filter(
    ([, evidence]) => evidence.state !== 'unreadable' || evidence.kind !== 'gone',
  );
  return present(Object.fromEntries(existing));
}
