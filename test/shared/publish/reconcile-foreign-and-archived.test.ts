import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import { describe, expect, it } from 'vitest';
import { present } from '../../../shared/model/evidence.ts';
import type { Verdict } from '../../../shared/model/verdict.ts';
import { productArn } from '../../../shared/publish/asff.ts';
import { reconcile } from '../../../shared/publish/reconcile.ts';
import { aPass, aReconcileInput, aVerdict, SCOPE, stored } from './builders.ts';
import { changedIds, daysAgo, FINDING_ID, subjectOf } from './reconcile-support.ts';

describe('findings of others in Security Hub', () => {
  const foreign: [string, Partial<AwsSecurityFinding>][] = [
    ['another account', { AwsAccountId: '333333333333' }],
    ['another Region', { Region: 'us-east-1' }],
    ['another product', { ProductArn: productArn({ ...SCOPE, region: 'us-east-1' }) }],
  ];
  const ofAnotherTool = stored(aVerdict(), { GeneratorId: 'security-control/EKS.1' });

  it.each(foreign)('is not archived when it is of %s', (_, overrides) => {
    expect(changedIds({ existing: [stored(aVerdict(), overrides)], clusterNames: present([]) })).toEqual({});
  });

  it.each(foreign)('does not count as ours when it is of %s and has our id', (_, overrides) => {
    expect(changedIds({ existing: [stored(aVerdict(), overrides)], verdicts: [aVerdict()] })).toEqual({
      create: [FINDING_ID],
    });
  });

  it('is not archived when it is of another tool', () => {
    expect(changedIds({ existing: [ofAnotherTool], clusterNames: present([]) })).toEqual({});
  });

  it('is overwritten when it has our id and only another GeneratorId, for it is what our import updates', () => {
    expect(changedIds({ existing: [ofAnotherTool], verdicts: [aVerdict()] })).toEqual({
      update: [FINDING_ID],
    });
  });

  it('does not hide ours of the same id', () => {
    const other = stored(aPass(), { ProductArn: 'arn:aws:securityhub:eu-west-1:222222222222:product/x/y' });
    for (const existing of [
      [other, stored(aVerdict())],
      [stored(aVerdict()), other],
    ])
      expect(changedIds({ existing, verdicts: [aVerdict()] })).toEqual({ unchanged: [FINDING_ID] });
  });
});

describe('an older finding', () => {
  const bare = stored(aVerdict(), { ProductFields: undefined, Region: undefined, Workflow: undefined });

  it('without our fields is brought up to date', () => {
    expect(changedIds({ existing: [bare], verdicts: [aVerdict()] })).toEqual({ update: [FINDING_ID] });
  });

  it('without our fields is not archived, since its subject is unknown', () => {
    const completeSubjects = [subjectOf(aVerdict())];
    expect(changedIds({ existing: [bare], clusterNames: present([]), completeSubjects })).toEqual({});
  });

  it('without an id is left alone', () => {
    expect(
      changedIds({ existing: [stored(aVerdict(), { Id: undefined })], clusterNames: present([]) }),
    ).toEqual({});
  });
});

describe('a finding that was archived', () => {
  function archived(verdict: Verdict, status: 'NEW' | 'RESOLVED' | 'SUPPRESSED' = 'NEW') {
    return stored(verdict, { RecordState: 'ARCHIVED', Workflow: { Status: status }, CreatedAt: daysAgo(60) });
  }

  it('stays archived while its resource is gone', () => {
    expect(changedIds({ existing: [archived(aVerdict())], clusterNames: present([]) })).toEqual({});
  });

  it('comes back with its history', () => {
    const result = reconcile(aReconcileInput({ existing: [archived(aVerdict())], verdicts: [aVerdict()] }));
    expect(result.create).toMatchObject([{ Id: FINDING_ID, RecordState: 'ACTIVE', CreatedAt: daysAgo(60) }]);
  });

  it('and comes back passing is resolved, because Security Hub makes it new', () => {
    const input = { existing: [archived(aPass(), 'RESOLVED')], verdicts: [aPass()] };
    expect(changedIds(input)).toEqual({ create: [FINDING_ID], resolve: [FINDING_ID] });
  });

  it('and was suppressed is left suppressed', () => {
    const input = { existing: [archived(aPass(), 'SUPPRESSED')], verdicts: [aPass()] };
    expect(changedIds(input)).toEqual({ create: [FINDING_ID] });
  });

  it('does not hide an active one of the same id', () => {
    for (const existing of [
      [archived(aPass()), stored(aVerdict())],
      [stored(aVerdict()), archived(aPass())],
    ])
      expect(changedIds({ existing, verdicts: [aVerdict()] })).toEqual({ unchanged: [FINDING_ID] });
  });
});
