import { listAddons } from '../../aws/operations/eks.ts';
import type { Reading } from '../../model/evidence.ts';
import type { CollectContext } from '../collector.ts';

/** The names of a cluster's add-ons; several collectors need the same list. */
export function addonNamesOf(
  { list, cached }: CollectContext,
  clusterName: string,
): Promise<Reading<readonly string[]>> {
  return cached(`${listAddons.action} ${clusterName}`, () => list(listAddons, { clusterName }));
}
