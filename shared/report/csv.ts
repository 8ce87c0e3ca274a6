import type { RunResult } from '../model/run.ts';
import type { Verdict } from '../model/verdict.ts';
import { accountNames, clusterNameOf } from './places.ts';
import { compareVerdicts } from './summary.ts';

/** One row a verdict, worst first: what spreadsheets are made of. RFC 4180, with a header. */
export function renderCsv(result: RunResult): string {
  const names = accountNames(result);
  const rows = result.verdicts
    .toSorted(compareVerdicts)
    .map((verdict) => COLUMNS.map(([, get]) => get(verdict, names)));
  return [COLUMNS.map(([title]) => title), ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

type Column = readonly [string, (verdict: Verdict, accountNames: ReadonlyMap<string, string>) => string];

const COLUMNS: readonly Column[] = [
  ['control_id', (verdict) => verdict.controlId],
  ['status', (verdict) => verdict.status],
  ['severity', (verdict) => verdict.severity],
  ['account_id', (verdict) => verdict.scope.accountId],
  ['account_name', (verdict, names) => names.get(verdict.scope.accountId) ?? ''],
  ['region', (verdict) => verdict.scope.region],
  ['cluster', (verdict) => clusterNameOf(verdict) ?? ''],
  ['resource_type', (verdict) => verdict.resource.type],
  ['resource_id', (verdict) => verdict.resource.id],
  ['reason_code', (verdict) => verdict.reasonCode],
  ['reason_codes', (verdict) => verdict.reasonCodes.join(' ')],
  ['reason', (verdict) => verdict.reason],
  ['control', (verdict) => verdict.control],
];

/** Spreadsheets run cells that begin like this as formulas, and names come from whoever chose them. */
const FORMULA = /^[=+\-@\t\r]/;

function cell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
