import type { Run, Target } from '../../shared/model/run.ts';

/** The keys of a run's objects in the bucket. */
export function keysOf(run: Pick<Run, 'id'>) {
  const prefix = `runs/${run.id}`;
  return {
    planKey: `${prefix}/plan.json`,
    /** The part of the plan that every audit reads. */
    organizationKey: `${prefix}/organization.json`,
    /** The items of the Distributed Map. */
    targetsKey: `${prefix}/targets.json`,
    /** The results of all accounts; an account that was audited in slices has several. */
    accountsPrefix: `${prefix}/accounts/`,
    resultKey: `${prefix}/result.json`,
    htmlKey: `${prefix}/report.html`,
  };
}

/** More than an account can have: 100 in each Region, unless AWS raised the quota. */
const MAX_CLUSTERS = 999_999;

/**
 * The key of the result of one slice of an account; the same slice audited again replaces it. Each slice leaves fewer
 * clusters, so the keys of an account sort in the order in which its slices were audited.
 */
export function accountResultKey(run: Pick<Run, 'id'>, { accountId, regions = [] }: Target): string {
  const isWhole = regions.every((region) => region.clusters === undefined);
  const left = regions.reduce((sum, { clusters = [] }) => sum + clusters.length, 0);
  const slice = isWhole ? 'all' : `left-${MAX_CLUSTERS - left}`;
  return `${keysOf(run).accountsPrefix}${accountId}/${slice}.json`;
}
