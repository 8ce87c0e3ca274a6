import { cut } from '../publish/limits.ts';

/*
 * Names, tags, messages and policies are written by others: by whoever administers an audited account, and by AWS. This is
 * the one place that makes such a text fit to be shown.
 */

/** Where a text of others is shown. */
export type Place =
  | 'terminal'
  | 'html'
  | 'csv'
  | 'json'
  | 'markdown'
  | 'sarif'
  | 'mail'
  | 'chat'
  | 'event'
  | 'log';

/** The most characters of a text, by the place where it is shown. Cells of spreadsheets hold 32,767. */
const MAX_LENGTH = {
  terminal: 4_096,
  html: 32_767,
  csv: 32_000,
  json: 32_767,
  markdown: 4_096,
  sarif: 32_767,
  mail: 320,
  chat: 512,
  event: 1_024,
  log: 4_096,
} as const satisfies Record<Place, number>;

/**
 * Makes a text of others safe: one line of a bounded length, in which nothing moves the cursor, hides or turns round what is
 * beside it, and nothing ends the cell, element, string or message that it is put into.
 *
 * Control characters (C0, C1, bidirectional, zero-width and other invisible ones, lone surrogates) are shown as escapes,
 * `\u202e`; line breaks become spaces.
 *
 * - `html`: also `&`, `<`, `>` and quotes as entities, for text and for quoted attributes alike.
 * - `csv`: a whole cell: with an apostrophe before what a spreadsheet would run as a formula, and quoted where it has to be
 *   (RFC 4180).
 * - `json`: a string of a document for other tools, which is serialised after this.
 * - `markdown`: whatever Markdown would read as its own is escaped, so that it is text within a line or a cell of a table,
 *   and neither links nor mentions anybody: https://github.github.com/gfm/
 * - `sarif`: a message of SARIF, in which brackets would be links and braces placeholders (2.1.0, 3.11.5 and 3.11.6).
 * - `mail` and `event`: what programs make links of is shown as `https[:]//`, as is usual for addresses that nobody should open.
 * - `chat`: `&`, `<` and `>` as entities, so that it mentions nobody and links nowhere:
 *   https://docs.slack.dev/messaging/formatting-message-text
 * - `event`: for fields that rules copy into JSON and into messages, where nothing escapes them: quotes, backslashes and
 *   angle brackets are replaced by similar characters, and control characters are shown as `U+202E`.
 */
export function safeText(text: string, place: Place): string {
  const limit = MAX_LENGTH[place];
  const isLinked = LINKED_IN.includes(place);
  if (text.length <= limit && !isLinked && place !== 'markdown' && HARMLESS.test(text)) return text;
  // What is cut off anyway is not looked at: a text of others may be of any length.
  const bounded = text.length > limit ? text.slice(0, limit + 1) : text;
  const show = place === 'event' ? named : escaped;
  const shown = bounded.replaceAll(LINE_BREAK, ' ').replaceAll(INVISIBLE, show);
  const line = cut(isLinked ? shown.replaceAll(LINK, '[$&]') : shown, limit);
  if (place === 'csv') return cell(line, bounded);
  return place === 'markdown' ? inMarkdown(line) : replaceIn(line, REPLACEMENTS[place]);
}

/** The same line by line, for a message of the auditor's own lines that quotes others, such as a configuration. */
export function safeLines(text: string, place: Place): string {
  return text
    .split('\n')
    .map((line) => safeText(line, place))
    .join('\n');
}

/** What is safe everywhere but in Markdown as it is: most texts, so that the others may take longer. */
const HARMLESS = /^[a-z0-9][\w .:/()-]*$/i;

/** Where an address becomes a link by itself. */
const LINKED_IN: readonly Place[] = ['mail', 'event'];
const LINK = /(?<=https?|ftp):(?=\/\/)|(?<=www)\./gi;

const LINE_BREAK = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/g;

/**
 * What has no shape of its own: control (Cc) and format (Cf) characters, lone surrogates (Cs), private use (Co), what is no
 * character at all (XML may not hold U+FFFE), and what Unicode says to leave out where it is not supported, such as fillers and variation selectors that stand for letters.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/gu;

function escaped(character: string): string {
  return [...Array(character.length).keys()]
    .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
    .join('');
}

function named(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

type Replacements = Readonly<Record<string, string>>;

const MARKUP: Replacements = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

const REPLACEMENTS: Readonly<Record<Exclude<Place, 'csv' | 'markdown'>, Replacements>> = {
  terminal: {},
  html: { ...MARKUP, '"': '&quot;', "'": '&#39;' },
  json: {},
  sarif: { '[': '\\[', ']': '\\]', '{': '{{', '}': '}}' },
  mail: {},
  chat: MARKUP,
  event: { '"': "'", '\\': '/', '<': '‹', '>': '›' },
  log: {},
};

function replaceIn(text: string, replacements: Replacements): string {
  return text.replaceAll(/[&<>"'\\[\]{}]/g, (character) => replacements[character] ?? character);
}

/**
 * Spreadsheets run cells that begin like this as formulas; those in full width count in some languages.
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
const FORMULA = /^(?:[\t\r\n]|\s*[=+\-@＝＋－＠])/;

function cell(line: string, original: string): string {
  const inert = FORMULA.test(original) || FORMULA.test(line) ? `'${line}` : line;
  return /[",;]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

/** An underscore within a word, as in a reason code, is no markup. */
const MARKDOWN = /[\\`*{}[\]<>#|~!$^=]|(?<!\w)_|_(?!\w)/g;

/** A number and a full stop, or a bullet, at the start of a line would be a list. */
function inMarkdown(line: string): string {
  return line
    .replaceAll(MARKDOWN, (character) => `\\${character}`)
    .replaceAll('&', '&amp;')
    .replaceAll(
      /:(?=\/\/)|(?<=\bwww)\.|(?<=^\s*\d+)[.)](?=\s|$)|(?<=^\s*)[-+](?=\s|$)/gi,
      (character) => `\\${character}`,
    )
    .replaceAll(/(?<!\w)@/g, '＠')
    .replaceAll(/@/g, '\\@');
}

/**
 * A document as JSON that can be shown in a terminal: what has no shape of its own is written as an escape, which JSON reads
 * as the same character. Indented by two spaces, with a line feed at its end.
 */
export function toJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2).replaceAll(INVISIBLE_IN_JSON, escaped)}\n`;
}

/** As INVISIBLE, but for the line feeds between fields: those in strings are escapes already. */
const INVISIBLE_IN_JSON =
  /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2028\u2029]/gu;
