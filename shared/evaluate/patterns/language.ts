import type { Token } from './pattern.ts';

/** The characters that lead to a state. They are not told apart, nor is any in two transitions of a state. */
type Transition = readonly [characters: string, next: number];

/** A regular language as a deterministic automaton that begins in state 0. At least one text is in it. */
export interface Language {
  /** By state. Any other character leads nowhere. */
  readonly transitions: readonly (readonly Transition[])[];
  readonly accepting: ReadonlySet<number>;
}

export function nextState({ transitions }: Language, state: number, symbol: Token): number | undefined {
  return transitions[state]?.find(([characters]) => characters.includes(symbol))?.[1];
}

/**
 * Enough characters to try in a state: of each transition, one that no pattern names, and then those that patterns name, in
 * their order. What is last leads furthest into a pattern, and so most likely to its end.
 */
export function symbolsOf(language: Language, state: number, named: ReadonlySet<Token>): Token[] {
  const transitions = language.transitions[state] ?? [];
  const others = transitions.flatMap(([choices]) => [...choices].find((choice) => !named.has(choice)) ?? []);
  return [...others, ...[...named].filter((symbol) => nextState(language, state, symbol) !== undefined)];
}

/** Whether a text is in the language; every text is in none. */
export function isInLanguage(language: Language | undefined, text: string): boolean {
  if (language === undefined) return true;
  let state: number | undefined = 0;
  for (const character of text) {
    state = nextState(language, state, character);
    if (state === undefined) return false;
  }
  return language.accepting.has(state);
}
