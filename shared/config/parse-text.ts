import { parseYaml, YAMLParseError, YamlLimitError } from '../model/yaml.ts';
import { ConfigError } from './config-error.ts';

/** Of a configuration: enough for 50,000 account ids. */
const MAX_CHARACTERS = 1_000_000;

/**
 * Parses the text of a file that people write: YAML, of which JSON is a part. An empty one is an error, because a file that
 * was cut off would otherwise stand for the defaults. What is in the text is not quoted: it may be another file, with
 * secrets in it. `ofNothing` is what says so on purpose. Throws ConfigError.
 */
export function parseText(text: string, source: string, ofNothing = '{} to use the defaults'): unknown {
  const document = parseYamlOf(text, source);
  if (document === null || document === undefined)
    throw new ConfigError(source, [`is empty; write ${ofNothing}`]);
  if (typeof document !== 'object') throw new ConfigError(source, ['not a configuration']);
  return document;
}

function parseYamlOf(text: string, source: string): unknown {
  try {
    return parseYaml(text, MAX_CHARACTERS);
  } catch (error) {
    const problem = error instanceof YamlLimitError ? error.message : `not YAML or JSON: ${describe(error)}`;
    throw new ConfigError(source, [problem], { cause: error });
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

/** The other errors are of aliases; one without its anchor is quoted by the parser. */
function describeAliases(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  if (message.startsWith('Unresolved alias')) return 'an alias without its anchor';
  if (message.startsWith('an alias stands for')) return 'an anchor contains itself';
  return message === '' ? 'it cannot be parsed' : message.slice(0, MAX_MESSAGE);
}

const MAX_MESSAGE = 100;

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
