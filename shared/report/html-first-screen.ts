import type { RunOptions, RunResult } from '../model/run.ts';
import { SEVERITIES } from '../model/verdict.ts';
import { CHANGE_KINDS } from '../model/verdict-change.ts';
import { changesSinceOf } from './changed-verdicts.ts';
import { conclusionOf } from './conclusion.ts';
import { isIncomplete } from './exit-code.ts';
import type { FailureKind, HtmlContent } from './html-data.ts';
import { filterHref, name, ofTotal, TITLES, TONES } from './html-parts.ts';
import { type Content, type Markup, markup } from './markup.ts';
import { controlText } from './reported-controls.ts';
import { SHOWN_STATUSES } from './shown-status.ts';
import { STATUS_LABELS } from './summary.ts';
import { CHANGE_TITLES } from './table-changes.ts';
import { counted, duration, plural, shortTime } from './text.ts';

/** What was audited, by whom, when. */
export function pageHeader({ result, summary }: HtmlContent): Markup {
  const { run, organization, caller, options } = result;
  return markup`<header><div>
<p class="brand">EKS Auditor</p>
<h1>CIS Amazon EKS Benchmark ${run.benchmark}</h1>
<dl>
${item('Organization', name(organization?.id) || 'none, or not known')}
${caller && item('Caller', markup`<bdi>${caller.arn}</bdi>`)}
${caller && item('Account of the caller', name(caller.accountId))}
${item('Started', markup`${shortTime(run.startedAt)}, took ${duration(summary.seconds)}`)}
${item('Selection', options === undefined ? 'not recorded' : selectionText(options))}
${item('Run', markup`<bdi>${run.id}</bdi>, version ${run.version}`)}
</dl>
${navigation(result)}
</div></header>`;
}

/** The way to what is below. The script shows the link to what only it draws. */
function navigation({ changes, exceptions = [] }: RunResult): Markup {
  const absent = [changesSinceOf(changes) === undefined && 'change', exceptions.length === 0 && 'exceptions'];
  const links = Object.entries(TITLES).filter(([id]) => !absent.includes(id));
  return markup`<nav aria-label="Sections"><a href="#findings">Findings</a> <a href="#clusters" hidden>Clusters × controls</a>
${links.map(([id, title]) => markup` <a href="#${id}">${title}</a>`)}</nav>`;
}

function item(title: string, content: Content): Markup {
  return markup`<div><dt>${title}</dt><dd>${content}</dd></div>`;
}

/** Names of a selection that are listed. */
const MAX_NAMES = 5;

function selectionText({ controls, organization, ...narrowed }: RunOptions): Content {
  const lists = Object.entries(narrowed).filter(([, names]) => names.length > 0);
  const parts = lists.map(([key, names]) => {
    const words = key.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
    const more = names.length > MAX_NAMES && ` and ${names.length - MAX_NAMES} more`;
    return markup`; ${words}: <bdi>${names.slice(0, MAX_NAMES).join(', ')}</bdi>${more}`;
  });
  const scope = organization ? ' of the whole organization' : '';
  return [plural(controls.length, 'control'), scope, ...parts];
}

/** What a person has to see in ten seconds. */
export function firstScreen(page: HtmlContent): Markup {
  const { result, summary } = page;
  const tone = ({ failed: 'failed', incomplete: 'unknown', passed: 'passed' } as const)[summary.outcome];
  return markup`<section id="summary" aria-labelledby="h-summary">
<h2 id="h-summary" class="banner ${tone}">${conclusionOf(result, summary)}${isIncomplete(result) && markup` <a href="#not-seen">See “Not seen” for what is missing.</a>`}</h2>
<div class="tiles">
${worstClusters(page)}
${severityTiles(page)}
</div>
<div class="tiles small">${statusTiles(page)}</div>
<div class="columns">
${notSeen(page)}
${doFirst(page)}
${changeCounts(page)}
</div>
</section>`;
}

function worstClusters({ clustersWithHigh, summary: { clusters } }: HtmlContent): Markup {
  return markup`<a class="tile wide ${clustersWithHigh > 0 && 'failed'}" href="#status=FAILED&amp;severity=CRITICAL&amp;severity=HIGH"><b>${ofTotal(clustersWithHigh, clusters.judged)}</b><span>clusters with findings that are HIGH or worse</span></a>`;
}

function severityTiles({ summary: { failedBySeverity } }: HtmlContent): Markup[] {
  return SEVERITIES.filter((severity) => severity !== 'INFORMATIONAL').map((severity) => {
    const count = failedBySeverity[severity] ?? 0;
    return markup`<a class="tile ${count > 0 ? severity : 'none'}" href="${filterHref({ status: 'FAILED', severity })}"><b>${counted(count)}</b><span>${severity}</span></a>\n`;
  });
}

function statusTiles({ summary: { verdicts } }: HtmlContent): Markup[] {
  return SHOWN_STATUSES.map(
    (status) =>
      markup`<a class="tile ${verdicts[status] > 0 ? TONES[status] : 'none'}" href="${filterHref({ status })}"><b>${counted(verdicts[status])}</b><span>${STATUS_LABELS[status].toLowerCase()}</span></a>\n`,
  );
}

/** Kinds of failures on the first screen. */
const MAX_FIRST = 6;

function doFirst({ kinds }: HtmlContent): Markup {
  const more = kinds.length - MAX_FIRST;
  return markup`<div class="card do-first"><h3 class="head">Do first</h3>
${kinds.length === 0 ? markup`<p class="pad soft">Nothing failed.</p>` : markup`<ol class="first">${kinds.slice(0, MAX_FIRST).map(firstItem)}</ol>`}
${more > 0 && markup`<p class="pad soft">and <a href="#status=FAILED">${plural(more, 'more kind')} of findings</a></p>`}
</div>`;
}

function firstItem(kind: FailureKind): Markup {
  const { control, controlId, severity, reasonCode, findings, clusters, accounts } = kind;
  const hit = [
    plural(findings, 'finding'),
    clusters > 0 ? plural(clusters, 'cluster') : undefined,
    plural(accounts, 'account'),
  ].filter((text) => text !== undefined);
  return markup`<li><span class="label ${severity}">${severity}</span>
<div><a href="${filterHref({ status: 'FAILED', severity, control, code: reasonCode })}">${controlText(kind)?.title ?? control}</a>
<span class="soft"><span class="id">${controlId}</span> · <code>${reasonCode}</code> · ${hit.join(' · ')}</span></div></li>\n`;
}

function notSeen({ result, summary }: HtmlContent): Markup {
  const { accounts, regions, clusters, gaps, verdicts } = summary;
  const requested = result.coverage.clustersNotJudged?.length ?? 0;
  const askedFor = result.coverage.skipped.filter((account) => account.askedFor).length;
  const lines = [
    missing(accounts.notCovered, `of ${plural(accounts.total, 'account')} not audited`),
    missing(askedFor, `requested ${nounOf(askedFor, 'account')} not in the organization, or not active`),
    missing(regions.notCovered, `of ${plural(regions.total, 'account/Region pair')} not audited`),
    missing(clusters.notJudged, `of ${plural(clusters.found, 'cluster')} not judged`),
    missing(requested, `requested ${nounOf(requested, 'cluster')} not judged`),
    missing(verdicts.NOT_AVAILABLE, `${nounOf(verdicts.NOT_AVAILABLE, 'verdict')} not available`),
    missing(gaps, `${nounOf(gaps, 'gap')} in what could be read`),
  ].filter((line) => line !== false);
  return markup`<div class="card not-seen ${lines.length > 0 && 'unseen'}"><h3 class="head">Not seen</h3>
${lines.length > 0 ? markup`<ul class="counts">${lines}</ul><p class="pad"><a href="#not-seen">Why, and what to do</a></p>` : markup`<p class="pad soft">Everything that was requested was audited.</p>`}
</div>`;
}

function nounOf(count: number, noun: string): string {
  return count === 1 ? noun : `${noun}s`;
}

function missing(count: number, text: string): Markup | false {
  return count > 0 && markup`<li><b>${counted(count)}</b> <span>${text}</span></li>`;
}

function changeCounts({ result: { changes } }: HtmlContent): Markup {
  const lists = changesSinceOf(changes);
  const kinds = lists && CHANGE_KINDS.filter((kind) => lists[kind].length > 0);
  return markup`<div class="card changed"><h3 class="head">Change ${changes.since && markup`<small>since ${shortTime(changes.since.startedAt)}</small>`}</h3>
${lists === undefined && markup`<p class="pad soft">There is no earlier run to compare with.</p>`}
${kinds?.length === 0 && markup`<p class="pad soft">Nothing changed.</p>`}
${lists && kinds && kinds.length > 0 && markup`<ul class="counts">${kinds.map((kind) => missing(lists[kind].length, CHANGE_TITLES[kind].toLowerCase()))}</ul><p class="pad"><a href="#change">What changed</a></p>`}
</div>`;
}
