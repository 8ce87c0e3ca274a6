import { expect, it } from 'vitest';
import { duration, fitTo, plural, shortTime, wrap } from '../../../shared/report/text.ts';

it('wraps at spaces and keeps a word whole that is longer than a line', () => {
  expect(wrap('one two three', 8)).toEqual(['one two', 'three']);
  expect(wrap('see https://example.com/long now', 8)).toEqual(['see', 'https://example.com/long', 'now']);
  expect(wrap('', 8)).toEqual([]);
});

it('cuts or fills a text to a width', () => {
  expect(fitTo('abc', 5)).toBe('abc  ');
  expect(fitTo('abcdef', 5)).toBe('abcd…');
  expect(fitTo('abc def', 5)).toBe('abc… ');
  expect(fitTo('abc😀def', 5)).toBe('abc… ');
});

it.each([
  [0.04, '0.0 s'],
  [9.96, '10 s'],
  [59.7, '1 min 0 s'],
  [200, '3 min 20 s'],
])('%d seconds are %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

it('counts in words', () => {
  expect([plural(1, 'cluster'), plural(0, 'cluster'), plural(1204, 'entry', 'entries')]).toEqual([
    '1 cluster',
    '0 clusters',
    '1,204 entries',
  ]);
});

it('shortens a time to the minute, in UTC', () => {
  expect(shortTime('2026-11-22T11:15:59.123+01:00')).toBe('2026-11-22 10:15 UTC');
});
