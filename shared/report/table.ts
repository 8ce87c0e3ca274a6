import type { RunResult } from '../model/run.ts';
import { STATUSES, type Status, type Verdict } from '../model/verdict.ts';
import { isIncomplete } from './exit-code.ts';
import { GAP_LABELS, type GapGroup, groupGaps, NOWHERE, unexplained } from './gaps.ts';
import { beside, type Format, type Layout, layoutOf, rule, tableRow } from './layout.ts';
import { accountNames, clusterNameOf, shortName } from './places.ts';
import { type ControlRef, type ControlTexts, controlKey, controlTexts } from './reported-controls.ts';
import {
  compareControlIds,
  compareVerdicts,
  passedText,
  STATUS_LABELS,
  type Summary,
  summarize,
} from './summary.ts';
import { duration, fitTo, plural, printable, shortTime, wrap } from './text.ts';

export interface TableOptions {
  /** Columns of the terminal. */
  readonly width: number;
  readonly colour: boolean;
}

interface Page extends Layout {
  readonly result: RunResult;
  readonly summary: Summary;
  readonly controlTexts: ControlTexts;
  readonly names: ReadonlyMap<string, string>;
}

/** A control that fails everywhere must not push the others out of sight. */
const LISTED_PER_CONTROL = 20;
const LISTED_PER_CAUSE = 10;

/** The report for a terminal, worst first. What passed is only counted. Ends with a line feed. Pure. */
export function renderTable(result: RunResult, options: TableOptions): string {
  const page: Page = {
    ...layoutOf(options),
    result,
    summary: summarize(result),
    controlTexts: controlTexts(),
    names: accountNames(result),
  };
  const sections = [
    heading(page),
    compliance(page),
    problems(page, 'FAILED'),
    problems(page, 'WARNING'),
    notAvailable(page),
    totals(page),
  ];
  const texts = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${texts.join('\n\n')}\n`;
}

function heading(page: Page): string[] {
  const { run } = page.result;
  const name = `EKS Auditor ${run.version}`;
  const parts = [
    `CIS Amazon EKS Benchmark ${run.benchmark}`,
    shortTime(run.startedAt),
    duration(page.summary.seconds),
  ];
  return beside(page, { text: name, format: 'bold' }, name.length + 2, parts.join(' · '));
}

const STATUS_FORMATS = {
  FAILED: 'red',
  NOT_AVAILABLE: 'magenta',
  WARNING: 'yellow',
  PASSED: 'green',
} as const satisfies Record<Status, Format>;

const COLUMNS = STATUSES.map((status) => {
  const title = status === 'NOT_AVAILABLE' ? 'Not avail.' : STATUS_LABELS[status];
  return { status, title, width: title.length + 2 };
});

function compliance(page: Page): string[] {
  const { controls } = page.summary;
  if (controls.length === 0) return [];
  const width = page.width - COLUMNS.reduce((total, one) => total + one.width, 0);
  const titles = COLUMNS.map((column) => ({
    text: column.title,
    width: column.width,
    align: 'right' as const,
  }));
  const rows = controls.map((control) => [
    { text: titleOf(page, control), width },
    ...COLUMNS.map((column) => countCell(column, control.counts[column.status])),
  ]);
  const header = page.style('bold', tableRow(page, [{ text: 'Control', width }, ...titles]));
  return [header, rule(page), ...rows.map((row) => tableRow(page, row))];
}

function countCell({ status, width }: { status: Status; width: number }, count: number) {
  const format: Format = count === 0 ? 'dim' : STATUS_FORMATS[status];
  return { text: count === 0 ? '·' : count.toLocaleString('en'), width, align: 'right' as const, format };
}

function titleOf(page: Page, control: ControlRef): string {
  return `${control.controlId}  ${page.controlTexts(control)?.title ?? ''}`.trimEnd();
}

/** The verdicts of one status, by control; the control with the worst comes first. */
function problems(page: Page, status: 'FAILED' | 'WARNING'): string[] {
  const verdicts = page.result.verdicts.filter((one) => one.status === status).sort(compareVerdicts);
  if (verdicts.length === 0) return [];
  const groups = Map.groupBy(verdicts, controlKey);
  const title = `${STATUS_LABELS[status].toUpperCase()} (${verdicts.length.toLocaleString('en')})`;
  return [
    rule(page, title, STATUS_FORMATS[status]),
    ...[...groups.values()].flatMap((own) => ['', ...controlLines(page, own)]),
  ];
}

function controlLines(page: Page, verdicts: readonly Verdict[]): string[] {
  const [first] = verdicts;
  if (first === undefined) return [];
  const fix = saysHow(page, first) ? page.controlTexts(first)?.remediation : undefined;
  return [
    page.style('bold', fitTo(titleOf(page, first), page.width).trimEnd()),
    ...verdictLines(page, verdicts),
    ...(fix ? [...noted(page, 'Fix', fix.text), ...noted(page, '', fix.url)] : []),
  ];
}

/** How to fix a control is said once: with its failures, or else with its warnings. */
function saysHow({ summary }: Page, verdict: Verdict): boolean {
  const control = summary.controls.find((one) => controlKey(one) === controlKey(verdict));
  return verdict.status === 'FAILED' || control?.counts.FAILED === 0;
}

function atMost<T>(
  page: Page,
  limit: number,
  all: readonly T[],
  toLines: (one: T) => readonly string[],
): string[] {
  return [...all.slice(0, limit).flatMap(toLines), ...more(page, all.length - limit)];
}

function more({ style }: Page, count: number): string[] {
  if (count <= 0) return [];
  return [
    style('dim', `  … and ${count.toLocaleString('en')} more: --format html and --format json have them all`),
  ];
}

const SEVERITY_FORMATS = {
  CRITICAL: ['bold', 'red'],
  HIGH: 'red',
  MEDIUM: 'yellow',
  LOW: 'cyan',
  INFORMATIONAL: 'dim',
} as const satisfies Record<Verdict['severity'], Format>;

/** Two spaces, the longest severity of a failure, two spaces. */
const MARGIN = 'CRITICAL'.length + 4;

/** Verdicts that say the same of several places say it once. */
function verdictLines(page: Page, verdicts: readonly Verdict[]): string[] {
  const listed = verdicts.slice(0, LISTED_PER_CONTROL);
  const groups = Map.groupBy(listed, (one) => `${one.severity} ${explanationOf(one)}`);
  return [
    ...[...groups.values()].flatMap((own) => groupLines(page, own)),
    ...more(page, verdicts.length - listed.length),
  ];
}

function explanationOf({ reasonCodes, reason }: Verdict): string {
  return `${reasonCodes.join(', ')}: ${reason}`;
}

function groupLines(page: Page, [first, ...others]: readonly Verdict[]): string[] {
  if (first === undefined) return [];
  const severity = { text: `  ${first.severity}`, format: SEVERITY_FORMATS[first.severity] };
  return [
    ...beside(page, severity, MARGIN, placeOf(page, first)),
    ...others.flatMap((one) => noted(page, '', placeOf(page, one))),
    ...noted(page, '', explanationOf(first)),
  ];
}

function noted(page: Page, label: string, text: string): string[] {
  return beside(page, { text: `  ${label}`, format: 'cyan' }, MARGIN, text);
}

/** Account, Region, cluster, and the resource where it is not the cluster. */
function placeOf(page: Page, verdict: Verdict): string {
  const { resource, clusterArn, scope } = verdict;
  const isOther = resource.id !== clusterArn && resource.type !== 'AwsAccount';
  return place([
    accountLabel(page, scope.accountId),
    scope.region,
    clusterNameOf(verdict),
    isOther ? `${resource.type} ${resource.name ?? resource.id}` : undefined,
  ]);
}

function place(parts: readonly (string | undefined)[]): string {
  return parts.filter((one) => one !== undefined).join(' · ');
}

function accountLabel({ names }: Page, accountId: string): string {
  const name = names.get(accountId);
  return name === undefined ? accountId : `${accountId} (${name})`;
}

function notAvailable(page: Page): string[] {
  const blocks = [
    ...groupGaps(page.result).map((group) => gapLines(page, group)),
    verdictLines(page, unexplained(page.result)),
    refusedAccounts(page),
    missingClusters(page),
    failedImports(page),
  ].filter((lines) => lines.length > 0);
  if (blocks.length === 0) return [];
  return [rule(page, 'NOT AVAILABLE', 'magenta'), ...blocks.flatMap((lines) => ['', ...lines])];
}

function gapLines(page: Page, { what, operation, code, gaps, detail, hint }: GapGroup): string[] {
  return [
    ...titleLines(page, `${GAP_LABELS[what]}: ${operation} failed with ${code}`),
    ...atMost(page, LISTED_PER_CAUSE, gaps, ({ accountId, region, resource, controlIds }) => {
      const name = resource && shortName(resource, accountId);
      const unanswered = controlIds?.toSorted(compareControlIds).join(', ');
      const where = place([accountLabel(page, accountId), region, name]);
      return hanging(page, unanswered ? `${where} (no answer to ${unanswered})` : where);
    }),
    ...noted(page, 'Why', detail),
    ...(hint ? noted(page, 'Fix', hint) : []),
  ];
}

function titleLines({ style, width }: Page, text: string): string[] {
  return wrap(printable(text), width).map((line) => style('bold', line));
}

function hanging({ width }: Page, text: string): string[] {
  return wrap(printable(text), width - 4).map((line, index) => `${index === 0 ? '  ' : '    '}${line}`);
}

/** Accounts that were asked for by their ids and cannot be audited. */
function refusedAccounts(page: Page): string[] {
  const refused = page.result.coverage.skipped.filter((one) => one.askedFor);
  return refused.flatMap(({ accountId, reason }) =>
    hanging(page, `${accountLabel(page, accountId)} was asked for and left out: ${reason}`),
  );
}

/** Clusters that were asked for by their names and are nowhere, or not ready. */
function missingClusters(page: Page): string[] {
  const names = page.result.coverage.clustersNotJudged ?? [];
  return names.flatMap((name) => hanging(page, `Cluster ${name} ${NOWHERE}`));
}

function failedImports(page: Page): string[] {
  const { failed } = page.result.changes;
  if (failed.length === 0) return [];
  return [
    ...titleLines(page, `Security Hub did not take ${plural(failed.length, 'finding')}`),
    ...atMost(page, LISTED_PER_CAUSE, failed, ({ findingId, code, message }) =>
      hanging(page, `${findingId}: ${code}, ${message}`),
    ),
  ];
}

function totals(page: Page): string[] {
  const { summary } = page;
  const line = (label: string, text: string) =>
    beside(page, { text: label, format: 'bold' }, 'Findings  '.length, text);
  const skipped = page.result.coverage.skipped
    .filter((one) => !one.askedFor)
    .map(({ accountId, reason }) => `${accountLabel(page, accountId)}, ${reason}`);
  const listed = skipped.length > LISTED_PER_CAUSE ? [...skipped.slice(0, LISTED_PER_CAUSE), '…'] : skipped;
  return [
    rule(page),
    ...line('Verdicts', verdictsText(summary)),
    ...line('Coverage', coverageText(summary)),
    ...(skipped.length > 0
      ? line('Left out', `${plural(skipped.length, 'account')}: ${listed.join('; ')}`)
      : []),
    ...line('Findings', findingsText(page)),
    '',
    ...conclusion(page),
  ];
}

/** The verdicts by status, worst first, in one line. */
export function verdictsText({ verdicts }: Pick<Summary, 'verdicts'>): string {
  const words = { FAILED: 'failed', NOT_AVAILABLE: 'not available', WARNING: 'warning', PASSED: 'passed' };
  const parts = STATUSES.filter((status) => verdicts[status] > 0).map((status) =>
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
function ofTotal(count: number, total: number, what: string): string {
  return count === total ? plural(total, what) : `${count.toLocaleString('en')} of ${plural(total, what)}`;
}

function findingsText({ result, summary: { findings } }: Page): string {
  if (!result.run.publish) return 'not published; --publish brings Security Hub up to date';
  const parts = (['created', 'updated', 'archived', 'unchanged', 'failed'] as const)
    .filter((kind) => kind === 'unchanged' || findings[kind] > 0)
    .map((kind) => `${findings[kind].toLocaleString('en')} ${kind}`);
  return parts.join(' · ');
}

function conclusion({ result, summary, style, width }: Page): string[] {
  const also = isIncomplete(result) ? ', and not everything could be looked at' : '';
  const { text, format } = {
    failed: {
      text: `FAILED: ${plural(summary.verdicts.FAILED, 'thing')} to fix${also}`,
      format: 'red' as const,
    },
    incomplete: {
      text: 'INCOMPLETE: nothing failed, but not everything could be looked at',
      format: 'magenta' as const,
    },
    passed: {
      text: `PASSED: ${passedText(summary)}, and everything was looked at`,
      format: 'green' as const,
    },
  }[summary.outcome];
  return wrap(text, width).map((line) => style(['bold', format], line));
}
