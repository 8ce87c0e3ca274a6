import type { Budget } from './budget.ts';
import type { Language } from './language.ts';
import { nextState, symbolsOf } from './language.ts';
import type { Pattern, Token } from './pattern.ts';
import { ANY_CHARACTER, ANY_TEXT, isWildcard } from './pattern.ts';

/** The texts that match every pattern in `included`, and none in `excluded`. */
export interface Wanted {
  readonly included: readonly Pattern[];
  readonly excluded: readonly Pattern[];
}

/** Stands for every character that no pattern names. */
const OTHER_CHARACTER: Token = 'other character';
/** A position in `excluded` is its pattern's index and the offset in the pattern; offsets fit, policies being at most 20 KB. */
const OFFSET_BITS = 16;
const OFFSET_MASK = (1 << OFFSET_BITS) - 1;

/** How far a text is. */
interface State {
  /** An offset in each pattern, of those that it can have reached: each of them is a state of its own. */
  readonly included: readonly number[];
  /** All positions that it has reached in the excluded patterns: none of them may be an end. */
  readonly excluded: readonly number[];
  /** Of the language; 0 without one. */
  readonly language: number;
}

/**
 * Whether there is such a text, in the language if there is one. Exact: searches the product of the patterns' automata,
 * of which only the excluded ones have to be deterministic, so only they can be expensive.
 */
export function hasText(wanted: Wanted, budget: Budget, language: Language | undefined): boolean {
  const visited = new Set<string>();
  const pending: State[] = [
    {
      included: wanted.included.map(() => 0),
      excluded: wanted.excluded.map((_, index) => index << OFFSET_BITS),
      language: 0,
    },
  ];
  for (let state = pending.pop(); state !== undefined; state = pending.pop()) {
    const key = `${state.included.join()}!${state.excluded.join()}@${state.language}`;
    budget.spend(1 + state.excluded.length);
    if (visited.has(key) || isDeadEnd(wanted, state)) continue;
    if (isDecided(state, language) || isAccepting(wanted, state, language)) return true;
    visited.add(key);
    addStatesAfter(wanted, state, { budget, language, pending });
  }
  return false;
}

interface Search {
  readonly budget: Budget;
  readonly language: Language | undefined;
  readonly pending: State[];
}

function addStatesAfter(wanted: Wanted, state: State, { budget, language, pending }: Search): void {
  const symbols = symbolsAt(wanted, state, language);
  budget.spend(symbols.length * (1 + state.included.length + state.excluded.length));
  for (const symbol of symbols) {
    const next = language ? nextState(language, state.language, symbol) : 0;
    if (next === undefined) continue;
    const excluded = positionsAfter(wanted.excluded, state.excluded, symbol);
    for (const included of offsetsAfter(wanted.included, state.included, symbol)) {
      pending.push({ included, excluded, language: next });
    }
  }
}

/** Any text goes on to match a single pattern, and nothing excludes it. */
function isDecided({ included, excluded }: State, language: Language | undefined): boolean {
  return language === undefined && excluded.length === 0 && included.length <= 1;
}

function isAccepting(wanted: Wanted, state: State, language: Language | undefined): boolean {
  return (
    (language?.accepting.has(state.language) ?? true) &&
    wanted.included.every((pattern, index) => isEnd(pattern, state.included[index] ?? 0)) &&
    !state.excluded.some((position) => isEnd(patternAt(wanted.excluded, position), position & OFFSET_MASK))
  );
}

/** Where an excluded pattern matches whatever follows. */
function isDeadEnd({ excluded }: Wanted, state: State): boolean {
  return state.excluded.some((position) => {
    const { tokens } = patternAt(excluded, position);
    const offset = position & OFFSET_MASK;
    return offset === tokens.length - 1 && tokens[offset] === ANY_TEXT;
  });
}

/** Enough characters to try; the one where an included pattern leaves no choice. */
function symbolsAt(wanted: Wanted, state: State, language: Language | undefined): readonly Token[] {
  const named = new Set<Token>();
  for (const [index, pattern] of wanted.included.entries()) {
    const token = pattern.tokens[state.included[index] ?? 0];
    if (token === undefined) return [];
    if (!isWildcard(token)) return [token];
    addNamed(pattern, state.included[index] ?? 0, named);
  }
  for (const position of state.excluded) {
    addNamed(patternAt(wanted.excluded, position), position & OFFSET_MASK, named);
  }
  return language ? symbolsOf(language, state.language, named) : [...named, OTHER_CHARACTER];
}

/** A `*` may match nothing, so what follows it comes next as well. */
function addNamed({ tokens }: Pattern, offset: number, named: Set<Token>): void {
  const token = tokens[offset] === ANY_TEXT ? tokens[offset + 1] : tokens[offset];
  if (token !== undefined && !isWildcard(token)) named.add(token);
}

/** Every choice of an offset in each pattern; what leads furthest is last. */
function offsetsAfter(
  patterns: readonly Pattern[],
  offsets: readonly number[],
  symbol: Token,
): readonly (readonly number[])[] {
  return patterns.reduce<readonly (readonly number[])[]>(
    (choices, pattern, index) => {
      const next = offsetsOf(pattern, offsets[index] ?? 0, symbol);
      return choices.flatMap((choice) => next.map((offset) => [...choice, offset]));
    },
    [[]],
  );
}

function positionsAfter(
  patterns: readonly Pattern[],
  positions: readonly number[],
  symbol: Token,
): readonly number[] {
  const next = new Set<number>();
  for (const position of positions) {
    const start = position & ~OFFSET_MASK;
    for (const offset of offsetsOf(patternAt(patterns, position), position & OFFSET_MASK, symbol)) {
      next.add(start | offset);
    }
  }
  return withoutRedundant(patterns, next);
}

/** In ascending order. Of one pattern, positions before the last `*` reached allow nothing that the `*` does not. */
function withoutRedundant(patterns: readonly Pattern[], positions: ReadonlySet<number>): readonly number[] {
  if (positions.size <= 1) return [...positions];
  const descending = [...positions].sort((a, b) => b - a);
  const kept: number[] = [];
  let done = -1;
  for (const position of descending) {
    const index = position >> OFFSET_BITS;
    if (index === done) continue;
    kept.push(position);
    if (patternAt(patterns, position).tokens[position & OFFSET_MASK] === ANY_TEXT) done = index;
  }
  return kept.reverse();
}

/** The offsets of a pattern that the character leads to. */
function offsetsOf({ tokens }: Pattern, offset: number, symbol: Token): readonly number[] {
  const token = tokens[offset];
  if (token === ANY_TEXT) {
    return isMatched(tokens[offset + 1], symbol) ? [offset, offset + 2] : [offset];
  }
  return isMatched(token, symbol) ? [offset + 1] : [];
}

function isMatched(token: Token | undefined, symbol: Token): boolean {
  return token === ANY_CHARACTER || token === symbol;
}

function isEnd({ tokens }: Pattern, offset: number): boolean {
  return offset === tokens.length || (offset === tokens.length - 1 && tokens[offset] === ANY_TEXT);
}

function patternAt(patterns: readonly Pattern[], position: number): Pattern {
  // Positions are made of the indexes of these patterns.
  return patterns[position >> OFFSET_BITS] as Pattern;
}
