import { describe, expect, it } from 'vitest';
import { counted, listed, sorted } from '../../../shared/evaluate/wording.ts';

describe('wording', () => {
  it('lists up to ten things and counts the rest', () => {
    const things = Array.from({ length: 11 }, (_, index) => String.fromCharCode(97 + index));

    expect(listed(things.slice(0, 10))).toBe('a, b, c, d, e, f, g, h, i, j');
    expect(listed(things)).toBe('a, b, c, d, e, f, g, h, i, j and 1 more');
  });

  it('lists each thing once, in an order of its own', () => {
    expect(listed(['b', 'a', 'b'])).toBe('a, b');
    expect(sorted(['b', 'a', 'b'])).toEqual(['a', 'b']);
  });

  it('leaves the list it sorts as it was', () => {
    const things = ['b', 'a'];

    sorted(things);

    expect(things).toEqual(['b', 'a']);
  });

  it.each([
    [0, '0 keys'],
    [1, '1 key'],
    [1n, '1 key'],
    [2, '2 keys'],
    [16_777_216n, '16,777,216 keys'],
  ])('counts %s', (count, text) => {
    expect(counted(count, 'key', 'keys')).toBe(text);
  });
});
