import type { Pattern, Token } from './wildcard.ts';
import { ANY_MANY, ANY_ONE, isWildcard, literalText, matches } from './wildcard.ts';

/** What `Action` or `NotAction` (and so on) of a statement selects: one of the patterns, or none of them. */
export interface Selection {
  readonly negated: boolean;
  readonly patterns: readonly Pattern[];
}

/** The strings that match at least one pattern of every group in `within`, and no pattern in `outside`. */
export interface Space {
  readonly within: readonly (readonly Pattern[])[];
  readonly outside: readonly Pattern[];
}

/**
 * The strings a selection selects; where a policy variable makes that unknown, rather too many.
 */
export function inside({ negated, patterns }: Selection): Space {
  return negated ? { within: [], outside: known(patterns) } : { within: [patterns], outside: [] };
}

/** The strings a selection does not select; where a policy variable makes that unknown, rather too many. */
export function notInside({ negated, patterns }: Selection): Space {
  return inside({ negated: !negated, patterns });
}

/** The strings that match the pattern. */
export function only(pattern: Pattern): Space {
  return { within: [[pattern]], outside: [] };
}

export function allOf(...spaces: readonly Space[]): Space {
  return {
    within: spaces.flatMap(({ within }) => within),
    outside: spaces.flatMap(({ outside }) => outside),
  };
}

/** Enough for any honest policy; a hostile one must not cost more than this. */
const MOST_STATES = 20_000;
/** Stands for every character that no pattern names. */
const UNNAMED: Token = 'unnamed character';
/** A position is its pattern's index and the offset in the pattern; offsets fit, policies being at most 20 KB. */
const OFFSET_BITS = 16;

/** Where reading stands: the live positions in each group of `within`, and in `outside`. */
type Positions = readonly number[];
interface State {
  readonly within: readonly Positions[];
  readonly outside: Positions;
}

/**
 * Whether any string lies in the space. This decides overlap (`within` two patterns) and coverage (`within` one,
 * `outside` others: impossible means covered), and is exact: it walks the patterns' common automaton.
 *
 * @returns true too when the patterns are too involved to decide, so that nothing is wrongly ruled out.
 */
export function isPossible({ within, outside }: Space): boolean {
  if (outside.some(isEverything)) return false;
  const space = { within: within.filter((group) => !group.some(isEverything)), outside };
  if (space.within.length <= 1 && outside.length === 0)
    return space.within.every((group) => group.length > 0);
  const texts = space.within.map(literalTexts).find((candidates) => candidates !== undefined);
  return texts === undefined ? isReachable(space) : texts.some((text) => holds(space, text));
}

function holds({ within, outside }: Space, text: string): boolean {
  const fits = (pattern: Pattern) => matches(pattern, text);
  return within.every((group) => group.some(fits)) && !outside.some(fits);
}

/** The texts of a group without wildcards: then one of them is the string, and there is nothing to search. */
function literalTexts(group: readonly Pattern[]): readonly string[] | undefined {
  const texts = group.map(literalText).filter((text) => text !== undefined);
  return texts.length < group.length ? undefined : texts;
}

function isEverything({ tokens }: Pattern): boolean {
  return tokens.length === 1 && tokens[0] === ANY_MANY;
}

function isReachable(space: Space): boolean {
  const seen = new Set<string>();
  const pending: State[] = [{ within: space.within.map(startOf), outside: startOf(space.outside) }];
  for (let state = pending.pop(); state !== undefined; state = pending.pop()) {
    const key = `${state.within.join('|')}!${state.outside.join()}`;
    if (seen.has(key) || isDeadEnd(space, state)) continue;
    if (isAccepting(space, state)) return true;
    seen.add(key);
    if (seen.size > MOST_STATES) return true;
    for (const symbol of symbolsAt(space, state)) pending.push(advance(space, state, symbol));
  }
  return false;
}

/** A variable's value is unknown, so nothing is known to match a pattern that has one. */
function known(patterns: readonly Pattern[]): readonly Pattern[] {
  return patterns.filter(({ hasVariable }) => !hasVariable);
}

function startOf(group: readonly Pattern[]): Positions {
  const positions = new Set<number>();
  for (const index of group.keys()) enter(group, positions, index << OFFSET_BITS);
  return sorted(group, positions);
}

function advance({ within, outside }: Space, state: State, symbol: Token): State {
  return {
    within: within.map((group, index) => step(group, state.within[index] ?? [], symbol)),
    outside: step(outside, state.outside, symbol),
  };
}

function step(group: readonly Pattern[], positions: Positions, symbol: Token): Positions {
  const next = new Set<number>();
  for (const position of positions) {
    const token = tokenAt(group, position);
    if (token === ANY_MANY) enter(group, next, position);
    else if (token === ANY_ONE || token === symbol) enter(group, next, position + 1);
  }
  return sorted(group, next);
}

/** A `*` may match nothing, so whoever reaches it has reached what follows. */
function enter(group: readonly Pattern[], positions: Set<number>, position: number): void {
  positions.add(position);
  if (tokenAt(group, position) === ANY_MANY) positions.add(position + 1);
}

/** Of one pattern, positions before the last `*` reached lead nowhere that the `*` does not. */
function sorted(group: readonly Pattern[], positions: ReadonlySet<number>): Positions {
  const ascending = [...positions].sort((a, b) => a - b);
  const lastStar = new Map<number, number>();
  for (const position of ascending) {
    if (tokenAt(group, position) === ANY_MANY) lastStar.set(position >> OFFSET_BITS, position);
  }
  return ascending.filter((position) => position >= (lastStar.get(position >> OFFSET_BITS) ?? 0));
}

function symbolsAt({ within, outside }: Space, state: State): ReadonlySet<Token> {
  const symbols = new Set<Token>();
  const collect = (group: readonly Pattern[], positions: Positions) => {
    for (const position of positions) {
      const token = tokenAt(group, position);
      if (token !== undefined && !isWildcard(token)) symbols.add(token);
    }
  };
  for (const [index, group] of within.entries()) collect(group, state.within[index] ?? []);
  collect(outside, state.outside);
  return symbols.add(UNNAMED);
}

function isAccepting({ within, outside }: Space, state: State): boolean {
  return (
    within.every((group, index) => state.within[index]?.some((position) => isEnd(group, position))) &&
    !state.outside.some((position) => isEnd(outside, position))
  );
}

/** A group that nothing can match any more, or an excluded pattern that everything from here matches. */
function isDeadEnd({ outside }: Space, state: State): boolean {
  return (
    state.within.some((positions) => positions.length === 0) ||
    state.outside.some((position) => tokenAt(outside, position) === ANY_MANY && isEnd(outside, position + 1))
  );
}

function tokenAt(group: readonly Pattern[], position: number): Token | undefined {
  return group[position >> OFFSET_BITS]?.tokens[position & ((1 << OFFSET_BITS) - 1)];
}

function isEnd(group: readonly Pattern[], position: number): boolean {
  return tokenAt(group, position) === undefined;
}
