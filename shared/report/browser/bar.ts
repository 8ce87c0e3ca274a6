import { SHOWN_STATUSES } from '../shown-status.ts';
import { STATUS_WORDS } from './details.ts';
import { bdi, button, copy, counted, element } from './dom.ts';
import { FACETS, type Facet, type Filter, isEmpty, NO_FILTER, toggled, valuesOf } from './filter.ts';
import type { Finding } from './findings.ts';
import { toCsv } from './to-csv.ts';

/** What the bar needs of the page around it. */
interface Page {
  readonly findings: readonly Finding[];
  /** Of verdicts, with those that the file leaves out. */
  readonly total: number;
  readonly filter: () => Filter;
  readonly setFilter: (filter: Filter) => void;
  readonly chosen: () => readonly Finding[];
}

const SEVERITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'];
const LISTS: Readonly<Partial<Record<Facet, string>>> = {
  control: 'Control',
  account: 'Account',
  region: 'Region',
  ou: 'OU',
};

/** The bar that stays in sight: it is drawn once, and told of each new filter. */
export function filterBar(page: Page): { readonly bar: Element; readonly update: () => void } {
  const search = element('input', {
    type: 'search',
    id: 'search',
    placeholder: 'Search',
    'aria-label': 'Search verdicts',
    autocomplete: 'off',
    spellcheck: 'false',
  });
  search.addEventListener('input', () => page.setFilter({ ...page.filter(), search: search.value }));
  const toggles = [
    ...SEVERITIES.map((severity) => toggle(page, 'severity', severity, severity)),
    ...SHOWN_STATUSES.map((status) => toggle(page, 'status', status, STATUS_WORDS[status])),
  ];
  const chips = element('div', { class: 'chips chosen' });
  const count = element('output', { id: 'count', 'aria-live': 'polite' });
  const csv: HTMLElement = button('Copy as CSV', () => void copy(toCsv(page.chosen()), csv));
  const bar = element(
    'div',
    { class: 'filter', role: 'search', 'aria-label': 'Filter' },
    element('div', { class: 'line' }, search, count, csv),
    element('div', { class: 'chips' }, ...toggles, ...lists(page)),
    chips,
  );
  const update = () => {
    const filter = page.filter();
    if (search.value !== filter.search) search.value = filter.search;
    for (const one of toggles)
      one.setAttribute(
        'aria-pressed',
        `${filter[one.dataset.facet as Facet].includes(one.dataset.value ?? '')}`,
      );
    count.textContent = `${counted(page.chosen().length)} of ${counted(page.total)}`;
    chips.replaceChildren(...chosenChips(page, filter));
  };
  return { bar, update };
}

function toggle(page: Page, facet: Facet, value: string, text: string): HTMLElement {
  return button(text, () => page.setFilter(toggled(page.filter(), facet, value)), {
    class: `chip ${value}`,
    'aria-pressed': 'false',
    'data-facet': facet,
    'data-value': value,
  });
}

/** What is chosen of the lists, each of which a click takes out. */
function chosenChips(page: Page, filter: Filter): Element[] {
  if (isEmpty(filter)) return [];
  const chips = FACETS.filter((facet) => facet !== 'severity' && facet !== 'status').flatMap((facet) =>
    filter[facet].map((value) => {
      const chip = button('', () => page.setFilter(toggled(page.filter(), facet, value)), {
        class: 'chip on',
        'aria-label': `Remove ${facet} ${value}`,
      });
      chip.append(`${LISTS[facet] ?? 'Reason'}: `, bdi(value), ' ×');
      return chip;
    }),
  );
  return [...chips, button('Clear', () => page.setFilter(NO_FILTER), { class: 'chip clear' })];
}

/** Lists longer than this are filled when they are used, so that the page stays small. */
const MAX_AT_FIRST = 200;

function lists(page: Page): Element[] {
  return Object.entries(LISTS).flatMap(([key, title]) => {
    const facet = key as Facet;
    const options = optionsOf(page.findings, facet);
    if (options.length === 0) return [];
    const select = element(
      'select',
      { 'aria-label': title, 'data-facet': facet },
      element('option', { value: '' }, title),
    );
    const fill = () => {
      if (select.length === 1)
        select.append(...options.map(([value, text]) => element('option', { value }, text)));
    };
    if (options.length <= MAX_AT_FIRST) fill();
    for (const event of ['focus', 'pointerdown']) select.addEventListener(event, fill);
    select.addEventListener('change', () => {
      if (select.value !== '') page.setFilter(toggled(page.filter(), facet, select.value));
      select.value = '';
    });
    return [select];
  });
}

function optionsOf(findings: readonly Finding[], facet: Facet): [string, string][] {
  const texts = new Map<string, string>();
  for (const finding of findings)
    for (const value of valuesOf(finding, facet))
      if (!texts.has(value)) texts.set(value, textOf(finding, facet, value));
  return [...texts].sort(([, a], [, b]) => a.localeCompare(b, 'en', { numeric: true }));
}

function textOf({ control, accountName }: Finding, facet: Facet, value: string): string {
  if (facet === 'control') return `${control.number} ${control.title}`;
  return facet === 'account' && accountName ? `${value} ${accountName}` : value;
}
