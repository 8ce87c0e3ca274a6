import type { Run, Target } from '../../shared/model/run.ts';

/** Where everything of a run is in the bucket. */
export function keysOf(run: Pick<Run, 'id'>) {
  const prefix = `runs/${run.id}`;
  return {
    planKey: `${prefix}/plan.json`,
    /** The part of the plan that every audit needs. */
    organizationKey: `${prefix}/organization.json`,
    /** The items of the Distributed Map. */
    targetsKey: `${prefix}/targets.json`,
    /** The results of all accounts, several of an account that was audited in slices. */
    accountsPrefix: `${prefix}/accounts/`,
    resultKey: `${prefix}/result.json`,
    htmlKey: `${prefix}/report.html`,
  };
}

/** More clusters than an account ever has: 100 in each Region, unless AWS was asked for more. */
const MOST_CLUSTERS = 999_999;

/**
 * Where the result of one slice of an account is; the same slice audited again replaces it. Ever less is left of an
 * account, so its slices are in the order they were audited in.
 */
export function accountResultKey(run: Pick<Run, 'id'>, { accountId, regions = [] }: Target): string {
  const isWhole = regions.every((one) => one.clusters === undefined);
  const left = regions.reduce((sum, { clusters = [] }) => sum + clusters.length, 0);
  const slice = isWhole ? 'all' : `left-${MOST_CLUSTERS - left}`;
  return `${keysOf(run).accountsPrefix}${accountId}/${slice}.json`;
}
