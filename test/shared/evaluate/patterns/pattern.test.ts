import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ANY_TEXT,
  compilePattern,
  compileWildcards,
  literalText,
  matches,
  matchesAny,
} from '../../../../shared/evaluate/patterns/pattern.ts';
import { variable } from '../iam/builders.ts';

const WILDCARDS = { wildcards: true, variables: false };
const WITH_VARIABLES = { wildcards: true, variables: true };

function asRegExp(written: string): RegExp {
  const source = [...written]
    .map((c) => (c === '*' ? '.*' : c === '?' ? '.' : c.replace(/\W/, '\\$&')))
    .join('');
  return new RegExp(`^${source}$`, 's');
}

const anyPattern = fc.string({ unit: fc.constantFrom('a', 'b', ':', '*', '?'), maxLength: 8 });
const anyText = fc.string({ unit: fc.constantFrom('a', 'b', ':'), maxLength: 8 });

describe('matches', () => {
  it('agrees with a regular expression', () => {
    fc.assert(
      fc.property(anyPattern, anyText, (pattern, candidate) => {
        expect(matches(compilePattern(pattern, WILDCARDS), candidate)).toBe(
          asRegExp(pattern).test(candidate),
        );
      }),
      { numRuns: 3000 },
    );
  });

  it('takes special characters of regular expressions literally', () => {
    expect(matches(compilePattern('a.c', WILDCARDS), 'abc')).toBe(false);
    expect(matches(compilePattern('a.c', WILDCARDS), 'a.c')).toBe(true);
  });

  it('decides quickly on a hostile pattern', () => {
    const pattern = compilePattern(`${'*a'.repeat(500)}*b`, WILDCARDS);
    expect(matches(pattern, 'a'.repeat(5000))).toBe(false);
  });
});

describe('compilePattern', () => {
  it('takes * and ? literally where they are not wildcards', () => {
    const literal = compilePattern('a*?', { wildcards: false, variables: false });
    expect(matches(literal, 'a*?')).toBe(true);
    expect(matches(literal, 'abc')).toBe(false);
  });

  it('takes a policy variable for any text, and marks the pattern', () => {
    const pattern = compilePattern(`team-${variable('aws:username')}/x`, WITH_VARIABLES);
    expect(pattern.hasVariable).toBe(true);
    expect(matches(pattern, 'team-ann/x')).toBe(true);
    expect(matches(pattern, 'team-ann/y')).toBe(false);
  });

  it.each(['*', '?', '$'])('takes an escaped %s literally', (character) => {
    const pattern = compilePattern(`a${variable(character)}`, WITH_VARIABLES);
    expect(pattern.hasVariable).toBe(false);
    expect(literalText(pattern)).toBe(`a${character}`);
  });

  it('takes a policy variable literally in policies of 2008', () => {
    const written = variable('aws:username');
    expect(literalText(compilePattern(written, WILDCARDS))).toBe(written);
  });

  it('reads consecutive stars as one', () => {
    expect(compilePattern('a**b*', WILDCARDS).tokens).toEqual(['a', ANY_TEXT, 'b', ANY_TEXT]);
  });

  it('knows no variables in patterns of the configuration', () => {
    const pattern = compileWildcards(`team-${variable('aws:username')}`);
    expect(pattern.hasVariable).toBe(false);
    expect(matches(pattern, 'team-ann')).toBe(false);
  });

  it('has no literal text with a wildcard', () => {
    expect(literalText(compilePattern('a?', WILDCARDS))).toBeUndefined();
    expect(literalText(compilePattern('a*', WILDCARDS))).toBeUndefined();
    expect(literalText(compilePattern('a', WILDCARDS))).toBe('a');
  });
});

describe('matchesAny', () => {
  it.each([
    [['a*'], ['b', 'ab'], true],
    [['x', 'b?'], ['b', 'bc'], true],
    [['a', 'b'], ['c'], false],
    [['a'], [], false],
    [[], ['a'], false],
  ])('of %j and %j is %s', (patterns, texts, expected) => {
    expect(matchesAny(patterns, ...texts)).toBe(expected);
  });
});

describe('a pattern', () => {
  it.each([
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['ab', 'a', false],
    ['a*', 'a', true],
    ['a*b', 'a', false],
    ['*b*', 'abc', true],
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['?', '', false],
  ])('%s and the text %j: %s', (pattern, text, expected) => {
    expect(matches(compileWildcards(pattern), text)).toBe(expected);
  });
});
