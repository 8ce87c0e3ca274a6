import { allPages, type Page } from '../../aws/paginate.ts';
import { read } from '../../aws/read.ts';
import { type Named, present, type Reading } from '../../model/evidence.ts';

/** What a list is made of: names, or a short form with a name. */
type Listed = string | { readonly name?: string | undefined };

interface Requests<Item extends Listed, Detail> {
  readonly list: {
    /** As IAM spells it. */
    readonly operation: string;
    readonly send: (nextToken: string | undefined) => Promise<Page<Item>>;
  };
  readonly describe: {
    /** As IAM spells it. */
    readonly operation: string;
    readonly send: (item: Item) => Promise<Detail>;
  };
}

/** Lists all there are and describes each; one that cannot be described stays in the list, with the reason. */
export async function listAndDescribe<Item extends Listed, Detail>({
  list,
  describe,
}: Requests<Item, Detail>): Promise<Reading<readonly Named<Detail>[]>> {
  const listed = await read(list.operation, () => allPages(list.send));
  if (listed.state === 'unreadable') return listed;
  const described = listed.value.map(async (item) => ({
    name: nameOf(item),
    detail: await read(describe.operation, () => describe.send(item)),
  }));
  return present(await Promise.all(described));
}

function nameOf(item: Listed): string {
  return typeof item === 'string' ? item : (item.name ?? '');
}
