import type { Verdict } from '../model/verdict.ts';
import { type Cell, type Format, labelledText, rule, tableRow } from './layout.ts';
import { clusterNameOf } from './places.ts';
import { type ControlRef, controlRefKey, controlText } from './reported-controls.ts';
import { safeText } from './safe-text.ts';
import {
  exceptionText,
  SHOWN_STATUSES,
  type ShownStatus,
  shownSeverityOf,
  shownStatusOf,
} from './shown-status.ts';
import { isShown } from './shown-verdicts.ts';
import { compareVerdicts, STATUS_LABELS } from './summary.ts';
import {
  accountLabel,
  joinPlace,
  MARGIN,
  noteLines,
  omittedLines,
  STATUS_FORMATS,
  type TablePage,
} from './table-parts.ts';
import { fitTo } from './text.ts';

const COLUMNS = SHOWN_STATUSES.map((status) => {
  const title = status === 'NOT_AVAILABLE' ? 'Not avail.' : STATUS_LABELS[status];
  return { status, title, width: title.length + 2 };
});

/** How many verdicts of each status each control has. */
export function complianceLines(page: TablePage): string[] {
  const { controls } = page.summary;
  if (controls.length === 0) return [];
  // Most runs have no exceptions.
  const columns = COLUMNS.filter(({ status }) => status !== 'EXCEPTED' || page.summary.verdicts.EXCEPTED > 0);
  const width = page.width - columns.reduce((total, column) => total + column.width, 0);
  const titles = columns.map((column): Cell => ({ text: column.title, width: column.width, align: 'right' }));
  const rows = controls.map((control) => [
    { text: titleOf(page, control), width },
    ...columns.map((column) => countCell(column, control.counts[column.status])),
  ]);
  const header = page.style('bold', tableRow(page, [{ text: 'Control', width }, ...titles]));
  return [header, rule(page), ...rows.map((row) => tableRow(page, row))];
}

function countCell({ status, width }: { status: ShownStatus; width: number }, count: number): Cell {
  const format: Format = count === 0 ? 'dim' : STATUS_FORMATS[status];
  return { text: count === 0 ? '·' : count.toLocaleString('en'), width, align: 'right', format };
}

function titleOf(_page: TablePage, control: ControlRef): string {
  return `${control.controlId}  ${controlText(control)?.title ?? ''}`.trimEnd();
}

/** The verdicts of one status, by control; the control with the worst comes first. */
export function problemLines(page: TablePage, status: 'FAILED' | 'WARNING' | 'EXCEPTED'): string[] {
  const verdicts = page.result.verdicts
    .filter((verdict) => shownStatusOf(verdict) === status && isShown(verdict, page.selection ?? {}))
    .sort(compareVerdicts);
  if (verdicts.length === 0) return [];
  const byControl = Map.groupBy(verdicts, controlRefKey);
  const title = `${STATUS_LABELS[status].toUpperCase()} (${verdicts.length.toLocaleString('en')})`;
  return [
    rule(page, title, STATUS_FORMATS[status]),
    ...[...byControl.values()].flatMap((ofControl) => ['', ...controlLines(page, ofControl)]),
  ];
}

function controlLines(page: TablePage, verdicts: readonly Verdict[]): string[] {
  const [first] = verdicts;
  if (first === undefined) return [];
  const fix = showsRemediation(page, first) ? controlText(first)?.remediation : undefined;
  return [
    page.style('bold', fitTo(safeText(titleOf(page, first), 'terminal'), page.width).trimEnd()),
    ...verdictLines(page, verdicts),
    ...(fix ? [...noteLines(page, 'Fix', fix.text), ...noteLines(page, '', fix.url)] : []),
  ];
}

/** How to fix a control is shown once: with its failures, or else with its warnings. */
function showsRemediation({ summary }: TablePage, verdict: Verdict): boolean {
  const control = summary.controls.find((candidate) => controlRefKey(candidate) === controlRefKey(verdict));
  const status = shownStatusOf(verdict);
  return status === 'FAILED' || (status === 'WARNING' && control?.counts.FAILED === 0);
}

/** A control that fails everywhere must not push the others off the screen. */
const MAX_LISTED = 20;

/** Verdicts with the same severity and reason share one text below their places. */
export function verdictLines(page: TablePage, verdicts: readonly Verdict[]): string[] {
  const listed = page.all ? verdicts : verdicts.slice(0, MAX_LISTED);
  const groups = Map.groupBy(listed, (verdict) => `${verdict.severity} ${explanationOf(verdict)}`);
  return [
    ...[...groups.values()].flatMap((alike) => groupLines(page, alike)),
    ...omittedLines(page, verdicts.length - listed.length),
  ];
}

function explanationOf(verdict: Verdict): string {
  const { reasonCodes, reason, exception } = verdict;
  const accepted = exception === undefined ? '' : ` Accepted: ${exceptionText(verdict)}`;
  return `${reasonCodes.join(', ')}: ${reason}${accepted}`;
}

const SEVERITY_FORMATS = {
  CRITICAL: ['bold', 'red'],
  HIGH: 'red',
  MEDIUM: 'yellow',
  LOW: 'cyan',
  INFORMATIONAL: 'dim',
} as const satisfies Record<Verdict['severity'], Format>;

function groupLines(page: TablePage, [first, ...others]: readonly Verdict[]): string[] {
  if (first === undefined) return [];
  const severity = {
    text: `  ${shownSeverityOf(first)}`,
    format: SEVERITY_FORMATS[first.severity],
  };
  return [
    ...labelledText(page, severity, MARGIN, placeOf(page, first)),
    ...others.flatMap((verdict) => noteLines(page, '', placeOf(page, verdict))),
    ...noteLines(page, '', explanationOf(first)),
  ];
}

/** Account, Region, cluster, and the resource where it is not the cluster. */
function placeOf(page: TablePage, verdict: Verdict): string {
  const { resource, clusterArn, scope } = verdict;
  const isOther = resource.id !== clusterArn && resource.type !== 'AwsAccount';
  return joinPlace([
    accountLabel(page, scope.accountId),
    scope.region,
    clusterNameOf(verdict),
    isOther ? `${resource.type} ${resource.name ?? resource.id}` : undefined,
  ]);
}
