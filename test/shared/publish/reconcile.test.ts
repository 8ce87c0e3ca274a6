import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import { describe, expect, it } from 'vitest';
import { present } from '../../../shared/model/evidence.ts';
import { accountResource, type ResourceRef } from '../../../shared/model/resource.ts';
import type { Verdict } from '../../../shared/model/verdict.ts';
import { productArn } from '../../../shared/publish/asff.ts';
import { type ReconcileInput, reconcile } from '../../../shared/publish/reconcile.ts';
import {
  aCluster,
  aContext,
  aControl,
  aPass,
  aReconcileInput,
  aRole,
  aVerdict,
  NOW,
  notAvailableVerdict,
  SCOPE,
  stored,
} from './builders.ts';

const DENIED = {
  state: 'unreadable',
  kind: 'denied',
  code: 'AccessDeniedException',
  operation: 'eks:ListClusters',
  detail: 'no',
} as const;

function daysAgo(days: number): string {
  return new Date(NOW.getTime() - days * 24 * 60 * 60 * 1000).toISOString();
}

/** What is done, by name and id. */
function done(reality: Partial<ReconcileInput>): Record<string, (string | undefined)[]> {
  const result = Object.entries(reconcile(aReconcileInput(reality)));
  return Object.fromEntries(
    result
      .filter(([, list]) => list.length > 0)
      .map(([name, list]) => [name, list.map((one: AwsSecurityFinding) => one.Id)]),
  );
}

function subjectOf(verdict: Verdict) {
  const { control, level, scope, clusterArn } = verdict;
  return { control, level, region: scope.region, ...(clusterArn && { clusterArn }) };
}

const ID = stored(aVerdict()).Id;

function eventOf(finding: AwsSecurityFinding): string | undefined {
  return finding.ProductFields?.['eks-auditor/event'];
}

describe('with nothing in Security Hub', () => {
  it.each([
    ['a failure', aVerdict()],
    ['a pass', aPass()],
    ['a blind verdict', notAvailableVerdict()],
  ])('%s is imported', (_, verdict) => {
    expect(done({ verdicts: [verdict] })).toEqual({ create: [ID] });
  });

  it('nothing is done without verdicts', () => {
    expect(done({})).toEqual({});
  });
});

describe('with the same in Security Hub', () => {
  it.each([
    ['failure', aVerdict()],
    ['pass', aPass()],
    ['blind verdict', notAvailableVerdict()],
  ])('nothing is done for a %s', (_, verdict) => {
    expect(done({ existing: [stored(verdict)], verdicts: [verdict] })).toEqual({ unchanged: [ID] });
  });

  it('nothing is done when only the reason or the version of this product changed', () => {
    const input = {
      existing: [stored(aVerdict())],
      verdicts: [aVerdict({ reason: 'Said in another way.' })],
      context: aContext({ version: '2.0.0' }),
    };
    expect(done(input)).toEqual({ unchanged: [ID] });
  });

  it('only the title and numbers follow another version of the benchmark, which changes nothing else', () => {
    const existing = [stored(aVerdict())];
    const { update } = reconcile(
      aReconcileInput({ existing, verdicts: [aVerdict()], context: aContext({ benchmark: '1.8.0' }) }),
    );

    expect(update).toMatchObject([{ Id: ID, Title: expect.stringContaining('(CIS EKS 1.8.0, 5.4.1)') }]);
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

    expect(done({ existing, verdicts: [aVerdict()] })).toEqual({ unchanged: [ID] });
  });

  it('instances that come and go among the related resources are no change', () => {
    const instance = (id: string): ResourceRef => ({ type: 'AwsEc2Instance', id });
    const existing = [stored(aVerdict({ related: [instance('i-1')] }))];

    expect(done({ existing, verdicts: [aVerdict({ related: [instance('i-2')] })] })).toEqual({
      unchanged: [ID],
    });
  });

  it('it is imported again after 30 days', () => {
    const existing = [stored(aVerdict(), { UpdatedAt: daysAgo(30), CreatedAt: daysAgo(60) })];
    const { update } = reconcile(aReconcileInput({ existing, verdicts: [aVerdict()] }));
    expect(update).toMatchObject([{ Id: ID, CreatedAt: daysAgo(60), UpdatedAt: NOW.toISOString() }]);
  });

  it('it is not imported again a moment earlier', () => {
    const existing = [stored(aVerdict(), { UpdatedAt: daysAgo(29.99) })];
    expect(done({ existing, verdicts: [aVerdict()] })).toEqual({ unchanged: [ID] });
  });

  it('it is imported again after as many days as configured', () => {
    const existing = [stored(aVerdict(), { UpdatedAt: daysAgo(8) })];
    expect(done({ existing, verdicts: [aVerdict()], refreshAfterDays: 7 })).toEqual({ update: [ID] });
  });

  it('it is imported again when Security Hub does not say when it was updated', () => {
    const existing = [stored(aVerdict(), { UpdatedAt: undefined })];
    expect(done({ existing, verdicts: [aVerdict()] })).toEqual({ update: [ID] });
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
    ['blind verdict', notAvailableVerdict()],
  ])('a %s that passes now is imported and resolved', (_, before) => {
    expect(done({ existing: [stored(before)], verdicts: [aPass()] })).toEqual({
      update: [ID],
      resolve: [ID],
    });
  });

  it('one that people were notified of is resolved when it passes', () => {
    const existing = [stored(aVerdict(), { Workflow: { Status: 'NOTIFIED' } })];
    expect(done({ existing, verdicts: [aPass()] })).toEqual({ update: [ID], resolve: [ID] });
  });

  it('one that a person resolved already is not resolved again', () => {
    const existing = [stored(aVerdict(), { Workflow: { Status: 'RESOLVED' } })];
    expect(done({ existing, verdicts: [aPass()] })).toEqual({ update: [ID] });
  });

  it.each([
    ['passes', aPass()],
    ['fails differently', aVerdict({ severity: 'CRITICAL' })],
    ['cannot be judged', notAvailableVerdict()],
  ])('a suppressed one that %s is imported and its workflow left alone', (_, now) => {
    const existing = [stored(aVerdict(), { Workflow: { Status: 'SUPPRESSED' } })];
    const result = reconcile(aReconcileInput({ existing, verdicts: [now] }));
    expect(result.update).toHaveLength(1);
    expect(result.update[0]).not.toHaveProperty('Workflow');
    expect(result.resolve).toEqual([]);
  });

  it('a pass that fails now is imported; Security Hub reopens it by itself', () => {
    expect(done({ existing: [stored(aPass())], verdicts: [aVerdict()] })).toEqual({ update: [ID] });
  });

  it.each([
    ['failure', aVerdict()],
    ['pass', aPass()],
  ])('a %s that cannot be judged now is imported as not available', (_, before) => {
    const result = reconcile(
      aReconcileInput({ existing: [stored(before)], verdicts: [notAvailableVerdict()] }),
    );
    expect(result.update).toMatchObject([
      { Id: ID, Compliance: { Status: 'NOT_AVAILABLE' }, RecordState: 'ACTIVE' },
    ]);
    expect(result.archive).toEqual([]);
    expect(result.resolve).toEqual([]);
  });

  it('a pass whose workflow could not be resolved last time is resolved without an import', () => {
    const existing = [stored(aPass(), { Workflow: { Status: 'NEW' } })];
    expect(done({ existing, verdicts: [aPass()] })).toEqual({ unchanged: [ID], resolve: [ID] });
  });
});

describe('a finding whose cluster is gone', () => {
  const existing = [
    stored(aVerdict()),
    stored(aVerdict({ resource: aRole('node'), clusterArn: aCluster().id })),
  ];
  const ids = existing.map((one) => one.Id);

  it('is archived, with everything that was judged for that cluster', () => {
    expect(done({ existing, clusterNames: present([]) })).toEqual({ archive: ids });
  });

  it('is archived also when the cluster was asked for by name', () => {
    expect(done({ existing, clusterNames: present([]), onlyClusters: ['prod'] })).toEqual({ archive: ids });
  });

  it.each<[string, Partial<ReconcileInput>]>([
    ['the clusters could not be listed', { clusterNames: DENIED }],
    ['other clusters were asked for', { clusterNames: present([]), onlyClusters: ['dev'] }],
    ['no cluster was asked for', { clusterNames: present([]), onlyClusters: [] }],
    [
      'its control was not selected',
      { clusterNames: present([]), controls: [aControl({ key: 'private-endpoint' })] },
    ],
    ['the cluster is listed', { clusterNames: present(['dev', 'prod']) }],
  ])('stays when %s', (_, reality) => {
    expect(done({ existing, ...reality })).toEqual({});
  });

  it('is archived whatever its workflow, which is not touched', () => {
    const suppressed = stored(aVerdict(), { Workflow: { Status: 'SUPPRESSED' } });
    const result = reconcile(aReconcileInput({ existing: [suppressed], clusterNames: present([]) }));
    expect(result.archive).toMatchObject([{ Id: ID, RecordState: 'ARCHIVED' }]);
    expect(result.archive[0]).not.toHaveProperty('Workflow');
    expect(result.resolve).toEqual([]);
  });

  it('is not archived for the cluster of the same name in another Region', () => {
    const elsewhere = aCluster('prod', { ...SCOPE, region: 'us-east-1' });
    const finding = stored(aVerdict({ resource: aRole('node'), clusterArn: elsewhere.id }));
    expect(done({ existing: [finding], clusterNames: present([]) })).toEqual({});
  });
});

describe('a finding whose resource is gone', () => {
  const ofRole = aVerdict({ resource: aRole('old'), clusterArn: aCluster().id });
  const stays = aVerdict({ resource: aRole('node'), clusterArn: aCluster().id });

  it('is archived when its cluster was looked at completely', () => {
    const input = {
      existing: [stored(ofRole), stored(stays)],
      verdicts: [stays],
      completeSubjects: [subjectOf(ofRole)],
    };
    expect(done(input)).toEqual({ archive: [stored(ofRole).Id], unchanged: [stored(stays).Id] });
  });

  it('stays when something of its cluster could not be seen', () => {
    expect(done({ existing: [stored(ofRole)], completeSubjects: [] })).toEqual({});
  });

  it.each([
    ['another cluster', { clusterArn: aCluster('dev').id }],
    ['another control', { control: 'private-endpoint' as const }],
    ['another Region', { region: 'us-east-1' }],
    ['another level', { level: 'region' as const }],
  ])('stays when only %s was looked at completely', (_, other) => {
    const controls = [aControl(), aControl({ key: 'private-endpoint' })];
    const completeSubjects = [{ ...subjectOf(ofRole), ...other }];
    expect(done({ existing: [stored(ofRole)], controls, completeSubjects })).toEqual({});
  });

  const repository: ResourceRef = {
    type: 'AwsEcrRepository',
    id: 'arn:aws:ecr:eu-west-1:222222222222:repository/app',
  };
  const ofRegion = aVerdict({ control: 'ecr-access', level: 'region', resource: repository });
  const ofAccount = aVerdict({ control: 'ecr-access', resource: accountResource('222222222222') });
  const controls = [
    aControl({ key: 'ecr-access', level: 'region' }),
    aControl({ key: 'ecr-access', level: 'account' }),
  ];

  it('is archived when its Region was looked at completely', () => {
    const input = { existing: [stored(ofRegion)], controls, completeSubjects: [subjectOf(ofRegion)] };
    expect(done(input)).toEqual({ archive: [stored(ofRegion).Id] });
  });

  it('of a Region stays when only the account was looked at completely', () => {
    const input = {
      existing: [stored(ofRegion)],
      controls,
      verdicts: [ofAccount],
      completeSubjects: [subjectOf(ofAccount)],
    };
    expect(done(input)).toEqual({ create: [stored(ofAccount).Id] });
  });

  it('is archived when its account was looked at completely', () => {
    const input = { existing: [stored(ofAccount)], controls, completeSubjects: [subjectOf(ofAccount)] };
    expect(done(input)).toEqual({ archive: [stored(ofAccount).Id] });
  });
});

describe('what Security Hub holds of others', () => {
  const foreign: [string, Partial<AwsSecurityFinding>][] = [
    ['another account', { AwsAccountId: '333333333333' }],
    ['another Region', { Region: 'us-east-1' }],
    ['another product', { ProductArn: productArn({ ...SCOPE, region: 'us-east-1' }) }],
    ['another tool', { GeneratorId: 'security-control/EKS.1' }],
  ];

  it.each(foreign)('is not archived when it is of %s', (_, overrides) => {
    expect(done({ existing: [stored(aVerdict(), overrides)], clusterNames: present([]) })).toEqual({});
  });

  it.each(foreign)('does not count as ours when it is of %s and has our id', (_, overrides) => {
    expect(done({ existing: [stored(aVerdict(), overrides)], verdicts: [aVerdict()] })).toEqual({
      create: [ID],
    });
  });

  it('does not hide ours of the same id', () => {
    const other = stored(aPass(), { ProductArn: 'arn:aws:securityhub:eu-west-1:222222222222:product/x/y' });
    for (const existing of [
      [other, stored(aVerdict())],
      [stored(aVerdict()), other],
    ])
      expect(done({ existing, verdicts: [aVerdict()] })).toEqual({ unchanged: [ID] });
  });
});

describe('an older finding', () => {
  const bare = stored(aVerdict(), { ProductFields: undefined, Region: undefined, Workflow: undefined });

  it('without our fields is brought up to date', () => {
    expect(done({ existing: [bare], verdicts: [aVerdict()] })).toEqual({ update: [ID] });
  });

  it('without our fields is not archived, since it does not say of what it is', () => {
    const completeSubjects = [subjectOf(aVerdict())];
    expect(done({ existing: [bare], clusterNames: present([]), completeSubjects })).toEqual({});
  });

  it('without an id is left alone', () => {
    expect(done({ existing: [stored(aVerdict(), { Id: undefined })], clusterNames: present([]) })).toEqual(
      {},
    );
  });
});

describe('a finding that was archived', () => {
  function archived(verdict: Verdict, status: 'NEW' | 'RESOLVED' | 'SUPPRESSED' = 'NEW') {
    return stored(verdict, { RecordState: 'ARCHIVED', Workflow: { Status: status }, CreatedAt: daysAgo(60) });
  }

  it('stays archived while its resource is gone', () => {
    expect(done({ existing: [archived(aVerdict())], clusterNames: present([]) })).toEqual({});
  });

  it('comes back with its history', () => {
    const result = reconcile(aReconcileInput({ existing: [archived(aVerdict())], verdicts: [aVerdict()] }));
    expect(result.create).toMatchObject([{ Id: ID, RecordState: 'ACTIVE', CreatedAt: daysAgo(60) }]);
  });

  it('and comes back passing is resolved, because Security Hub makes it new', () => {
    const input = { existing: [archived(aPass(), 'RESOLVED')], verdicts: [aPass()] };
    expect(done(input)).toEqual({ create: [ID], resolve: [ID] });
  });

  it('and was suppressed is left suppressed', () => {
    const input = { existing: [archived(aPass(), 'SUPPRESSED')], verdicts: [aPass()] };
    expect(done(input)).toEqual({ create: [ID] });
  });

  it('does not hide an active one of the same id', () => {
    for (const existing of [
      [archived(aPass()), stored(aVerdict())],
      [stored(aVerdict()), archived(aPass())],
    ])
      expect(done({ existing, verdicts: [aVerdict()] })).toEqual({ unchanged: [ID] });
  });
});

describe('verdicts', () => {
  it('of other accounts and Regions are left to their own Security Hub', () => {
    const verdicts = [
      aVerdict({ scope: { ...SCOPE, region: 'us-east-1' } }),
      aVerdict({ scope: { ...SCOPE, accountId: '333333333333' } }),
    ];
    expect(done({ verdicts })).toEqual({});
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

  it('of a control that is not selected are a mistake', () => {
    expect(() => reconcile(aReconcileInput({ verdicts: [aVerdict()], controls: [] }))).toThrow(
      'endpoint-access',
    );
  });
});
