import type { Inventory } from '../model/inventory.ts';
import type { Notice } from '../model/run.ts';

/** Clusters that are named. */
const MAX_NAMES = 10;

/** Says where this run gave its role access to clusters, a notice a Region. Pure. */
export function accessNotices({ accountId, regions }: Pick<Inventory, 'accountId' | 'regions'>): Notice[] {
  return regions.flatMap(({ scope: { region }, clusters }): Notice[] => {
    const granted = clusters.filter(({ accessGranted }) => accessGranted !== undefined);
    if (granted.length === 0) return [];
    const names = granted.map(({ name }) => name).toSorted();
    const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : '';
    const detail = `Access entries were created for ${granted[0]?.accessGranted} in the clusters ${names.slice(0, MAX_NAMES).join(', ')}${more}, because it had none.`;
    return [{ code: 'ACCESS_GRANTED', accountId, region, detail }];
  });
}
