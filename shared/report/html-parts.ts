import type { RunResult } from '../model/run.ts';
import type { Status } from '../model/verdict.ts';
import { type Content, type Markup, markup } from './markup.ts';
import type { ControlTexts } from './reported-controls.ts';
import type { Summary } from './summary.ts';

/** What every chapter of the HTML report is made from. */
export interface Page {
  readonly result: RunResult;
  readonly summary: Summary;
  readonly controlTexts: ControlTexts;
  readonly names: ReadonlyMap<string, string>;
}

/** Classes of the style, by what they tell. */
export const TONES = {
  FAILED: 'failed',
  NOT_AVAILABLE: 'unknown',
  WARNING: 'warning',
  PASSED: 'passed',
} as const satisfies Record<Status, string>;

export function ofTotal(count: number, total: number): string {
  const all = total.toLocaleString('en');
  return count === total ? all : `${count.toLocaleString('en')} / ${all}`;
}

export const CHAPTERS = [
  ['compliance', 'Compliance'],
  ['failed', 'Failed'],
  ['warning', 'Warnings'],
  ['clusters', 'Cluster by cluster'],
  ['gaps', 'Not available'],
  ['coverage', 'Coverage'],
  ['security-hub', 'Security Hub'],
] as const;

export function chapter(id: (typeof CHAPTERS)[number][0], note: string, body: Content): Markup {
  const title = CHAPTERS.find(([key]) => key === id)?.[1];
  return markup`<section><h2 id="${id}">${title} <small>${note}</small></h2>
${body}</section>`;
}

export function account({ names }: Page, accountId: string): Markup {
  const name = names.get(accountId);
  return markup`<span class="id">${accountId}</span>${name !== undefined && markup`<br><span class="soft">${name}</span>`}`;
}
