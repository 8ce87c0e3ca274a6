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
 * Joins the results of a run's accounts, of which large ones come in several slices. An account of the plan without any
 * result was not covered. Pure.
 */
export function report(plan: Plan, results: readonly AccountResult[], finishedAt: Date): RunResult {
  const slices = Map.groupBy(results, (one) => one.coverage.accountId);
  const coverage = plan.targets.map((target) => coverageOf(target, slices.get(target.accountId) ?? []));
  const changes = results.map((one) => one.changes).reduce(addChanges, NO_CHANGES);
  const verdicts = joinVerdicts(results);
  const clustersNotJudged = notJudged(plan, results);
  const isComplete =
    coverage.every((one) => one.state === 'covered') &&
    changes.failed.length === 0 &&
    clustersNotJudged.length === 0 &&
    !plan.skipped.some((one) => one.askedFor);
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

/** A name that is asked for and leads to nothing is most likely a slip, and must not look like a clean bill. */
function notJudged({ clusters = [] }: Plan, results: readonly AccountResult[]): string[] {
  const judged = new Set(results.flatMap((one) => one.clusters));
  return clusters.filter((name) => !judged.has(name));
}

/** What is judged once an account or Region is judged again in every slice: the last word counts. */
function joinVerdicts(results: readonly AccountResult[]): Verdict[] {
  const verdicts = results.flatMap((one) => one.verdicts);
  const byId = new Map(verdicts.map((one) => [`${one.scope.region} ${findingId(one)}`, one]));
  return [...byId.values()].sort(compareVerdicts);
}

/** Every slice but the last hands on what is left; if all do, whoever was to go on did not. */
function coverageOf(target: Target, slices: readonly AccountResult[]): AccountCoverage {
  const { accountId, name } = target;
  const named = { accountId, ...(name && { name }) };
  const [first, ...others] = slices.map((one) => one.coverage);
  if (first === undefined) {
    const gap = unfinished('NoResult', 'The audit of this account ended without a result.');
    return { ...named, state: 'not-covered', regions: [], gaps: [gap] };
  }
  const joined = { ...others.reduce(joinSlices, first), ...named };
  if (slices.some((one) => one.continue === undefined)) return joined;
  const gap = unfinished(
    'NotFinished',
    'Not all clusters of this account were looked at before the run ended.',
  );
  return { ...joined, state: joinStates(joined.state, 'not-covered'), gaps: [...joined.gaps, gap] };
}

function unfinished(code: string, detail: string): Gap {
  return { what: 'account', kind: 'failed', code, operation: 'audit', detail };
}

function joinSlices(joined: AccountCoverage, slice: AccountCoverage): AccountCoverage {
  const names = [...new Set([...joined.regions, ...slice.regions].map((one) => one.region))].sort();
  const regions = names.flatMap((region) => {
    const parts = [...joined.regions, ...slice.regions].filter((one) => one.region === region);
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
  return {
    region: a.region,
    state: joinStates(a.state, b.state),
    clusters: {
      found: Math.max(a.clusters.found, b.clusters.found),
      judged: a.clusters.judged + b.clusters.judged,
    },
    gaps: [...a.gaps, ...b.gaps],
  };
}

function joinStates(a: CoverageState, b: CoverageState): CoverageState {
  return a === b ? a : 'partial';
}
