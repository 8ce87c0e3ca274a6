/** One character: itself, any one (`?`), or any number of any (`*`). */
export type Token = string;

export const ANY_ONE: Token = 'any one';
export const ANY_MANY: Token = 'any many';

/** A string of a policy that may stand for many: `ecr:Get*`, `arn:aws:ecr:*:*:repository/team-?`. */
export interface Pattern {
  /** As written in the policy. */
  readonly text: string;
  /** Characters and wildcards; consecutive `*` are one. */
  readonly tokens: readonly Token[];
  /** Whether a policy variable stands in it. Its value is unknown, so the tokens have `*` in its place. */
  readonly hasVariable: boolean;
}

export interface PatternSyntax {
  /** Whether `*` and `?` are wildcards, which they are not in `StringEquals`. */
  readonly wildcards: boolean;
  /** Whether `${…}` is a policy variable, as it is from Version 2012-10-17. */
  readonly variables: boolean;
}

const WILDCARDS: ReadonlyMap<string, Token> = new Map([
  ['*', ANY_MANY],
  ['?', ANY_ONE],
]);
const CHARACTER = /./gs;
const CHARACTER_OR_VARIABLE = /\$\{[^}]*\}|./gs;
/** How to write the bare character where it would otherwise mean something. */
const ESCAPE = /^\$\{[*?$]\}$/;

export function compilePattern(text: string, syntax: PatternSyntax): Pattern {
  const tokens: Token[] = [];
  let hasVariable = false;
  for (const part of text.match(syntax.variables ? CHARACTER_OR_VARIABLE : CHARACTER) ?? []) {
    const isVariable = part.length > 1 && !ESCAPE.test(part);
    hasVariable ||= isVariable;
    const token = isVariable ? ANY_MANY : tokenOf(part, syntax);
    if (token !== ANY_MANY || tokens.at(-1) !== ANY_MANY) tokens.push(token);
  }
  return { text, tokens, hasVariable };
}

/** The text that the pattern stands for if it stands for one only. */
export function literalText({ tokens }: Pattern): string | undefined {
  return tokens.some(isWildcard) ? undefined : tokens.join('');
}

export function isWildcard(token: Token): boolean {
  return token === ANY_ONE || token === ANY_MANY;
}

/** Linear but for repeated `*`, so a hostile policy cannot make it backtrack for ever. */
export function matches({ tokens }: Pattern, text: string): boolean {
  let position = 0;
  let read = 0;
  let resume: { position: number; read: number } | undefined;
  while (read < text.length) {
    const token = tokens[position];
    if (token === ANY_MANY) {
      position += 1;
      resume = { position, read };
    } else if (token === ANY_ONE || token === text[read]) {
      position += 1;
      read += 1;
    } else if (resume !== undefined) {
      resume = { position: resume.position, read: resume.read + 1 };
      ({ position, read } = resume);
    } else {
      return false;
    }
  }
  return tokens.slice(position).every((token) => token === ANY_MANY);
}

function tokenOf(part: string, { wildcards }: PatternSyntax): Token {
  if (part.length > 1) return part.charAt(2);
  return (wildcards ? WILDCARDS.get(part) : undefined) ?? part;
}
