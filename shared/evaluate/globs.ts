import { compilePattern, matches, type Pattern } from './policy/wildcard.ts';

/** A pattern of the configuration: `*` stands for any characters, `?` for one. */
export function glob(text: string): Pattern {
  return compilePattern(text, { wildcards: true, variables: false });
}

/** Whether one of the configuration's patterns fits one of the texts as a whole. */
export function anyFits(patterns: readonly string[], ...texts: readonly string[]): boolean {
  return patterns.map(glob).some((pattern) => texts.some((text) => matches(pattern, text)));
}
