import type { RunResult } from '../model/run.ts';
import type { Verdict } from '../model/verdict.ts';
import { accountNames, clusterNameOf } from './places.ts';
import { compareVerdicts } from './summary.ts';

/** One row a verdict, worst first: what spreadsheets are made of. RFC 4180, with a header. */
export function renderCsv(result: RunResult): string {
  const names = accountNames(result);
  const rows = result.verdicts
    .toSorted(compareVerdicts)
    .map((one) => COLUMNS.map(([, get]) => get(one, names)));
  return [COLUMNS.map(([title]) => title), ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

type Column = readonly [string, (verdict: Verdict, accountNames: ReadonlyMap<string, string>) => string];

const COLUMNS: readonly Column[] = [
  ['control_id', (one) => one.controlId],
  ['status', (one) => one.status],
  ['severity', (one) => one.severity],
  ['account_id', (one) => one.scope.accountId],
  ['account_name', (one, names) => names.get(one.scope.accountId) ?? ''],
  ['region', (one) => one.scope.region],
  ['cluster', (one) => clusterNameOf(one) ?? ''],
  ['resource_type', (one) => one.resource.type],
  ['resource_id', (one) => one.resource.id],
  ['reason_code', (one) => one.reasonCode],
  ['reason_codes', (one) => one.reasonCodes.join(' ')],
  ['reason', (one) => one.reason],
  ['control', (one) => one.control],
];

/** Spreadsheets run cells that begin like this as formulas, and names come from whoever chose them. */
const FORMULA = /^[=+\-@\t\r]/;

function cell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
