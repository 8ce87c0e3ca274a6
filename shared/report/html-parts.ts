import type { Status } from '../model/verdict.ts';
import type { ReportContent } from './content.ts';
import { type Content, type Markup, markup } from './markup.ts';

/** The class of each status in the style sheet. */
export const TONES = {
  FAILED: 'failed',
  NOT_AVAILABLE: 'unknown',
  WARNING: 'warning',
  PASSED: 'passed',
} as const satisfies Record<Status, string>;

/** `7`, or `5 / 7`. */
export function ofTotal(count: number, total: number): string {
  const totalText = total.toLocaleString('en');
  return count === total ? totalText : `${count.toLocaleString('en')} / ${totalText}`;
}

export const SECTIONS = [
  ['compliance', 'Compliance'],
  ['failed', 'Failed'],
  ['warning', 'Warnings'],
  ['clusters', 'Cluster by cluster'],
  ['gaps', 'Not available'],
  ['coverage', 'Coverage'],
  ['security-hub', 'Security Hub'],
] as const;

export function section(id: (typeof SECTIONS)[number][0], note: string, body: Content): Markup {
  const title = SECTIONS.find(([key]) => key === id)?.[1];
  return markup`<section><h2 id="${id}">${title} <small>${note}</small></h2>
${body}</section>`;
}

export function accountCell({ names }: ReportContent, accountId: string): Markup {
  const name = names.get(accountId);
  return markup`<span class="id">${accountId}</span>${name !== undefined && markup`<br><span class="soft">${name}</span>`}`;
}

/** What is said below a table of which some rows are left out. */
export function leftOut(count: number): Markup | false {
  return (
    count > 0 &&
    markup`<p class="soft">… and ${count.toLocaleString('en')} more: the JSON report (result.json) has them all.</p>`
  );
}
