import type { HtmlControl } from '../html-format.ts';
import { SHOWN_STATUSES } from '../shown-status.ts';
import { openFindings, STATUS_TONES, STATUS_WORDS } from './details.ts';
import { bdi, counted, element, plural, whenSeen } from './dom.ts';
import type { Finding } from './findings.ts';

/** Rows that are drawn at a time. */
const STEP = 40;
const SEVERITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFORMATIONAL'];
const LETTERS = { FAILED: 'F', NOT_AVAILABLE: 'N', WARNING: 'W', EXCEPTED: 'E', PASSED: 'P' } as const;

interface Row {
  readonly first: Finding;
  readonly byControl: ReadonlyMap<string, readonly Finding[]>;
  readonly failed: number;
  /** Orders the worst first. */
  readonly rank: readonly number[];
}

/** Clusters by controls, worst first, and below them Regions and accounts; a cell opens its findings. */
export function drawMatrix(parent: Element, findings: readonly Finding[]): void {
  const rows = [...Map.groupBy(findings, ({ subject }) => subject).values()].map(toRow).sort(compareRows);
  const columns = [...new Map(findings.map(({ control }) => [control.key, control])).values()].sort(
    compareColumns,
  );
  const body = element('tbody');
  const table = element('table', { class: 'matrix' }, head(columns, findings, rows), body);
  const scroll = element(
    'div',
    { class: 'card scroll tall', tabindex: 0, role: 'region', 'aria-label': 'Clusters by controls' },
    table,
  );
  parent.replaceChildren(legend(), scroll);
  let drawn = 0;
  const grow = () => {
    const added = rows.slice(drawn, drawn + STEP).map((row) => rowElement(row, columns));
    drawn += added.length;
    body.append(...added);
    const last = added.at(-1);
    if (last && drawn < rows.length) whenSeen(last, grow);
  };
  whenSeen(scroll, grow);
  body.addEventListener('keydown', moveFocus);
}

function toRow(findings: readonly Finding[]): Row {
  const [first] = findings as [Finding];
  const failed = findings.filter(({ status }) => status === 'FAILED');
  const bySeverity = SEVERITIES.map((severity) => failed.filter((one) => one.severity === severity).length);
  const byStatus = SHOWN_STATUSES.map((status) => findings.filter((one) => one.status === status).length);
  return {
    first,
    byControl: Map.groupBy(findings, ({ control }) => control.key),
    failed: failed.length,
    rank: [first.cluster ? 1 : 0, ...bySeverity, ...byStatus],
  };
}

function compareRows(a: Row, b: Row): number {
  const index = a.rank.findIndex((count, position) => count !== b.rank[position]);
  return index === -1 ? 0 : (b.rank[index] ?? 0) - (a.rank[index] ?? 0);
}

function compareColumns(a: HtmlControl, b: HtmlControl): number {
  return a.number.localeCompare(b.number, 'en', { numeric: true });
}

function head(columns: readonly HtmlControl[], findings: readonly Finding[], rows: readonly Row[]): Element {
  const failed = findings.filter(({ status }) => status === 'FAILED');
  const byControl = Map.groupBy(failed, ({ control }) => control.key);
  const clusters = rows.filter(({ first }) => first.cluster).length;
  const others = rows.length - clusters;
  const cells = columns.map(({ key, number, title }) =>
    element(
      'th',
      { scope: 'col', title },
      number,
      element('small', {}, counted(byControl.get(key)?.length ?? 0)),
    ),
  );
  return element(
    'thead',
    {},
    element(
      'tr',
      {},
      element(
        'th',
        { scope: 'col' },
        plural(clusters, 'cluster'),
        others > 0 &&
          element('small', {}, `and ${plural(others, 'Region or account', 'Regions and accounts')}`),
      ),
      element(
        'th',
        { scope: 'col', class: 'number' },
        'Failed',
        element('small', {}, counted(failed.length)),
      ),
      ...cells,
    ),
  );
}

function rowElement({ first, byControl, failed }: Row, columns: readonly HtmlControl[]): Element {
  const { cluster, accountId, accountName, region, control } = first;
  const subject = cluster || (control.level === 'account' ? '(account)' : '(Region)');
  return element(
    'tr',
    {},
    element(
      'th',
      { scope: 'row' },
      bdi(subject),
      element('small', {}, bdi(accountName || accountId), ` · ${region}`),
    ),
    element('td', { class: 'number' }, counted(failed)),
    ...columns.map(({ key }) => cell(subject, byControl.get(key))),
  );
}

function cell(subject: string, findings: readonly Finding[] | undefined): Element {
  const [worst] = findings ?? [];
  if (findings === undefined || worst === undefined) return element('td', { class: 'cell' }, '·');
  const { status, severity, control } = worst;
  const word = severity || STATUS_WORDS[status];
  const open = element(
    'button',
    {
      type: 'button',
      class: `mark ${severity || STATUS_TONES[status]}`,
      'aria-label': `${subject}, ${control.number}: ${word}`,
    },
    severity ? severity.slice(0, 1) : LETTERS[status],
  );
  open.addEventListener('click', () => openFindings(findings));
  return element('td', { class: 'cell' }, open);
}

/** The arrow keys move from cell to cell. */
function moveFocus(event: Event): void {
  if (!(event instanceof KeyboardEvent)) return;
  const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
  const from = (event.target as Element).closest('td');
  if (step === undefined || from === null) return;
  const [down = 0, right = 0] = step;
  const row = from.parentElement as HTMLTableRowElement;
  const rows = [...(row.parentElement?.children ?? [])] as HTMLTableRowElement[];
  const next = rows[rows.indexOf(row) + down]?.cells[from.cellIndex + right]?.querySelector('button');
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function legend(): Element {
  const marks = [
    ...SEVERITIES.slice(0, 4).map((severity) => [severity, severity.slice(0, 1), `failed, ${severity}`]),
    ...SHOWN_STATUSES.slice(1).map((status) => [
      STATUS_TONES[status],
      LETTERS[status],
      STATUS_WORDS[status].toLowerCase(),
    ]),
  ];
  return element(
    'p',
    { class: 'legend' },
    ...marks.map(([tone, letter, word]) =>
      element('span', {}, element('span', { class: `mark ${tone}` }, letter), ` ${word}`),
    ),
  );
}
