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
  return { text, tokens, hasVariable };
}

/** A pattern without policy variables, such as those of the configuration: `*` is any text, `?` any character. */
export function compileWildcards(text: string): Pattern {
  return compilePattern(text, { wildcards: true, variables: false });
}

/** The only text that matches the pattern; undefined when the pattern has wildcards. */
export function literalText({ tokens }: Pattern): string | undefined {
  return tokens.some(isWildcard) ? undefined : tokens.join('');
}

export function isWildcard(token: Token): boolean {
  return token === ANY_CHARACTER || token === ANY_TEXT;
}

/** Whether one of the wildcard patterns matches one of the texts as a whole. */
export function matchesAny(patterns: readonly string[], ...texts: readonly string[]): boolean {
  return patterns.map(compileWildcards).some((pattern) => texts.some((text) => matches(pattern, text)));
}

/** Whether the pattern matches the whole text. Does not backtrack exponentially, so a hostile policy cannot stall it. */
export function matches({ tokens }: Pattern, text: string): boolean {
  let position = 0;
  let read = 0;
  let resume: { position: number; read: number } | undefined;
  while (read < text.length) {
    const token = tokens[position];
    if (token === ANY_TEXT) {
      position += 1;
      resume = { position, read };
    } else if (token === ANY_CHARACTER || token === text[read]) {
      position += 1;
      read += 1;
    } else if (resume === undefined) {
      return false;
    } else {
      resume = { position: resume.position, read: resume.read + 1 };
      ({ position, read } = resume);
    }
  }
  return tokens.slice(position).every((token) => token === ANY_TEXT);
}

function tokenOf(part: string, { wildcards }: PatternSyntax): Token {
  if (part.length > 1) return part.charAt(2);
  return (wildcards ? WILDCARDS.get(part) : undefined) ?? part;
}
