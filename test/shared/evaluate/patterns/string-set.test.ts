import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Budget, TooComplexError } from '../../../../shared/evaluate/patterns/budget.ts';
import { compilePattern, matches } from '../../../../shared/evaluate/patterns/pattern.ts';
import {
  intersectionOf,
  isEmpty,
  notSelectedBy,
  selectedBy,
} from '../../../../shared/evaluate/patterns/string-set.ts';
import { variable } from '../iam/builders.ts';

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
const anySet = fc.record({
  included: fc.array(patterns, { maxLength: 2 }),
  excluded: fc.array(pattern, { maxLength: 3 }),
});

describe('isEmpty', () => {
  it('agrees with trying every short text', () => {
    fc.assert(
      fc.property(anySet, ({ included, excluded }) => {
        const set = { included: included.map(compileAll), excluded: compileAll(excluded) };
        const found = TEXTS.some(
          (text) =>
            set.included.every((group) => group.some((compiled) => matches(compiled, text))) &&
            !set.excluded.some((compiled) => matches(compiled, text)),
        );
        expect(isEmpty(set, new Budget())).toBe(!found);
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
  ])('finds that %s is covered by %j: %s', (covered, covering, expected) => {
    expect(isEmpty({ included: [[compile(covered)]], excluded: compileAll(covering) }, new Budget())).toBe(
      expected,
    );
  });

  it('takes no more than its budget', () => {
    const costly = (choices: number) => [compile(`*a${'?'.repeat(choices)}`)];
    const isCovered = (choices: number) =>
      isEmpty({ included: [costly(choices)], excluded: costly(choices) }, new Budget());
    expect(isCovered(5)).toBe(true);
    expect(() => isCovered(50)).toThrow(TooComplexError);
  });

  it('compares patterns of any length and number cheaply where none is excluded', () => {
    const long = Array.from({ length: 40 }, (_, index) => compile(`*a${'?*b'.repeat(20)}${index}*`));
    expect(isEmpty({ included: [long, long], excluded: [] }, new Budget())).toBe(false);
  });
});

describe('a selection', () => {
  const positive = { negated: false, patterns: compileAll(['a*', 'b']) };
  const negative = { ...positive, negated: true };

  it('and its negation have no text in common', () => {
    fc.assert(
      fc.property(patterns, fc.boolean(), (texts, negated) => {
        const selection = { negated, patterns: compileAll(texts) };
        expect(isEmpty(intersectionOf(selectedBy(selection), notSelectedBy(selection)), new Budget())).toBe(
          true,
        );
      }),
    );
  });

  it('of NotAction is the negation of the one of Action', () => {
    expect(selectedBy(negative)).toEqual(notSelectedBy(positive));
    expect(notSelectedBy(negative)).toEqual(selectedBy(positive));
  });

  it('with a variable may or may not select a text', () => {
    const ann = selectedBy({ negated: false, patterns: [compile('ann')] });
    const selection = { negated: false, patterns: [compile(variable('aws:username'))] };
    expect(isEmpty(intersectionOf(ann, selectedBy(selection)), new Budget())).toBe(false);
    expect(isEmpty(intersectionOf(ann, notSelectedBy(selection)), new Budget())).toBe(false);
  });
});
