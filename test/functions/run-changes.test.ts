import { expect, test } from 'vitest';
import { addRunChanges, NO_RUN_CHANGES } from '../../functions/report/run-changes.ts';
import { type AccountResult, NO_CHANGES } from '../../shared/model/run.ts';
import type { VerdictChange } from '../../shared/model/verdict-change.ts';
import { anAccount } from '../shared/report/builders.ts';

function aChange(fields: Partial<VerdictChange> = {}): VerdictChange {
  return {
    change: 'new',
    findingId: 'finding',
    control: 'endpoint-access',
    controlId: '5.4.1',
    status: 'FAILED',
    severity: 'HIGH',
    reasonCode: 'OPEN_TO_INTERNET',
    accountId: '111111111111',
    region: 'eu-west-1',
    resource: { type: 'AwsEksCluster', id: 'arn' },
    ...fields,
  };
}

function aResult(
  verdictChanges: readonly VerdictChange[],
  fields: Partial<AccountResult> = {},
): AccountResult {
  return {
    coverage: anAccount(),
    clusters: [],
    verdicts: [],
    changes: NO_CHANGES,
    verdictChanges,
    ...fields,
  };
}

test('changes are counted by kind and severity over all accounts', () => {
  const results = [
    aResult([aChange(), aChange({ severity: 'LOW' }), aChange({ change: 'fixed' })], { firstAudit: true }),
    aResult([aChange()]),
    aResult([]),
  ];

  const { counts, firstAudits } = results.reduce(addRunChanges, NO_RUN_CHANGES);

  expect(counts).toEqual({ new: { HIGH: 2, LOW: 1 }, fixed: { HIGH: 1 } });
  expect(firstAudits).toBe(1);
});

test('what a person suppressed is neither counted nor listed', () => {
  const { counts, listed } = addRunChanges(NO_RUN_CHANGES, aResult([aChange({ suppressed: true })]));

  expect(counts).toEqual({});
  expect(listed.size).toBe(0);
});

test('the worst of each kind are listed, and all are counted', () => {
  const many = Array.from({ length: 150 }, (_, index) => aChange({ findingId: `finding-${index}` }));
  const critical = aChange({ severity: 'CRITICAL', findingId: 'critical' });

  const { counts, listed } = [aResult(many), aResult([critical])].reduce(addRunChanges, NO_RUN_CHANGES);

  expect(counts.new).toEqual({ CRITICAL: 1, HIGH: 150 });
  expect(listed.get('new')).toHaveLength(100);
  expect(listed.get('new')?.[0]).toEqual(critical);
});
