import type { Budget } from './budget.ts';
import type { Language } from './language.ts';
import { isInLanguage } from './language.ts';
import type { Pattern } from './pattern.ts';
import { literalText, matches, mayOverlap } from './pattern.ts';
import { indexOf, overlapping } from './pattern-index.ts';
import { hasText, type Wanted } from './search.ts';

/** What `Action` or `NotAction` (and so on) of a statement selects: one of the patterns, or none of them. */
export interface Selection {
  readonly negated: boolean;
  readonly patterns: readonly Pattern[];
}

/** The strings that match at least one pattern of every group in `included`, and no pattern in `excluded`. */
export interface StringSet {
  readonly included: readonly (readonly Pattern[])[];
  readonly excluded: readonly Pattern[];
}

/** The strings that a selection selects; too many where they depend on a policy variable. */
export function selectedBy({ negated, patterns }: Selection): StringSet {
  return negated
    ? { included: [], excluded: withoutVariables(patterns) }
    : { included: [patterns], excluded: [] };
}

/** The strings that a selection does not select; too many where they depend on a policy variable. */
export function notSelectedBy({ negated, patterns }: Selection): StringSet {
  return selectedBy({ negated: !negated, patterns });
}

/** The strings that match the pattern. */
export function matching(pattern: Pattern): StringSet {
  return { included: [[pattern]], excluded: [] };
}

/** The strings that are in all of the sets: every string when there are no sets. */
export function intersectionOf(...sets: readonly StringSet[]): StringSet {
  const [first, ...others] = sets.map(({ excluded }) => excluded).filter(({ length }) => length > 0);
  return {
    included: sets.flatMap(({ included }) => included),
    // The same list where it is the only one: it has an index.
    excluded: first && others.length === 0 ? first : [first ?? [], ...others].flat(),
  };
}

/**
 * Whether no string is in the set. This decides overlap (`included` two patterns) and coverage (`included` one,
 * `excluded` others: what is covered leaves the set empty), and is exact.
 *
 * @param language The only strings that count; any when undefined.
 * @throws TooComplexError when that takes more than is left of the budget.
 */
export function isEmpty({ included, excluded }: StringSet, budget: Budget, language?: Language): boolean {
  if (indexOf(excluded).matchesEverything) return true;
  const groups = included
    .filter((group) => !indexOf(group).matchesEverything)
    .sort((a, b) => a.length - b.length);
  for (const choice of choicesOf(groups, budget)) {
    if (hasMember({ included: choice, excluded }, budget, language)) return false;
  }
  return true;
}

/** One pattern of every group, in all ways in which they may match the same text. */
function* choicesOf(
  groups: readonly (readonly Pattern[])[],
  budget: Budget,
  chosen: readonly Pattern[] = [],
): Generator<readonly Pattern[], void> {
  const group = groups[chosen.length];
  if (group === undefined) yield chosen;
  else {
    for (const pattern of overlappingAll(group, chosen, budget)) {
      yield* choicesOf(groups, budget, [...chosen, pattern]);
    }
  }
}

/** Those of the patterns that may match a text that all of the others match. */
function overlappingAll(
  patterns: readonly Pattern[],
  [first, ...others]: readonly Pattern[],
  budget: Budget,
): readonly Pattern[] {
  if (first === undefined) return patterns;
  const candidates = overlapping(patterns, first, budget);
  budget.spendComparisons(candidates.length * others.length);
  return candidates.filter((pattern) => others.every((other) => mayOverlap(pattern, other)));
}

function hasMember(wanted: Wanted, budget: Budget, language: Language | undefined): boolean {
  const { included } = wanted;
  const excluded = overlappingAll(wanted.excluded, included, budget);
  const text = included.map(literalText).find((literal) => literal !== undefined);
  if (text === undefined) return hasText({ included, excluded }, budget, language);
  return (
    included.every((pattern) => matches(pattern, text, budget)) &&
    !excluded.some((pattern) => matches(pattern, text, budget)) &&
    isInLanguage(language, text)
  );
}

/** A variable's value is unknown, so no string is known to match a pattern that has one. */
function withoutVariables(patterns: readonly Pattern[]): readonly Pattern[] {
  return patterns.some(({ hasVariable }) => hasVariable)
    ? patterns.filter(({ hasVariable }) => !hasVariable)
    : patterns;
}
