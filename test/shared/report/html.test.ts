import { describe, expect, it } from 'vitest';
import { NO_CHANGES, type RunResult } from '../../../shared/model/run.ts';
import { renderHtml } from '../../../shared/report/html.ts';
import { aGap, anAccount, aRegion, aRun, aVerdict, flattened } from './builders.ts';

/** The text of the page, without tags and style. */
function textOf(run: RunResult): string {
  const body = renderHtml(run).split('</style>')[1] ?? '';
  return flattened(body.replaceAll(/<[^>]+>/g, ' '));
}

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

  expect(html).not.toContain('<script');
  expect(html).not.toContain('<img');
  // A quote that is not escaped would end the attribute it is in.
  expect(html).not.toContain('x onerror="y"');
});

it('loads nothing', () => {
  const html = renderHtml(aRun({ verdicts: [aVerdict()] }));

  expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  expect(html).not.toMatch(/<(script|link|img|iframe|object)\b|@import|url\(/);
});

describe('failures', () => {
  it('show severity, account, Region, cluster, reason, evidence and fix', () => {
    const run = aRun({ verdicts: [aVerdict()], accounts: [anAccount({ name: 'payments-prod' })] });

    const text = textOf(run);

    expect(text).toContain(
      'HIGH 111111111111 payments-prod eu-west-1 payments arn:aws:eks:eu-west-1:111111111111:cluster/payments',
    );
    expect(text).toContain(
      'OPEN_TO_INTERNET The public endpoint is open to all of IPv4 through 0.0.0.0/0. publicAccessCidrs 0.0.0.0/0',
    );
    expect(text).toContain('Fix Switch on private access');
  });

  it('are linked from the matrix', () => {
    const html = renderHtml(aRun({ verdicts: [aVerdict()] }));
    const target = /class="mark" href="#(?<id>[^"]+)"/.exec(html)?.groups?.id;

    expect(html).toContain(`<article class="card" id="${target}">`);
  });
});

it('shows every cluster with the worst verdict of each control', () => {
  const run = aRun({
    verdicts: [
      aVerdict({ control: 'load-balancer-tls', controlId: '5.4.5', cluster: 'orders', status: 'PASSED' }),
      aVerdict({ control: 'load-balancer-tls', controlId: '5.4.5', cluster: 'orders', status: 'WARNING' }),
      aVerdict({ control: 'load-balancer-tls', controlId: '5.4.5', cluster: 'spotless', status: 'PASSED' }),
    ],
  });

  const text = textOf(run);

  expect(text).toContain('111111111111 eu-west-1 orders ! Warning eu-west-1 spotless ✓ Passed');
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

  expect(text).toContain('111111111111 covered 1 0 eu-west-1 1');
  expect(text).toContain('222222222222 not covered');
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

it('is rendered for a run without verdicts', () => {
  expect(textOf(aRun({ accounts: [] }))).toContain('No cluster was found');
});
