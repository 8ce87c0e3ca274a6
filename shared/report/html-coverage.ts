import { clusterNameIn } from '../model/resource.ts';
import type { AccountCoverage, CoverageState } from '../model/run.ts';
import type { Verdict } from '../model/verdict.ts';
import { GAP_LABELS, type GapGroup, groupGaps, NOWHERE } from './gaps.ts';
import { account, chapter, ofTotal, type Page } from './html-parts.ts';
import { type Content, type Markup, markup } from './markup.ts';
import { shortName } from './places.ts';
import { compareControlIds, compareVerdicts } from './summary.ts';
import { plural } from './text.ts';

export function gaps(page: Page): Markup {
  const { verdicts, coverage: seen } = page.result;
  const groups = groupGaps(page.result);
  const unanswered = verdicts.filter((one) => one.status === 'NOT_AVAILABLE').sort(compareVerdicts);
  const refused = seen.skipped.filter((one) => one.askedFor);
  const missing = seen.clustersNotJudged ?? [];
  if (groups.length + unanswered.length + refused.length + missing.length === 0)
    return chapter('gaps', '', markup`<p class="soft">Everything that was asked for could be looked at.</p>`);
  return chapter('gaps', 'what could not be looked at, and why', [
    refused.map(
      ({ accountId, reason }) =>
        markup`<p>${account(page, accountId)} was asked for and left out: ${reason}.</p>`,
    ),
    missing.map((name) => markup`<p>Cluster <b>${name}</b> ${NOWHERE}.</p>`),
    groups.map((group) => gapCard(page, group)),
    unanswered.length > 0 && unansweredCard(page, unanswered),
  ]);
}

function gapCard(page: Page, { what, operation, code, detail, hint, gaps: all }: GapGroup): Markup {
  return markup`<article class="card">
<div class="head"><h3>${GAP_LABELS[what]}: <code>${operation}</code> failed with <code>${code}</code></h3><p>${detail}</p></div>
<div class="scroll"><table>
<thead><tr><th>Account</th><th>Region</th><th>What</th><th>Without an answer</th></tr></thead>
<tbody>${all.map(
    ({
      accountId,
      region,
      resource,
      controlIds,
    }) => markup`<tr><td>${account(page, accountId)}</td><td>${region ?? markup`<span class="soft">all</span>`}</td>
<td>${what === 'account' || what === 'region' ? markup`<span class="soft">everything</span>` : resource && subject(resource, accountId)}</td>
<td>${controlIds?.toSorted(compareControlIds).join(', ')}</td></tr>\n`,
  )}</tbody>
</table></div>
${hint && markup`<div class="fix"><b>Fix</b> ${hint}</div>`}
</article>\n`;
}

function subject(resource: string, accountId: string): Content {
  return (
    clusterNameIn(resource) ??
    markup`<span class="arn">${shortName(resource, accountId) ?? 'the account'}</span>`
  );
}

function unansweredCard(page: Page, verdicts: readonly Verdict[]): Markup {
  return markup`<article class="card">
<div class="head"><h3>${plural(verdicts.length, 'verdict')} without an answer</h3><p>What could not be read says nothing about the resource: it neither passed nor failed.</p></div>
<div class="scroll"><table>
<thead><tr><th>Control</th><th>Account · Region</th><th>Resource</th><th>Why</th></tr></thead>
<tbody>${verdicts.map(
    (
      one,
    ) => markup`<tr><td class="id">${one.controlId}</td><td>${account(page, one.scope.accountId)}<br><span class="soft">${one.scope.region}</span></td>
<td>${clusterNameIn(one.resource.id) ?? one.resource.name ?? one.resource.type}<br><span class="arn">${one.resource.id}</span></td><td>${one.reason}</td></tr>\n`,
  )}</tbody>
</table></div>
</article>\n`;
}

const STATES = {
  covered: { label: 'covered', tone: 'passed' },
  partial: { label: 'with gaps', tone: 'unknown' },
  'not-covered': { label: 'not covered', tone: 'failed' },
} as const satisfies Record<CoverageState, { label: string; tone: string }>;

export function coverage(page: Page): Markup {
  const { accounts, skipped } = page.result.coverage;
  return chapter('coverage', `${plural(accounts.length, 'account')}`, [
    markup`<div class="card scroll"><table>
<thead><tr><th>Account</th><th>State</th><th class="number">Clusters judged</th><th class="number">Gaps</th><th>Regions</th></tr></thead>
<tbody>${accounts.map((one) => coverageRow(page, one))}</tbody>
</table></div>`,
    skipped.length > 0 &&
      markup`<p>${plural(skipped.length, 'account')} left out:</p><ul class="list">${skipped.map(({ accountId, reason }) => markup`<li>${account(page, accountId)}: ${reason}</li>`)}</ul>`,
  ]);
}

function coverageRow(page: Page, { accountId, state, regions, gaps: own }: AccountCoverage): Markup {
  const found = regions.reduce((sum, one) => sum + one.clusters.found, 0);
  const judged = regions.reduce((sum, one) => sum + one.clusters.judged, 0);
  const gapCount = regions.reduce((sum, one) => sum + one.gaps.length, own.length);
  return markup`<tr><td>${account(page, accountId)}</td>
<td><span class="label ${STATES[state].tone}">${STATES[state].label}</span></td>
<td class="number">${ofTotal(judged, found)}</td><td class="number">${gapCount > 0 ? gapCount : markup`<span class="zero">0</span>`}</td>
<td class="small">${regionList(regions)}</td></tr>\n`;
}

function regionList(regions: AccountCoverage['regions']): Content {
  const texts = regions.map(({ region, state, clusters }) => {
    const count = clusters.found > 0 && markup` <b>${clusters.found}</b>`;
    const mark =
      state !== 'covered' &&
      markup` <span class="${STATES[state].tone}"><span class="toned">${STATES[state].label}</span></span>`;
    return markup`${region}${count}${mark}`;
  });
  return texts.flatMap((text, index) => (index === 0 ? [text] : [', ', text]));
}

export function securityHub({ result, summary: { findings } }: Page): Markup {
  if (!result.run.publish)
    return chapter(
      'security-hub',
      '',
      markup`<p class="soft">This run looked only: nothing was published.</p>`,
    );
  const { failed } = result.changes;
  const kinds = ['created', 'updated', 'archived', 'unchanged', 'failed'] as const;
  return chapter('security-hub', 'what this run changed', [
    markup`<div class="tiles">${kinds.map((kind) => markup`<div class="tile ${kind === 'failed' && findings.failed > 0 && 'failed'}"><b>${findings[kind].toLocaleString('en')}</b><span>${kind}</span></div>\n`)}</div>`,
    failed.length > 0 &&
      markup`<p>Security Hub did not take:</p><ul class="list">${failed.map(({ findingId, code, message }) => markup`<li><span class="arn">${findingId}</span>: <code>${code}</code> ${message}</li>`)}</ul>`,
  ]);
}
