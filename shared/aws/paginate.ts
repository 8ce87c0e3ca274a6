import { MalformedResponseError } from './read.ts';

/**
 * Follows a list to its end and returns all its items. `page` sends one request and returns its items and the token of
 * the next page. A full page does not mean the last one; only a missing token does. Throws MalformedResponseError when an
 * answer holds no list (which is not an empty one) or a list with holes, or the same token comes twice (which would
 * never end).
 */
export async function allPages<T>(
  page: (
    token: string | undefined,
  ) => Promise<{ readonly items: readonly T[] | undefined; readonly next: string | undefined }>,
): Promise<T[]> {
  const items: T[] = [];
  const seen = new Set<string>();
  let token: string | undefined;
  do {
    const answer = await page(token);
    // The SDK hands on whatever was sent, and a text would be taken apart into its letters.
    if (!Array.isArray(answer.items)) throw new MalformedResponseError('the answer holds no list');
    if (answer.items.includes(null))
      throw new MalformedResponseError('the list holds nothing where something is due');
    items.push(...answer.items);
    token = answer.next || undefined;
    if (token !== undefined && seen.has(token))
      throw new MalformedResponseError('the same page was offered twice');
    if (token !== undefined) seen.add(token);
  } while (token !== undefined);
  return items;
}

/** Splits a list into parts of at most `size`. */
export function chunksOf<T>(items: readonly T[], size: number): T[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}
