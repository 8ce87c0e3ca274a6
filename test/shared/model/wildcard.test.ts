import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesWildcard } from '../../../shared/model/wildcard.ts';

describe('a pattern', () => {
  test.each([
    ['prod', 'prod', true],
    ['prod', 'prod-2', false],
    ['prod*', 'prod', true],
    ['prod*', 'a-prod', false],
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['*-eu', 'prod-eu-eu', true],
    ['arn:aws:iam::*:role/legacy-*', 'arn:aws:iam::111111111111:role/legacy-a/b', true],
    ['a.c', 'abc', false],
    ['a?c', 'abc', false],
    ['Prod', 'prod', false],
  ])('%j matches %j: %j', (pattern, text, expected) => {
    expect(matchesWildcard(pattern, text)).toBe(expected);
  });

  test('matches as the regular expression of the same meaning does', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 12 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, text, (written, given) => {
        const expression = new RegExp(`^${written.replaceAll('.', '[.]').replaceAll('*', '[^]*')}$`);
        expect(matchesWildcard(written, given)).toBe(expression.test(given));
      }),
      { numRuns: 2_000 },
    );
  });

  // To try every way in which the asterisks can stand for the text would take for ever.
  test('with many asterisks comes to an end on a long text that almost matches', () => {
    expect(matchesWildcard(`${'*a'.repeat(100)}b`, 'a'.repeat(20_000))).toBe(false);
  });
});
