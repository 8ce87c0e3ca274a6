import type { RunResult } from '../model/run.ts';
import type { Verdict } from '../model/verdict.ts';
import { closedRegionsText } from './closed-regions.ts';
import { conclusionOf } from './conclusion.ts';
import { contentOf, type ReportContent } from './content.ts';
import { groupGaps } from './gaps.ts';
import { noticeTexts } from './notices.ts';
import { clusterNameOf } from './places.ts';
import { controlRefKey, controlText } from './reported-controls.ts';
import { safeText } from './safe-text.ts';
import {
  exceptionText,
  SHOWN_STATUSES,
  type ShownStatus,
  shownSeverityOf,
  shownStatusOf,
} from './shown-status.ts';
import { compareVerdicts } from './summary.ts';
import { duration, shortTime } from './text.ts';

/** Each status as a heading. */
const LABELS = {
  FAILED: 'Failed',
  NOT_AVAILABLE: 'Not available',
  WARNING: 'Warning',
  EXCEPTED: 'Excepted',
  PASSED: 'Passed',
} as const satisfies Record<ShownStatus, string>;

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
    `Audited: ${accounts.total - accounts.notCovered} of ${accounts.total} accounts, ${clusters.judged} of ${clusters.found} clusters.`,
    ...(closed === undefined ? [] : [`Closed by a policy of the organization: ${safe(closed)}.`]),
  ];
}

function controlsTable({ result }: ReportContent): string[] {
  const byControl = Map.groupBy(result.verdicts, controlRefKey);
  const rows = [...byControl.values()].sort(byFirstNumber).map((verdicts) => {
    const counts = SHOWN_STATUSES.map((status) => `${countOf(verdicts, status)}`);
    return row([titleOf(verdicts[0]), ...counts]);
  });
  const totals = SHOWN_STATUSES.map((status) => `**${countOf(result.verdicts, status)}**`);
  return [
    row(['Control', ...SHOWN_STATUSES.map((status) => LABELS[status])]),
    row(['---', ...SHOWN_STATUSES.map(() => '--:')]),
    ...rows,
    row(['**All**', ...totals]),
  ];
}

function byFirstNumber([a]: readonly Verdict[], [b]: readonly Verdict[]): number {
  return (a?.controlId ?? '').localeCompare(b?.controlId ?? '', 'en', { numeric: true });
}

function countOf(verdicts: readonly Verdict[], status: ShownStatus): number {
  return verdicts.filter((verdict) => shownStatusOf(verdict) === status).length;
}

function titleOf(verdict: Verdict | undefined): string {
  return verdict === undefined
    ? ''
    : safe(`${verdict.controlId} ${controlText(verdict)?.title ?? verdict.control}`);
}

/** The verdicts of one status by control, worst first, with how to fix each control. */
function verdictsSection({ result, names }: ReportContent, status: ShownStatus): string[] {
  const verdicts = result.verdicts.filter((verdict) => shownStatusOf(verdict) === status);
  if (verdicts.length === 0) return [];
  const byControl = Map.groupBy(verdicts.sort(compareVerdicts), controlRefKey);
  const parts = [...byControl.values()].flatMap((own) => ['', ...controlSection(own, status, names)]);
  return [`## ${LABELS[status]} (${verdicts.length})`, ...parts];
}

function controlSection(
  verdicts: readonly Verdict[],
  status: ShownStatus,
  names: ReportContent['names'],
): string[] {
  const [first] = verdicts;
  const fix = first && status === 'FAILED' ? controlText(first)?.remediation : undefined;
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
