import type { RunResult } from '../model/run.ts';
import { STATUSES } from '../model/verdict.ts';
import { conclusionOf } from './conclusion.ts';
import type { ReportContent } from './content.ts';
import { isIncomplete } from './exit-code.ts';
import { coverageSection, gapsSection, securityHubSection } from './html-coverage.ts';
import { type HtmlVerdicts, htmlContentOf, htmlVerdictsOf } from './html-data.ts';
import { ofTotal, SECTIONS, TONES } from './html-parts.ts';
import { STYLE } from './html-style.ts';
import { complianceSection, matrixSection, problemsSection } from './html-verdicts.ts';
import { Markup, markup } from './markup.ts';
import { STATUS_LABELS } from './summary.ts';
import { duration, plural, shortTime } from './text.ts';

/**
 * The report as one HTML file without scripts, fonts, pictures or requests: it can be opened anywhere, mailed and
 * printed. Its tables are bounded, and say how many rows are left out. Pure.
 */
export function renderHtml(result: RunResult): string {
  return renderHtmlWith(result, htmlVerdictsOf(result.verdicts));
}

/** The same of a result whose own verdicts are not looked at. */
export function renderHtmlWith(result: RunResult, verdicts: HtmlVerdicts): string {
  const page = htmlContentOf(result, verdicts);
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
${complianceSection(page)}
${problemsSection(page, 'FAILED')}
${problemsSection(page, 'WARNING')}
${matrixSection(page)}
${gapsSection(page)}
${coverageSection(page)}
${securityHubSection(page)}
</main>
${footer(page)}
</body>
</html>
`}`;
}

function header({ result: { run }, summary }: ReportContent): Markup {
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

function banner({ result, summary }: ReportContent): Markup {
  const { outcome, clusters, accounts } = summary;
  const tone = ({ failed: 'failed', incomplete: 'unknown', passed: 'passed' } as const)[outcome];
  const audited = accounts.total - accounts.notCovered;
  const judged = `${plural(clusters.judged, 'cluster')} in ${plural(audited, 'account')} judged.`;
  const note = isIncomplete(result) && ' See “Not available” for what is missing.';
  return markup`<div class="banner ${tone}"><strong>${conclusionOf(result, summary)}</strong>${judged}${note}</div>`;
}

function tiles({ summary }: ReportContent): Markup {
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

function navigation(): Markup {
  return markup`<nav aria-label="Contents">${SECTIONS.map(([id, title]) => markup`<a href="#${id}">${title}</a>`)}</nav>`;
}

function footer({ result: { run } }: ReportContent): Markup {
  return markup`<footer>
<p><b>How to read this.</b> Each verdict rests on what AWS answered during the run. <b>Passed</b> and <b>failed</b> are
proven by evidence. A <b>warning</b> needs manual review. <b>Not available</b> means that evidence could not be read: it
says nothing about the resource. Controls are numbered as in the CIS Amazon EKS Benchmark and worded by
EKS Auditor; it is not a product of the Center for Internet Security.</p>
<p>EKS Auditor ${run.version}, run ${run.id}.</p>
</footer>`;
}
