import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allOf, inside, isPossible, notInside } from '../../../../shared/evaluate/policy/pattern-space.ts';
import { compilePattern, matches } from '../../../../shared/evaluate/policy/wildcard.ts';
import { variable } from './builders.ts';

const compile = (text: string) => compilePattern(text, { wildcards: true, variables: true });
const compileAll = (texts: readonly string[]) => texts.map(compile);

/** All texts of up to 6 characters. Patterns never name `z`, which stands for all the characters they do not. */
const TEXTS = (() => {
  const texts = [''];
  for (const text of texts) if (text.length < 6) texts.push(...['a', 'b', 'z'].map((c) => text + c));
  return texts;
})();

const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 3 });
const patterns = fc.array(pattern, { minLength: 1, maxLength: 3 });
const anySpace = fc.record({
  within: fc.array(patterns, { maxLength: 2 }),
  outside: fc.array(pattern, { maxLength: 3 }),
});

describe('isPossible', () => {
  it('agrees with trying every short text', () => {
    fc.assert(
      fc.property(anySpace, ({ within, outside }) => {
        const space = { within: within.map(compileAll), outside: compileAll(outside) };
        const found = TEXTS.some(
          (text) =>
            space.within.every((group) => group.some((p) => matches(p, text))) &&
            !space.outside.some((p) => matches(p, text)),
        );
        expect(isPossible(space)).toBe(found);
      }),
      { numRuns: 500 },
    );
  });

  it.each<[string, string[], boolean]>([
    ['ec2:describe*', ['ec2:describe*'], true],
    ['ec2:describeinstances', ['ec2:describe*'], true],
    ['ec2:describe*', ['ec2:describeinstances'], false],
    ['s3:get*', ['s3:getobject', 's3:getbucketacl'], false],
    ['*', ['ec2:*', 's3:*'], false],
    ['s3:*', ['*'], true],
    ['a?', ['a*'], true],
    ['a*', ['a?', 'a', 'a??*'], true],
    ['a*', ['a?', 'a??*'], false],
    ['*a*', ['*a', '*a?*'], true],
  ])('finds that %s is covered by %j: %s', (one, others, covered) => {
    expect(isPossible({ within: [[compile(one)]], outside: compileAll(others) })).toBe(!covered);
  });

  it('gives the benefit of the doubt to patterns made to be undecidable in time', () => {
    const costing = (choices: number) => [compile(`*a${'?'.repeat(choices)}`)];
    expect(isPossible({ within: [costing(5)], outside: costing(5) })).toBe(false);
    expect(isPossible({ within: [costing(50)], outside: costing(50) })).toBe(true);
  });
});

describe('a selection', () => {
  const positive = { negated: false, patterns: compileAll(['a*', 'b']) };
  const negative = { ...positive, negated: true };

  it('and its opposite share nothing', () => {
    fc.assert(
      fc.property(patterns, fc.boolean(), (texts, negated) => {
        const selection = { negated, patterns: compileAll(texts) };
        expect(isPossible(allOf(inside(selection), notInside(selection)))).toBe(false);
      }),
    );
  });

  it('of NotAction is the opposite of the one of Action', () => {
    expect(inside(negative)).toEqual(notInside(positive));
    expect(notInside(negative)).toEqual(inside(positive));
  });

  it('with a variable rules nothing out', () => {
    const selection = { negated: false, patterns: compileAll([variable('aws:username')]) };
    expect(
      isPossible(allOf(inside({ negated: false, patterns: compileAll(['ann']) }), notInside(selection))),
    ).toBe(true);
    expect(
      isPossible(allOf(inside({ negated: false, patterns: compileAll(['ann']) }), inside(selection))),
    ).toBe(true);
  });
});
