import { compareNumbers } from '../model/benchmarks.ts';
import { describeFailure } from '../model/evidence.ts';
import { clusterNameIn } from '../model/resource.ts';
import type { AccountCoverage, CoverageState, RegionState } from '../model/run.ts';
import type { Verdict } from '../model/verdict.ts';
import { closedRegionsText } from './closed-regions.ts';
import type { ReportContent } from './content.ts';
import { CLUSTER_NOT_AUDITED, GAP_LABELS, type GapGroup, groupGaps } from './gaps.ts';
import { MAX_ROWS } from './html-data.ts';
import { accountCell, headCells, leftOut, name, ofTotal, rowsOfEach, section, table } from './html-parts.ts';
import { type Content, type Markup, markup } from './markup.ts';
import { noticeTexts } from './notices.ts';
import { shortName } from './places.ts';
import { compareVerdicts } from './summary.ts';
import { counted, plural } from './text.ts';

/** The gaps of one cause, or verdicts that are not available, that are listed. */
const MAX_GAPS = 50;
/** The causes of gaps that are listed, and the gaps of all of them. */
const MAX_CAUSES = 20;
const MAX_GAPS_TOGETHER = 100;

/** What could not be read, by cause, and what else leaves the run incomplete. */
export function gapsSection(page: ReportContent): Markup {
  const { verdicts, coverage } = page.result;
  const groups = groupGaps(page.result);
  const most = rowsOfEach(groups.length, MAX_GAPS_TOGETHER, MAX_GAPS);
  const notAvailable = verdicts.filter(({ status }) => status === 'NOT_AVAILABLE').sort(compareVerdicts);
  const accounts = coverage.skipped.filter((account) => account.askedFor);
  const clusters = coverage.clustersNotJudged ?? [];
  if (groups.length + notAvailable.length + accounts.length + clusters.length === 0)
    return section('not-seen', '', markup`<p class="soft">Everything that was requested was audited.</p>`);
  return section('not-seen', 'what could not be read, and why', [
    accounts
      .slice(0, MAX_ROWS)
      .map(
        ({ accountId, reason }) =>
          markup`<p>${accountCell(page, accountId)} was requested but not audited: ${reason}.</p>`,
      ),
    leftOut(accounts.length - MAX_ROWS),
    clusters
      .slice(0, MAX_ROWS)
      .map((cluster) => markup`<p>Cluster <b>${name(cluster)}</b> ${CLUSTER_NOT_AUDITED}.</p>`),
    leftOut(clusters.length - MAX_ROWS),
    groups.slice(0, MAX_CAUSES).map((group, index) => gapCard(page, group, { cause: index + 1, most })),
    leftOut(groups.length - MAX_CAUSES),
    notAvailable.length > 0 && notAvailableCard(page, notAvailable),
  ]);
}

function gapCard(
  page: ReportContent,
  group: GapGroup,
  { cause, most }: { readonly cause: number; readonly most: number },
): Markup {
  const { what, detail, hint, gaps } = group;
  return markup`<article class="card">
<div class="head"><h3>${GAP_LABELS[what]}: ${describeFailure(group)}</h3><p><bdi>${detail}</bdi></p></div>
${table(
  `${GAP_LABELS[what]}, cause ${cause}`,
  headCells(['Account', 'Region', 'What', 'Needed by controls']),
  gaps.slice(0, most).map(
    ({
      accountId,
      region,
      resource,
      controlIds,
    }) => markup`<tr><td>${accountCell(page, accountId)}</td><td>${region ?? markup`<span class="soft">all</span>`}</td>
<td>${what === 'account' || what === 'region' ? markup`<span class="soft">everything</span>` : resource && resourceCell(resource, accountId)}</td>
<td>${controlIds?.toSorted(compareNumbers).join(', ')}</td></tr>\n`,
  ),
)}
${leftOut(gaps.length - most)}
${hint && markup`<div class="fix"><b>Fix</b> ${hint}</div>`}
</article>\n`;
}

function resourceCell(resource: string, accountId: string): Content {
  return (
    name(clusterNameIn(resource)) ||
    markup`<bdi class="arn">${shortName(resource, accountId) ?? 'the account'}</bdi>`
  );
}

function notAvailableCard(page: ReportContent, verdicts: readonly Verdict[]): Markup {
  const total = page.summary.verdicts.NOT_AVAILABLE;
  return markup`<article class="card">
<div class="head"><h3>${plural(total, 'verdict')} not available</h3><p>The evidence could not be read, so the resource neither passed nor failed.</p></div>
${table(
  'Verdicts not available',
  headCells(['Control', 'Account · Region', 'Resource', 'Why']),
  verdicts.slice(0, MAX_GAPS).map(
    ({
      controlId,
      scope,
      resource,
      reason,
    }) => markup`<tr><td class="id">${controlId}</td><td>${accountCell(page, scope.accountId)}<br><span class="soft">${scope.region}</span></td>
<td>${name(clusterNameIn(resource.id) ?? resource.name) || resource.type}<br><bdi class="arn">${resource.id}</bdi></td><td><bdi>${reason}</bdi></td></tr>\n`,
  ),
)}
${leftOut(total - MAX_GAPS)}
</article>\n`;
}

const STATES = {
  covered: { label: 'covered', tone: 'passed' },
  partial: { label: 'with gaps', tone: 'unknown' },
  'not-covered': { label: 'not covered', tone: 'failed' },
  closed: { label: 'closed', tone: 'LOW' },
} as const satisfies Record<RegionState, { label: string; tone: string }>;

/** Accounts with their Regions, audited or not: all of them, or those that were covered least. */
export function coverageSection(page: ReportContent): Markup {
  const { accounts, skipped } = page.result.coverage;
  const notices = noticeTexts(page);
  const closed = closedRegionsText(page.summary);
  return section('coverage', `${plural(accounts.length, 'account')}`, [
    table(
      'Coverage',
      headCells(['Account', 'State', 'Regions', 'Clusters judged', 'Gaps', 'Regions that are not whole']),
      leastCovered(accounts).map((account) => coverageRow(page, account)),
    ),
    leftOut(accounts.length - MAX_ROWS),
    closed && markup`<p>Closed by a policy of the organization: ${closed}.</p>`,
    notices.length > 0 &&
      markup`<p>Notices:</p><ul class="list">${notices.map((text) => markup`<li>${text}</li>`)}</ul>`,
    skipped.length > 0 &&
      markup`<p>${plural(skipped.length, 'account')} skipped:</p><ul class="list">${skipped.slice(0, MAX_ROWS).map(({ accountId, reason }) => markup`<li>${accountCell(page, accountId)}: ${reason}</li>`)}</ul>${leftOut(skipped.length - MAX_ROWS)}`,
  ]);
}

/** Those that were not covered first. */
function leastCovered(accounts: readonly AccountCoverage[]): readonly AccountCoverage[] {
  const order: readonly CoverageState[] = ['not-covered', 'partial', 'covered'];
  return accounts.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state)).slice(0, MAX_ROWS);
}

function coverageRow(page: ReportContent, { accountId, state, regions, gaps }: AccountCoverage): Markup {
  const open = regions.filter((region) => region.state !== 'closed');
  const seen = open.filter((region) => region.state !== 'not-covered');
  const found = regions.reduce((sum, region) => sum + region.clusters.found, 0);
  const judged = regions.reduce((sum, region) => sum + region.clusters.judged, 0);
  const gapCount = regions.reduce((sum, region) => sum + region.gaps.length, gaps.length);
  return markup`<tr><td>${accountCell(page, accountId)}</td>
<td><span class="label ${STATES[state].tone}">${STATES[state].label}</span></td><td>${ofTotal(seen.length, open.length)}</td>
<td>${found > 0 ? ofTotal(judged, found) : markup`<span class="soft">no clusters</span>`}</td><td>${gapCount > 0 ? gapCount : markup`<span class="zero">0</span>`}</td>
<td class="small">${regionList(regions)}</td></tr>\n`;
}

/** Those of which something is not known, first; `closed` ones are no gap. */
function regionList(regions: AccountCoverage['regions']): Content {
  const states: readonly RegionState[] = ['not-covered', 'partial', 'closed'];
  const texts = states.flatMap((state) => {
    const own = regions.filter((region) => region.state === state).map(({ region }) => region);
    return own.length === 0
      ? []
      : [
          markup`<span class="${STATES[state].tone}"><span class="toned">${STATES[state].label}</span></span>: ${own.join(', ')}`,
        ];
  });
  return texts.flatMap((text, index) => (index === 0 ? [text] : ['; ', text]));
}

/** What the run changed in Security Hub. */
export function securityHubSection({ result, summary: { findings } }: ReportContent): Markup {
  if (!result.run.publish)
    return section('security-hub', '', markup`<p class="soft">Nothing was published to Security Hub.</p>`);
  const { failed } = result.changes;
  const kinds = ['created', 'updated', 'archived', 'unchanged', 'failed'] as const;
  return section('security-hub', 'what this run changed', [
    markup`<div class="tiles">${kinds.map((kind) => markup`<div class="tile ${kind === 'failed' && findings.failed > 0 && 'failed'}"><b>${counted(findings[kind])}</b><span>${kind}</span></div>\n`)}</div>`,
    failed.length > 0 &&
      markup`<p>Security Hub rejected:</p><ul class="list">${failed.slice(0, MAX_ROWS).map(({ findingId, code, message }) => markup`<li><bdi class="arn">${findingId}</bdi>: <code>${code}</code> <bdi>${message}</bdi></li>`)}</ul>${leftOut(failed.length - MAX_ROWS)}`,
  ]);
}
