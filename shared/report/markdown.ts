import type { RunResult } from '../model/run.ts';
import type { Verdict } from '../model/verdict.ts';
import { CHANGE_KINDS } from '../model/verdict-change.ts';
import { changesSinceOf } from './changed-verdicts.ts';
import { closedRegionsText } from './closed-regions.ts';
import { conclusionOf } from './conclusion.ts';
import { contentOf, type ReportContent } from './content.ts';
import { groupGaps } from './gaps.ts';
import { noticeTexts } from './notices.ts';
import { clusterNameOf } from './places.ts';
import { type ControlRef, controlRefKey, controlText } from './reported-controls.ts';
import { safeText } from './safe-text.ts';
import {
  exceptionText,
  SHOWN_STATUSES,
  type ShownStatus,
  shownSeverityOf,
  shownStatusOf,
} from './shown-status.ts';
import { compareVerdicts, STATUS_LABELS, type StatusCounts } from './summary.ts';
import { CHANGE_TITLES } from './table-changes.ts';
import { duration, plural, shortTime } from './text.ts';

/** The run as GitHub Flavored Markdown, for tickets, wikis and job summaries. What passed is only counted. Pure. */
export function renderMarkdown(result: RunResult): string {
  const page = contentOf(result);
  const sections = [
    heading(page),
    controlsTable(page),
    ...SHOWN_STATUSES.filter((status) => status !== 'PASSED').map((status) => verdictsSection(page, status)),
    gapsSection(page),
    noticesSection(page),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function heading({ result, summary }: ReportContent): string[] {
  const { run } = result;
  const { accounts, clusters } = summary;
  const closed = closedRegionsText(summary);
  return [
    `# EKS Auditor: CIS Amazon EKS Benchmark ${run.benchmark}`,
    '',
    `**${safe(conclusionOf(result, summary))}**`,
    '',
    `Started ${shortTime(run.startedAt)}, took ${duration(summary.seconds)}, run ${safe(run.id)}, version ${safe(run.version)}.`,
    `Audited: ${accounts.total - accounts.notCovered} of ${plural(accounts.total, 'account')}, ${clusters.judged} of ${plural(clusters.found, 'cluster')}.`,
    ...placeLines(result),
    ...changeLines(result),
    ...(closed === undefined ? [] : [`Closed by a policy of the organization: ${safe(closed)}.`]),
  ];
}

/** Which organization, and who asked. */
function placeLines({ organization, caller }: RunResult): string[] {
  return [
    ...(organization === undefined ? [] : [`Organization: ${safe(organization.id)}.`]),
    ...(caller === undefined ? [] : [`By ${safe(caller.arn)} in account ${safe(caller.accountId)}.`]),
  ];
}

/** How much changed since an earlier run, where there is one to compare with. */
function changeLines({ changes }: RunResult): string[] {
  const lists = changesSinceOf(changes);
  if (lists === undefined) return [];
  const counts = CHANGE_KINDS.filter((kind) => lists[kind].length > 0).map(
    (kind) => `${CHANGE_TITLES[kind].toLowerCase()} ${lists[kind].length}`,
  );
  const since = changes.since === undefined ? '' : ` since ${shortTime(changes.since.startedAt)}`;
  return [`Changes${since}: ${counts.join(', ') || 'none'}.`];
}

function controlsTable({ summary }: ReportContent): string[] {
  return [
    row(['Control', ...SHOWN_STATUSES.map((status) => STATUS_LABELS[status])]),
    row(['---', ...SHOWN_STATUSES.map(() => '--:')]),
    ...summary.controls.map((control) => row([titleOf(control), ...countsOf(control.counts)])),
    row(['**All**', ...countsOf(summary.verdicts).map((count) => `**${count}**`)]),
  ];
}

function countsOf(counts: StatusCounts): string[] {
  return SHOWN_STATUSES.map((status) => `${counts[status]}`);
}

function titleOf(control: ControlRef): string {
  return safe(`${control.controlId} ${controlText(control)?.title ?? control.control}`);
}

/** The verdicts of one status by control, worst first, with how to fix each control. */
function verdictsSection({ result, names }: ReportContent, status: ShownStatus): string[] {
  const verdicts = result.verdicts.filter((verdict) => shownStatusOf(verdict) === status);
  if (verdicts.length === 0) return [];
  const byControl = Map.groupBy(verdicts.sort(compareVerdicts), controlRefKey);
  const parts = [...byControl.values()].flatMap((own) => ['', ...controlSection(own, status, names)]);
  return [`## ${STATUS_LABELS[status]} (${verdicts.length})`, ...parts];
}

function controlSection(
  verdicts: readonly Verdict[],
  status: ShownStatus,
  names: ReportContent['names'],
): string[] {
  const [first] = verdicts;
  if (first === undefined) return [];
  const fix = status === 'FAILED' ? controlText(first)?.remediation : undefined;
  return [
    `### ${titleOf(first)}`,
    '',
    ...(fix ? [`Fix: ${safe(fix.text)} [Documentation](${fix.url})`, ''] : []),
    row(['Severity', 'Account', 'Region', 'Cluster', 'Resource', 'Reason']),
    row(['---', '---', '---', '---', '---', '---']),
    ...verdicts.map((verdict) => verdictRow(verdict, names)),
  ];
}

function verdictRow(verdict: Verdict, names: ReportContent['names']): string {
  const { scope, resource, reasonCode, reason } = verdict;
  const account = [scope.accountId, names.get(scope.accountId)]
    .filter((text) => text !== undefined)
    .join(' ');
  const exception = exceptionText(verdict);
  const why = `${reasonCode}: ${reason}${exception && ` Accepted: ${exception}`}`;
  const cells = [account, scope.region, clusterNameOf(verdict) ?? '', resource.id, why];
  return row([shownSeverityOf(verdict), ...cells.map(safe)]);
}

function gapsSection({ result }: ReportContent): string[] {
  const groups = groupGaps(result);
  if (groups.length === 0) return [];
  return [
    '## Not seen',
    '',
    row(['What', 'Operation', 'Code', 'Where', 'Detail']),
    row(['---', '---', '---', '---', '---']),
    ...groups.map(({ what, operation, code, detail, gaps }) => {
      const [first] = gaps;
      const more = gaps.length > 1 ? ` and ${gaps.length - 1} more` : '';
      const where = `${first?.accountId ?? ''} ${first?.region ?? ''}`.trim();
      return row([what, operation, code, `${where}${more}`, detail].map(safe));
    }),
  ];
}

function noticesSection(page: ReportContent): string[] {
  const texts = noticeTexts(page);
  return texts.length === 0 ? [] : ['## Notices', '', ...texts.map((text) => `- ${safe(text)}`)];
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function safe(text: string): string {
  return safeText(text, 'markdown');
}
