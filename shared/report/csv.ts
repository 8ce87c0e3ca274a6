import type { RunResult } from '../model/run.ts';
import type { Verdict } from '../model/verdict.ts';
import { accountNames, clusterNameOf } from './places.ts';
import { safeText } from './safe-text.ts';
import { exceptionText, shownSeverityOf, shownStatusOf } from './shown-status.ts';
import { compareVerdicts } from './summary.ts';

/**
 * One row a verdict, worst first: what spreadsheets are made of. RFC 4180, with a header, and with a byte order mark, so that
 * Excel reads it as UTF-8. As people see it: with EXCEPTED as a status, and severity of failures only.
 */
export function renderCsv(result: RunResult): string {
  const names = accountNames(result);
  const rows = result.verdicts
    .toSorted(compareVerdicts)
    .map((verdict) => COLUMNS.map(([, get]) => get(verdict, names)));
  return csvText([COLUMNS.map(([title]) => title), ...rows]);
}

/** The text of a file of these rows. */
export function csvText(rows: readonly (readonly string[])[]): string {
  const lines = rows.map((row) => `${row.map((text) => safeText(text, 'csv')).join(',')}\r\n`);
  return `\uFEFF${lines.join('')}`;
}

type Column = readonly [string, (verdict: Verdict, accountNames: ReadonlyMap<string, string>) => string];

const COLUMNS: readonly Column[] = [
  ['control_id', (verdict) => verdict.controlId],
  ['status', shownStatusOf],
  ['severity', shownSeverityOf],
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
  ['exception', exceptionText],
];
