import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern, literalText, matches } from '../../../../shared/evaluate/patterns/pattern.ts';
import { variable } from '../iam/builders.ts';

const GLOB = { wildcards: true, variables: false };
const WITH_VARIABLES = { wildcards: true, variables: true };

function asRegExp(glob: string): RegExp {
  const source = [...glob]
    .map((c) => (c === '*' ? '.*' : c === '?' ? '.' : c.replace(/\W/, '\\$&')))
    .join('');
  return new RegExp(`^${source}$`, 's');
}

const glob = fc.string({ unit: fc.constantFrom('a', 'b', ':', '*', '?'), maxLength: 8 });
const text = fc.string({ unit: fc.constantFrom('a', 'b', ':'), maxLength: 8 });

describe('matches', () => {
  it('agrees with a regular expression', () => {
    fc.assert(
      fc.property(glob, text, (pattern, candidate) => {
        expect(matches(compilePattern(pattern, GLOB), candidate)).toBe(asRegExp(pattern).test(candidate));
      }),
      { numRuns: 3000 },
    );
  });

  it('takes other signs of regular expressions as they are', () => {
    expect(matches(compilePattern('a.c', GLOB), 'abc')).toBe(false);
    expect(matches(compilePattern('a.c', GLOB), 'a.c')).toBe(true);
  });

  it('is not drawn out by a hostile pattern', () => {
    const pattern = compilePattern(`${'*a'.repeat(500)}*b`, GLOB);
    expect(matches(pattern, 'a'.repeat(5000))).toBe(false);
  });
});

describe('compilePattern', () => {
  it('takes wildcards for characters where they are none', () => {
    const literal = compilePattern('a*?', { wildcards: false, variables: false });
    expect(matches(literal, 'a*?')).toBe(true);
    expect(matches(literal, 'abc')).toBe(false);
  });

  it('takes a policy variable for any text, and says so', () => {
    const pattern = compilePattern(`team-${variable('aws:username')}/x`, WITH_VARIABLES);
    expect(pattern.hasVariable).toBe(true);
    expect(matches(pattern, 'team-ann/x')).toBe(true);
    expect(matches(pattern, 'team-ann/y')).toBe(false);
  });

  it.each(['*', '?', '$'])('takes an escaped %s for the character', (character) => {
    const pattern = compilePattern(`a${variable(character)}`, WITH_VARIABLES);
    expect(pattern.hasVariable).toBe(false);
    expect(literalText(pattern)).toBe(`a${character}`);
  });

  it('takes a variable for text in policies of 2008', () => {
    const written = variable('aws:username');
    expect(literalText(compilePattern(written, GLOB))).toBe(written);
  });

  it('has no literal text with a wildcard', () => {
    expect(literalText(compilePattern('a?', GLOB))).toBeUndefined();
    expect(literalText(compilePattern('a*', GLOB))).toBeUndefined();
    expect(literalText(compilePattern('a', GLOB))).toBe('a');
  });
});
