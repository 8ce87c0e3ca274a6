import { REGION_NOT_ENABLED } from '../../shared/model/evidence.ts';
import type { AccountCoverage, Plan, RegionCoverage, RunResult } from '../../shared/model/run.ts';
import type { LatestAccount } from '../runtime/latest-accounts.ts';
import type { FoldedAccount } from './fold-run.ts';

/** What is known of accounts from earlier runs, by their ids. */
export type LatestAccounts = ReadonlyMap<string, LatestAccount>;

/** What a run saw, and when: after it began, and before its report. */
export interface SeenAccounts {
  readonly run: Pick<RunResult['run'], 'startedAt' | 'finishedAt'>;
  readonly accounts: readonly FoldedAccount[];
}

/** What is known with a full run: of the accounts of its plan, and of what it could not see what was known before. Pure. */
export function replaced(
  stored: LatestAccounts | undefined,
  { targets }: Pick<Plan, 'targets'>,
  seen: SeenAccounts,
): LatestAccounts {
  const known = new Map([...(stored ?? []), ...latestOf(stored, seen, isPlanned)]);
  return new Map(
    targets.flatMap(({ accountId }) => {
      const latest = known.get(accountId);
      return latest === undefined ? [] : [[accountId, latest] as const];
    }),
  );
}

/**
 * What is known with a run over some accounts, or some of their Regions. `undefined` when no full run came before it: others
 * would take its accounts for all there are. Pure.
 */
export function refined(stored: LatestAccounts | undefined, seen: SeenAccounts): LatestAccounts | undefined {
  return stored && new Map([...stored, ...latestOf(stored, seen, () => true)]);
}

/** A Region that is not audited any more is forgotten; of an account that could not be entered nothing is. */
function isPlanned({ regions }: AccountCoverage, region: string): boolean {
  return regions.length === 0 || regions.some((planned) => planned.region === region);
}

/** The accounts of a run, but for those of which nothing is known. */
function latestOf(
  stored: LatestAccounts | undefined,
  { run, accounts }: SeenAccounts,
  isKept: typeof isPlanned,
): (readonly [string, LatestAccount])[] {
  return accounts.flatMap((account) => {
    const { coverage, durationMs } = account.result;
    const known = stored?.get(coverage.accountId);
    // Runs overlap. One that began before another reported the account may have looked earlier: it forgets nothing.
    const isLater = known?.reportedAt === undefined || run.startedAt > known.reportedAt;
    const before = known?.regions ?? [];
    const isStillKnown = (region: string) => !isSeen(coverage, region) && isKept(coverage, region);
    const kept = isLater ? before.filter(isStillKnown) : before;
    const regions = new Set([...kept, ...regionsFound(account)]);
    if (known === undefined && regions.size === 0 && coverage.gaps.length > 0) return [];
    const latest = {
      regions: [...regions].sort(),
      durationMs: durationMs ?? known?.durationMs ?? 0,
      reportedAt: run.finishedAt,
    };
    return [[coverage.accountId, latest] as const];
  });
}

function isSeen({ regions }: AccountCoverage, region: string): boolean {
  return regions.some((one) => one.region === region && !isUnseen(one));
}

/** Where there is something, or may be. */
function regionsFound({ result, regionsWithVerdicts }: FoldedAccount): readonly string[] {
  const { coverage, regionsWithClusters = [] } = result;
  const possible = coverage.regions.filter(mayHaveClusters).map(({ region }) => region);
  return [...possible, ...regionsWithClusters, ...regionsWithVerdicts];
}

/** In a Region that is not enabled nothing changes. */
function mayHaveClusters(region: RegionCoverage): boolean {
  const isDisabled = region.gaps.some(({ code }) => code === REGION_NOT_ENABLED);
  return region.clusters.found > 0 || (isUnseen(region) && !isDisabled);
}

/** It could not be asked for its clusters. */
function isUnseen({ state, gaps }: RegionCoverage): boolean {
  return state === 'not-covered' || gaps.some(({ what }) => what === 'region');
}
