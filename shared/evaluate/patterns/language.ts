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
 * Enough characters to try in a state: of each transition, those that a pattern names and one that none names. The named
 * ones are last, because they are more likely to lead to the end of a pattern.
 */
export function symbolsOf({ transitions }: Language, state: number, named: ReadonlySet<Token>): Token[] {
  const characters = (transitions[state] ?? []).map(([choices]) => [...choices]);
  return [
    ...characters.flatMap((choices) => choices.find((choice) => !named.has(choice)) ?? []),
    ...characters.flat().filter((choice) => named.has(choice)),
  ];
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
