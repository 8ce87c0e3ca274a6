import type { Budget } from './budget.ts';
import { ANY_TEXT, isLiteral, mayOverlap, type Pattern } from './pattern.ts';

/** Patterns by the characters that they begin with, so that not every one has to be compared with every other. */
export interface PatternIndex {
  /** Whether one of them is `*`. */
  readonly matchesEverything: boolean;
  readonly byPrefix: ReadonlyMap<string, readonly Pattern[]>;
  /** Ascending, and so are the lengths. */
  readonly prefixes: readonly string[];
  readonly lengths: readonly number[];
}

/** Lists of patterns never change, and most are asked about more than once. */
const INDEXES = new WeakMap<readonly Pattern[], PatternIndex>();

export function indexOf(patterns: readonly Pattern[]): PatternIndex {
  const known = INDEXES.get(patterns);
  if (known !== undefined) return known;
  const byPrefix = Map.groupBy(patterns, ({ prefix }) => prefix);
  const prefixes = [...byPrefix.keys()].sort();
  const index: PatternIndex = {
    matchesEverything: byPrefix.get('')?.some(matchesEverything) ?? false,
    byPrefix,
    prefixes,
    lengths: [...new Set(prefixes.map(({ length }) => length))].sort((a, b) => a - b),
  };
  INDEXES.set(patterns, index);
  return index;
}

/** Those of the patterns that may match a text that the given one matches, too many rather than too few. */
export function overlapping(patterns: readonly Pattern[], pattern: Pattern, budget: Budget): Pattern[] {
  const candidates = candidatesOf(indexOf(patterns), pattern);
  budget.spendComparisons(1 + candidates.length);
  return candidates.filter((candidate) => mayOverlap(candidate, pattern));
}

function candidatesOf({ byPrefix, prefixes, lengths }: PatternIndex, pattern: Pattern): Pattern[] {
  const { prefix } = pattern;
  const found: Pattern[] = [];
  for (const length of lengths) {
    if (length > prefix.length) break;
    found.push(...(byPrefix.get(prefix.slice(0, length)) ?? []));
  }
  if (isLiteral(pattern)) return found;
  for (let at = firstAfter(prefixes, prefix); prefixes[at]?.startsWith(prefix); at += 1) {
    found.push(...(byPrefix.get(prefixes[at] ?? '') ?? []));
  }
  return found;
}

/** The position of the first text that is greater, by bisection. */
function firstAfter(ascending: readonly string[], text: string): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? '') <= text) low = middle + 1;
    else high = middle;
  }
  return low;
}

function matchesEverything({ tokens }: Pattern): boolean {
  return tokens.length === 1 && tokens[0] === ANY_TEXT;
}
