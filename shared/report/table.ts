import { EXCEPTION_STATES } from '../model/exception.ts';
import type { RunResult } from '../model/run.ts';
import { closedRegionsText } from './closed-regions.ts';
import { conclusionOf } from './conclusion.ts';
import { contentOf } from './content.ts';
import { labelledText, layoutOf, rule } from './layout.ts';
import { noticeTexts } from './notices.ts';
import { SHOWN_STATUSES } from './shown-status.ts';
import type { Summary } from './summary.ts';
import { changeLines } from './table-changes.ts';
import { notAvailableLines } from './table-gaps.ts';
import { accountLabel, type TablePage } from './table-parts.ts';
import { complianceLines, problemLines } from './table-verdicts.ts';
import { duration, plural, shortTime, wrap } from './text.ts';

export interface TableOptions {
  /** Columns of the terminal. */
  readonly width: number;
  readonly colour: boolean;
}

/** The report for a terminal, worst first. What passed is only counted. Ends with a line feed. Pure. */
export function renderTable(result: RunResult, options: TableOptions): string {
  const page: TablePage = { ...layoutOf(options), ...contentOf(result) };
  const sections = [
    headingLines(page),
    complianceLines(page),
    problemLines(page, 'FAILED'),
    problemLines(page, 'WARNING'),
    notAvailableLines(page),
    problemLines(page, 'EXCEPTED'),
    changeLines(page),
    totalLines(page),
  ];
  const texts = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${texts.join('\n\n')}\n`;
}

function headingLines(page: TablePage): string[] {
  const { run } = page.result;
  const name = `EKS Auditor ${run.version}`;
  const parts = [
    `CIS Amazon EKS Benchmark ${run.benchmark}`,
    shortTime(run.startedAt),
    duration(page.summary.seconds),
  ];
  return labelledText(page, { text: name, format: 'bold' }, name.length + 2, parts.join(' · '));
}

function totalLines(page: TablePage): string[] {
  const { summary } = page;
  const line = (label: string, text: string) =>
    labelledText(page, { text: label, format: 'bold' }, 'Findings  '.length, text);
  const skipped = skippedText(page);
  const closed = closedRegionsText(summary);
  return [
    rule(page),
    ...line('Verdicts', verdictsText(summary)),
    ...line('Coverage', coverageText(summary)),
    ...(closed === undefined ? [] : line('Closed', `${closed}, by a policy of the organization`)),
    ...(skipped === undefined ? [] : line('Skipped', skipped)),
    ...line('Findings', findingsText(page)),
    ...exceptionTexts(page.result).flatMap((text) => line('Exception', text)),
    ...noticeTexts(page).flatMap((text) => line('Notice', text)),
    '',
    ...conclusionLines(page),
  ];
}

/** The verdicts by status, worst first, in one line. */
export function verdictsText({ verdicts }: Pick<Summary, 'verdicts'>): string {
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

/** The exceptions that somebody should look at. */
function exceptionTexts({ exceptions = [] }: RunResult): string[] {
  const words = {
    expired: 'expired on',
    'expires-soon': 'expires soon, on',
    unused: 'covers nothing; it is valid until',
  };
  return EXCEPTION_STATES.flatMap((state) => {
    if (state === 'used') return [];
    return exceptions
      .filter((exception) => exception.state === state)
      .map(({ id, owner, expires }) => `${id} of ${owner} ${words[state]} ${expires}`);
  });
}

function conclusionLines({ result, summary, style, width }: TablePage): string[] {
  const format = ({ failed: 'red', incomplete: 'magenta', passed: 'green' } as const)[summary.outcome];
  return wrap(conclusionOf(result, summary), width).map((line) => style(['bold', format], line));
}
