import { parse as parseYaml, YAMLParseError } from 'yaml';
import { ConfigError } from './config-error.ts';

/**
 * Parses the text of a file that people write: YAML, of which JSON is a part. An empty one is an error, because a file that
 * was cut off would otherwise stand for the defaults. What is in the text is not quoted: it may be another file, with
 * secrets in it. Throws ConfigError.
 */
export function parseText(text: string, source: string): unknown {
  const document = parseYamlOf(text, source);
  if (document === null || document === undefined)
    throw new ConfigError(source, ['is empty; write {} to use the defaults']);
  if (typeof document !== 'object') throw new ConfigError(source, ['not a configuration']);
  if (isCyclic(document)) throw new ConfigError(source, ['an anchor contains itself']);
  return document;
}

function parseYamlOf(text: string, source: string): unknown {
  try {
    // Without its warnings, which quote the text.
    return parseYaml(text, { logLevel: 'error' });
  } catch (error) {
    throw new ConfigError(source, [`not YAML or JSON: ${describe(error)}`], { cause: error });
  }
}

/** These messages of the parser name a place of the text and quote nothing of it. */
const PLAIN_MESSAGE = /^[A-Z][A-Za-z ,()[\]{}'-]* at line \d+, column \d+$/;

/** What the parser complains of, without a word of the text. */
function describe(error: unknown): string {
  if (!(error instanceof YAMLParseError)) return describeAliases(error);
  const [line = ''] = error.message.split('\n');
  const message = line.replace(/:$/, '');
  if (QUOTES_NOTHING.has(error.code) && PLAIN_MESSAGE.test(message)) return message;
  const [place] = error.linePos ?? [];
  return place ? `line ${place.line}, column ${place.col}` : 'it cannot be parsed';
}

/** The parser's other errors are of aliases; one without its anchor is quoted. */
function describeAliases(error: unknown): string {
  const isMissing = error instanceof Error && error.message.startsWith('Unresolved alias');
  return isMissing ? 'an alias without its anchor' : 'its aliases repeat too much';
}

const QUOTES_NOTHING: ReadonlySet<string> = new Set([
  'BAD_COLLECTION_TYPE',
  'BAD_INDENT',
  'BLOCK_AS_IMPLICIT_KEY',
  'BLOCK_IN_FLOW',
  'DUPLICATE_KEY',
  'KEY_OVER_1024_CHARS',
  'MISSING_CHAR',
  'MULTILINE_IMPLICIT_KEY',
  'MULTIPLE_DOCS',
  'TAB_AS_INDENT',
]);

/** Whether something is a part of itself. */
function isCyclic(value: unknown, within: ReadonlySet<unknown> = new Set()): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (within.has(value)) return true;
  const path = new Set(within).add(value);
  return Object.values(value).some((part) => isCyclic(part, path));
}
