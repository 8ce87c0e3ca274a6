import { describe, expect, it } from 'vitest';
import { present } from '../../../shared/model/evidence.ts';
import type { Verdict } from '../../../shared/model/verdict.ts';
import { reconcile } from '../../../shared/publish/reconcile.ts';
import { aCluster, aPass, aReconcileInput, aRole, aVerdict, NOW, stored } from './builders.ts';
import { changedIds, FINDING_ID, subjectOf } from './reconcile-support.ts';

const MINUTE = 60_000;
const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * MINUTE).toISOString();

/** What a run reads ten minutes before it publishes. */
const OBSERVED_AT = minutesAgo(10);
const failure = aVerdict({ observedAt: OBSERVED_AT });
const pass = aPass({ observedAt: OBSERVED_AT });

/** As another run imported it at a time. */
function importedAt(UpdatedAt: string, verdict: Verdict = failure, rest: Parameters<typeof stored>[1] = {}) {
  return stored(verdict, { UpdatedAt, LastObservedAt: UpdatedAt, ...rest });
}

describe('a finding of a later observation', () => {
  it.each<[string, Verdict, Verdict]>([
    ['passes does not fail again', pass, failure],
    ['fails does not pass', failure, pass],
    ['says the same is not imported', failure, failure],
  ])('that %s', (_, theirs, ours) => {
    const existing = [importedAt(minutesAgo(9), theirs)];
    expect(changedIds({ existing, verdicts: [ours] })).toEqual({ outdated: [FINDING_ID] });
  });

  it('is not resolved', () => {
    const existing = [importedAt(minutesAgo(-4), pass, { Workflow: { Status: 'NEW' } })];
    expect(changedIds({ existing, verdicts: [pass] })).toEqual({ outdated: [FINDING_ID] });
  });

  it('does not come back from the archive', () => {
    const existing = [importedAt(minutesAgo(9), failure, { RecordState: 'ARCHIVED' })];
    expect(changedIds({ existing, verdicts: [failure] })).toEqual({ outdated: [FINDING_ID] });
  });

  it('is not archived, for its cluster was created meanwhile', () => {
    const input = { clusterNames: present([]), clustersListedAt: OBSERVED_AT };
    expect(changedIds({ existing: [importedAt(minutesAgo(9))], ...input })).toEqual({
      outdated: [FINDING_ID],
    });
    expect(changedIds({ existing: [importedAt(OBSERVED_AT)], ...input })).toEqual({ outdated: [FINDING_ID] });
    expect(changedIds({ existing: [importedAt(minutesAgo(11))], ...input })).toEqual({
      archive: [FINDING_ID],
    });
  });

  it('is not archived, for its role was created meanwhile', () => {
    const ofRole = aVerdict({ resource: aRole('new'), clusterArn: aCluster().id, observedAt: OBSERVED_AT });
    const completeSubjects = [subjectOf(ofRole)];
    const { Id } = stored(ofRole);
    expect(changedIds({ existing: [importedAt(minutesAgo(9), ofRole)], completeSubjects })).toEqual({
      outdated: [Id],
    });
    expect(changedIds({ existing: [importedAt(minutesAgo(11), ofRole)], completeSubjects })).toEqual({
      archive: [Id],
    });
  });
});

it('nothing is archived with its cluster when it is not known when the clusters were listed', () => {
  const { clustersListedAt: _, ...input } = aReconcileInput({
    existing: [stored(aVerdict())],
    clusterNames: present([]),
  });

  expect(reconcile(input).archive).toEqual([]);
});

it('what is archived has the time of what tells that it is gone', () => {
  const ofRole = aVerdict({ resource: aRole('old'), clusterArn: aCluster().id, observedAt: minutesAgo(7) });
  const { archive } = reconcile(
    aReconcileInput({
      existing: [stored(ofRole), stored(aVerdict({ resource: aCluster('dev') }))],
      completeSubjects: [subjectOf(ofRole)],
      clustersListedAt: minutesAgo(8),
    }),
  );

  expect(archive).toMatchObject([
    { UpdatedAt: minutesAgo(7), LastObservedAt: minutesAgo(7) },
    { UpdatedAt: minutesAgo(8), LastObservedAt: minutesAgo(8) },
  ]);
});

describe('a finding of the same observation', () => {
  it.each([
    ['was sent, whatever it says', importedAt(OBSERVED_AT, pass), failure],
    ['was sent and resolved', importedAt(OBSERVED_AT, pass), pass],
    ['was sent and suppressed', importedAt(OBSERVED_AT, pass, { Workflow: { Status: 'SUPPRESSED' } }), pass],
    [
      'was sent and is archived',
      importedAt(OBSERVED_AT, pass, { RecordState: 'ARCHIVED', Workflow: { Status: 'NEW' } }),
      pass,
    ],
  ])('%s', (_, existing, verdict) => {
    expect(changedIds({ existing: [existing], verdicts: [verdict] })).toEqual({ sent: [FINDING_ID] });
  });

  it.each(['NEW', 'NOTIFIED'] as const)('was sent, and its workflow %s is completed', (Status) => {
    const existing = [importedAt(OBSERVED_AT, pass, { Workflow: { Status } })];
    expect(changedIds({ existing, verdicts: [pass] })).toEqual({ sent: [FINDING_ID], resolve: [FINDING_ID] });
  });
});

describe('a finding from the future', () => {
  const FUTURE = '2099-01-01T00:00:00.000Z';

  it('that says the same is left and named', () => {
    const existing = [importedAt(FUTURE, failure, { LastObservedAt: minutesAgo(60) })];
    expect(changedIds({ existing, verdicts: [failure] })).toEqual({
      unchanged: [FINDING_ID],
      fromFuture: [FINDING_ID],
    });
  });

  it('that says something else is overwritten with a time that is later still, and named', () => {
    const existing = [importedAt(FUTURE, pass, { LastObservedAt: minutesAgo(60) })];
    const input = { existing, verdicts: [failure] };
    expect(changedIds(input)).toEqual({ update: [FINDING_ID], fromFuture: [FINDING_ID] });
    expect(reconcile(aReconcileInput(input)).update).toMatchObject([
      { UpdatedAt: '2099-01-01T00:00:00.001Z', LastObservedAt: OBSERVED_AT },
    ]);
  });

  it('and from the archive comes back', () => {
    const existing = [importedAt(FUTURE, failure, { RecordState: 'ARCHIVED' })];
    expect(reconcile(aReconcileInput({ existing, verdicts: [failure] })).create).toMatchObject([
      { UpdatedAt: '2099-01-01T00:00:00.001Z', RecordState: 'ACTIVE' },
    ]);
  });

  it('whose resource is gone is archived with a time that is later still, and named', () => {
    const input = {
      existing: [importedAt(FUTURE)],
      clusterNames: present([]),
      clustersListedAt: OBSERVED_AT,
    };
    expect(changedIds(input)).toEqual({ archive: [FINDING_ID], fromFuture: [FINDING_ID] });
    expect(reconcile(aReconcileInput(input)).archive).toMatchObject([
      { UpdatedAt: '2099-01-01T00:00:00.001Z', LastObservedAt: OBSERVED_AT },
    ]);
  });

  it('of which nothing is known is named and left', () => {
    expect(changedIds({ existing: [importedAt(FUTURE)] })).toEqual({ fromFuture: [FINDING_ID] });
  });
});
