import { describe, expect, it } from 'vitest';
import { present } from '../../../shared/model/evidence.ts';
import { accountResource, type ResourceRef } from '../../../shared/model/resource.ts';
import { type ReconcileInput, reconcile } from '../../../shared/publish/reconcile.ts';
import { aCluster, aControl, aReconcileInput, aRole, aVerdict, SCOPE, stored } from './builders.ts';
import { changedIds, FINDING_ID, subjectOf } from './reconcile-support.ts';

const DENIED = {
  state: 'unreadable',
  kind: 'denied',
  code: 'AccessDeniedException',
  operation: 'eks:ListClusters',
  detail: 'no',
} as const;

describe('a finding whose cluster is gone', () => {
  const existing = [
    stored(aVerdict()),
    stored(aVerdict({ resource: aRole('node'), clusterArn: aCluster().id })),
  ];
  const ids = existing.map((finding) => finding.Id);

  it('is archived, with everything that was judged for that cluster', () => {
    expect(changedIds({ existing, clusterNames: present([]) })).toEqual({ archive: ids });
  });

  it('is archived also when the cluster was selected by name', () => {
    expect(changedIds({ existing, clusterNames: present([]), onlyClusters: ['prod'] })).toEqual({
      archive: ids,
    });
  });

  it.each<[string, Partial<ReconcileInput>]>([
    ['the clusters could not be listed', { clusterNames: DENIED }],
    ['other clusters were selected', { clusterNames: present([]), onlyClusters: ['dev'] }],
    ['no cluster was selected', { clusterNames: present([]), onlyClusters: [] }],
    [
      'its control was not selected',
      { clusterNames: present([]), controls: [aControl({ key: 'private-endpoint' })] },
    ],
    ['the cluster is listed', { clusterNames: present(['dev', 'prod']) }],
  ])('stays when %s', (_, input) => {
    expect(changedIds({ existing, ...input })).toEqual({});
  });

  it('is archived whatever its workflow, which is not touched', () => {
    const suppressed = stored(aVerdict(), { Workflow: { Status: 'SUPPRESSED' } });
    const result = reconcile(aReconcileInput({ existing: [suppressed], clusterNames: present([]) }));
    expect(result.archive).toMatchObject([{ Id: FINDING_ID, RecordState: 'ARCHIVED' }]);
    expect(result.archive[0]).not.toHaveProperty('Workflow');
    expect(result.resolve).toEqual([]);
  });

  it('is not archived for the cluster of the same name in another Region', () => {
    const elsewhere = aCluster('prod', { ...SCOPE, region: 'us-east-1' });
    const finding = stored(aVerdict({ resource: aRole('node'), clusterArn: elsewhere.id }));
    expect(changedIds({ existing: [finding], clusterNames: present([]) })).toEqual({});
  });
});

describe('a finding whose resource is gone', () => {
  const ofRole = aVerdict({ resource: aRole('old'), clusterArn: aCluster().id });
  const stays = aVerdict({ resource: aRole('node'), clusterArn: aCluster().id });

  it('is archived when its cluster was read completely', () => {
    const input = {
      existing: [stored(ofRole), stored(stays)],
      verdicts: [stays],
      completeSubjects: [subjectOf(ofRole)],
    };
    expect(changedIds(input)).toEqual({ archive: [stored(ofRole).Id], unchanged: [stored(stays).Id] });
  });

  it('stays when something of its cluster could not be read', () => {
    expect(changedIds({ existing: [stored(ofRole)], completeSubjects: [] })).toEqual({});
  });

  it.each([
    ['another cluster', { clusterArn: aCluster('dev').id }],
    ['another control', { control: 'private-endpoint' as const }],
    ['another Region', { region: 'us-east-1' }],
    ['another level', { level: 'region' as const }],
  ])('stays when only %s was read completely', (_, other) => {
    const controls = [aControl(), aControl({ key: 'private-endpoint' })];
    const completeSubjects = [{ ...subjectOf(ofRole), ...other }];
    expect(changedIds({ existing: [stored(ofRole)], controls, completeSubjects })).toEqual({});
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

  it('is archived when its Region was read completely', () => {
    const input = { existing: [stored(ofRegion)], controls, completeSubjects: [subjectOf(ofRegion)] };
    expect(changedIds(input)).toEqual({ archive: [stored(ofRegion).Id] });
  });

  it('of a Region stays when only the account was read completely', () => {
    const input = {
      existing: [stored(ofRegion)],
      controls,
      verdicts: [ofAccount],
      completeSubjects: [subjectOf(ofAccount)],
    };
    expect(changedIds(input)).toEqual({ create: [stored(ofAccount).Id] });
  });

  it('is archived when its account was read completely', () => {
    const input = { existing: [stored(ofAccount)], controls, completeSubjects: [subjectOf(ofAccount)] };
    expect(changedIds(input)).toEqual({ archive: [stored(ofAccount).Id] });
  });
});
