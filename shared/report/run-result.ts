import type {
  AccountCoverage,
  AccountResult,
  CoverageState,
  Gap,
  Plan,
  RegionCoverage,
  RunResult,
  Target,
} from '../model/run.ts';
import { addChanges, NO_CHANGES } from '../model/run.ts';
import type { Verdict } from '../model/verdict.ts';
import { findingId } from '../publish/ids.ts';
import { compareVerdicts } from './summary.ts';

/**
 * Builds the result of a run from those of its accounts; a large account has several, one a slice. An account of the plan
 * without any result was not covered. Pure.
 */
export function buildRunResult(plan: Plan, results: readonly AccountResult[], finishedAt: Date): RunResult {
  const slices = Map.groupBy(results, (result) => result.coverage.accountId);
  const coverage = plan.targets.map((target) => coverageOf(target, slices.get(target.accountId) ?? []));
  const changes = results.map((result) => result.changes).reduce(addChanges, NO_CHANGES);
  const verdicts = joinVerdicts(results);
  const clustersNotJudged = clustersWithoutResult(plan, results);
  const isComplete =
    coverage.every((account) => account.state === 'covered') &&
    changes.failed.length === 0 &&
    clustersNotJudged.length === 0 &&
    !plan.skipped.some((account) => account.askedFor);
  return {
    schemaVersion: '1.1',
    run: { ...plan.run, finishedAt: finishedAt.toISOString() },
    coverage: {
      complete: isComplete,
      accounts: coverage,
      skipped: plan.skipped,
      ...(clustersNotJudged.length > 0 && { clustersNotJudged }),
    },
    verdicts,
    changes,
  };
}

/** A requested cluster that nobody found is most likely a typing error, and must not look like a run without failures. */
function clustersWithoutResult({ clusters = [] }: Plan, results: readonly AccountResult[]): string[] {
  const judged = new Set(results.flatMap((result) => result.clusters));
  return clusters.filter((name) => !judged.has(name));
}

/** What is judged once per account or Region is judged again in every slice: the last verdict counts. */
function joinVerdicts(results: readonly AccountResult[]): Verdict[] {
  const verdicts = results.flatMap((result) => result.verdicts);
  const byId = new Map(
    verdicts.map((verdict) => [`${verdict.scope.region} ${findingId(verdict)}`, verdict] as const),
  );
  return [...byId.values()].sort(compareVerdicts);
}

/** Every slice but the last names what is left to do; if all of them do, the last one is missing. */
function coverageOf(target: Target, slices: readonly AccountResult[]): AccountCoverage {
  const { accountId, name } = target;
  const named = { accountId, ...(name && { name }) };
  const [first, ...others] = slices.map((slice) => slice.coverage);
  if (first === undefined) {
    const gap = auditGap('NoResult', 'The audit of this account ended without a result.');
    return { ...named, state: 'not-covered', regions: [], gaps: [gap] };
  }
  const joined = { ...others.reduce(joinSlices, first), ...named };
  if (slices.some((slice) => slice.continue === undefined)) return joined;
  const gap = auditGap('NotFinished', 'The run ended before all clusters of this account were audited.');
  return { ...joined, state: joinStates(joined.state, 'not-covered'), gaps: [...joined.gaps, gap] };
}

function auditGap(code: string, detail: string): Gap {
  return { what: 'account', kind: 'failed', code, operation: 'audit', detail };
}

function joinSlices(joined: AccountCoverage, slice: AccountCoverage): AccountCoverage {
  const names = [...new Set([...joined.regions, ...slice.regions].map(({ region }) => region))].sort();
  const regions = names.flatMap((region) => {
    const parts = [...joined.regions, ...slice.regions].filter((part) => part.region === region);
    return parts.reduce(joinRegions);
  });
  return {
    ...joined,
    state: joinStates(joined.state, slice.state),
    regions,
    gaps: [...joined.gaps, ...slice.gaps],
  };
}

function joinRegions(a: RegionCoverage, b: RegionCoverage): RegionCoverage {
  const notReady = [...(a.clusters.notReady ?? []), ...(b.clusters.notReady ?? [])];
  return {
    region: a.region,
    state: joinStates(a.state, b.state),
    clusters: {
      found: Math.max(a.clusters.found, b.clusters.found),
      judged: a.clusters.judged + b.clusters.judged,
      ...(notReady.length > 0 && { notReady: notReady.sort((x, y) => x.name.localeCompare(y.name)) }),
    },
    gaps: [...a.gaps, ...b.gaps],
  };
}

function joinStates(a: CoverageState, b: CoverageState): CoverageState {
  return a === b ? a : 'partial';
}
