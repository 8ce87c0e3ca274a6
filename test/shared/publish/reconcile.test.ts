import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import { describe, expect, it } from 'vitest';
import type { ResourceRef } from '../../../shared/model/resource.ts';
import { refreshAgeDays } from '../../../shared/publish/observation.ts';
import { reconcile } from '../../../shared/publish/reconcile.ts';
import {
  aContext,
  aControl,
  aPass,
  aReconcileInput,
  aVerdict,
  NOW,
  notAvailableVerdict,
  SCOPE,
  stored,
} from './builders.ts';
import { changedIds, daysAgo, eventOf, FINDING_ID } from './reconcile-support.ts';

describe('with nothing in Security Hub', () => {
  it.each([
    ['a failure', aVerdict()],
    ['a pass', aPass()],
    ['a verdict that is not available', notAvailableVerdict()],
  ])('%s is imported', (_, verdict) => {
    expect(changedIds({ verdicts: [verdict] })).toEqual({ create: [FINDING_ID] });
  });

  it('nothing is done without verdicts', () => {
    expect(changedIds({})).toEqual({});
  });
});

describe('with the same in Security Hub', () => {
  it.each([
    ['failure', aVerdict()],
    ['pass', aPass()],
    ['verdict that is not available', notAvailableVerdict()],
  ])('nothing is done for a %s', (_, verdict) => {
    expect(changedIds({ existing: [stored(verdict)], verdicts: [verdict] })).toEqual({
      unchanged: [FINDING_ID],
    });
  });

  it('nothing is done when only the reason or the version of this product changed', () => {
    const input = {
      existing: [stored(aVerdict())],
      verdicts: [aVerdict({ reason: 'In other words.' })],
      context: aContext({ version: '2.0.0' }),
    };
    expect(changedIds(input)).toEqual({ unchanged: [FINDING_ID] });
  });

  it('only the title and numbers follow another version of the benchmark, which changes nothing else', () => {
    const existing = [stored(aVerdict())];
    const { update } = reconcile(
      aReconcileInput({ existing, verdicts: [aVerdict()], context: aContext({ benchmark: '1.8.0' }) }),
    );

    expect(update).toMatchObject([
      { Id: FINDING_ID, Title: expect.stringContaining('(CIS EKS 1.8.0, 5.4.1)') },
    ]);
    expect(update.map(eventOf)).toEqual(['relabelled']);
  });

  it.each([
    ['status', { Compliance: { ...stored(aVerdict()).Compliance, Status: 'PASSED' as const } }],
    ['severity', { FindingProviderFields: { Severity: { Label: 'LOW' as const } } }],
    [
      'reasons',
      { Compliance: { ...stored(aVerdict()).Compliance, StatusReasons: [{ ReasonCode: 'RESTRICTED' }] } },
    ],
    [
      'resource',
      { Resources: [{ Type: 'AwsEksCluster', Id: 'arn:aws:eks:eu-west-1:222222222222:cluster/other' }] },
    ],
    ['fingerprint', { ProductFields: { 'eks-auditor/fingerprint': 'of something else' } }],
  ])('another %s, whoever wrote it, is corrected as a change', (_, forged: Partial<AwsSecurityFinding>) => {
    const existing = [stored(aVerdict(), forged)];
    const { update } = reconcile(aReconcileInput({ existing, verdicts: [aVerdict()] }));

    expect(update.map(eventOf)).toEqual(['changed']);
  });

  it.each([
    ['title', { Title: 'All is well' }],
    [
      'remediation',
      { Remediation: { Recommendation: { Text: 'Call this number.', Url: 'https://example.org' } } },
    ],
  ])('another %s is corrected without being a change', (_, forged: Partial<AwsSecurityFinding>) => {
    const existing = [stored(aVerdict(), forged)];
    const { update } = reconcile(aReconcileInput({ existing, verdicts: [aVerdict()] }));

    expect(update.map(eventOf)).toEqual(['relabelled']);
  });

  it('another severity that a person has set is left', () => {
    const existing = [stored(aVerdict(), { Severity: { Label: 'LOW' } })];

    expect(changedIds({ existing, verdicts: [aVerdict()] })).toEqual({ unchanged: [FINDING_ID] });
  });

  it('instances that come and go among the related resources are no change', () => {
    const instance = (id: string): ResourceRef => ({ type: 'AwsEc2Instance', id });
    const existing = [stored(aVerdict({ related: [instance('i-1')] }))];

    expect(changedIds({ existing, verdicts: [aVerdict({ related: [instance('i-2')] })] })).toEqual({
      unchanged: [FINDING_ID],
    });
  });

  const age = refreshAgeDays(FINDING_ID ?? '', 30);

  it('it is imported again after about 30 days', () => {
    const existing = [stored(aVerdict(), { UpdatedAt: daysAgo(age), CreatedAt: daysAgo(60) })];
    const { update } = reconcile(aReconcileInput({ existing, verdicts: [aVerdict()] }));
    expect(update).toMatchObject([{ Id: FINDING_ID, CreatedAt: daysAgo(60), UpdatedAt: NOW.toISOString() }]);
  });

  it('it is not imported again a moment earlier', () => {
    const existing = [stored(aVerdict(), { UpdatedAt: daysAgo(age - 0.01) })];
    expect(changedIds({ existing, verdicts: [aVerdict()] })).toEqual({ unchanged: [FINDING_ID] });
  });

  it('it is imported again after about as many days as configured', () => {
    const existing = [stored(aVerdict(), { UpdatedAt: daysAgo(10) })];
    expect(changedIds({ existing, verdicts: [aVerdict()], refreshAfterDays: 7 })).toEqual({
      update: [FINDING_ID],
    });
  });

  it('it is imported again when Security Hub does not say when it was updated', () => {
    const existing = [stored(aVerdict(), { UpdatedAt: undefined })];
    expect(changedIds({ existing, verdicts: [aVerdict()] })).toEqual({ update: [FINDING_ID] });
  });
});

describe('with something else in Security Hub', () => {
  it('changed evidence is imported with the history kept', () => {
    const existing = [stored(aVerdict(), { CreatedAt: daysAgo(60), FirstObservedAt: daysAgo(61) })];
    const verdicts = [aVerdict({ evidence: { publicAccessCidrs: '::/0' } })];
    const result = reconcile(aReconcileInput({ existing, verdicts }));
    expect(result.update).toMatchObject([{ CreatedAt: daysAgo(60), FirstObservedAt: daysAgo(61) }]);
    expect(result.resolve).toEqual([]);
  });

  it.each([
    ['failure', aVerdict()],
    ['warning', aVerdict({ status: 'WARNING', severity: 'LOW' })],
    ['verdict that is not available', notAvailableVerdict()],
  ])('a %s that passes now is imported and resolved', (_, before) => {
    expect(changedIds({ existing: [stored(before)], verdicts: [aPass()] })).toEqual({
      update: [FINDING_ID],
      resolve: [FINDING_ID],
    });
  });

  it('a finding that people were notified of is resolved when it passes', () => {
    const existing = [stored(aVerdict(), { Workflow: { Status: 'NOTIFIED' } })];
    expect(changedIds({ existing, verdicts: [aPass()] })).toEqual({
      update: [FINDING_ID],
      resolve: [FINDING_ID],
    });
  });

  it('a finding without a workflow is not in anybody’s queue', () => {
    const existing = [stored(aVerdict(), { Workflow: undefined })];
    expect(changedIds({ existing, verdicts: [aPass()] })).toEqual({ update: [FINDING_ID] });
  });

  it('a finding that a person has resolved is not resolved again', () => {
    const existing = [stored(aVerdict(), { Workflow: { Status: 'RESOLVED' } })];
    expect(changedIds({ existing, verdicts: [aPass()] })).toEqual({ update: [FINDING_ID] });
  });

  it.each([
    ['passes', aPass()],
    ['fails differently', aVerdict({ severity: 'CRITICAL' })],
    ['cannot be judged', notAvailableVerdict()],
  ])('a suppressed finding that %s is imported and its workflow left alone', (_, now) => {
    const existing = [stored(aVerdict(), { Workflow: { Status: 'SUPPRESSED' } })];
    const result = reconcile(aReconcileInput({ existing, verdicts: [now] }));
    expect(result.update).toHaveLength(1);
    expect(result.update[0]).not.toHaveProperty('Workflow');
    expect(result.resolve).toEqual([]);
  });

  it('a pass that fails now is imported; Security Hub reopens it by itself', () => {
    expect(changedIds({ existing: [stored(aPass())], verdicts: [aVerdict()] })).toEqual({
      update: [FINDING_ID],
    });
  });

  it.each([
    ['failure', aVerdict()],
    ['pass', aPass()],
  ])('a %s that cannot be judged now is imported as not available', (_, before) => {
    const result = reconcile(
      aReconcileInput({ existing: [stored(before)], verdicts: [notAvailableVerdict()] }),
    );
    expect(result.update).toMatchObject([
      { Id: FINDING_ID, Compliance: { Status: 'NOT_AVAILABLE' }, RecordState: 'ACTIVE' },
    ]);
    expect(result.archive).toEqual([]);
    expect(result.resolve).toEqual([]);
  });

  it('a pass whose workflow could not be resolved last time is resolved without an import', () => {
    const existing = [stored(aPass(), { Workflow: { Status: 'NEW' } })];
    expect(changedIds({ existing, verdicts: [aPass()] })).toEqual({
      unchanged: [FINDING_ID],
      resolve: [FINDING_ID],
    });
  });
});

describe('verdicts', () => {
  it('of other accounts and Regions are left to their own Security Hub', () => {
    const verdicts = [
      aVerdict({ scope: { ...SCOPE, region: 'us-east-1' } }),
      aVerdict({ scope: { ...SCOPE, accountId: '333333333333' } }),
    ];
    expect(changedIds({ verdicts })).toEqual({});
  });

  it('that share an id become one finding, the worst', () => {
    for (const verdicts of [
      [aPass(), aVerdict()],
      [aVerdict(), aPass()],
    ])
      expect(reconcile(aReconcileInput({ verdicts })).create).toMatchObject([
        { Compliance: { Status: 'FAILED' } },
      ]);
  });

  it('are described by the control of their level, where levels share a key', () => {
    const resource = {
      type: 'AwsEcrRepository',
      id: 'arn:aws:ecr:eu-west-1:222222222222:repository/app',
    } as const;
    const verdict = aVerdict({ control: 'ecr-access', level: 'region', resource });
    const controls = [
      aControl({ key: 'endpoint-access', level: 'region', title: 'Another control' }),
      aControl({ key: 'ecr-access', level: 'account', title: 'Who may push' }),
      aControl({ key: 'ecr-access', level: 'region', title: 'Who may pull' }),
    ];

    expect(reconcile(aReconcileInput({ verdicts: [verdict], controls })).create).toMatchObject([
      { Title: expect.stringContaining('Who may pull') },
    ]);
  });

  it('of a control that is not selected are a mistake', () => {
    expect(() => reconcile(aReconcileInput({ verdicts: [aVerdict()], controls: [] }))).toThrow(
      'endpoint-access',
    );
  });
});
