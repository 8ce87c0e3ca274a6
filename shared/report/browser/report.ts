import type { HtmlData } from '../html-format.ts';
import { filterBar } from './bar.ts';
import { drawCards } from './cards.ts';
import { drawMatrix } from './cluster-matrix.ts';
import { drawUnseen, element, forgetUnseen, plural, whenSeen } from './dom.ts';
import { type Filter, filtered, fromHash, NO_FILTER, prepareSearch, toHash } from './filter.ts';
import { type Finding, findingsOf } from './findings.ts';

/*
 * The script of the HTML report: draws what is in its data, as far as it is seen and chosen. `npm run generate` puts it into
 * shared/report/html-assets.ts.
 */

const root = document.getElementById('app');
const text = document.getElementById('data')?.textContent;
if (root && text) start(root, JSON.parse(text));

function start(app: HTMLElement, data: HtmlData): void {
  const findings = findingsOf(data);
  const cards = element('div', { class: 'cards' });
  const matrix = element('div', { class: 'matrix-place' });
  let filter: Filter = fromHash(location.hash) ?? NO_FILTER;
  let chosen: readonly Finding[] = [];
  const bar = filterBar({ findings, total: data.total, choose });
  app.append(
    bar.element,
    section('findings', 'Findings by control', plural(findings.length, 'verdict'), cards),
    section('clusters', 'Clusters × controls', 'worst first; a cell opens its finding', matrix),
  );
  app.hidden = false;
  showLinks();
  apply(filter);
  // So that the first word of a search is found as fast as the others.
  setTimeout(() => prepareSearch(findings));
  window.addEventListener('beforeprint', drawUnseen);
  remember(filter, 'replaceState', location.href);
  window.addEventListener('hashchange', () => followAddress(app, filter, apply));

  function choose(next: Filter): void {
    const isTyping = filter.search !== '' && next.search !== '' && next.search !== filter.search;
    apply(next);
    remember(next, isTyping ? 'replaceState' : 'pushState', location.pathname + location.search);
  }

  function apply(next: Filter): void {
    filter = next;
    chosen = filtered(findings, filter);
    forgetUnseen();
    bar.show(filter, chosen);
    drawCards(cards, chosen);
    matrix.replaceChildren();
    whenSeen(matrix, () => drawMatrix(matrix, chosen));
  }
}

/** After a click on a link, or on the way back or forward. */
function followAddress(app: HTMLElement, filter: Filter, apply: (filter: Filter) => void): void {
  // What was chosen where the reader goes back to.
  const known: unknown = history.state;
  if (typeof known === 'string') {
    apply(fromHash(known) ?? NO_FILTER);
    return;
  }
  // On the way to a section what is chosen stays, also in the address.
  const next = fromHash(location.hash) ?? filter;
  if (toHash(next) !== toHash(filter)) {
    apply(next);
    app.scrollIntoView();
    app.focus({ preventScroll: true });
  }
  remember(next, 'replaceState', location.href);
}

function remember(filter: Filter, how: 'pushState' | 'replaceState', withoutFilter: string): void {
  const hash = toHash(filter);
  history[how](hash, '', hash || withoutFilter);
}

/** To what is not there without the script. */
function showLinks(): void {
  for (const link of document.querySelectorAll<HTMLElement>('nav a[hidden]')) link.hidden = false;
}

function section(id: string, title: string, note: string, body: Element): Element {
  const heading = element('h2', { id: `h-${id}` }, `${title} `, element('small', {}, note));
  return element('section', { id, 'aria-labelledby': `h-${id}` }, heading, body);
}
