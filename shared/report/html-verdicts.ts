import type { ControlText } from '../model/control.ts';
import { STATUSES, type Status, type Verdict } from '../model/verdict.ts';
import type { ReportContent } from './content.ts';
import type { HtmlContent } from './html-data.ts';
import { accountCell, leftOut, section, TONES } from './html-parts.ts';
import { type Content, type Markup, markup } from './markup.ts';
import type { MatrixRow } from './matrix.ts';
import { clusterNameOf } from './places.ts';
import { type ControlRef, controlRefKey, controlText } from './reported-controls.ts';
import { shownStatusOf } from './shown-status.ts';
import { type ControlSummary, compareVerdicts, STATUS_LABELS, type StatusCounts } from './summary.ts';
import { plural } from './text.ts';

/** How many verdicts of each status each control has. */
export function complianceSection(page: ReportContent): Markup {
  const { controls } = page.summary;
  if (controls.length === 0)
    return section('compliance', '', markup`<p>No cluster was found, so there are no verdicts.</p>`);
  return section(
    'compliance',
    plural(controls.length, 'control'),
    markup`<div class="card scroll"><table>
<thead><tr><th>Control</th><th></th>${STATUSES.map((status) => markup`<th class="number">${STATUS_LABELS[status]}</th>`)}<th class="number">Share passed</th></tr></thead>
<tbody>${controls.map((control) => complianceRow(page, control))}</tbody>
</table></div>`,
  );
}

function complianceRow(_page: ReportContent, control: ControlSummary): Markup {
  const { controlId, counts } = control;
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return markup`<tr>
<th scope="row"><span class="id">${controlId}</span> <span style="font-weight:400">${controlText(control)?.title}</span></th>
<td>${bar(counts)}</td>
${STATUSES.map((status) => markup`<td class="number ${TONES[status]}"><span class="${counts[status] > 0 ? 'toned' : 'zero'}">${counts[status].toLocaleString('en')}</span></td>`)}
<td class="number">${Math.floor((100 * counts.PASSED) / total)} %</td>
</tr>\n`;
}

function bar(counts: StatusCounts): Markup {
  const parts = STATUSES.filter((status) => counts[status] > 0);
  return markup`<div class="bar" aria-hidden="true">${parts.map((status) => markup`<i class="${TONES[status]}" style="flex-grow:${counts[status]}"></i>`)}</div>`;
}

/** The verdicts of one status, by control, worst first. */
export function problemsSection(page: ReportContent, status: 'FAILED' | 'WARNING'): Markup {
  const verdicts = page.result.verdicts
    .filter((verdict) => shownStatusOf(verdict) === status)
    .sort(compareVerdicts);
  const byControl = [...Map.groupBy(verdicts, controlRefKey)];
  const total = page.summary.verdicts[status];
  const [id, emptyText] =
    status === 'FAILED' ? (['failed', 'Nothing failed.'] as const) : (['warning', 'No warnings.'] as const);
  const note = total > 0 ? `${total.toLocaleString('en')}, worst first` : '';
  const cards = byControl.map(([key, ofControl]) => problemCard(page, `${id}-${key}`, ofControl));
  return section(id, note, cards.length > 0 ? cards : markup`<p class="soft">${emptyText}</p>`);
}

function problemCard(page: ReportContent, anchor: string, verdicts: readonly Verdict[]): Content {
  const [first] = verdicts;
  const control = first && controlText(first);
  const counted = page.summary.controls.find((own) => first && controlRefKey(own) === controlRefKey(first));
  const total = (first && counted?.counts[first.status]) ?? 0;
  return markup`<article class="card" id="${anchor}">
<div class="head"><h3><span class="id">${first?.controlId}</span> ${control?.title}</h3><p>${control?.description}</p></div>
<div class="scroll"><table class="verdicts">
<thead><tr><th>Severity</th><th>Account · Region</th><th>Resource</th><th>Why</th></tr></thead>
<tbody>${verdicts.map((verdict) => problemRow(page, verdict))}</tbody>
</table></div>
${leftOut(total - verdicts.length)}
${control && remediationLine(control)}
</article>\n`;
}

function remediationLine({ remediation }: ControlText): Markup {
  const isLink = /^https?:\/\//.test(remediation.url);
  return markup`<div class="fix"><b>Fix</b> ${remediation.text} ${isLink && markup`<a href="${remediation.url}" rel="noreferrer">Documentation</a>`}</div>`;
}

function problemRow(page: ReportContent, verdict: Verdict): Markup {
  const { severity, scope, resource, reasonCodes, reason, evidence, clusterArn } = verdict;
  const cluster = clusterNameOf(verdict);
  const isCluster = resource.id === clusterArn;
  return markup`<tr>
<td><span class="label ${severity}">${severity}</span></td>
<td>${accountCell(page, scope.accountId)}<br><span class="soft">${scope.region}</span></td>
<td><b>${isCluster ? cluster : (resource.name ?? resource.type)}</b>${!isCluster && cluster && markup` <span class="soft">of cluster ${cluster}</span>`}<br><span class="arn">${resource.id}</span></td>
<td class="why">${reasonCodes.map((code) => markup`<code>${code}</code> `)}<br>${reason}${evidenceList(evidence)}</td>
</tr>\n`;
}

function evidenceList(evidence: Verdict['evidence']): Content {
  const facts = Object.entries(evidence);
  if (facts.length === 0) return false;
  return markup`<dl class="evidence">${facts.map(([key, value]) => markup`<dt>${key}</dt><dd>${value === '' ? '(none)' : value}</dd>`)}</dl>`;
}

const MARKS = { FAILED: '✕', NOT_AVAILABLE: '?', WARNING: '!', PASSED: '✓' } as const satisfies Record<
  Status,
  string
>;

/** Each cluster, Region and account with the worst status of each control. */
export function matrixSection(page: HtmlContent): Markup {
  const controls = [...new Map(page.summary.controls.map((control) => [control.control, control])).values()];
  const { rows, total } = page.matrix;
  if (rows.length === 0) return section('clusters', '', markup`<p class="soft">There are no verdicts.</p>`);
  return section(
    'clusters',
    rows.length < total
      ? 'the worst verdict of each control, of those with most failures'
      : 'the worst verdict of each control',
    markup`<p class="legend">${STATUSES.map((status) => markup`<span class="${TONES[status]}"><span class="mark">${MARKS[status]}</span>${STATUS_LABELS[status].toLowerCase()}</span>`)}</p>
<div class="card scroll"><table class="matrix">
<thead><tr><th>Region</th><th>Cluster</th>${controls.map(({ controlId }) => markup`<th class="turn">${controlId}</th>`)}</tr></thead>
${[...Map.groupBy(rows, (row) => row.accountId)].map(([accountId, own]) => accountRows(page, accountId, own, controls))}
</table></div>
${leftOut(total - rows.length)}`,
  );
}

function accountRows(
  { names }: ReportContent,
  accountId: string,
  rows: readonly MatrixRow[],
  controls: readonly ControlRef[],
): Markup {
  return markup`<tbody>
<tr class="group"><th scope="rowgroup" colspan="${controls.length + 2}"><span class="id">${accountId}</span> <span class="soft">${names.get(accountId)}</span></th></tr>
${rows.map(
  ({ region, subject, level, statuses }) => markup`<tr><td>${region}</td><th scope="row">${subject}</th>
${controls.map((control) => statusCell({ ...control, level }, statuses.get(control.control)))}</tr>\n`,
)}</tbody>\n`;
}

function statusCell(control: ControlRef, status: Status | undefined): Markup {
  if (status === undefined) return markup`<td class="cell"><span class="zero">·</span></td>`;
  const text = markup`${MARKS[status]}<span class="sr"> ${STATUS_LABELS[status]}</span>`;
  const anchor = { FAILED: 'failed', WARNING: 'warning', NOT_AVAILABLE: undefined, PASSED: undefined }[
    status
  ];
  return markup`<td class="cell ${TONES[status]}">${
    anchor === undefined
      ? markup`<span class="mark">${text}</span>`
      : markup`<a class="mark" href="#${anchor}-${controlRefKey(control)}">${text}</a>`
  }</td>`;
}
