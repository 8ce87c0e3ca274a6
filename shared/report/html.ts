import type { AccountCoverage, CoverageState, RunResult } from '../model/run.ts';
import { STATUSES, type Status, type Verdict } from '../model/verdict.ts';
import { GAP_LABELS, type GapGroup, groupGaps } from './gaps.ts';
import { STYLE } from './html-style.ts';
import { type Content, Markup, markup } from './markup.ts';
import { matrixRows } from './matrix.ts';
import { accountNames, clusterNameIn, clusterNameOf } from './places.ts';
import { type ReportedControl, reportedControls } from './reported-controls.ts';
import {
  compareControlIds,
  compareVerdicts,
  STATUS_LABELS,
  type StatusCounts,
  type Summary,
  summarize,
} from './summary.ts';
import { duration, plural, shortTime } from './text.ts';

interface Page {
  readonly result: RunResult;
  readonly summary: Summary;
  readonly controls: ReadonlyMap<string, ReportedControl>;
  readonly names: ReadonlyMap<string, string>;
}

/**
 * The report as one HTML file that needs nothing else: no script, no font, no picture, no network. It may be opened
 * anywhere, mailed, and printed. Pure.
 */
export function renderHtml(result: RunResult): string {
  const page: Page = {
    result,
    summary: summarize(result),
    controls: reportedControls(result.run.benchmark),
    names: accountNames(result),
  };
  const title = `EKS Auditor: CIS Amazon EKS Benchmark ${result.run.benchmark}, ${result.run.startedAt.slice(0, 10)}`;
  return `<!doctype html>\n${markup`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
${header(page)}
<main>
${banner(page)}
${tiles(page)}
${navigation()}
${compliance(page)}
${problems(page, 'FAILED')}
${problems(page, 'WARNING')}
${matrix(page)}
${gaps(page)}
${coverage(page)}
${securityHub(page)}
</main>
${footer(page)}
</body>
</html>
`}`;
}

function header({ result: { run }, summary }: Page): Markup {
  return markup`<header><div>
<p class="brand">EKS Auditor</p>
<h1>CIS Amazon EKS Benchmark ${run.benchmark}</h1>
<dl>
<div><dt>Started</dt><dd>${shortTime(run.startedAt)}</dd></div>
<div><dt>Took</dt><dd>${duration(summary.seconds)}</dd></div>
<div><dt>Run</dt><dd>${run.id}</dd></div>
<div><dt>Version</dt><dd>${run.version}</dd></div>
</dl>
</div></header>`;
}

const TONES = {
  FAILED: 'failed',
  NOT_AVAILABLE: 'unknown',
  WARNING: 'warning',
  PASSED: 'passed',
} as const satisfies Record<Status, string>;

function banner({ summary }: Page): Markup {
  const { outcome, verdicts, gaps: gapCount, clusters, accounts } = summary;
  const seen = `${plural(clusters.judged, 'cluster')} in ${plural(accounts.total - accounts.notCovered, 'account')} judged.`;
  const blind = `${plural(gapCount, 'gap')} in what could be looked at: see “Not available”.`;
  const texts = {
    failed: {
      tone: 'failed',
      title: `${plural(verdicts.FAILED, 'failure')} to fix`,
      more: gapCount > 0 && ` ${blind}`,
    },
    incomplete: {
      tone: 'unknown',
      title: 'Incomplete: nothing failed, but not everything could be looked at',
      more: ` ${blind}`,
    },
    passed: { tone: 'passed', title: 'Passed: nothing failed, and everything was looked at', more: false },
  } as const;
  const { tone, title, more } = texts[outcome];
  return markup`<div class="banner ${tone}"><strong>${title}</strong>${seen}${more}</div>`;
}

function tiles({ summary }: Page): Markup {
  const { accounts, regions, clusters, verdicts } = summary;
  const covered: readonly (readonly [string, string])[] = [
    ['accounts covered', ofTotal(accounts.total - accounts.notCovered, accounts.total)],
    ['account/Region pairs', ofTotal(regions.total - regions.notCovered, regions.total)],
    ['clusters judged', ofTotal(clusters.judged, clusters.found)],
  ];
  return markup`<div class="tiles">
${covered.map(([label, number]) => markup`<div class="tile"><b>${number}</b><span>${label}</span></div>\n`)}
${STATUSES.map((status) => {
  const tone = verdicts[status] > 0 && TONES[status];
  return markup`<div class="tile ${tone}"><b>${verdicts[status].toLocaleString('en')}</b><span>${STATUS_LABELS[status].toLowerCase()}</span></div>\n`;
})}
</div>`;
}

function ofTotal(count: number, total: number): string {
  const all = total.toLocaleString('en');
  return count === total ? all : `${count.toLocaleString('en')} / ${all}`;
}

const CHAPTERS = [
  ['compliance', 'Compliance'],
  ['failed', 'Failed'],
  ['warning', 'Warnings'],
  ['clusters', 'Cluster by cluster'],
  ['gaps', 'Not available'],
  ['coverage', 'Coverage'],
  ['security-hub', 'Security Hub'],
] as const;

function navigation(): Markup {
  return markup`<nav aria-label="Contents">${CHAPTERS.map(([id, title]) => markup`<a href="#${id}">${title}</a>`)}</nav>`;
}

function chapter(id: (typeof CHAPTERS)[number][0], note: string, body: Content): Markup {
  const title = CHAPTERS.find(([key]) => key === id)?.[1];
  return markup`<section><h2 id="${id}">${title} <small>${note}</small></h2>
${body}</section>`;
}

function compliance(page: Page): Markup {
  const { controls } = page.summary;
  if (controls.length === 0)
    return chapter('compliance', '', markup`<p>No cluster was found, so there was nothing to judge.</p>`);
  return chapter(
    'compliance',
    plural(controls.length, 'control'),
    markup`<div class="card scroll"><table>
<thead><tr><th>Control</th><th></th>${STATUSES.map((status) => markup`<th class="number">${STATUS_LABELS[status]}</th>`)}<th class="number">Share passed</th></tr></thead>
<tbody>${controls.map(({ controlId, counts }) => complianceRow(page, controlId, counts))}</tbody>
</table></div>`,
  );
}

function complianceRow(page: Page, controlId: string, counts: StatusCounts): Markup {
  const total = STATUSES.reduce((sum, status) => sum + counts[status], 0);
  return markup`<tr>
<th scope="row"><span class="id">${controlId}</span> <span style="font-weight:400">${page.controls.get(controlId)?.title}</span></th>
<td>${bar(counts)}</td>
${STATUSES.map((status) => markup`<td class="number ${TONES[status]}"><span class="${counts[status] > 0 ? 'toned' : 'zero'}">${counts[status].toLocaleString('en')}</span></td>`)}
<td class="number">${Math.floor((100 * counts.PASSED) / total)} %</td>
</tr>\n`;
}

function bar(counts: StatusCounts): Markup {
  const parts = STATUSES.filter((status) => counts[status] > 0);
  return markup`<div class="bar" aria-hidden="true">${parts.map((status) => markup`<i class="${TONES[status]}" style="flex-grow:${counts[status]}"></i>`)}</div>`;
}

function problems(page: Page, status: 'FAILED' | 'WARNING'): Markup {
  const verdicts = page.result.verdicts.filter((one) => one.status === status).sort(compareVerdicts);
  const groups = [...Map.groupBy(verdicts, (one) => one.controlId)];
  const [id, none] =
    status === 'FAILED' ? (['failed', 'Nothing failed.'] as const) : (['warning', 'No warnings.'] as const);
  const note = verdicts.length > 0 ? `${verdicts.length.toLocaleString('en')}, worst first` : '';
  const cards = groups.map(([controlId, own]) => problemCard(page, `${id}-${controlId}`, controlId, own));
  return chapter(id, note, cards.length > 0 ? cards : markup`<p class="soft">${none}</p>`);
}

function problemCard(page: Page, anchor: string, controlId: string, verdicts: readonly Verdict[]): Markup {
  const control = page.controls.get(controlId);
  return markup`<article class="card" id="${anchor}">
<div class="head"><h3><span class="id">${controlId}</span> ${control?.title}</h3><p>${control?.description}</p></div>
<div class="scroll"><table class="verdicts">
<thead><tr><th>Severity</th><th>Account · Region</th><th>Resource</th><th>Why</th></tr></thead>
<tbody>${verdicts.map((verdict) => problemRow(page, verdict))}</tbody>
</table></div>
${control && fix(control)}
</article>\n`;
}

function fix({ remediation }: ReportedControl): Markup {
  const isLink = /^https?:\/\//.test(remediation.url);
  return markup`<div class="fix"><b>Fix</b> ${remediation.text} ${isLink && markup`<a href="${remediation.url}" rel="noreferrer">Documentation</a>`}</div>`;
}

function problemRow(page: Page, verdict: Verdict): Markup {
  const { severity, scope, resource, reasonCodes, reason, evidence, clusterArn } = verdict;
  const cluster = clusterNameOf(verdict);
  const isCluster = resource.id === clusterArn;
  return markup`<tr>
<td><span class="label ${severity}">${severity}</span></td>
<td>${account(page, scope.accountId)}<br><span class="soft">${scope.region}</span></td>
<td><b>${isCluster ? cluster : (resource.name ?? resource.type)}</b>${!isCluster && cluster && markup` <span class="soft">of cluster ${cluster}</span>`}<br><span class="arn">${resource.id}</span></td>
<td>${reasonCodes.map((code) => markup`<code>${code}</code> `)}<br>${reason}${evidenceList(evidence)}</td>
</tr>\n`;
}

function evidenceList(evidence: Verdict['evidence']): Content {
  const facts = Object.entries(evidence);
  if (facts.length === 0) return false;
  return markup`<dl class="evidence">${facts.map(([key, value]) => markup`<dt>${key}</dt><dd>${value === '' ? '(none)' : value}</dd>`)}</dl>`;
}

function account({ names }: Page, accountId: string): Markup {
  const name = names.get(accountId);
  return markup`<span class="id">${accountId}</span>${name !== undefined && markup`<br><span class="soft">${name}</span>`}`;
}

const MARKS = { FAILED: '✕', NOT_AVAILABLE: '?', WARNING: '!', PASSED: '✓' } as const satisfies Record<
  Status,
  string
>;

function matrix(page: Page): Markup {
  const controlIds = page.summary.controls.map((one) => one.controlId);
  const rows = matrixRows(page.result.verdicts);
  if (rows.length === 0) return chapter('clusters', '', markup`<p class="soft">Nothing was judged.</p>`);
  return chapter(
    'clusters',
    'the worst verdict of each control',
    markup`<p class="legend">${STATUSES.map((status) => markup`<span class="${TONES[status]}"><span class="mark">${MARKS[status]}</span>${STATUS_LABELS[status].toLowerCase()}</span>`)}</p>
<div class="card scroll"><table class="matrix">
<thead><tr><th>Account</th><th>Region</th><th>Cluster</th>${controlIds.map((id) => markup`<th class="turn" title="${page.controls.get(id)?.title}">${id}</th>`)}</tr></thead>
<tbody>${rows.map(
      (
        row,
      ) => markup`<tr><td>${account(page, row.accountId)}</td><td>${row.region}</td><th scope="row">${row.subject}</th>
${controlIds.map((id) => cell(id, row.statuses.get(id)))}</tr>\n`,
    )}</tbody>
</table></div>`,
  );
}

function cell(controlId: string, status: Status | undefined): Markup {
  if (status === undefined) return markup`<td class="cell"><span class="zero">·</span></td>`;
  const text = markup`${MARKS[status]}<span class="sr"> ${STATUS_LABELS[status]}</span>`;
  const anchor = { FAILED: 'failed', WARNING: 'warning', NOT_AVAILABLE: undefined, PASSED: undefined }[
    status
  ];
  return markup`<td class="cell ${TONES[status]}">${
    anchor === undefined
      ? markup`<span class="mark">${text}</span>`
      : markup`<a class="mark" href="#${anchor}-${controlId}">${text}</a>`
  }</td>`;
}

function gaps(page: Page): Markup {
  const { verdicts, coverage: seen } = page.result;
  const groups = groupGaps(page.result);
  const unanswered = verdicts.filter((one) => one.status === 'NOT_AVAILABLE').sort(compareVerdicts);
  const refused = seen.skipped.filter((one) => one.askedFor);
  if (groups.length + unanswered.length + refused.length === 0)
    return chapter('gaps', '', markup`<p class="soft">Everything that was asked for could be looked at.</p>`);
  return chapter('gaps', 'what could not be looked at, and why', [
    refused.map(
      ({ accountId, reason }) =>
        markup`<p>${account(page, accountId)} was asked for and left out: ${reason}.</p>`,
    ),
    groups.map((group) => gapCard(page, group)),
    unanswered.length > 0 && unansweredCard(page, unanswered),
  ]);
}

function gapCard(page: Page, { what, operation, code, detail, hint, gaps: all }: GapGroup): Markup {
  return markup`<article class="card">
<div class="head"><h3>${GAP_LABELS[what]}: <code>${operation}</code> failed with <code>${code}</code></h3><p>${detail}</p></div>
<div class="scroll"><table>
<thead><tr><th>Account</th><th>Region</th><th>What</th><th>Without an answer</th></tr></thead>
<tbody>${all.map(
    ({
      accountId,
      region,
      resource,
      controlIds,
    }) => markup`<tr><td>${account(page, accountId)}</td><td>${region ?? markup`<span class="soft">all</span>`}</td>
<td>${resource === undefined ? markup`<span class="soft">everything</span>` : (clusterNameIn(resource) ?? markup`<span class="arn">${resource}</span>`)}</td>
<td>${controlIds?.toSorted(compareControlIds).join(', ')}</td></tr>\n`,
  )}</tbody>
</table></div>
${hint && markup`<div class="fix"><b>Fix</b> ${hint}</div>`}
</article>\n`;
}

function unansweredCard(page: Page, verdicts: readonly Verdict[]): Markup {
  return markup`<article class="card">
<div class="head"><h3>${plural(verdicts.length, 'verdict')} without an answer</h3><p>What could not be read says nothing about the resource: it neither passed nor failed.</p></div>
<div class="scroll"><table>
<thead><tr><th>Control</th><th>Account · Region</th><th>Resource</th><th>Why</th></tr></thead>
<tbody>${verdicts.map(
    (
      one,
    ) => markup`<tr><td class="id">${one.controlId}</td><td>${account(page, one.scope.accountId)}<br><span class="soft">${one.scope.region}</span></td>
<td>${clusterNameIn(one.resource.id) ?? one.resource.name ?? one.resource.type}<br><span class="arn">${one.resource.id}</span></td><td>${one.reason}</td></tr>\n`,
  )}</tbody>
</table></div>
</article>\n`;
}

const STATES = {
  covered: { label: 'covered', tone: 'passed' },
  partial: { label: 'with gaps', tone: 'unknown' },
  'not-covered': { label: 'not covered', tone: 'failed' },
} as const satisfies Record<CoverageState, { label: string; tone: string }>;

function coverage(page: Page): Markup {
  const { accounts, skipped } = page.result.coverage;
  return chapter('coverage', `${plural(accounts.length, 'account')}`, [
    markup`<div class="card scroll"><table>
<thead><tr><th>Account</th><th>State</th><th class="number">Clusters judged</th><th class="number">Gaps</th><th>Regions</th></tr></thead>
<tbody>${accounts.map((one) => coverageRow(page, one))}</tbody>
</table></div>`,
    skipped.length > 0 &&
      markup`<p>${plural(skipped.length, 'account')} left out:</p><ul class="list">${skipped.map(({ accountId, reason }) => markup`<li>${account(page, accountId)}: ${reason}</li>`)}</ul>`,
  ]);
}

function coverageRow(page: Page, { accountId, state, regions, gaps: own }: AccountCoverage): Markup {
  const found = regions.reduce((sum, one) => sum + one.clusters.found, 0);
  const judged = regions.reduce((sum, one) => sum + one.clusters.judged, 0);
  const gapCount = regions.reduce((sum, one) => sum + one.gaps.length, own.length);
  return markup`<tr><td>${account(page, accountId)}</td>
<td><span class="label ${STATES[state].tone}">${STATES[state].label}</span></td>
<td class="number">${ofTotal(judged, found)}</td><td class="number">${gapCount > 0 ? gapCount : markup`<span class="zero">0</span>`}</td>
<td class="small">${regionList(regions)}</td></tr>\n`;
}

function regionList(regions: AccountCoverage['regions']): Content {
  const texts = regions.map(({ region, state, clusters }) => {
    const count = clusters.found > 0 && markup` <b>${clusters.found}</b>`;
    const mark =
      state !== 'covered' &&
      markup` <span class="${STATES[state].tone}"><span class="toned">${STATES[state].label}</span></span>`;
    return markup`${region}${count}${mark}`;
  });
  return texts.flatMap((text, index) => (index === 0 ? [text] : [', ', text]));
}

function securityHub({ result, summary: { findings } }: Page): Markup {
  if (!result.run.publish)
    return chapter(
      'security-hub',
      '',
      markup`<p class="soft">This run looked only: nothing was published.</p>`,
    );
  const { failed } = result.changes;
  const kinds = ['created', 'updated', 'archived', 'unchanged', 'failed'] as const;
  return chapter('security-hub', 'what this run changed', [
    markup`<div class="tiles">${kinds.map((kind) => markup`<div class="tile ${kind === 'failed' && findings.failed > 0 && 'failed'}"><b>${findings[kind].toLocaleString('en')}</b><span>${kind}</span></div>\n`)}</div>`,
    failed.length > 0 &&
      markup`<p>Security Hub did not take:</p><ul class="list">${failed.map(({ findingId, code, message }) => markup`<li><span class="arn">${findingId}</span>: <code>${code}</code> ${message}</li>`)}</ul>`,
  ]);
}

function footer({ result: { run } }: Page): Markup {
  return markup`<footer>
<p><b>How to read this.</b> Each verdict rests on what AWS answered during the run. <b>Passed</b> and <b>failed</b> were
seen. A <b>warning</b> was seen too, but needs a person to decide. <b>Not available</b> means that AWS did not let the
auditor see: it says nothing about the resource. Controls are numbered as in the CIS Amazon EKS Benchmark and worded by
EKS Auditor; it is not a product of the Center for Internet Security.</p>
<p>EKS Auditor ${run.version}, run ${run.id}.</p>
</footer>`;
}
