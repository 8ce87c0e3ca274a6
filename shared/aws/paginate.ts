import type { AwsAccount } from './account.ts';
import { MalformedResponseError } from './errors.ts';
import type { Listing } from './operation.ts';

/**
 * Reads a list to its end. A full page does not mean another one, nor a short page the last one; only a missing token
 * does. With `most`, it ends as well once there are more items than that. Rejects as `AwsAccount.send` does, and with
 * MalformedResponseError for a list that does not end.
 */
export async function allPages<Input extends object, Item>(
  aws: AwsAccount,
  region: string,
  listing: Listing<Input, Item>,
  input: Input,
  most = Number.POSITIVE_INFINITY,
): Promise<Item[]> {
  const items: Item[] = [];
  const tokens = new Set<string>();
  let page = input;
  for (;;) {
    const { items: more, next: token } = await aws.send(listing, region, page);
    for (const item of more) items.push(item);
    if (!token || items.length > most) return items;
    if (tokens.has(token)) throw new MalformedResponseError('the same page was offered twice');
    tokens.add(token);
    if (tokens.size >= aws.maxPages)
      throw new MalformedResponseError(`the list did not end after ${aws.maxPages} pages`);
    page = { ...input, [listing.token]: token };
  }
}

/** Splits a list into parts of at most `size`. */
export function chunksOf<Item>(items: readonly Item[], size: number): Item[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}
