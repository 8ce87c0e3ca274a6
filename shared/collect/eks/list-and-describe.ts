import { mapReading, type Named, type Reading } from '../../model/evidence.ts';
import { withoutDeleted } from '../without-deleted.ts';

interface Requests<Detail> {
  readonly list: () => Promise<Reading<readonly string[]>>;
  readonly describe: (name: string) => Promise<Reading<Detail>>;
}

/** Lists all there are and describes each; one that cannot be described stays in the list, with the reason. */
export async function listAndDescribe<Detail>({
  list,
  describe,
}: Requests<Detail>): Promise<Reading<readonly Named<Detail>[]>> {
  const listed = await list();
  if (listed.state === 'unreadable') return listed;
  // A name that moves to the next page meanwhile comes twice.
  const described = [...new Set(listed.value)].map(async (name) => [name, await describe(name)] as const);
  const existing = await withoutDeleted(await Promise.all(described), list);
  return mapReading(existing, (entries) => entries.map(([name, detail]) => ({ name, detail })));
}
