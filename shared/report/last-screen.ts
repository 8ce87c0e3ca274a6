import { parseArn } from '../model/arn.ts';
import { clusterNameIn } from '../model/resource.ts';
import type { RunResult } from '../model/run.ts';
import { SEVERITIES } from '../model/verdict.ts';
import { closedRegionsText } from './closed-regions.ts';
import { type ConclusionOptions, conclusionOf } from './conclusion.ts';
import { contentOf } from './content.ts';
import { outcomeOf } from './exit-code.ts';
import { GAP_LABELS, groupGaps } from './gaps.ts';
import { labelledText, layoutOf, rule } from './layout.ts';
import { noticeTexts } from './notices.ts';
import { SHOWN_STATUSES } from './shown-status.ts';
import type { Summary } from './summary.ts';
import { accountLabel, joinPlace, type TablePage } from './table-parts.ts';
import { fitTo, plural, wrap } from './text.ts';
import { type ClusterFailures, severitiesText, worstClusters } from './worst-clusters.ts';

/** What the last screen says besides the run. */
export interface LastScreenOptions extends ConclusionOptions {
  /** Where the whole output is. */
  readonly reports?: readonly string[];
}

/** The last screen alone: what matters of a run whose report is elsewhere. Ends with a line feed. Pure. */
export function renderLastScreen(
  result: RunResult,
  { width, colour, ...options }: Parameters<typeof layoutOf>[0] & LastScreenOptions,
): string {
  const page = { ...layoutOf({ width, colour }), ...contentOf(result) };
  return `${lastScreenLines(page, options).join('\n')}\n`;
}

/** What a person reads first, because it is the last that a terminal shows. */
export function lastScreenLines(page: TablePage, options: LastScreenOptions): string[] {
  const line = (label: string, text: string | undefined) =>
    text === undefined ? [] : labelledText(page, { text: label, format: 'bold' }, 'Findings  '.length, text);
  const { result, summary } = page;
  const closed = closedRegionsText(summary);
  return [
    rule(page),
    ...line('Caller', callerText(page)),
    ...line('Verdicts', verdictsText(summary)),
    ...line(
      'Severity',
      severitiesText((severity) => summary.failedBySeverity[severity] ?? 0),
    ),
    ...worstClusters(result.verdicts, MAX_CLUSTERS).flatMap((cluster, index) =>
      line(index === 0 ? 'Worst' : '', clusterText(page, cluster)),
    ),
    ...line('Coverage', coverageText(summary)),
    ...notSeenTexts(page).flatMap((text, index) => line(index === 0 ? 'Not seen' : '', text)),
    ...line('Closed', closed && `${closed}, by a policy of the organization`),
    ...line('Skipped', skippedText(page)),
    ...line('Findings', findingsText(page)),
    ...exceptionTexts(result).flatMap((text) => line('Exception', text)),
    ...noticeTexts(page).flatMap((text) => line('Notice', text)),
    ...line('Reports', options.reports?.length ? options.reports.join(', ') : undefined),
    '',
    ...conclusionLines(page, options),
  ];
}

/** Whose credentials it was, so that those of a wrong profile are seen. */
function callerText(page: TablePage): string | undefined {
  const { caller, organization } = page.result;
  const of = organization && `organization ${organization.id}`;
  if (caller === undefined) return of;
  return joinPlace([accountLabel(page, caller.accountId), caller.arn, of]);
}

const MAX_CLUSTERS = 5;
/** Names of clusters may have 100 characters. */
const MAX_NAME = 48;

function clusterText(page: TablePage, { clusterArn, counts }: ClusterFailures): string {
  const arn = parseArn(clusterArn);
  const severities = severitiesText((severity) => counts[SEVERITIES.indexOf(severity)] ?? 0);
  const name = clusterNameIn(clusterArn) ?? clusterArn;
  const short = fitTo(name, Math.min(name.length, MAX_NAME));
  return joinPlace([short, arn && accountLabel(page, arn.accountId), arn?.region]).concat(`: ${severities}`);
}

const MAX_NOT_SEEN = 5;

/** What could not be looked at, what hides most first; at least one line. */
function notSeenTexts(page: TablePage): string[] {
  const { result } = page;
  const groups = groupGaps(result).map(({ what, operation, code, gaps }) => {
    const [first] = gaps;
    const where = first && accountLabel(page, first.accountId);
    const others = new Set(gaps.map(({ accountId }) => accountId)).size - 1;
    const places = others > 0 ? `${where} and ${plural(others, 'other account')}` : where;
    return `${GAP_LABELS[what]}: ${operation} ${code} in ${places}`;
  });
  const skipped = result.coverage.skipped
    .filter((account) => account.askedFor)
    .map(({ accountId, reason }) => `${accountLabel(page, accountId)}: ${reason}`);
  const clusters = (result.coverage.clustersNotJudged ?? []).map((name) => `cluster ${name}`);
  const all = [...skipped, ...clusters, ...groups];
  if (all.length === 0) return ['nothing: all that was selected was read'];
  const others = all.length - MAX_NOT_SEEN;
  return [...all.slice(0, MAX_NOT_SEEN), ...(others > 0 ? [`… and ${others} more`] : [])];
}

/** The verdicts by status, worst first, in one line. */
function verdictsText({ verdicts }: Pick<Summary, 'verdicts'>): string {
  const words = {
    FAILED: 'failed',
    NOT_AVAILABLE: 'not available',
    WARNING: 'warning',
    EXCEPTED: 'excepted',
    PASSED: 'passed',
  };
  const parts = SHOWN_STATUSES.filter((status) => verdicts[status] > 0).map((status) =>
    plural(verdicts[status], words[status], status === 'WARNING' ? 'warnings' : words[status]),
  );
  return parts.join(' · ') || 'none';
}

function coverageText({ accounts, regions, clusters }: Summary): string {
  return [
    ofTotal(accounts.total - accounts.notCovered, accounts.total, 'account'),
    ofTotal(regions.total - regions.notCovered, regions.total, 'account/Region pair'),
    ofTotal(clusters.judged, clusters.found, 'cluster'),
  ].join(' · ');
}

/** `7 clusters`, or `5 of 7 clusters`. */
function ofTotal(count: number, total: number, noun: string): string {
  return count === total ? plural(total, noun) : `${count.toLocaleString('en')} of ${plural(total, noun)}`;
}

const MAX_SKIPPED_LISTED = 10;

/** The accounts that were not audited and that nobody requested by id; `undefined` when there are none. */
function skippedText(page: TablePage): string | undefined {
  const skipped = page.result.coverage.skipped.filter((account) => !account.askedFor);
  if (skipped.length === 0) return undefined;
  const listed = skipped
    .slice(0, MAX_SKIPPED_LISTED)
    .map(({ accountId, reason }) => `${accountLabel(page, accountId)}, ${reason}`);
  const ellipsis = skipped.length > MAX_SKIPPED_LISTED ? ['…'] : [];
  return `${plural(skipped.length, 'account')}: ${[...listed, ...ellipsis].join('; ')}`;
}

function findingsText({ result, summary: { findings } }: TablePage): string {
  if (!result.run.publish) return 'not published; --publish sends them to Security Hub';
  const parts = (['created', 'updated', 'archived', 'unchanged', 'outdated', 'failed'] as const)
    .filter((kind) => kind === 'unchanged' || findings[kind] > 0)
    .map((kind) => `${findings[kind].toLocaleString('en')} ${kind}`);
  return parts.join(' · ');
}

const MAX_EXCEPTIONS = 10;

/** The exceptions that somebody should look at, what has ended first. */
function exceptionTexts({ exceptions = [] }: RunResult): string[] {
  const words = {
    expired: 'expired on',
    'expires-soon': 'expires soon, on',
    unused: 'covers nothing; it is valid until',
  };
  const texts = Object.entries(words).flatMap(([state, word]) =>
    exceptions
      .filter((exception) => exception.state === state)
      .map(({ id, owner, expires }) => `${id} of ${owner} ${word} ${expires}`),
  );
  const more = texts.length - MAX_EXCEPTIONS;
  return more > 0 ? [...texts.slice(0, MAX_EXCEPTIONS), `… and ${plural(more, 'exception')} more`] : texts;
}

const OUTCOME_FORMATS = { failed: 'red', incomplete: 'magenta', passed: 'green' } as const;

function conclusionLines({ result, summary, style, width }: TablePage, options: ConclusionOptions): string[] {
  const format = OUTCOME_FORMATS[outcomeOf(result, options.failOn)];
  return wrap(conclusionOf(result, summary, options), width).map((line) => style(['bold', format], line));
}
