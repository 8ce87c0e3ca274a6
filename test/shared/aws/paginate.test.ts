import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allPages, chunksOf } from '../../../shared/aws/paginate.ts';
import { MalformedResponseError } from '../../../shared/aws/read.ts';

describe('following a list', () => {
  test('returns the items of all pages, also of full and empty ones', async () => {
    const pages: Record<string, { items: number[]; next?: string }> = {
      first: { items: [1, 2], next: 'second' },
      second: { items: [], next: 'third' },
      third: { items: [3] },
    };
    const page = async (token = 'first') => ({ items: pages[token]?.items, next: pages[token]?.next });

    expect(await allPages(page)).toEqual([1, 2, 3]);
  });

  test('ends at an empty token', async () => {
    expect(await allPages(async () => ({ items: [1], next: '' }))).toEqual([1]);
  });

  test('does not take a missing list for an empty one', async () => {
    await expect(allPages(async () => ({ items: undefined, next: undefined }))).rejects.toThrow(
      'holds no list',
    );
  });

  test.each([
    ['a text', 'abc'],
    ['an object', {}],
    ['null', null],
    ['a list with an empty place', ['a', null]],
  ])('does not take %s for a list', async (_, items) => {
    // What AWS may send is wider than what the SDK's types say.
    const page = async () => JSON.parse(JSON.stringify({ items }));

    await expect(allPages(page)).rejects.toThrow(MalformedResponseError);
  });

  test('ends with an error when a page is offered twice', async () => {
    await expect(allPages(async () => ({ items: [1], next: 'again' }))).rejects.toThrow('offered twice');
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
