import type { Finding } from './findings.ts';

type Column = readonly [string, (finding: Finding) => string];

/** Those of the format CSV. */
const COLUMNS: readonly Column[] = [
  ['control_id', ({ control }) => control.number],
  ['status', ({ status }) => status],
  ['severity', ({ severity }) => severity],
  ['account_id', ({ accountId }) => accountId],
  ['account_name', ({ accountName }) => accountName],
  ['region', ({ region }) => region],
  ['cluster', ({ cluster }) => cluster],
  ['resource_type', ({ resource }) => resource.type],
  ['resource_id', ({ resource }) => resource.id],
  ['reason_code', ({ codes }) => codes[0] ?? ''],
  ['reason_codes', ({ codes }) => codes.join(' ')],
  ['reason', ({ reason }) => reason],
  ['control', ({ control }) => control.key],
  ['exception', exceptionText],
];

/** Findings as CSV (RFC 4180); what a spreadsheet would run as a formula is quoted. Pure. */
export function toCsv(findings: readonly Finding[]): string {
  const rows = findings.map((finding) => COLUMNS.map(([, get]) => get(finding)));
  const head = COLUMNS.map(([title]) => title);
  return [head, ...rows].map((cells) => `${cells.map(cell).join(',')}\r\n`).join('');
}

function exceptionText({ exception }: Finding): string {
  if (exception === undefined) return '';
  const [id, reason, owner, expires] = exception;
  return `${reason} (exception ${id} of ${owner} until ${expires})`;
}

/**
 * Cells that begin like this run as formulas; those in full width count in some languages. Texts of the data have no control
 * characters. https://owasp.org/www-community/attacks/CSV_Injection
 */
const FORMULA = /^\s*[=+\-@＝＋－＠]/;

function cell(text: string): string {
  const inert = FORMULA.test(text) ? `'${text}` : text;
  return /[",;]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
