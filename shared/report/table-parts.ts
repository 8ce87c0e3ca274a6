import type { ReportContent } from './content.ts';
import { type Format, type Layout, labelledText } from './layout.ts';
import { safeText } from './safe-text.ts';
import type { ShownStatus } from './shown-status.ts';
import type { Selection } from './shown-verdicts.ts';
import { wrap } from './text.ts';

/** What every section of the terminal report is made from. */
export interface TablePage extends Layout, ReportContent {
  readonly selection?: Selection;
  /** Lists are whole. */
  readonly all?: boolean;
}

export const STATUS_FORMATS = {
  FAILED: 'red',
  NOT_AVAILABLE: 'magenta',
  WARNING: 'yellow',
  EXCEPTED: 'cyan',
  PASSED: 'green',
} as const satisfies Record<ShownStatus, Format>;

/** Columns left of a verdict's text: two spaces, the longest severity of a failure, two spaces. */
export const MARGIN = 'CRITICAL'.length + 4;

/** A text beside the margin, with a label in it. */
export function noteLines(page: TablePage, label: string, text: string): string[] {
  return labelledText(page, { text: `  ${label}`, format: 'cyan' }, MARGIN, text);
}

/** An entry of a list: indented, its further lines more than its first. */
export function entryLines({ width }: TablePage, text: string): string[] {
  return wrap(safeText(text, 'terminal'), width - 4).map(
    (line, index) => `${index === 0 ? '  ' : '    '}${line}`,
  );
}

/** What the table leaves out for length, and where it is. */
export function omittedLines({ style }: TablePage, count: number): string[] {
  if (count <= 0) return [];
  return [
    style('dim', `  … and ${count.toLocaleString('en')} more; --format html and --format json list them all`),
  ];
}

/** `111111111111 (payments)`. */
export function accountLabel({ names }: TablePage, accountId: string): string {
  const name = names.get(accountId);
  return name === undefined ? accountId : `${accountId} (${name})`;
}

export function joinPlace(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(' · ');
}
