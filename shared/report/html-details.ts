import type { Verdict } from '../model/verdict.ts';
import {
  CHANGE_KINDS,
  type ChangedState,
  type ChangedVerdict,
  type ChangeKind,
} from '../model/verdict-change.ts';
import { changesSinceOf } from './changed-verdicts.ts';
import { type HtmlContent, MAX_ROWS } from './html-data.ts';
import { filterHref, headCells, leftOut, name, rowsOfEach, section, TONES, table } from './html-parts.ts';
import { type Markup, markup } from './markup.ts';
import { clusterNameOf } from './places.ts';
import { type ControlRef, controlRefKey, controlText } from './reported-controls.ts';
import { SHOWN_STATUSES, type ShownStatus, shownStatusOf } from './shown-status.ts';
import { STATUS_LABELS, type StatusCounts } from './summary.ts';
import { CHANGE_TITLES } from './table-changes.ts';
import { counted, plural } from './text.ts';

/** How many verdicts of each status each control has. */
export function controlsSection(page: HtmlContent): Markup {
  const { controls } = page.summary;
  if (controls.length === 0)
    return section('controls', '', markup`<p>No cluster was found, so there are no verdicts.</p>`);
  const head = [
    ...headCells(['Control', 'Shares']),
    ...SHOWN_STATUSES.map((status) => markup`<th scope="col" class="number">${STATUS_LABELS[status]}</th>`),
    markup`<th scope="col" class="number">Share passed</th>`,
  ];
  return section(
    'controls',
    plural(controls.length, 'control'),
    table(
      'Failures by control',
      head,
      controls.map((control) => controlRow(control, control.counts)),
    ),
  );
}

function controlRow(control: ControlRef, counts: StatusCounts): Markup {
  const total = sumOf(counts);
  return markup`<tr>
<th scope="row"><span class="id">${control.controlId}</span> <a href="${filterHref({ control: controlRefKey(control) })}">${controlText(control)?.title ?? control.control}</a></th>
<td>${bar(counts, total)}</td>
${SHOWN_STATUSES.map((status) => markup`<td class="number ${TONES[status]}"><span class="${counts[status] > 0 ? 'toned' : 'zero'}">${counted(counts[status])}</span></td>`)}
<td class="number">${Math.floor((100 * counts.PASSED) / total)} %</td>
</tr>\n`;
}

function sumOf(counts: StatusCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** A picture, for styles within elements are not allowed. */
function bar(counts: StatusCounts, total: number): Markup {
  let x = 0;
  const parts = SHOWN_STATUSES.filter((status) => counts[status] > 0).map((status: ShownStatus) => {
    const width = (100 * counts[status]) / total;
    x += width;
    return markup`<rect class="${TONES[status]}" x="${(x - width).toFixed(2)}" width="${width.toFixed(2)}" height="8"/>`;
  });
  return markup`<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">${parts}</svg>`;
}

/** The most failed resources that the page lists without its script. */
const MAX_FAILED = 200;

/** For readers without the script. */
export function failedResources({ result, summary }: HtmlContent): Markup {
  const failed = result.verdicts
    .filter((verdict) => shownStatusOf(verdict) === 'FAILED')
    .slice(0, MAX_FAILED);
  return markup`<section id="findings"><h2>Failed resources <small>${plural(summary.verdicts.FAILED, 'finding')}, worst first</small></h2>
${failed.length === 0 ? markup`<p class="soft">Nothing failed.</p>` : table('Failed resources', headCells(['Severity', 'Control', 'Account · Region', 'Resource', 'Why']), failed.map(failedRow))}
${leftOut(summary.verdicts.FAILED - failed.length)}</section>`;
}

function failedRow(verdict: Verdict): Markup {
  const { severity, controlId, scope, resource, reasonCode, reason } = verdict;
  return markup`<tr><td><span class="label ${severity}">${severity}</span></td><td class="id">${controlId}</td>
<td>${scope.accountId} · ${scope.region}</td><td><bdi>${clusterNameOf(verdict) ?? resource.name ?? resource.type}</bdi><br><bdi class="arn">${resource.id}</bdi></td>
<td><code>${reasonCode}</code> <bdi>${reason}</bdi></td></tr>\n`;
}

/** Changes of one kind that are listed, and of all kinds. */
const MAX_CHANGES = 50;
const MAX_CHANGES_TOGETHER = 100;

export function changeSection({ result: { changes }, names }: HtmlContent): Markup | false {
  const lists = changesSinceOf(changes);
  if (lists === undefined) return false;
  const kinds = CHANGE_KINDS.filter((kind) => lists[kind].length > 0);
  const most = rowsOfEach(kinds.length, MAX_CHANGES_TOGETHER, MAX_CHANGES);
  const blocks = kinds.map(
    (kind) => markup`<h3>${CHANGE_TITLES[kind]} <small>${counted(lists[kind].length)}</small></h3>
${table(
  CHANGE_TITLES[kind],
  headCells(['Now', 'Before', 'Control', 'Account · Region', 'Resource']),
  lists[kind].slice(0, most).map((change) => changeRow(kind, change, names)),
)}
${leftOut(lists[kind].length - most)}`,
  );
  return section(
    'change',
    'since the last run',
    kinds.length > 0 ? blocks : markup`<p class="soft">Nothing changed.</p>`,
  );
}

function changeRow(kind: ChangeKind, change: ChangedVerdict, names: HtmlContent['names']): Markup {
  const { from, to, controlId, scope, resource } = change;
  const label = clusterNameOf(change) ?? resource.name ?? resource.type;
  return markup`<tr><td>${kind === 'excepted' ? EXCEPTED : stateLabel(to)}</td><td>${kind === 'exceptionEnded' ? EXCEPTED : stateLabel(from)}</td><td class="id">${controlId}</td>
<td>${scope.accountId} ${name(names.get(scope.accountId))} · ${scope.region}</td><td><bdi>${label}</bdi><br><bdi class="arn">${resource.id}</bdi></td></tr>\n`;
}

const EXCEPTED = markup`<span class="label excepted">${STATUS_LABELS.EXCEPTED}</span>`;

function stateLabel(state: ChangedState | undefined): Markup {
  if (state === undefined) return markup`<span class="soft">–</span>`;
  const { status, severity } = state;
  return status === 'FAILED'
    ? markup`<span class="label ${severity}">${severity}</span>`
    : markup`<span class="label ${TONES[status]}">${STATUS_LABELS[status]}</span>`;
}

const EXCEPTION_STATES = {
  used: 'used',
  unused: 'covers nothing',
  expired: 'expired',
  'expires-soon': 'expires soon',
} as const;

/** Every configured exception, and what became of it. */
export function exceptionsSection({ result: { exceptions = [] }, summary }: HtmlContent): Markup | false {
  if (exceptions.length === 0) return false;
  const rows = exceptions
    .slice(0, MAX_ROWS)
    .map(
      ({ id, controls, reason, owner, expires, state, verdicts }) =>
        markup`<tr><th scope="row"><bdi>${id}</bdi></th><td>${EXCEPTION_STATES[state]}</td><td>${expires}</td><td class="number">${counted(verdicts)}</td><td><bdi>${controls.join(', ')}</bdi></td><td><bdi>${reason}</bdi></td><td><bdi>${owner}</bdi></td></tr>\n`,
    );
  const head = headCells(['Exception', 'State', 'Last day', 'Verdicts', 'Controls', 'Reason', 'Owner']);
  return section('exceptions', `${plural(summary.verdicts.EXCEPTED, 'verdict')} EXCEPTED`, [
    table('Exceptions', head, rows),
    leftOut(exceptions.length - MAX_ROWS),
  ]);
}
