import { MalformedResponseError } from './read.ts';

/** One answer of an operation that lists. */
export interface Page<Item> {
  /** As the SDK hands it on: `undefined` when the answer holds no list. */
  readonly items: readonly Item[] | undefined;
  /** The token of the next page; none on the last one. */
  readonly next: string | undefined;
}

/**
 * Follows a list to its end and returns all its items. `requestPage` sends one request. A full page does not mean
 * another one, nor a short page the last one; only a missing token does. Throws MalformedResponseError when an answer
 * holds no list (which is not an empty one) or a list with holes, or the same token comes twice (which would never end).
 */
export async function allPages<Item>(
  requestPage: (token: string | undefined) => Promise<Page<Item>>,
): Promise<Item[]> {
  const items: Item[] = [];
  const tokens = new Set<string>();
  let token: string | undefined;
  do {
    const page = await requestPage(token);
    // The SDK hands on whatever was sent, and a text would be taken apart into its letters.
    if (!Array.isArray(page.items)) throw new MalformedResponseError('the answer holds no list');
    if (page.items.includes(null)) throw new MalformedResponseError('the list has an empty place');
    items.push(...page.items);
    token = page.next || undefined;
    if (token !== undefined) {
      if (tokens.has(token)) throw new MalformedResponseError('the same page was offered twice');
      tokens.add(token);
    }
  } while (token !== undefined);
  return items;
}

/** Splits a list into parts of at most `size`. */
export function chunksOf<Item>(items: readonly Item[], size: number): Item[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}
