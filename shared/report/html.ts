import type { RunResult } from '../model/run.ts';
import { STATUSES } from '../model/verdict.ts';
import { coverage, gaps, securityHub } from './html-coverage.ts';
import { CHAPTERS, ofTotal, type Page, TONES } from './html-parts.ts';
import { STYLE } from './html-style.ts';
import { compliance, matrix, problems } from './html-verdicts.ts';
import { Markup, markup } from './markup.ts';
import { accountNames } from './places.ts';
import { controlTexts } from './reported-controls.ts';
import { passedText, STATUS_LABELS, summarize } from './summary.ts';
import { duration, plural, shortTime } from './text.ts';

/**
 * The report as one HTML file that needs nothing else: no script, no font, no picture, no network. It may be opened
 * anywhere, mailed, and printed. Pure.
 */
export function renderHtml(result: RunResult): string {
  const page: Page = {
    result,
    summary: summarize(result),
    controlTexts: controlTexts(),
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
    passed: {
      tone: 'passed',
      title: `Passed: ${passedText(summary)}, and everything was looked at`,
      more: false,
    },
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

function navigation(): Markup {
  return markup`<nav aria-label="Contents">${CHAPTERS.map(([id, title]) => markup`<a href="#${id}">${title}</a>`)}</nav>`;
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
