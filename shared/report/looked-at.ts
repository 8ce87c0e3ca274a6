import { numbersOf } from '../model/benchmarks.ts';
import type { ReportedVerdict } from '../model/reported-verdict.ts';
import type { AccountCoverage, Gap, RunResult } from '../model/run.ts';
import { clusterNameOf } from './places.ts';

/** What of a verdict says where it belongs. */
type Place = Pick<ReportedVerdict, 'control' | 'level' | 'accountId' | 'region' | 'clusterArn'> & {
  readonly resource: { readonly id: string };
};

/** What a run has looked at, as far as its result tells. */
export interface LookedAt {
  /** Whether it was to judge this, and could enter the account and the Region. */
  readonly isSelected: (place: Place) => boolean;
  /** Whether nothing kept it from seeing this, so that what it did not see is gone. */
  readonly isComplete: (place: Place) => boolean;
}

/** Pure. */
export function lookedAtBy({ coverage, options, run, verdicts }: RunResult): LookedAt {
  const accounts = new Map(coverage.accounts.map((account) => [account.accountId, account]));
  const controls = new Set(options?.controls ?? verdicts.map(({ control }) => control));
  const clusters = options?.clusters;
  const isSelected = (place: Place): boolean => {
    const account = accounts.get(place.accountId);
    if (account === undefined || account.state === 'not-covered' || !controls.has(place.control))
      return false;
    const name = clusterNameOf(place);
    return (
      seesRegion(account, place) && (clusters === undefined || name === undefined || clusters.includes(name))
    );
  };
  const isNarrowed =
    clusters !== undefined || options?.regions !== undefined || options?.excludeRegions !== undefined;
  return {
    isSelected,
    isComplete(place) {
      const account = accounts.get(place.accountId);
      if (account === undefined || !isSelected(place)) return false;
      // What is judged of an account as a whole depends on what was read of all its Regions and clusters.
      if (isNarrowed && place.level === 'account') return false;
      if (clusters !== undefined && place.clusterArn === undefined) return false;
      const numbers = numbersOf(place.control, run.benchmark);
      return !isNotReady(account, place) && !gapsAt(account, place).some((gap) => hides(gap, place, numbers));
    },
  };
}

/** An account is judged in its home Region, whether or not that is among its Regions. */
function seesRegion({ regions }: AccountCoverage, { region, level }: Place): boolean {
  const covered = regions.find((one) => one.region === region);
  if (covered === undefined) return level === 'account';
  return covered.state === 'covered' || covered.state === 'partial' || level === 'account';
}

function isNotReady({ regions }: AccountCoverage, place: Place): boolean {
  const name = clusterNameOf(place);
  const { notReady = [] } = regions.find(({ region }) => region === place.region)?.clusters ?? {};
  return notReady.some((cluster) => cluster.name === name);
}

function gapsAt({ gaps, regions }: AccountCoverage, { region, level }: Place): readonly Gap[] {
  const regional = regions.filter((one) => level === 'account' || one.region === region);
  return [...gaps, ...regional.flatMap((one) => one.gaps)];
}

/** Whether a gap may be why a run did not see something; `numbers` are those of its control in the version of that run. */
function hides({ what, controlIds, resource }: Gap, place: Place, numbers: readonly string[]): boolean {
  if (what === 'security-hub') return false;
  if (controlIds !== undefined && !controlIds.some((id) => numbers.includes(id))) return false;
  return (
    resource === undefined ||
    place.clusterArn === undefined ||
    resource === place.clusterArn ||
    resource === place.resource.id
  );
}
