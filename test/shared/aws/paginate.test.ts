import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { AwsAccount } from '../../../shared/aws/account.ts';
import { type Listing, listing, type Page } from '../../../shared/aws/operation.ts';
import { listClusters } from '../../../shared/aws/operations/eks.ts';
import { allPages, chunksOf } from '../../../shared/aws/paginate.ts';

interface Request {
  readonly nextToken?: string;
}

const numbers: Listing<Request, number> = listing({
  ...listClusters,
  answer: z.object({ items: z.array(z.number()), next: z.string().optional() }),
});

/** All numbers of a list of which each page is requested by its token. */
function numbersOf(pageOf: (token?: string) => Page<number>, maxPages = 10): Promise<number[]> {
  const send = async (_: unknown, __: string, { nextToken }: Request) => pageOf(nextToken);
  // No account: only the pages matter.
  return allPages({ maxPages, send } as unknown as AwsAccount, 'eu-west-1', numbers, {});
}

describe('following a list', () => {
  test('returns the items of all pages, also of full and empty ones', async () => {
    const pages: Record<string, Page<number>> = {
      first: { items: [1, 2], next: 'second' },
      second: { items: [], next: 'third' },
      third: { items: [3] },
    };

    expect(await numbersOf((token = 'first') => pages[token] ?? { items: [] })).toEqual([1, 2, 3]);
  });

  test('ends at an empty token', async () => {
    expect(await numbersOf(() => ({ items: [1], next: '' }))).toEqual([1]);
  });

  test('ends with an error when a page is offered twice', async () => {
    await expect(numbersOf(() => ({ items: [1], next: 'again' }))).rejects.toThrow('offered twice');
  });

  test('ends with an error when there is ever another page', async () => {
    const endless = (token = '0') => ({ items: [Number(token)], next: String(Number(token) + 1) });

    await expect(numbersOf(endless, 7)).rejects.toThrow('did not end after 7 pages');
  });
});

test('chunks are full but for the last and hold everything in order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 30 }), (items, size) => {
      const chunks = chunksOf(items, size);
      expect(chunks.flat()).toEqual(items);
      expect(chunks.slice(0, -1).every((chunk) => chunk.length === size)).toBe(true);
      expect(chunks.every((chunk) => chunk.length > 0 && chunk.length <= size)).toBe(true);
    }),
  );
});
