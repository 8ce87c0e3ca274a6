import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern, literalText, matches } from '../../../../shared/evaluate/patterns/pattern.ts';
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

  it('has no literal text with a wildcard', () => {
    expect(literalText(compilePattern('a?', WILDCARDS))).toBeUndefined();
    expect(literalText(compilePattern('a*', WILDCARDS))).toBeUndefined();
    expect(literalText(compilePattern('a', WILDCARDS))).toBe('a');
  });
});
