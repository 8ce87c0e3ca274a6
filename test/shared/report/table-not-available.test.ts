import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../../shared/report/html.ts';
import { aGap, anAccount, aRegion, aRun, aVerdict, flattened } from './builders.ts';
import { aFullRun, table } from './table-support.ts';

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
    {
      gap: aGap({ what: 'evidence', operation: 'kubernetes:connect', code: 'Unauthorized' }),
      hint: 'Give the role an access entry in the cluster',
    },
    {
      gap: aGap({ what: 'evidence', operation: 'kubernetes:connect', code: 'NoConnection', kind: 'failed' }),
      hint: 'Check that the endpoint can be reached',
    },
    {
      gap: aGap({ what: 'evidence', operation: 'kubernetes:list pods', code: 'Forbidden' }),
      hint: 'Give the group of the role’s access entry this right',
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

    expect(table(aRun({ accounts }))).toContain('111111111111 · eu-west-1 · ledger (needed by 2.1.1, 5.3.1)');
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

it('a requested cluster that does not exist is named in the table and in the page', () => {
  const run = aRun({ complete: false });
  const incomplete = { ...run, coverage: { ...run.coverage, clustersNotJudged: ['prdo'] } };

  expect(table(incomplete)).toContain('Cluster prdo was requested but not audited');
  expect(renderHtml(incomplete)).toContain('<b><bdi>prdo</bdi></b> was requested but not audited');
});
