import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { NO_CHANGES, type RunResult } from '../../../shared/model/run.ts';
import { renderHtml } from '../../../shared/report/html.ts';
import { renderTable } from '../../../shared/report/table.ts';
import { aGap, anAccount, aRegion, aRun, aVerdict, flattened } from './builders.ts';

function table(run: RunResult, options: { width?: number; colour?: boolean } = {}): string {
  return renderTable(run, { width: 80, colour: false, ...options });
}

/** A run with something in every part of the report. */
function aFullRun(): RunResult {
  const skipped = { accountId: '777777777777', code: 'ACCOUNT_NOT_ACTIVE', reason: 'suspended' } as const;
  return aRun({
    complete: false,
    publish: true,
    verdicts: [
      aVerdict(),
      aVerdict({
        control: 'secrets-encryption',
        controlId: '5.3.1',
        severity: 'CRITICAL',
        reasonCode: 'KEY_UNUSABLE',
        cluster: 'a'.repeat(100),
      }),
      aVerdict({
        control: 'network-policies',
        controlId: '5.4.4',
        status: 'WARNING',
        reasonCode: 'UNKNOWN_CNI',
      }),
      aVerdict({
        control: 'private-endpoint',
        controlId: '5.4.2',
        status: 'NOT_AVAILABLE',
        reasonCode: 'EVIDENCE_UNREADABLE',
      }),
      aVerdict({
        control: 'control-plane-logs',
        controlId: '2.1.1',
        status: 'PASSED',
        reasonCode: 'AUDIT_LOG_ENABLED',
      }),
    ],
    accounts: [
      anAccount({ name: 'payments-prod' }),
      anAccount({ accountId: '222222222222', state: 'not-covered', regions: [], gaps: [aGap()] }),
    ],
    skipped: [
      { ...skipped, askedFor: false },
      { ...skipped, accountId: '888888888888', askedFor: true },
    ],
    changes: {
      ...NO_CHANGES,
      failed: [
        {
          accountId: '111111111111',
          region: 'eu-west-1',
          findingId: 'the-id',
          code: 'InvalidInput',
          message: 'no',
        },
      ],
    },
  });
}

describe('layout', () => {
  it.each([60, 80, 120, 200])('fits a terminal of %i columns, except for longer words', (width) => {
    const tooWide = table(aFullRun(), { width })
      .split('\n')
      .filter((line) => line.length > width && line.trim().includes(' '));

    expect(tooWide).toEqual([]);
  });

  it.each([
    { length: 68, indent: 12 },
    { length: 69, indent: 2 },
    { length: 78, indent: 2 },
    { length: 80, indent: 0 },
    { length: 90, indent: 0 },
  ])('indents a word of $length characters by $indent in 80 columns', ({ length, indent }) => {
    const word = 'w'.repeat(length);

    expect(table(aRun({ verdicts: [aVerdict({ reason: word })] })).split('\n')).toContain(
      `${' '.repeat(indent)}${word}`,
    );
  });

  it('has the same text with colours as without', () => {
    const coloured = table(aFullRun(), { colour: true });

    expect(coloured).toContain('\u001b[');
    expect(stripVTControlCharacters(coloured)).toBe(table(aFullRun()));
  });

  it('shows more of a title where there is room', () => {
    const title = 'Kubernetes secrets are encrypted with a customer managed KMS key';
    const run = aRun({
      verdicts: [aVerdict({ control: 'secrets-encryption', controlId: '5.3.1', status: 'PASSED' })],
    });

    expect(table(run, { width: 120 })).toContain(title);
    expect(table(run, { width: 80 })).not.toContain(title);
  });

  it('removes control characters from names', () => {
    const run = aRun({
      verdicts: [aVerdict({ reason: 'seen: \u001b[2J\u001b]0;title\u0007 \u202etxet' })],
      accounts: [anAccount({ name: 'evil\r\u001b[31m' })],
    });

    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(table(run)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });
});

describe('compliance', () => {
  it('counts verdicts by control and status', () => {
    const run = aRun({
      verdicts: [
        aVerdict({ control: 'control-plane-logs', controlId: '2.1.1' }),
        aVerdict({ control: 'control-plane-logs', controlId: '2.1.1', cluster: 'b', status: 'PASSED' }),
        aVerdict({ control: 'control-plane-logs', controlId: '2.1.1', cluster: 'c', status: 'PASSED' }),
      ],
    });

    expect(flattened(table(run))).toContain('2.1.1 The control plane writes audit logs 1 · · 2');
  });

  it('counts what passed without naming it', () => {
    const run = aRun({ verdicts: [aVerdict({ status: 'PASSED', cluster: 'spotless' })] });

    expect(table(run)).toContain('1 passed');
    expect(table(run)).not.toContain('spotless');
  });
});

describe('failures', () => {
  it('names account, Region, cluster, reason code, reason and fix', () => {
    const text = flattened(table(aFullRun()));

    expect(text).toContain(
      'HIGH 111111111111 (payments-prod) · eu-west-1 · payments OPEN_TO_INTERNET: The public endpoint is open to all',
    );
    expect(text).toContain('Fix Switch on private access');
  });

  it('puts the control with the worst failure first', () => {
    const text = table(aFullRun());
    const list = text.slice(text.indexOf('FAILED ('));

    expect(list.indexOf('5.3.1')).toBeLessThan(list.indexOf('5.4.1'));
  });

  it('names every reason code that applies', () => {
    const verdict = aVerdict({ reasonCodes: ['PUBLIC_ACCESS_ENABLED', 'PRIVATE_ACCESS_DISABLED'] });

    expect(table(aRun({ verdicts: [verdict] }))).toContain(
      'PUBLIC_ACCESS_ENABLED, PRIVATE_ACCESS_DISABLED: ',
    );
  });

  it('names the resource to fix where it is not the cluster', () => {
    const id = 'arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/app/shop/1';
    const verdict = aVerdict({ resource: { type: 'AwsElbv2LoadBalancer', id, name: 'shop' } });

    expect(table(aRun({ verdicts: [verdict] }))).toContain(
      'eu-west-1 · payments · AwsElbv2LoadBalancer shop',
    );
  });

  it('shows a reason once that several clusters share', () => {
    const verdicts = [aVerdict({ cluster: 'a' }), aVerdict({ cluster: 'b' })];
    const text = flattened(table(aRun({ verdicts })));

    expect(text).toContain('eu-west-1 · a 111111111111 · eu-west-1 · b OPEN_TO_INTERNET');
    expect(text.match(/OPEN_TO_INTERNET/g)).toHaveLength(1);
  });

  it('lists at most 20 verdicts of a control', () => {
    const many = Array.from({ length: 1000 }, (_, index) =>
      aVerdict({ cluster: `c${index}`, reason: `Seen ${index}.` }),
    );
    const text = table(aRun({ verdicts: many }));

    expect(text.split('\n').length).toBeLessThan(100);
    expect(text).toContain('and 980 more');
    expect(text).toContain('1,000 failed');
  });

  it('shows how to fix a control once when it has failures and warnings', () => {
    const verdicts = [aVerdict(), aVerdict({ cluster: 'b', status: 'WARNING' })];

    expect(table(aRun({ verdicts })).match(/Switch on private access/g)).toHaveLength(1);
  });
});

describe('what is not available', () => {
  it('lists accounts by cause, with AWS’s message', () => {
    const accounts = ['333333333333', '444444444444'].map((accountId) =>
      anAccount({ accountId, state: 'not-covered', regions: [], gaps: [aGap()] }),
    );
    const text = flattened(table(aRun({ accounts })));

    expect(text).toContain(
      'sts:AssumeRole failed with AccessDenied 333333333333 444444444444 Why User is not authorized',
    );
  });

  it.each([
    { gap: aGap(), hint: 'Check that the role exists in the account' },
    { gap: aGap({ operation: 'eks:ListClusters', what: 'region' }), hint: 'Allow the role this action' },
    {
      gap: aGap({ operation: 'eks:ListClusters', what: 'region', kind: 'throttled' }),
      hint: 'Run the audit again',
    },
    {
      gap: aGap({ operation: 'account:ListRegions', what: 'region', code: 'RegionNotEnabled' }),
      hint: 'Enable the Region in the account',
    },
    {
      gap: aGap({ operation: 'x', what: 'security-hub', kind: 'failed', code: 'InvalidAccessException' }),
      hint: 'Enable Security Hub in this account and Region',
    },
  ])('shows what usually helps: $hint', ({ gap, hint }) => {
    const accounts = [anAccount({ regions: [aRegion({ gaps: [gap] })] })];

    expect(flattened(table(aRun({ accounts })))).toContain(`Fix ${hint}`);
  });

  it('names the controls that a gap leaves not available', () => {
    const resource = 'arn:aws:eks:eu-west-1:111111111111:cluster/ledger';
    const gap = aGap({
      what: 'evidence',
      operation: 'kms:DescribeKey',
      resource,
      controlIds: ['5.3.1', '2.1.1'],
    });
    const accounts = [anAccount({ regions: [aRegion({ gaps: [gap] })] })];

    expect(table(aRun({ accounts }))).toContain(
      '111111111111 · eu-west-1 · ledger (not available: 2.1.1, 5.3.1)',
    );
  });

  it('lists a NOT_AVAILABLE verdict that no gap explains', () => {
    const verdict = aVerdict({ status: 'NOT_AVAILABLE', reasonCode: 'EVIDENCE_UNREADABLE', cluster: 'lost' });

    expect(flattened(table(aRun({ verdicts: [verdict] })))).toContain(
      'eu-west-1 · lost EVIDENCE_UNREADABLE:',
    );
  });

  it('does not list a verdict that a gap explains', () => {
    const verdict = aVerdict({ status: 'NOT_AVAILABLE', reasonCode: 'EVIDENCE_UNREADABLE' });
    const gap = aGap({ what: 'cluster', resource: verdict.resource.id, controlIds: [verdict.controlId] });
    const accounts = [anAccount({ regions: [aRegion({ gaps: [gap] })] })];

    expect(table(aRun({ verdicts: [verdict], accounts }))).not.toContain('EVIDENCE_UNREADABLE');
  });

  it('names findings that Security Hub rejected', () => {
    expect(table(aFullRun())).toContain('the-id: InvalidInput, no');
  });

  it('names an account that was requested and not audited apart from those skipped', () => {
    const text = flattened(table(aFullRun()));

    expect(text).toContain('888888888888 was requested but not audited: suspended');
    expect(text).toContain('Skipped 1 account: 777777777777, suspended');
  });
});

describe('totals', () => {
  it('counts what was covered', () => {
    expect(table(aFullRun())).toContain('1 of 2 accounts · 1 account/Region pair · 1 cluster');
  });

  it('counts findings by what happened to them', () => {
    const changes = { ...NO_CHANGES, created: 12, unchanged: 140 };

    expect(table(aRun({ publish: true, changes }))).toContain('Findings  12 created · 140 unchanged\n');
  });

  it('says that findings were not published', () => {
    expect(table(aRun())).toContain('not published');
  });

  it('ends with the conclusion', () => {
    expect(table(aRun()).split('\n').slice(-2)).toEqual([
      'PASSED: nothing failed; the audit is complete',
      '',
    ]);
  });
});

it('a requested cluster that does not exist is named in the table and in the page', () => {
  const run = aRun({ complete: false });
  const incomplete = { ...run, coverage: { ...run.coverage, clustersNotJudged: ['prdo'] } };

  expect(table(incomplete)).toContain('Cluster prdo was requested but not audited');
  expect(renderHtml(incomplete)).toContain('<b>prdo</b> was requested but not audited');
});
