import type { Config } from '../config/config.ts';
import type { AccountResult, Plan, RunResult } from '../model/run.ts';
import { toGap } from '../model/run.ts';
import { VERSION } from '../model/version.ts';
import { runOptionsOf } from '../plan/run-options.ts';
import { withReportedExceptions } from '../report/exceptions.ts';
import { buildRunResult } from '../report/run-result.ts';
import { accountResult, exceptVerdicts, judgeAccount, NOT_PUBLISHED } from './audit-account.ts';
import { resultNotCovered } from './coverage.ts';
import { withNeededFacts } from './needed-facts.ts';
import { controlsOf, type ReadAccount } from './read-account.ts';

/** A run whose accounts were read and kept. */
export interface ReadRun {
  readonly plan: Plan;
  /** The Region that the auditor ran in. */
  readonly region: string;
  /** ISO 8601, UTC. */
  readonly finishedAt: string;
}

/**
 * Judges what a run has read again, by the controls, the settings and the exceptions of a configuration; what was selected
 * to be read is that of the run. Nothing is asked, and the time is the run's. Pure.
 */
export async function evaluateInventory(
  { plan, region, finishedAt }: ReadRun,
  accounts: Iterable<ReadAccount>,
  config: Config,
): Promise<RunResult> {
  const run = { ...plan.run, version: VERSION, benchmark: config.benchmark, publish: false };
  const { controls } = runOptionsOf(config);
  const judged: Plan = { ...plan, run, options: { ...plan.options, controls } };
  const results: AccountResult[] = [];
  for (const account of accounts) results.push(await judge(account, { plan: judged, region }, config));
  const result = buildRunResult(judged, results, new Date(finishedAt));
  return withReportedExceptions(result, config.exceptions);
}

async function judge(
  { target, startedAt, reading }: ReadAccount,
  { plan: { run, organization }, region }: Pick<ReadRun, 'plan' | 'region'>,
  config: Config,
): Promise<AccountResult> {
  if (reading.state === 'unreadable') return resultNotCovered(target, toGap(reading, { what: 'account' }));
  const inventory = withNeededFacts(reading.value.inventory, controlsOf(config));
  const needed = { ...reading.value, inventory };
  const begun = new Date(startedAt);
  const judged = await judgeAccount(needed, { config, organization, region, now: () => begun }, begun);
  if (judged.state === 'unreadable') return resultNotCovered(target, toGap(judged, { what: 'account' }));
  const evaluation = exceptVerdicts(judged.value, { run, target }, config);
  return accountResult(target, needed, evaluation, NOT_PUBLISHED);
}
