import { DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { allPages } from '../../aws/paginate.ts';
import { read } from '../../aws/read.ts';
import { type Evidence, present, type Reading } from '../../model/evidence.ts';
import { type ByRepository, type Repository, repositorySchema } from '../../model/registry-facts.ts';
import { type CollectContext, regionCollector } from '../collector.ts';

export const ecrRepositories = regionCollector({
  fact: 'repositories',
  actions: ['ecr:DescribeRepositories'],
  collect: listRepositories,
});

/** The most that AWS returns a page. */
const PAGE_SIZE = 1_000;

/** Lists the repositories of a Region, once a run. */
export function listRepositories({ aws, scope, once }: CollectContext): Promise<Reading<Repository[]>> {
  const ecr = aws.client(ECRClient, scope.region);
  return once('ecr:DescribeRepositories', () =>
    read('ecr:DescribeRepositories', () =>
      allPages(async (nextToken) => {
        const answer = await ecr.send(new DescribeRepositoriesCommand({ maxResults: PAGE_SIZE, nextToken }));
        const items = answer.repositories?.map((one) =>
          repositorySchema.parse({
            name: one?.repositoryName,
            arn: one?.repositoryArn,
            scanOnPush: one?.imageScanningConfiguration?.scanOnPush,
          }),
        );
        return { items, next: answer.nextToken };
      }),
    ),
  );
}

/**
 * Names what was read of each repository by its name. One that turned out to be gone was deleted since the list was
 * read: there is nothing to say of it.
 */
export function byRepository<E extends Evidence<unknown>>(
  read: Iterable<readonly [name: string, evidence: E]>,
): Reading<ByRepository<E>> {
  const existing = [...read].filter(([, one]) => one.state !== 'unreadable' || one.kind !== 'gone');
  return present(Object.fromEntries(existing));
}
