import { describe, expect, test } from 'vitest';
import { type LatestAccounts, refined, replaced } from '../../functions/report/latest-accounts.ts';
import { parseConfig } from '../../shared/config/config.ts';
import { NO_CHANGES, type RegionCoverage } from '../../shared/model/run.ts';
import { type Change, changedAccounts, changedTargets } from '../../shared/plan/changes.ts';
import { PAYMENTS } from '../harness.ts';
import { aGap, anAccount, aRegion } from '../shared/report/builders.ts';

const IRELAND = 'eu-west-1';
const VIRGINIA = 'us-east-1';
const PLAN = { targets: [{ partition: 'aws', accountId: PAYMENTS }] };

/** A run from one time of a day to another. */
const during = (from: string, to: string) => ({
  startedAt: `2026-11-26T${from}:00.000Z`,
  finishedAt: `2026-11-26T${to}:00.000Z`,
});
const MORNING = during('06:00', '07:00');
const NOON = during('12:00', '13:00');

const withClusters = (region: string) => aRegion({ region });
const empty = (region: string) => aRegion({ region, clusters: { found: 0, judged: 0 } });
const unlisted = (region: string, state: RegionCoverage['state'] = 'not-covered', code = 'Throttling') =>
  aRegion({ region, state, clusters: { found: 0, judged: 0 }, gaps: [aGap({ what: 'region', code })] });

/** What a run saw of the account. */
function saw(
  run: ReturnType<typeof during>,
  regions: readonly RegionCoverage[],
  gaps = [] as ReturnType<typeof aGap>[],
) {
  const coverage = anAccount({ accountId: PAYMENTS, regions, gaps });
  const result = { coverage, clusters: [], verdicts: [], changes: NO_CHANGES };
  return { run, accounts: [{ result, regionsWithVerdicts: [] }] };
}

/** Where a change is audited then: `all` Regions, those that are named, or nowhere. */
function audited(
  latest: LatestAccounts | undefined,
  region: string,
  event: Change['event'] = 'ec2:CreateRoute',
) {
  const regions = new Map([...(latest ?? [])].map(([id, account]) => [id, account.regions]));
  const changed = changedAccounts([{ accountId: PAYMENTS, region, event }]);
  const config = parseConfig({ targets: { organization: true } });
  const [planned] = changedTargets(changed, { ...PLAN, regions }, { partition: 'aws', config });
  return planned && (planned.target.regions?.map((one) => one.region) ?? 'all');
}

describe('what is known of an account', () => {
  test('is not undone by a full run that had looked before', () => {
    const before = replaced(undefined, PLAN, saw(during('00:00', '01:00'), [empty(IRELAND)]));
    const changed = refined(before, saw(during('12:10', '12:15'), [withClusters(IRELAND)]));

    const latest = replaced(changed, PLAN, saw(during('12:00', '14:00'), [empty(IRELAND)]));

    expect(audited(latest, IRELAND)).toEqual([IRELAND]);
  });

  test('is not undone by a run on change that had looked before', () => {
    const before = replaced(undefined, PLAN, saw(during('12:00', '14:00'), [withClusters(IRELAND)]));

    const latest = refined(before, saw(during('13:00', '14:30'), [empty(IRELAND)]));

    expect(audited(latest, IRELAND)).toEqual([IRELAND]);
  });

  test('is forgotten with a later look', () => {
    const before = replaced(undefined, PLAN, saw(MORNING, [withClusters(IRELAND)]));

    expect(audited(replaced(before, PLAN, saw(NOON, [empty(IRELAND)])), IRELAND)).toBeUndefined();
    expect(audited(refined(before, saw(NOON, [empty(IRELAND)])), IRELAND)).toBeUndefined();
  });

  test('is forgotten as well where an earlier version did not say when it was', () => {
    const before = new Map([[PAYMENTS, { regions: [IRELAND], durationMs: 1 }]]);

    expect(audited(replaced(before, PLAN, saw(NOON, [empty(IRELAND)])), IRELAND)).toBeUndefined();
  });

  test('stays known when the account could not be entered later', () => {
    const before = replaced(undefined, PLAN, saw(MORNING, [withClusters(IRELAND), empty(VIRGINIA)]));

    expect(audited(replaced(before, PLAN, saw(NOON, [], [aGap()])), VIRGINIA)).toEqual([IRELAND]);
  });

  test('is nothing when it was never entered: all its changes are audited', () => {
    const latest = replaced(undefined, PLAN, saw(NOON, [], [aGap()]));

    expect(latest.size).toBe(0);
    expect(audited(latest, IRELAND)).toBe('all');
    expect(audited(refined(latest, saw(NOON, [], [aGap()])), IRELAND)).toBe('all');
  });

  test('is nothing when what belongs to no Region could not be read, and there is nothing else', () => {
    const gaps = [aGap({ what: 'evidence', operation: 'iam:ListOpenIDConnectProviders' })];

    expect(audited(replaced(undefined, PLAN, saw(NOON, [empty(IRELAND)], gaps)), IRELAND)).toBe('all');
  });

  test.each(['not-covered', 'partial'] as const)(
    'takes a Region for one with clusters whose clusters could not be listed, %s',
    (state) => {
      const latest = replaced(undefined, PLAN, saw(NOON, [withClusters(IRELAND), unlisted(VIRGINIA, state)]));

      expect(audited(latest, VIRGINIA)).toEqual([IRELAND, VIRGINIA]);
    },
  );

  test('does not take a Region for one that is not enabled', () => {
    const disabled = unlisted(VIRGINIA, 'not-covered', 'RegionNotEnabled');

    const latest = replaced(undefined, PLAN, saw(NOON, [withClusters(IRELAND), disabled]));

    expect(audited(latest, IRELAND)).toEqual([IRELAND]);
  });

  test('has Regions with clusters of which nothing was judged', () => {
    const creating = aRegion({ region: IRELAND, clusters: { found: 1, judged: 0 } });

    expect(audited(replaced(undefined, PLAN, saw(NOON, [creating])), IRELAND)).toEqual([IRELAND]);
  });

  test('is nothing of an account that is not audited any more', () => {
    const before = replaced(undefined, PLAN, saw(MORNING, [withClusters(IRELAND)]));

    expect(replaced(before, { targets: [] }, saw(NOON, []))).toEqual(new Map());
  });
});
