import { EKSClient, ListAddonsCommand } from '@aws-sdk/client-eks';
import { allPages } from '../../aws/paginate.ts';
import { read } from '../../aws/read.ts';
import type { Reading } from '../../model/evidence.ts';
import type { CollectContext } from '../collector.ts';

/** The names of a cluster's add-ons; several collectors need the same list. */
export function listAddons(
  { aws, scope, cached }: CollectContext,
  clusterName: string,
): Promise<Reading<readonly string[]>> {
  const eks = aws.client(EKSClient, scope.region);
  return cached(`eks:ListAddons ${clusterName}`, () =>
    read('eks:ListAddons', () =>
      allPages(async (nextToken) => {
        const answer = await eks.send(new ListAddonsCommand({ clusterName, nextToken }));
        return { items: answer.addons, next: answer.nextToken };
      }),
    ),
  );
}
