import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import { describe, expect, it } from 'vitest';
import { present } from '../../../shared/model/evidence.ts';
import { accountResource, type ResourceRef } from '../../../shared/model/resource.ts';
import type { Verdict } from '../../../shared/model/verdict.ts';
import { productArn } from '../../../shared/publish/asff.ts';
import { type Reality, reconcile } from '../../../shared/publish/reconcile.ts';
import {
  aCluster,
  aContext,
  aControl,
  aPass,
  aReality,
  aRole,
  aVerdict,
  blindVerdict,
  held,
  NOW,
  SCOPE,
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
function done(reality: Partial<Reality>): Record<string, (string | undefined)[]> {
  const result = Object.entries(reconcile(aReality(reality)));
  return Object.fromEntries(
    result
      .filter(([, list]) => list.length > 0)
      .map(([name, list]) => [name, list.map((one: AwsSecurityFinding) => one.Id)]),
  );
}

function subjectOf(verdict: Verdict) {
  const { controlId, level, scope, clusterArn } = verdict;
  return { controlId, level, region: scope.region, ...(clusterArn && { clusterArn }) };
}

const ID = held(aVerdict()).Id;

describe('with nothing in Security Hub', () => {
  it.each([
    ['a failure', aVerdict()],
    ['a pass', aPass()],
    ['a blind verdict', blindVerdict()],
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
    ['blind verdict', blindVerdict()],
  ])('nothing is done for a %s', (_, verdict) => {
    expect(done({ existing: [held(verdict)], verdicts: [verdict] })).toEqual({ unchanged: [ID] });
  });

  it('nothing is done when only the wording or the version changed', () => {
    const reality = {
      existing: [held(aVerdict())],
      verdicts: [aVerdict({ reason: 'Said in another way.' })],
      context: aContext({ version: '2.0.0', benchmark: '1.8.0' }),
    };
    expect(done(reality)).toEqual({ unchanged: [ID] });
  });

  it('it is imported again after 30 days', () => {
    const existing = [held(aVerdict(), { UpdatedAt: daysAgo(30), CreatedAt: daysAgo(60) })];
    const { update } = reconcile(aReality({ existing, verdicts: [aVerdict()] }));
    expect(update).toMatchObject([{ Id: ID, CreatedAt: daysAgo(60), UpdatedAt: NOW.toISOString() }]);
  });

  it('it is not imported again a moment earlier', () => {
    const existing = [held(aVerdict(), { UpdatedAt: daysAgo(29.99) })];
    expect(done({ existing, verdicts: [aVerdict()] })).toEqual({ unchanged: [ID] });
  });

  it('it is imported again after as many days as configured', () => {
    const existing = [held(aVerdict(), { UpdatedAt: daysAgo(8) })];
    expect(done({ existing, verdicts: [aVerdict()], refreshAfterDays: 7 })).toEqual({ update: [ID] });
  });

  it('it is imported again when Security Hub does not say when it was updated', () => {
    const existing = [held(aVerdict(), { UpdatedAt: undefined })];
    expect(done({ existing, verdicts: [aVerdict()] })).toEqual({ update: [ID] });
  });
});

describe('with something else in Security Hub', () => {
  it('changed evidence is imported with the history kept', () => {
    const existing = [held(aVerdict(), { CreatedAt: daysAgo(60), FirstObservedAt: daysAgo(61) })];
    const verdicts = [aVerdict({ evidence: { publicAccessCidrs: '::/0' } })];
    const result = reconcile(aReality({ existing, verdicts }));
    expect(result.update).toMatchObject([{ CreatedAt: daysAgo(60), FirstObservedAt: daysAgo(61) }]);
    expect(result.resolve).toEqual([]);
  });

  it.each([
    ['failure', aVerdict()],
    ['warning', aVerdict({ status: 'WARNING', severity: 'LOW' })],
    ['blind verdict', blindVerdict()],
  ])('a %s that passes now is imported and resolved', (_, before) => {
    expect(done({ existing: [held(before)], verdicts: [aPass()] })).toEqual({ update: [ID], resolve: [ID] });
  });

  it('one that people were notified of is resolved when it passes', () => {
    const existing = [held(aVerdict(), { Workflow: { Status: 'NOTIFIED' } })];
    expect(done({ existing, verdicts: [aPass()] })).toEqual({ update: [ID], resolve: [ID] });
  });

  it('one that a person resolved already is not resolved again', () => {
    const existing = [held(aVerdict(), { Workflow: { Status: 'RESOLVED' } })];
    expect(done({ existing, verdicts: [aPass()] })).toEqual({ update: [ID] });
  });

  it.each([
    ['passes', aPass()],
    ['fails differently', aVerdict({ severity: 'CRITICAL' })],
    ['cannot be judged', blindVerdict()],
  ])('a suppressed one that %s is imported and its workflow left alone', (_, now) => {
    const existing = [held(aVerdict(), { Workflow: { Status: 'SUPPRESSED' } })];
    const result = reconcile(aReality({ existing, verdicts: [now] }));
    expect(result.update).toHaveLength(1);
    expect(result.update[0]).not.toHaveProperty('Workflow');
    expect(result.resolve).toEqual([]);
  });

  it('a pass that fails now is imported; Security Hub reopens it by itself', () => {
    expect(done({ existing: [held(aPass())], verdicts: [aVerdict()] })).toEqual({ update: [ID] });
  });

  it.each([
    ['failure', aVerdict()],
    ['pass', aPass()],
  ])('a %s that cannot be judged now is imported as not available', (_, before) => {
    const result = reconcile(aReality({ existing: [held(before)], verdicts: [blindVerdict()] }));
    expect(result.update).toMatchObject([
      { Id: ID, Compliance: { Status: 'NOT_AVAILABLE' }, RecordState: 'ACTIVE' },
    ]);
    expect(result.archive).toEqual([]);
    expect(result.resolve).toEqual([]);
  });

  it('a pass whose workflow could not be resolved last time is resolved without an import', () => {
    const existing = [held(aPass(), { Workflow: { Status: 'NEW' } })];
    expect(done({ existing, verdicts: [aPass()] })).toEqual({ unchanged: [ID], resolve: [ID] });
  });
});

describe('a finding whose cluster is gone', () => {
  const existing = [held(aVerdict()), held(aVerdict({ resource: aRole('node'), clusterArn: aCluster().id }))];
  const ids = existing.map((one) => one.Id);

  it('is archived, with everything that was judged for that cluster', () => {
    expect(done({ existing, clusterNames: present([]) })).toEqual({ archive: ids });
  });

  it('is archived also when the cluster was asked for by name', () => {
    expect(done({ existing, clusterNames: present([]), onlyClusters: ['prod'] })).toEqual({ archive: ids });
  });

  it.each<[string, Partial<Reality>]>([
    ['the clusters could not be listed', { clusterNames: DENIED }],
    ['other clusters were asked for', { clusterNames: present([]), onlyClusters: ['dev'] }],
    ['no cluster was asked for', { clusterNames: present([]), onlyClusters: [] }],
    ['its control was not selected', { clusterNames: present([]), controls: [aControl({ id: '5.4.2' })] }],
    ['the cluster is listed', { clusterNames: present(['dev', 'prod']) }],
  ])('stays when %s', (_, reality) => {
    expect(done({ existing, ...reality })).toEqual({});
  });

  it('is archived whatever its workflow, which is not touched', () => {
    const suppressed = held(aVerdict(), { Workflow: { Status: 'SUPPRESSED' } });
    const result = reconcile(aReality({ existing: [suppressed], clusterNames: present([]) }));
    expect(result.archive).toMatchObject([{ Id: ID, RecordState: 'ARCHIVED' }]);
    expect(result.archive[0]).not.toHaveProperty('Workflow');
    expect(result.resolve).toEqual([]);
  });

  it('is not archived for the cluster of the same name in another Region', () => {
    const elsewhere = aCluster('prod', { ...SCOPE, region: 'us-east-1' });
    const finding = held(aVerdict({ resource: aRole('node'), clusterArn: elsewhere.id }));
    expect(done({ existing: [finding], clusterNames: present([]) })).toEqual({});
  });
});

describe('a finding whose resource is gone', () => {
  const ofRole = aVerdict({ resource: aRole('old'), clusterArn: aCluster().id });
  const stays = aVerdict({ resource: aRole('node'), clusterArn: aCluster().id });

  it('is archived when its cluster was looked at completely', () => {
    const reality = {
      existing: [held(ofRole), held(stays)],
      verdicts: [stays],
      settled: [subjectOf(ofRole)],
    };
    expect(done(reality)).toEqual({ archive: [held(ofRole).Id], unchanged: [held(stays).Id] });
  });

  it('stays when something of its cluster could not be seen', () => {
    expect(done({ existing: [held(ofRole)], settled: [] })).toEqual({});
  });

  it.each([
    ['another cluster', { clusterArn: aCluster('dev').id }],
    ['another control', { controlId: '5.4.2' }],
    ['another Region', { region: 'us-east-1' }],
    ['another level', { level: 'region' as const }],
  ])('stays when only %s was looked at completely', (_, other) => {
    const controls = [aControl(), aControl({ id: '5.4.2' })];
    const settled = [{ ...subjectOf(ofRole), ...other }];
    expect(done({ existing: [held(ofRole)], controls, settled })).toEqual({});
  });

  const repository: ResourceRef = {
    type: 'AwsEcrRepository',
    id: 'arn:aws:ecr:eu-west-1:222222222222:repository/app',
  };
  const ofRegion = aVerdict({ controlId: '5.1.2', level: 'region', resource: repository });
  const ofAccount = aVerdict({ controlId: '5.1.2', resource: accountResource('222222222222') });
  const controls = [aControl({ id: '5.1.2', level: 'region' }), aControl({ id: '5.1.2', level: 'account' })];

  it('is archived when its Region was looked at completely', () => {
    const reality = { existing: [held(ofRegion)], controls, settled: [subjectOf(ofRegion)] };
    expect(done(reality)).toEqual({ archive: [held(ofRegion).Id] });
  });

  it('of a Region stays when only the account was looked at completely', () => {
    const reality = {
      existing: [held(ofRegion)],
      controls,
      verdicts: [ofAccount],
      settled: [subjectOf(ofAccount)],
    };
    expect(done(reality)).toEqual({ create: [held(ofAccount).Id] });
  });

  it('is archived when its account was looked at completely', () => {
    const reality = { existing: [held(ofAccount)], controls, settled: [subjectOf(ofAccount)] };
    expect(done(reality)).toEqual({ archive: [held(ofAccount).Id] });
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
    expect(done({ existing: [held(aVerdict(), overrides)], clusterNames: present([]) })).toEqual({});
  });

  it.each(foreign)('does not count as ours when it is of %s and has our id', (_, overrides) => {
    expect(done({ existing: [held(aVerdict(), overrides)], verdicts: [aVerdict()] })).toEqual({
      create: [ID],
    });
  });

  it('does not hide ours of the same id', () => {
    const other = held(aPass(), { ProductArn: 'arn:aws:securityhub:eu-west-1:222222222222:product/x/y' });
    for (const existing of [
      [other, held(aVerdict())],
      [held(aVerdict()), other],
    ])
      expect(done({ existing, verdicts: [aVerdict()] })).toEqual({ unchanged: [ID] });
  });
});

describe('an older finding', () => {
  const bare = held(aVerdict(), { ProductFields: undefined, Region: undefined, Workflow: undefined });

  it('without our fields is brought up to date', () => {
    expect(done({ existing: [bare], verdicts: [aVerdict()] })).toEqual({ update: [ID] });
  });

  it('without our fields is not archived, since it does not say of what it is', () => {
    const settled = [subjectOf(aVerdict())];
    expect(done({ existing: [bare], clusterNames: present([]), settled })).toEqual({});
  });

  it('without an id is left alone', () => {
    expect(done({ existing: [held(aVerdict(), { Id: undefined })], clusterNames: present([]) })).toEqual({});
  });
});

describe('a finding that was archived', () => {
  function archived(verdict: Verdict, status: 'NEW' | 'RESOLVED' | 'SUPPRESSED' = 'NEW') {
    return held(verdict, { RecordState: 'ARCHIVED', Workflow: { Status: status }, CreatedAt: daysAgo(60) });
  }

  it('stays archived while its resource is gone', () => {
    expect(done({ existing: [archived(aVerdict())], clusterNames: present([]) })).toEqual({});
  });

  it('comes back with its history', () => {
    const result = reconcile(aReality({ existing: [archived(aVerdict())], verdicts: [aVerdict()] }));
    expect(result.create).toMatchObject([{ Id: ID, RecordState: 'ACTIVE', CreatedAt: daysAgo(60) }]);
  });

  it('and comes back passing is resolved, because Security Hub makes it new', () => {
    const reality = { existing: [archived(aPass(), 'RESOLVED')], verdicts: [aPass()] };
    expect(done(reality)).toEqual({ create: [ID], resolve: [ID] });
  });

  it('and was suppressed is left suppressed', () => {
    const reality = { existing: [archived(aPass(), 'SUPPRESSED')], verdicts: [aPass()] };
    expect(done(reality)).toEqual({ create: [ID] });
  });

  it('does not hide an active one of the same id', () => {
    for (const existing of [
      [archived(aPass()), held(aVerdict())],
      [held(aVerdict()), archived(aPass())],
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
      expect(reconcile(aReality({ verdicts })).create).toMatchObject([{ Compliance: { Status: 'FAILED' } }]);
  });

  it('of a control that is not selected are a mistake', () => {
    expect(() => reconcile(aReality({ verdicts: [aVerdict()], controls: [] }))).toThrow('5.4.1');
  });
});
