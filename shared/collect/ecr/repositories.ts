import { actionsOf } from '../../aws/operation.ts';
import { describeRepositories } from '../../aws/operations/ecr.ts';
import { type Evidence, mapReading, type Reading, type Unreadable } from '../../model/evidence.ts';
import type { ByRepository, Repository } from '../../model/registry-facts.ts';
import { type CollectContext, regionCollector } from '../collector.ts';
import { withoutDeleted } from '../without-deleted.ts';

export const ecrRepositories = regionCollector({
  fact: 'repositories',
  actions: actionsOf(describeRepositories),
  events: ['ecr:CreateRepository', 'ecr:DeleteRepository', 'ecr:PutImageScanningConfiguration'],
  collect: repositoriesOf,
});

/** The most that AWS returns a page. */
const PAGE_SIZE = 1_000;

/** Lists the repositories of a Region; several collectors need the same list. */
export function repositoriesOf(context: CollectContext): Promise<Reading<readonly Repository[]>> {
  return context.cached(describeRepositories.action, () => listRepositories(context));
}

async function listRepositories({ list }: CollectContext): Promise<Reading<readonly Repository[]>> {
  return mapReading(await list(describeRepositories, { maxResults: PAGE_SIZE }), (repositories) =>
    repositories.map(
      ({ repositoryName: name, repositoryArn: arn, imageScanningConfiguration: scanning }) => ({
        name,
        arn,
        ...(scanning?.scanOnPush !== undefined && { scanOnPush: scanning.scanOnPush }),
      }),
    ),
  );
}

/** What was read of each repository, by name, without those that were deleted since they were listed. */
export async function byRepository<E extends Evidence<unknown>>(
  context: CollectContext,
  entries: readonly (readonly [name: string, evidence: E])[],
): Promise<Reading<ByRepository<E | Unreadable>>> {
  const existing = await withoutDeleted(entries, () =>
    context.cached(`${describeRepositories.action} again`, async () =>
      mapReading(await listRepositories(context), (repositories) => repositories.map(({ name }) => name)),
    ),
  );
  return mapReading(existing, (found) => Object.fromEntries(found));
}
