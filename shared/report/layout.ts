import { styleText } from 'node:util';
import { safeText } from './safe-text.ts';
import { fitTo, wrap } from './text.ts';

export type Format = Parameters<typeof styleText>[0];

/** How to write for a terminal. */
export interface Layout {
  /** Columns. */
  readonly width: number;
  readonly style: (format: Format, text: string) => string;
}

/** Narrower than this nothing is readable; wider than this lines are too long to read. */
const WIDTHS = { min: 60, max: 140 };

export function layoutOf(options: { readonly width: number; readonly colour: boolean }): Layout {
  return {
    width: Math.min(WIDTHS.max, Math.max(WIDTHS.min, options.width)),
    // The caller knows whether it writes to a terminal; styleText must not check the standard output itself.
    style: (format, text) => (options.colour ? styleText(format, text, { validateStream: false }) : text),
  };
}

/** A line across the terminal, with a title before it if there is one. */
export function rule({ style, width }: Layout, title = '', format: Format = 'reset'): string {
  if (title === '') return style('dim', '─'.repeat(width));
  return `${style('bold', style(format, title))} ${style('dim', '─'.repeat(Math.max(0, width - title.length - 1)))}`;
}

/** A label in a margin of `margin` columns, and a text wrapped to the right of it. */
export function labelledText(
  { style, width }: Layout,
  label: { readonly text: string; readonly format: Format },
  margin: number,
  text: string,
): string[] {
  const title = safeText(label.text, 'terminal');
  return wrap(safeText(text, 'terminal'), width - margin).map((line, index) =>
    index === 0 && title.trim() !== ''
      ? `${style(label.format, title.padEnd(margin))}${line}`
      : `${' '.repeat(indentOf(line, width, margin))}${line}`,
  );
}

/** A word that does not fit beside the margin begins further left, where it may fit. */
function indentOf(line: string, width: number, margin: number): number {
  return line.length <= width - margin ? margin : Math.max(0, Math.min(2, width - line.length));
}

/** One cell of a table: filled to its width on the left or right. */
export interface Cell {
  readonly text: string;
  readonly width: number;
  readonly align?: 'right';
  readonly format?: Format;
}

export function tableRow({ style }: Layout, cells: readonly Cell[]): string {
  return cells
    .map(({ text, width, align, format }) => {
      const safe = safeText(text, 'terminal');
      const filled = align === 'right' ? safe.padStart(width) : fitTo(safe, width);
      return format === undefined ? filled : style(format, filled);
    })
    .join('');
}

/**
 * A row with a name in its middle, which is never cut: where it is too long, what follows it is on a line of its own, at the
 * right.
 */
export function rowWithName(
  layout: Layout,
  {
    before,
    name,
    after,
  }: { readonly before: readonly Cell[]; readonly name: string; readonly after: readonly Cell[] },
): string[] {
  const right = widthOf(after);
  const room = layout.width - widthOf(before) - right;
  const text = safeText(name, 'terminal');
  const lines =
    text.length < room
      ? [tableRow(layout, [...before, { text: name, width: room }, ...after])]
      : [
          `${tableRow(layout, before)}${text}`,
          `${' '.repeat(layout.width - right)}${tableRow(layout, after)}`,
        ];
  return lines.map((line) => line.trimEnd());
}

function widthOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, { width }) => sum + width, 0);
}
