import { mapReading, type Named, type Reading } from '../../model/evidence.ts';
import { withoutDeleted } from '../without-deleted.ts';

interface Requests<Detail> {
  readonly list: () => Promise<Reading<readonly string[]>>;
  readonly describe: (name: string) => Promise<Reading<Detail>>;
}

/** Lists all there are and describes each; one that cannot be described stays in the list, with the reason. */
export async function listAndDescribe<Detail>(
  requests: Requests<Detail>,
): Promise<Reading<readonly Named<Detail>[]>> {
  return describeListed(await requests.list(), requests);
}

/** The same, of a list that was read before. */
export async function describeListed<Detail>(
  listed: Reading<readonly string[]>,
  { list, describe }: Requests<Detail>,
): Promise<Reading<readonly Named<Detail>[]>> {
  if (listed.state === 'unreadable') return listed;
  // A name that moves to the next page meanwhile comes twice.
  const described = [...new Set(listed.value)].map(async (name) => [name, await describe(name)] as const);
  const existing = await withoutDeleted(await Promise.all(described), list);
  return mapReading(existing, (entries) => entries.map(([name, detail]) => ({ name, detail })));
}
