import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { largeResult } from '../../../infra/bench/large-result.ts';
import { generateHtmlAssets } from '../../../infra/scripts/generate-html-assets.ts';
import { NO_CHANGES, type RunResult } from '../../../shared/model/run.ts';
import { filtered, fromHash, NO_FILTER } from '../../../shared/report/browser/filter.ts';
import { findingsOf } from '../../../shared/report/browser/findings.ts';
import { renderHtml } from '../../../shared/report/html.ts';
import { HTML_SCRIPT, HTML_STYLE } from '../../../shared/report/html-assets.ts';
import { htmlDataOf } from '../../../shared/report/html-intern.ts';
import { aGap, anAccount, aRegion, aRun, aVerdict, flattened } from './builders.ts';

/** The text of the page, without tags and style. */
function textOf(run: RunResult): string {
  const body = renderHtml(run).split('</style>')[1]?.split('<script')[0] ?? '';
  return flattened(body.replaceAll(/<[^>]+>/g, ' '));
}

const CHANGED = {
  control: 'endpoint-access',
  controlId: '5.4.1',
  resource: aVerdict().resource,
  scope: aVerdict().scope,
  to: { status: 'FAILED', severity: 'HIGH' },
} as const;

const HOSTILE = `<script>alert('x')</script>"><img src=x onerror="y">`;

it('escapes every text that comes from AWS, people or the configuration', () => {
  const run = aRun({
    publish: true,
    verdicts: (['FAILED', 'WARNING', 'NOT_AVAILABLE', 'PASSED'] as const).map((status) =>
      aVerdict({
        status,
        cluster: HOSTILE,
        controlId: HOSTILE,
        reason: HOSTILE,
        reasonCode: HOSTILE,
        region: HOSTILE,
        evidence: { [HOSTILE]: HOSTILE },
        resource: { type: 'Other', id: HOSTILE, name: HOSTILE },
      }),
    ),
    accounts: [
      anAccount({
        name: HOSTILE,
        regions: [
          aRegion({
            region: HOSTILE,
            state: 'partial',
            gaps: [
              aGap({
                code: HOSTILE,
                operation: HOSTILE,
                detail: HOSTILE,
                resource: HOSTILE,
                controlIds: [HOSTILE],
              }),
            ],
          }),
        ],
      }),
    ],
    skipped: [
      { accountId: HOSTILE, name: HOSTILE, code: 'NOT_IN_ORGANIZATION', reason: HOSTILE, askedFor: true },
    ],
    changes: {
      ...NO_CHANGES,
      failed: [{ accountId: HOSTILE, region: HOSTILE, findingId: HOSTILE, code: HOSTILE, message: HOSTILE }],
    },
  });

  const html = renderHtml(run);

  expect(html.match(/<script/g)).toHaveLength(2);
  expect(html).not.toContain('<img');
  // A quote that is not escaped would end the attribute it is in.
  expect(html).not.toContain('x onerror="y"');
});

describe('the policy', () => {
  const html = renderHtml(aRun({ verdicts: [aVerdict()] }));

  it('lets run this script and this style sheet, and load nothing', () => {
    const [, policy = ''] =
      /http-equiv="Content-Security-Policy" content="(?<policy>[^"]+)"/.exec(html) ?? [];
    const hashOf = (text = '') => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `script-src ${hashOf(/<script>(?<text>.*?)<\/script>/s.exec(html)?.[1])}`,
      `style-src ${hashOf(/<style>(?<text>.*?)<\/style>/s.exec(html)?.[1])}`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });

  it('needs no exception', () => {
    const [body = ''] = html.split('<script type="application/json"').slice(0, 1);
    expect(body.split('</style>')[1]).not.toMatch(/ style=| on[a-z]+=/);
    expect(html).not.toMatch(/<(link|img|iframe|object)\b|@import|url\(/);
  });
});

it('the script and the style sheet are those of shared/report/browser', () => {
  const generated = generateHtmlAssets();

  for (const { hash } of [HTML_SCRIPT, HTML_STYLE]) expect(generated).toContain(hash);
});

it('a large run is one small file with few elements', () => {
  const html = renderHtml(largeResult(1_000));
  const atFirst = html.replace(/<noscript>.*<\/noscript>/s, '');

  expect(Buffer.byteLength(html)).toBeLessThan(1_500_000);
  expect(atFirst.match(/<[a-z]/g)?.length).toBeLessThan(3_000);
});

it('names in the data are as others wrote them, and end no element', () => {
  const run = aRun({
    verdicts: [aVerdict({ cluster: '</script><script>', reason: 'Seen in </script><script>.' })],
  });

  const [, json = ''] =
    /<script type="application\/json" id="data">(?<json>.*?)<\/script>/s.exec(renderHtml(run)) ?? [];
  const [finding] = findingsOf(JSON.parse(json));

  expect(finding).toMatchObject({
    cluster: '</script><script>',
    reason: 'Seen in </script><script>.',
    severity: 'HIGH',
    accountId: '111111111111',
    evidence: ['publicAccessCidrs', '0.0.0.0/0'],
  });
});

it('the first screen counts what was not seen in words that fit', () => {
  const run = aRun({
    verdicts: [aVerdict({ status: 'NOT_AVAILABLE' })],
    accounts: [anAccount({ gaps: [aGap()] })],
  });

  expect(textOf(run)).toContain('Not seen 1 verdict not available 1 gap in what could be read');
});

it('changes show what is or was excepted as such', () => {
  const state = { status: 'FAILED', severity: 'HIGH', reasonCode: 'OPEN_TO_INTERNET' } as const;
  const change = { ...CHANGED, from: state, to: state };

  const text = textOf(aRun({ changes: { ...NO_CHANGES, exceptionEnded: [change], excepted: [change] } }));

  expect(text).toMatch(/Exception ended 1 .*? HIGH Excepted 5\.4\.1/);
  expect(text).toMatch(/Excepted 1 .*? Excepted HIGH 5\.4\.1/);
});

it('the first screen names organization, caller, selection, severities, what to do first and what changed', () => {
  const run = aRun({
    organization: { id: 'o-exampleorg' },
    caller: { accountId: '999999999999', arn: 'arn:aws:iam::999999999999:user/mary' },
    options: { controls: ['endpoint-access'], regions: ['eu-west-1'] },
    verdicts: [aVerdict(), aVerdict({ cluster: 'b', status: 'PASSED' })],
    accounts: [anAccount({ regions: [aRegion({ clusters: { found: 3, judged: 2 } })] })],
    changes: { ...NO_CHANGES, since: { runId: 'x', startedAt: '2026-11-21T10:15:00.000Z' }, new: [CHANGED] },
  });

  const text = textOf(run);

  expect(text).toContain('Organization o-exampleorg Caller arn:aws:iam::999999999999:user/mary');
  expect(text).toContain('Selection 1 control; regions: eu-west-1');
  expect(text).toContain(
    '1 of 2 clusters with findings that are HIGH or worse 0 CRITICAL 1 HIGH 0 MEDIUM 0 LOW',
  );
  expect(text).toContain(
    'Do first HIGH Access to the control plane endpoint is restricted 5.4.1 · OPEN_TO_INTERNET · 1 finding · 1 cluster · 1 account',
  );
  expect(text).toContain('Not seen 1 of 3 clusters not judged');
  expect(text).toContain('Change since 2026-11-21 10:15 UTC 1 new');
  expect(text).toContain('17 recommendations'.slice(3));
});

it('exceptions are counted apart, and listed with what became of them', () => {
  const exception = { id: 'legacy', reason: 'Vendor', owner: 'team', expires: '2027-03-31' };
  const run = aRun({
    verdicts: [aVerdict({ exception })],
    exceptions: [{ ...exception, controls: ['endpoint-access'], state: 'expires-soon', verdicts: 1 }],
  });

  const text = textOf(run);

  expect(text).toContain('0 failed 0 not available 0 warning 1 excepted 0 passed');
  expect(text).toContain('1 verdict EXCEPTED');
  expect(text).toContain('legacy expires soon 2027-03-31 1 endpoint-access Vendor team');
});

describe('failures', () => {
  it('show severity, account, Region, cluster and reason without the script', () => {
    expect(textOf(aRun({ verdicts: [aVerdict()] }))).toContain(
      'HIGH 5.4.1 111111111111 · eu-west-1 payments arn:aws:eks:eu-west-1:111111111111:cluster/payments OPEN_TO_INTERNET The public endpoint is open',
    );
  });
});

it('shows a share of 99 %, not 100 %, while anything is not passed', () => {
  const passed = Array.from({ length: 999 }, (_, index) =>
    aVerdict({ status: 'PASSED', cluster: `c${index}` }),
  );

  expect(textOf(aRun({ verdicts: [aVerdict(), ...passed] }))).toContain('999 99 %');
});

it('shows which accounts and Regions were covered, and why others were not', () => {
  const run = aRun({
    complete: false,
    accounts: [
      anAccount(),
      anAccount({ accountId: '222222222222', state: 'not-covered', regions: [], gaps: [aGap()] }),
    ],
    skipped: [
      { accountId: '333333333333', code: 'ACCOUNT_NOT_ACTIVE', reason: 'suspended', askedFor: false },
    ],
  });

  const text = textOf(run);

  expect(text).toContain('111111111111 covered 1 of 1 1 of 1 0');
  expect(text).toMatch(/222222222222 not covered .* 111111111111 covered/);
  expect(text).toContain('sts:AssumeRole failed with AccessDenied User is not authorized');
  expect(text).toContain('333333333333 : suspended');
});

it('counts what changed in Security Hub', () => {
  const run = aRun({ publish: true, changes: { ...NO_CHANGES, created: 1_234, unchanged: 7 } });

  expect(textOf(run)).toContain('1,234 created 0 updated 0 archived 7 unchanged 0 failed');
});

it('begins with the conclusion, and refers to what is missing', () => {
  expect(textOf(aRun())).toContain('PASSED: nothing failed; the audit is complete');
  expect(textOf(aRun())).not.toContain('for what is missing');
  expect(textOf(aRun({ complete: false }))).toMatch(/INCOMPLETE: nothing failed; .* for what is missing/);
});

it('the links of the first screen choose what they count', () => {
  const verdicts = [
    aVerdict(),
    aVerdict({ cluster: 'b', severity: 'MEDIUM' }),
    aVerdict({ status: 'WARNING' }),
  ];
  const run = aRun({ verdicts });
  const links = [...renderHtml(run).matchAll(/href="(?<href>#[^"]*=[^"]*)"><b>(?<count>[\d,]+)</g)];
  const findings = findingsOf(htmlDataOf(run, verdicts.length));

  expect(links.length).toBeGreaterThan(7);
  for (const [, href = '', count] of links) {
    const filter = fromHash(href.replaceAll('&amp;', '&')) ?? NO_FILTER;
    expect(filtered(findings, filter)).toHaveLength(Number(count));
  }
});

it('is rendered for a run without verdicts', () => {
  expect(textOf(aRun({ accounts: [] }))).toContain('No cluster was found');
});
