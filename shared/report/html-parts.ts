import type { ReportContent } from './content.ts';
import { type Content, type Markup, markup } from './markup.ts';
import type { ShownStatus } from './shown-status.ts';
import { counted } from './text.ts';

/** The class of each status in the style sheet. */
export const TONES = {
  FAILED: 'failed',
  NOT_AVAILABLE: 'unknown',
  WARNING: 'warning',
  EXCEPTED: 'excepted',
  PASSED: 'passed',
} as const satisfies Record<ShownStatus, string>;

/** `17 of 17`. */
export function ofTotal(count: number, total: number): string {
  return `${counted(count)} of ${counted(total)}`;
}

/** The address within the page that chooses findings by these: see browser/filter.ts. */
export function filterHref(filter: Readonly<Record<string, string>>): string {
  return `#${new URLSearchParams(filter)}`;
}

/** Text of others, which may be written from right to left. */
export function name(text: string | undefined): Markup | false {
  return text !== undefined && text !== '' && markup`<bdi>${text}</bdi>`;
}

/** The sections that are there without the script, in their order. */
export const TITLES = {
  controls: 'Failures by control',
  'not-seen': 'Not seen',
  change: 'Change',
  exceptions: 'Exceptions',
  coverage: 'Coverage',
  benchmark: 'Benchmark matrix',
  'security-hub': 'Security Hub',
} as const;

export function section(id: keyof typeof TITLES, note: Content, body: Content): Markup {
  return markup`<section id="${id}" aria-labelledby="h-${id}"><h2 id="h-${id}">${TITLES[id]} <small>${note}</small></h2>
${body}</section>\n`;
}

/** A table that scrolls within itself where it is wider than the screen, also by the keyboard. */
export function table(label: string, head: Content, body: Content, kind = ''): Markup {
  return markup`<div class="card scroll" tabindex="0" role="region" aria-label="${label}"><table class="${kind}">
<thead><tr>${head}</tr></thead>
<tbody>${body}</tbody>
</table></div>\n`;
}

export function headCells(titles: readonly string[]): Markup[] {
  return titles.map((title) => markup`<th scope="col">${title}</th>`);
}

export function accountCell({ names }: ReportContent, accountId: string): Markup {
  const own = names.get(accountId);
  return markup`<span class="id">${accountId}</span>${own !== undefined && markup` <span class="soft"><bdi>${own}</bdi></span>`}`;
}

/** The most rows of each of so many tables that have so many rows together; of one table alone `most`. */
export function rowsOfEach(tables: number, together: number, most: number): number {
  return Math.min(most, Math.max(5, Math.floor(together / Math.max(tables, 1))));
}

/** What is said below a table of which some rows are left out. */
export function leftOut(count: number): Markup | false {
  return (
    count > 0 &&
    markup`<p class="soft">… and ${counted(count)} more: the JSON report (result.json) has them all.</p>\n`
  );
}
