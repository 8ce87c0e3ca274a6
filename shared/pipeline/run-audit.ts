import pLimit from 'p-limit';
import type { AccountResult, CoverageState, Plan, RunResult } from '../model/run.ts';
import { withReportedExceptions } from '../report/exceptions.ts';
import { buildRunResult } from '../report/run-result.ts';
import { audit } from './audit-account.ts';
import { type PlannedRunOptions, withPlannedRun } from './planned-run.ts';
import type { AuditDependencies, InventorySink } from './read-account.ts';

/** How far an audit is. */
export type Progress =
  | { readonly kind: 'planning' }
  | { readonly kind: 'planned'; readonly accounts: number }
  | {
      readonly kind: 'account-done';
      readonly accountId: string;
      readonly name?: string;
      readonly state: CoverageState;
      /** Those that were audited. */
      readonly clusters: number;
      readonly done: number;
      readonly total: number;
    };

export interface RunAuditOptions extends PlannedRunOptions {
  readonly progress?: (progress: Progress) => void;
  /** When it is aborted, every request ends, nothing more is published, and the run rejects with its reason. */
  readonly signal?: AbortSignal;
  /** Keeps what is read: then it is what the controls of all versions need. */
  readonly inventory?: InventorySink;
}

/**
 * Plan, audit and report in one process, with the credentials and the Region of the environment. Throws CallerError
 * when there are none or they are not accepted, and PlanError when nothing can be planned.
 */
export async function runAudit(options: RunAuditOptions): Promise<RunResult> {
  const { config, inventory } = options;
  return withPlannedRun(options, async (planned, dependencies) => {
    await inventory?.begin(planned, dependencies.region);
    const results = await auditAll(planned, { ...dependencies, ...(inventory && { inventory }) }, options);
    return withReportedExceptions(buildRunResult(planned, results, dependencies.now()), config.exceptions);
  });
}

async function auditAll(
  { run, targets }: Plan,
  dependencies: AuditDependencies,
  { config, progress, signal }: RunAuditOptions,
): Promise<AccountResult[]> {
  const total = targets.length;
  progress?.({ kind: 'planned', accounts: total });
  const limit = pLimit(config.limits.concurrentAccounts);
  let done = 0;
  const results = targets.map((target) =>
    limit(async () => {
      signal?.throwIfAborted();
      const result = await audit(run, target, dependencies, signal);
      done += 1;
      const { accountId, name } = target;
      const { coverage, clusters } = result;
      progress?.({
        ...{ kind: 'account-done', accountId, state: coverage.state, clusters: clusters.length, done, total },
        ...(name && { name }),
      });
      return result;
    }),
  );
  return Promise.all(results);
}
