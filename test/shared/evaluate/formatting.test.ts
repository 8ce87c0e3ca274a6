import { describe, expect, it } from 'vitest';
import { formatCount, formatList, uniqueSorted } from '../../../shared/evaluate/formatting.ts';

describe('formatting', () => {
  it('formatList names up to ten items and counts the rest', () => {
    const items = Array.from({ length: 11 }, (_, index) => String.fromCharCode(97 + index));

    expect(formatList(items.slice(0, 10))).toBe('a, b, c, d, e, f, g, h, i, j');
    expect(formatList(items)).toBe('a, b, c, d, e, f, g, h, i, j and 1 more');
  });

  it('formatList and uniqueSorted sort the items and drop duplicates', () => {
    expect(formatList(['b', 'a', 'b'])).toBe('a, b');
    expect(uniqueSorted(['b', 'a', 'b'])).toEqual(['a', 'b']);
  });

  it('uniqueSorted leaves its input as it was', () => {
    const items = ['b', 'a'];

    uniqueSorted(items);

    expect(items).toEqual(['b', 'a']);
  });

  it.each([
    [0, '0 keys'],
    [1, '1 key'],
    [1n, '1 key'],
    [2, '2 keys'],
    [16_777_216n, '16,777,216 keys'],
  ])('formatCount writes %s', (count, text) => {
    expect(formatCount(count, 'key', 'keys')).toBe(text);
  });
});
