import type { HtmlData } from '../html-format.ts';
import { filterBar } from './bar.ts';
import { drawCards } from './cards.ts';
import { drawMatrix } from './cluster-matrix.ts';
import { drawUnseen, element, forgetUnseen, plural, whenSeen } from './dom.ts';
import { type Filter, filtered, fromHash, NO_FILTER, prepareSearch, toHash } from './filter.ts';
import { findingsOf } from './findings.ts';

/*
 * The script of the HTML report: draws what is in its data, as far as it is seen and chosen. `npm run generate` puts it into
 * shared/report/html-assets.ts.
 */

const app = document.getElementById('app');
const data = document.getElementById('data')?.textContent;
if (app && data) start(app, JSON.parse(data));

function start(root: HTMLElement, content: HtmlData): void {
  const findings = findingsOf(content);
  const cards = element('div', { class: 'cards' });
  const matrix = element('div', { class: 'matrix-place' });
  let filter: Filter = fromHash(location.hash) ?? NO_FILTER;
  let chosen = filtered(findings, filter);
  const { total } = content;
  const { bar, update } = filterBar({
    findings,
    total,
    filter: () => filter,
    setFilter,
    chosen: () => chosen,
  });
  root.append(
    bar,
    section('findings', 'Findings by control', plural(findings.length, 'verdict'), cards),
    section('clusters', 'Clusters × controls', 'worst first; a cell opens its finding', matrix),
  );
  root.hidden = false;
  draw();
  // So that the first word of a search is found as fast as the others.
  setTimeout(() => prepareSearch(findings));
  window.addEventListener('beforeprint', drawUnseen);
  window.addEventListener('hashchange', () => {
    const next = fromHash(location.hash);
    if (next === undefined || toHash(next) === toHash(filter)) return;
    apply(next);
    root.scrollIntoView();
  });

  function setFilter(next: Filter): void {
    apply(next);
    history.replaceState(null, '', toHash(next) || location.pathname + location.search);
  }

  function apply(next: Filter): void {
    filter = next;
    chosen = filtered(findings, filter);
    draw();
  }

  function draw(): void {
    forgetUnseen();
    update();
    drawCards(cards, chosen);
    matrix.replaceChildren();
    whenSeen(matrix, () => drawMatrix(matrix, chosen));
  }
}

function section(id: string, title: string, note: string, body: Element): Element {
  const heading = element('h2', { id: `h-${id}` }, `${title} `, element('small', {}, note));
  return element('section', { id, 'aria-labelledby': `h-${id}` }, heading, body);
}
