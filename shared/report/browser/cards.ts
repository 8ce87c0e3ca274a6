import { fix, label, openFindings, place, STATUS_TONES, STATUS_WORDS, toFix } from './details.ts';
import { bdi, counted, element, growing, plural, whenSeen } from './dom.ts';
import { type Finding, labelOf } from './findings.ts';

/** Rows of one reason, and reasons of one control, that are drawn at first. */
const ROWS = 8;
const REASONS = 6;

/** A card for each control, worst first, drawn when it is seen. */
export function drawCards(parent: Element, findings: readonly Finding[]): void {
  const byControl = [...Map.groupBy(findings, ({ column }) => column).values()];
  parent.replaceChildren(...byControl.map(card));
  if (byControl.length === 0) parent.append(element('p', { class: 'note' }, 'No verdict matches.'));
}

function card(findings: readonly Finding[]): Element {
  const [first] = findings as [Finding];
  const { number, title, description } = first.control;
  const head = element(
    'div',
    { class: 'head' },
    element('h3', {}, element('span', { class: 'id' }, number), ` ${title} `, counts(findings)),
  );
  const article = element('article', { class: 'card control' }, head);
  whenSeen(article, () => {
    article.classList.add('drawn');
    head.append(element('p', {}, description));
    const own = toFix(findings);
    if (own.length > 0) article.append(fix(first.control, own));
    article.append(reasons(findings));
  });
  return article;
}

function counts(findings: readonly Finding[]): Element {
  const parts = element('span', { class: 'counts-line' });
  for (const [status, own] of Map.groupBy(findings, (one) => one.status))
    parts.append(
      element(
        'span',
        { class: STATUS_TONES[status] },
        element('b', {}, counted(own.length)),
        ` ${STATUS_WORDS[status].toLowerCase()}`,
      ),
      ' ',
    );
  return parts;
}

/** What is the same of many resources is told once. */
function reasons(findings: readonly Finding[]): Element {
  const groups = Map.groupBy(findings, ({ status, severity, codes, pattern }) =>
    [status, severity, codes.join(), pattern].join('\n'),
  );
  const list = element('div', { class: 'reasons' });
  const wrapper = element('div', {}, list);
  growing(
    list,
    [...groups.values()],
    REASONS,
    reasonBlock,
    (left) => `Show more of ${plural(left, 'other reason')}`,
  );
  return wrapper;
}

function reasonBlock(findings: readonly Finding[]): Element {
  const [first] = findings as [Finding];
  const isOpen = first.status !== 'PASSED';
  const details = element('details', { open: isOpen });
  details.append(
    element(
      'summary',
      {},
      label(first),
      ' ',
      ...first.codes.flatMap((code) => [element('code', {}, code), ' ']),
      bdi(findings.every(({ reason }) => reason === first.reason) ? first.reason : first.pattern),
      ' ',
      element('b', { class: 'count' }, plural(findings.length, 'resource')),
    ),
  );
  let isDrawn = false;
  const draw = () => {
    if (isDrawn) return;
    isDrawn = true;
    const rows = element('ul', { class: 'rows' });
    details.append(element('div', {}, rows));
    growing(rows, findings, ROWS, row, (left) => `Show more of ${plural(left, 'other resource')}`);
  };
  if (isOpen) draw();
  else details.addEventListener('toggle', draw);
  return details;
}

function row(finding: Finding): Element {
  const open = element(
    'button',
    { type: 'button', class: 'row' },
    bdi(labelOf(finding), 'strong'),
    ' ',
    place(finding),
  );
  open.addEventListener('click', () => openFindings([finding]));
  return element('li', {}, open);
}
