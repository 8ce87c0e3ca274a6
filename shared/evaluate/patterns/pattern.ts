import type { Budget } from './budget.ts';

/** One character: itself, any one (`?`), or any number of any (`*`). */
export type Token = string;

export const ANY_CHARACTER: Token = 'any character';
export const ANY_TEXT: Token = 'any text';

/** A text that may stand for many: `ecr:Get*`, `arn:aws:ecr:*:*:repository/team-?`. */
export interface Pattern {
  /** As written. */
  readonly text: string;
  /** Characters and wildcards; consecutive `*` are one. */
  readonly tokens: readonly Token[];
  /** Whether it contains a policy variable. Its value is unknown, so the tokens have `*` in its place. */
  readonly hasVariable: boolean;
  /** The characters before the first wildcard. */
  readonly prefix: string;
}

export interface PatternSyntax {
  /** Whether `*` and `?` are wildcards, which they are not in `StringEquals`. */
  readonly wildcards: boolean;
  /** Whether `${…}` is a policy variable, as it is from Version 2012-10-17. */
  readonly variables: boolean;
}

const WILDCARDS: ReadonlyMap<string, Token> = new Map([
  ['*', ANY_TEXT],
  ['?', ANY_CHARACTER],
]);
const CHARACTER = /./gs;
const CHARACTER_OR_VARIABLE = /\$\{[^}]*\}|./gs;
/** How a policy writes a character that would otherwise be a wildcard or start a variable. */
const ESCAPED_CHARACTER = /^\$\{[*?$]\}$/;

export function compilePattern(text: string, syntax: PatternSyntax): Pattern {
  const tokens: Token[] = [];
  let hasVariable = false;
  for (const part of text.match(syntax.variables ? CHARACTER_OR_VARIABLE : CHARACTER) ?? []) {
    const isVariable = part.length > 1 && !ESCAPED_CHARACTER.test(part);
    hasVariable ||= isVariable;
    const token = isVariable ? ANY_TEXT : tokenOf(part, syntax);
    if (token !== ANY_TEXT || tokens.at(-1) !== ANY_TEXT) tokens.push(token);
  }
  const firstWildcard = tokens.findIndex(isWildcard);
  const prefix = tokens.slice(0, firstWildcard === -1 ? undefined : firstWildcard).join('');
  return { text, tokens, hasVariable, prefix };
}

/** A pattern without policy variables, such as those of the configuration: `*` is any text, `?` any character. */
export function compileWildcards(text: string): Pattern {
  return compilePattern(text, { wildcards: true, variables: false });
}

/** The only text that matches the pattern; undefined when the pattern has wildcards. */
export function literalText(pattern: Pattern): string | undefined {
  return isLiteral(pattern) ? pattern.prefix : undefined;
}

/** Whether the pattern has no wildcards. */
export function isLiteral({ tokens, prefix }: Pattern): boolean {
  return tokens.length === prefix.length;
}

export function isWildcard(token: Token): boolean {
  return token === ANY_CHARACTER || token === ANY_TEXT;
}

/** Whether one of the wildcard patterns matches one of the texts as a whole. */
export function matchesAny(patterns: readonly string[], ...texts: readonly string[]): boolean {
  return patterns.map(compileWildcards).some((pattern) => texts.some((text) => matches(pattern, text)));
}

/**
 * Whether the pattern matches the whole text. Does not backtrack exponentially, so a hostile policy cannot stall it.
 *
 * @throws TooComplexError when that takes more than is left of the budget, if there is one.
 */
export function matches({ tokens }: Pattern, text: string, budget?: Budget): boolean {
  let position = 0;
  let read = 0;
  let comparisons = 0;
  let resume: { position: number; read: number } | undefined;
  while (read < text.length) {
    comparisons += 1;
    const token = tokens[position];
    if (token === ANY_TEXT) {
      position += 1;
      resume = { position, read };
    } else if (token === ANY_CHARACTER || token === text[read]) {
      position += 1;
      read += 1;
    } else if (resume === undefined) {
      break;
    } else {
      resume = { position: resume.position, read: resume.read + 1 };
      ({ position, read } = resume);
    }
  }
  budget?.spendComparisons(comparisons);
  return read >= text.length && tokens.slice(position).every((token) => token === ANY_TEXT);
}

/** False only where the beginnings or the ends of two patterns show that no text matches both: cheap, and mostly enough. */
export function mayOverlap({ tokens: one }: Pattern, { tokens: other }: Pattern): boolean {
  let index = 0;
  while (isSame(one[index], other[index])) index += 1;
  if (!isOpen(one[index], other[index])) return false;
  let last = 1;
  while (isSame(one[one.length - last], other[other.length - last])) last += 1;
  return isOpen(one[one.length - last], other[other.length - last]);
}

/** Whether one character matches both, and neither pattern is at a `*` or over. */
function isSame(token: Token | undefined, other: Token | undefined): boolean {
  if (token === undefined || other === undefined || token === ANY_TEXT || other === ANY_TEXT) return false;
  return token === other || token === ANY_CHARACTER || other === ANY_CHARACTER;
}

/** Where two patterns are not the same any more: whether a `*` makes up for it, or both are over. */
function isOpen(token: Token | undefined, other: Token | undefined): boolean {
  return token === other || token === ANY_TEXT || other === ANY_TEXT;
}

function tokenOf(part: string, { wildcards }: PatternSyntax): Token {
  if (part.length > 1) return part.charAt(2);
  return (wildcards ? WILDCARDS.get(part) : undefined) ?? part;
}
