import type { Run } from '../../shared/model/run.ts';

/** The keys of a run's objects in the bucket. They expire. */
export function keysOf({ id }: Pick<Run, 'id'>) {
  const prefix = `runs/${id}`;
  return {
    planKey: `${prefix}/plan.json`,
    /** The part of the plan that every audit reads. */
    organizationKey: `${prefix}/organization.json`,
    /** The items of the Distributed Map. */
    targetsKey: `${prefix}/targets.json`,
    /** The results of the accounts. */
    accountsPrefix: `${prefix}/accounts/`,
    /** The accounts whose audit ended with an error. */
    crashedPrefix: `${prefix}/crashed/`,
    resultKey: `${prefix}/result.json`,
    htmlKey: `${prefix}/report.html`,
    /** Written once the report is stored, before anybody is told of it: a run is reported once. */
    reportedKey: `${prefix}/reported.json`,
  };
}

/** The keys of an account's objects of a run. */
export function accountKeysOf(run: Pick<Run, 'id'>, accountId: string) {
  const { accountsPrefix, crashedPrefix } = keysOf(run);
  return {
    resultKey: `${accountsPrefix}${accountId}.json`,
    crashedKey: `${crashedPrefix}${accountId}.json`,
    /** What was read of it, for the next invocation of the same run. */
    checkpointKey: `runs/${run.id}/checkpoints/${accountId}.json`,
  };
}

/** The last run over everything that is configured. It is kept. */
export const LATEST_KEYS = {
  resultKey: 'latest/result.json',
  htmlKey: 'latest/report.html',
  /** Which run that is. */
  runKey: 'latest/run.json',
} as const;

/** What is kept of an account from run to run. */
export function stateKey(accountId: string): string {
  return `accounts/${accountId}/state.json`;
}
