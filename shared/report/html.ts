import type { RunResult } from '../model/run.ts';
import { HTML_SCRIPT, HTML_STYLE } from './html-assets.ts';
import { benchmarkSection } from './html-benchmark.ts';
import { coverageSection, gapsSection, securityHubSection } from './html-coverage.ts';
import { type HtmlContent, type HtmlVerdicts, htmlContentOf, htmlVerdictsOf } from './html-data.ts';
import { changeSection, controlsSection, exceptionsSection, failedResources } from './html-details.ts';
import { firstScreen, pageHeader } from './html-first-screen.ts';
import type { HtmlData } from './html-format.ts';
import { htmlDataOf, inScript } from './html-intern.ts';
import { Markup, markup } from './markup.ts';
import { counted, plural } from './text.ts';

/**
 * The report as one HTML file that requests nothing: it can be opened anywhere, mailed and printed. Its script, which only
 * the policy in it lets run, draws the findings of the data that are in it when they are seen; without the script it holds
 * what matters. It is bounded, and says what is left out. Pure.
 */
export function renderHtml(result: RunResult): string {
  return renderHtmlWith(result, htmlVerdictsOf(result.verdicts));
}

/** The same of a result whose own verdicts are not looked at. */
export function renderHtmlWith(result: RunResult, verdicts: HtmlVerdicts): string {
  const page = htmlContentOf(result, verdicts);
  const data = htmlDataOf(page.result, page.total);
  const title = `EKS Auditor: CIS Amazon EKS Benchmark ${result.run.benchmark}, ${result.run.startedAt.slice(0, 10)}`;
  const policy = `default-src 'none'; script-src '${HTML_SCRIPT.hash}'; style-src '${HTML_STYLE.hash}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>\n${markup`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${new Markup(HTML_STYLE.text)}</style>
</head>
<body>
<a class="skip" href="#findings">To the findings</a>
${pageHeader(page)}
<main>
${firstScreen(page)}
${findings(page, data)}
${controlsSection(page)}
${gapsSection(page)}
${changeSection(page)}
${exceptionsSection(page)}
${coverageSection(page)}
${benchmarkSection(page)}
${securityHubSection(page)}
</main>
${footer(page)}
<script type="application/json" id="data">${new Markup(inScript(data))}</script>
<script>${new Markup(HTML_SCRIPT.text)}</script>
</body>
</html>
`}`;
}

/** What the script fills; without it, the worst failures. */
function findings(page: HtmlContent, { rows, withoutEvidence }: HtmlData): Markup {
  const left = page.total - rows.length;
  return markup`<div id="app" tabindex="-1" hidden></div>
${left > 0 && markup`<p class="note">This file holds ${counted(rows.length)} of ${counted(page.total)} verdicts, the worst first; ${counted(left)} are left out here and only counted. The JSON report (result.json) has them all.</p>`}
${withoutEvidence > 0 && markup`<p class="note">The evidence of ${plural(withoutEvidence, 'verdict')} is left out here, so that the file stays small. The JSON report (result.json) has it.</p>`}
<noscript>${failedResources(page)}</noscript>`;
}

function footer({ result: { run } }: HtmlContent): Markup {
  return markup`<footer>
<p><b>How to read this.</b> Each verdict rests on what AWS answered during the run. <b>Passed</b> and <b>failed</b> are
proven by evidence. A <b>warning</b> needs manual review. <b>Not available</b> means that evidence could not be read: it
says nothing about the resource. <b>Excepted</b> is a failure or warning that is accepted for a time. Severity is of
failures. Controls are numbered as in the CIS Amazon EKS Benchmark and worded by EKS Auditor; it is not a product of the
Center for Internet Security.</p>
<p class="print-only">Printed are the first rows of each table; the file has the others.</p>
<p>EKS Auditor ${run.version}, run <bdi>${run.id}</bdi>.</p>
</footer>`;
}
