import fc from 'fast-check';

/** Keys that plain objects seem to have, or lose. */
const KEYS = [
  '__proto__',
  '___proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'length',
  '',
];

/** What ends or forges a line, a cell, an element, a string or a pattern, or cannot be seen. */
const PIECES = [
  '\r\n',
  '\n=1+1',
  '\u2028',
  '\u0000',
  '\u001b[2J',
  '\u202e',
  '\u200b',
  '\ud800',
  '\ufeff',
  '"',
  "'",
  '\\',
  '`',
  '<script>',
  '</td>',
  '&amp;',
  ',',
  ';',
  '|',
  '=cmd',
  '+1',
  '-1',
  '@x',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
  '${aws:username}',
  '${',
  '*',
  '?',
  '*?*',
  '%',
  '%zz',
  '{}',
  '[',
  '<@U1>',
  '..',
  '/',
  ':',
  'é',
  '💥',
  'arn:aws:iam::111122223333:role/x',
]; // prettier-ignore

export const hostileText = fc.oneof(
  fc.array(fc.constantFrom(...PIECES, 'a', 'b'), { maxLength: 12 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(...KEYS),
  fc.constantFrom('a', '\u202e', '*?', '💥').map((unit) => unit.repeat(3_000)),
);

export const hostileKey = fc.oneof(fc.constantFrom(...KEYS), hostileText);

/** Any JSON, with hostile keys and texts. */
export const hostileJson = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    hostileText,
    fc.constantFrom(null, true, false, 0, -1, 1e308, Number.MAX_SAFE_INTEGER),
    fc.array(tie('value'), { maxLength: 4 }),
    recordOf(tie('value')),
  ),
})).value;

/** Objects with own keys, whatever they are: a literal would set the prototype. */
export function recordOf<T>(value: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> {
  return fc
    .array(fc.tuple(hostileKey, value), { maxLength: 4 })
    .map((entries) => Object.fromEntries(entries));
}

/** A valid document of which a part, at any depth, is replaced by something hostile, removed or added. */
export function mutated(document: unknown): fc.Arbitrary<unknown> {
  const paths = pathsOf(document);
  return fc
    .array(fc.tuple(fc.constantFrom(...paths), fc.option(hostileJson, { nil: undefined })), { maxLength: 3 })
    .map((changes) => changes.reduce((value, [path, by]) => replaced(value, path, by), document));
}

/** The same with other texts only, as what AWS has checked the types of. */
export function mutatedTexts<T>(document: T): fc.Arbitrary<T> {
  const paths = pathsOf(document).filter((path) => typeof path.reduce<unknown>(part, document) === 'string');
  return fc
    .array(fc.tuple(fc.constantFrom(...paths), hostileText), { maxLength: 3 })
    .map(
      (changes) =>
        changes.reduce<unknown>((value, [path, text]) => replaced(value, path, text), document) as T,
    );
}

function part(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([name]) => name === key)?.[1]
    : value;
}

type Path = readonly string[];

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, held]) => pathsOf(held, [...path, key]))];
}

function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, held]) => [
    name,
    name === key ? replaced(held, rest, by) : held,
  ]);
  return Array.isArray(value) ? entries.map(([, held]) => held) : Object.fromEntries(entries);
}
