import type { Language } from './language.ts';
import { isInLanguage, nextState, symbolsOf } from './language.ts';
import type { Pattern, Token } from './pattern.ts';
import { ANY_CHARACTER, ANY_TEXT, isWildcard, literalText, matches } from './pattern.ts';

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
  return {
    included: sets.flatMap(({ included }) => included),
    excluded: sets.flatMap(({ excluded }) => excluded),
  };
}

/** Enough for any honest policy, and an upper limit on what a hostile one can cost. */
const MAX_STATES = 20_000;
/** Stands for every character that no pattern names. */
const OTHER_CHARACTER: Token = 'other character';
/** A position is its pattern's index and the offset in the pattern; offsets fit, policies being at most 20 KB. */
const OFFSET_BITS = 16;

/** The positions that a text read so far can have reached in a group of patterns. */
type Positions = readonly number[];
interface State {
  readonly included: readonly Positions[];
  readonly excluded: Positions;
  /** Of the language; 0 without one. */
  readonly language: number;
}

/**
 * Whether no string is in the set. This decides overlap (`included` two patterns) and coverage (`included` one,
 * `excluded` others: what is covered leaves the set empty), and is exact: it searches the patterns' product automaton.
 *
 * @param language The only strings that count; any when undefined.
 * @returns false too when that takes more than MAX_STATES, so that nothing is ruled out without proof.
 */
export function isEmpty({ included, excluded }: StringSet, language?: Language): boolean {
  if (excluded.some(matchesEverything)) return true;
  const set = { included: included.filter((group) => !group.some(matchesEverything)), excluded };
  const mostGroups = language === undefined ? 1 : 0;
  if (set.included.length <= mostGroups && excluded.length === 0) {
    return set.included.some((group) => group.length === 0);
  }
  const texts = set.included.map(literalTexts).find((candidates) => candidates !== undefined);
  if (texts === undefined) return !canReachAcceptance(set, language);
  return !texts.some((text) => isMember(set, text) && isInLanguage(language, text));
}

function isMember({ included, excluded }: StringSet, text: string): boolean {
  const matchesText = (pattern: Pattern) => matches(pattern, text);
  return included.every((group) => group.some(matchesText)) && !excluded.some(matchesText);
}

/** The texts of a group without wildcards: only they can be in the set, so nothing has to be searched. */
function literalTexts(group: readonly Pattern[]): readonly string[] | undefined {
  const texts = group.map(literalText).filter((text) => text !== undefined);
  return texts.length < group.length ? undefined : texts;
}

function matchesEverything({ tokens }: Pattern): boolean {
  return tokens.length === 1 && tokens[0] === ANY_TEXT;
}

/** A variable's value is unknown, so no string is known to match a pattern that has one. */
function withoutVariables(patterns: readonly Pattern[]): readonly Pattern[] {
  return patterns.filter(({ hasVariable }) => !hasVariable);
}

function canReachAcceptance(set: StringSet, language: Language | undefined): boolean {
  const visited = new Set<string>();
  const pending: State[] = [
    { included: set.included.map(initialPositions), excluded: initialPositions(set.excluded), language: 0 },
  ];
  for (let state = pending.pop(); state !== undefined; state = pending.pop()) {
    const key = `${state.included.join('|')}!${state.excluded.join()}@${state.language}`;
    if (visited.has(key) || isDeadEnd(set, state)) continue;
    if (isAccepting(set, state) && (language?.accepting.has(state.language) ?? true)) return true;
    visited.add(key);
    if (visited.size > MAX_STATES) return true;
    pending.push(...statesAfter(set, state, language));
  }
  return false;
}

function statesAfter(set: StringSet, state: State, language: Language | undefined): State[] {
  const named = symbolsAt(set, state);
  const symbols = language ? symbolsOf(language, state.language, named) : [...named, OTHER_CHARACTER];
  return symbols.flatMap((symbol) => {
    const next = language ? nextState(language, state.language, symbol) : 0;
    return next === undefined ? [] : [{ ...stateAfter(set, state, symbol), language: next }];
  });
}

function initialPositions(group: readonly Pattern[]): Positions {
  const positions = new Set<number>();
  for (const index of group.keys()) addPosition(group, positions, index << OFFSET_BITS);
  return withoutRedundant(group, positions);
}

function stateAfter({ included, excluded }: StringSet, state: State, symbol: Token): Omit<State, 'language'> {
  return {
    included: included.map((group, index) => positionsAfter(group, state.included[index] ?? [], symbol)),
    excluded: positionsAfter(excluded, state.excluded, symbol),
  };
}

function positionsAfter(group: readonly Pattern[], positions: Positions, symbol: Token): Positions {
  const next = new Set<number>();
  for (const position of positions) {
    const token = tokenAt(group, position);
    if (token === ANY_TEXT) addPosition(group, next, position);
    else if (token === ANY_CHARACTER || token === symbol) addPosition(group, next, position + 1);
  }
  return withoutRedundant(group, next);
}

/** A `*` may match nothing, so a text that has reached it has reached what follows as well. */
function addPosition(group: readonly Pattern[], positions: Set<number>, position: number): void {
  positions.add(position);
  if (tokenAt(group, position) === ANY_TEXT) positions.add(position + 1);
}

/** In ascending order. Of one pattern, positions before the last `*` reached allow nothing that the `*` does not. */
function withoutRedundant(group: readonly Pattern[], positions: ReadonlySet<number>): Positions {
  const ascending = [...positions].sort((a, b) => a - b);
  const lastStar = new Map<number, number>();
  for (const position of ascending) {
    if (tokenAt(group, position) === ANY_TEXT) lastStar.set(position >> OFFSET_BITS, position);
  }
  return ascending.filter((position) => position >= (lastStar.get(position >> OFFSET_BITS) ?? 0));
}

function symbolsAt({ included, excluded }: StringSet, state: State): ReadonlySet<Token> {
  const symbols = new Set<Token>();
  for (const [index, group] of included.entries()) addSymbols(group, state.included[index] ?? [], symbols);
  addSymbols(excluded, state.excluded, symbols);
  return symbols;
}

function addSymbols(group: readonly Pattern[], positions: Positions, symbols: Set<Token>): void {
  for (const position of positions) {
    const token = tokenAt(group, position);
    if (token !== undefined && !isWildcard(token)) symbols.add(token);
  }
}

function isAccepting({ included, excluded }: StringSet, state: State): boolean {
  return (
    included.every((group, index) => state.included[index]?.some((position) => isEnd(group, position))) &&
    !state.excluded.some((position) => isEnd(excluded, position))
  );
}

/** Where no pattern of a group can match any more, or an excluded pattern matches whatever follows. */
function isDeadEnd({ excluded }: StringSet, state: State): boolean {
  return (
    state.included.some((positions) => positions.length === 0) ||
    state.excluded.some(
      (position) => tokenAt(excluded, position) === ANY_TEXT && isEnd(excluded, position + 1),
    )
  );
}

function tokenAt(group: readonly Pattern[], position: number): Token | undefined {
  return group[position >> OFFSET_BITS]?.tokens[position & ((1 << OFFSET_BITS) - 1)];
}

function isEnd(group: readonly Pattern[], position: number): boolean {
  return tokenAt(group, position) === undefined;
}
