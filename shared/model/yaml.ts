import { Lexer, Parser, parse, stringify } from 'yaml';

export { YAMLParseError } from 'yaml';

/** A document in YAML. Ends with a line feed. */
export function toYaml(document: object): string {
  return stringify(document);
}

/** The parser may name an alias of any length. */
const MAX_PROBLEM = 200;

/** What the parser complains of: its first line says what is wrong and where, the others quote the text. */
export function problemOfYaml(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line.replace(/[:.]$/, '').slice(0, MAX_PROBLEM);
}

/** Lists and mappings in each other. The parser calls itself for each, and so deep a document would end the process. */
const MAX_DEPTH = 100;

/** The text may be YAML, but is not read: it is longer or deeper than any honest one, or repeats itself by aliases. */
export class YamlLimitError extends Error {
  override name = 'YamlLimitError';
}

/**
 * Parses YAML, of which JSON is a part, that somebody else may have written. Throws YamlLimitError, and for what is not
 * YAML, or contains itself, an error that says in its first line what is wrong.
 *
 * @param maxCharacters The time that the parser takes grows with the square of the length.
 */
export function parseYaml(text: string, maxCharacters: number): unknown {
  if (text.length > maxCharacters) {
    throw new YamlLimitError(`it has more than ${maxCharacters.toLocaleString('en-US')} characters`);
  }
  checkDepth(text);
  const values = parseAliases(text);
  checkAcyclic(values, new Set());
  return values;
}

/** The parser that finds only where things begin and end does not call itself. */
function checkDepth(text: string): void {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    for (const _ of parser.next(lexeme));
    if (parser.stack.length > MAX_DEPTH) {
      throw new YamlLimitError(`it has more than ${MAX_DEPTH} lists and mappings in each other`);
    }
  }
}

/** The parser limits how often aliases repeat anything: to 100 times. */
function parseAliases(text: string): unknown {
  try {
    return parse(text, { logLevel: 'error' });
  } catch (error) {
    if (error instanceof ReferenceError && error.message.startsWith('Excessive alias count')) {
      throw new YamlLimitError('its aliases repeat too much');
    }
    throw error;
  }
}

function checkAcyclic(value: unknown, around: Set<unknown>): void {
  if (typeof value !== 'object' || value === null) return;
  if (around.has(value)) throw new Error('an alias stands for what it is part of');
  around.add(value);
  for (const item of Object.values(value)) checkAcyclic(item, around);
  around.delete(value);
}
