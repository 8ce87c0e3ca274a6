import type { Run, Target } from '../shared/model/run.ts';

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

/** Where the result of one slice of an account is; the same slice audited again replaces it. */
export function accountResultKey(run: Pick<Run, 'id'>, target: Target): string {
  const slice =
    target.regions?.flatMap((one) => (one.clusters ? [`${one.region}-${one.clusters.length}`] : [])) ?? [];
  return `${keysOf(run).accountsPrefix}${target.accountId}/${slice.join('_') || 'all'}.json`;
}
