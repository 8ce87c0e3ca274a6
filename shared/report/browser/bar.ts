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
  readonly choose: (filter: Filter) => void;
}

/** The bar that stays in sight. It is drawn once, and told what is chosen. */
export interface FilterBar {
  readonly element: Element;
  readonly show: (filter: Filter, chosen: readonly Finding[]) => void;
}

const SEVERITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'];
const LISTS: Readonly<Partial<Record<Facet, string>>> = {
  control: 'Control',
  account: 'Account',
  region: 'Region',
  ou: 'OU',
};

export function filterBar({ findings, total, choose }: Page): FilterBar {
  let filter = NO_FILTER;
  let chosen = findings;
  const toggle = (facet: Facet, value: string) => choose(toggled(filter, facet, value));
  const search = searchField((text) => choose({ ...filter, search: text }));
  const toggles = [
    ...SEVERITIES.map((severity) => toggleChip('severity', severity, severity, toggle)),
    ...SHOWN_STATUSES.map((status) => toggleChip('status', status, STATUS_WORDS[status], toggle)),
  ];
  const removable = element('div', { class: 'chips chosen' });
  const count = element('output', { id: 'count', 'aria-live': 'polite' });
  const csv: HTMLElement = button('Copy as CSV', () => void copy(toCsv(chosen), csv));
  const bar = element(
    'div',
    { class: 'filter', role: 'search', 'aria-label': 'Filter' },
    element('div', { class: 'line' }, search, count, csv),
    element('div', { class: 'chips' }, ...toggles, ...lists(findings, toggle)),
    removable,
  );
  const show: FilterBar['show'] = (next, found) => {
    filter = next;
    chosen = found;
    if (search.value !== filter.search) search.value = filter.search;
    for (const chip of toggles) chip.setAttribute('aria-pressed', `${isChosen(chip, filter)}`);
    count.textContent = `${counted(chosen.length)} of ${counted(total)}`;
    const isFocused = removable.contains(document.activeElement);
    removable.replaceChildren(...chosenChips(filter, toggle, () => choose(NO_FILTER)));
    // The chip that was used is gone: whoever uses the keyboard goes on from here.
    if (isFocused) (removable.querySelector('button') ?? toggles[0])?.focus();
  };
  return { element: bar, show };
}

type Toggle = (facet: Facet, value: string) => void;

function searchField(onInput: (text: string) => void): HTMLInputElement {
  const search = element('input', {
    type: 'search',
    id: 'search',
    placeholder: 'Search',
    'aria-label': 'Search verdicts',
    autocomplete: 'off',
    spellcheck: 'false',
  });
  search.addEventListener('input', () => onInput(search.value));
  return search;
}

function toggleChip(facet: Facet, value: string, text: string, toggle: Toggle): HTMLElement {
  return button(text, () => toggle(facet, value), {
    class: `chip ${value}`,
    'aria-pressed': 'false',
    'data-facet': facet,
    'data-value': value,
  });
}

function isChosen({ dataset }: HTMLElement, filter: Filter): boolean {
  return filter[dataset.facet as Facet].includes(dataset.value ?? '');
}

/** What is chosen of the lists, each of which a click takes out. */
function chosenChips(filter: Filter, toggle: Toggle, clear: () => void): Element[] {
  if (isEmpty(filter)) return [];
  const chips = FACETS.filter((facet) => facet !== 'severity' && facet !== 'status').flatMap((facet) =>
    filter[facet].map((value) => {
      const chip = button('', () => toggle(facet, value), {
        class: 'chip on',
        'aria-label': `Remove ${facet} ${value}`,
      });
      chip.append(`${LISTS[facet] ?? 'Reason'}: `, bdi(value), ' ×');
      return chip;
    }),
  );
  return [...chips, button('Clear', clear, { class: 'chip clear' })];
}

/** Lists longer than this are filled when they are used, so that the page stays small. */
const MAX_AT_FIRST = 300;

function lists(findings: readonly Finding[], toggle: Toggle): Element[] {
  return Object.entries(LISTS).flatMap(([key, title]) => {
    const facet = key as Facet;
    const options = optionsOf(findings, facet);
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
      if (select.value !== '') toggle(facet, select.value);
      select.value = '';
    });
    return [select];
  });
}

function optionsOf(findings: readonly Finding[], facet: Facet): [string, string][] {
  const texts = new Map<string, string>();
  for (const finding of findings) {
    const values = valuesOf(finding, facet);
    // The key of a control chooses as well, and others may share it.
    for (const value of facet === 'control' ? values.slice(0, 1) : values)
      if (!texts.has(value)) texts.set(value, textOf(finding, facet, value));
  }
  return [...texts].sort(([, a], [, b]) => a.localeCompare(b, 'en', { numeric: true }));
}

function textOf({ control, accountName }: Finding, facet: Facet, value: string): string {
  if (facet === 'control') return `${control.number} ${control.title}`;
  return facet === 'account' && accountName ? `${value} ${accountName}` : value;
}
