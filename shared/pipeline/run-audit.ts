import pLimit from 'p-limit';
import type { RequestOptions } from '../aws/account.ts';
import { type RequestLimits, sharedConnections } from '../aws/connections.ts';
import { callerRegion, identifyCaller } from '../aws/environment.ts';
import { requestOptionsOf } from '../aws/request-options.ts';
import type { Config } from '../config/config.ts';
import { partitionOf } from '../model/partition.ts';
import type { AccountResult, CoverageState, RunResult } from '../model/run.ts';
import { newRun } from '../plan/new-run.ts';
import { plan } from '../plan/plan.ts';
import { checkPartition } from '../plan/select-regions.ts';
import { withReportedExceptions } from '../report/exceptions.ts';
import { buildRunResult } from '../report/run-result.ts';
import { audit } from './audit-account.ts';
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

export interface RunAuditOptions {
  readonly config: Config;
  /** Whether to write findings to Security Hub. */
  readonly publish: boolean;
  readonly progress?: (progress: Progress) => void;
  /** When it is aborted, every request ends, nothing more is published, and the run rejects with its reason. */
  readonly signal?: AbortSignal;
  readonly now?: () => Date;
  /** What is to differ from the configuration and the defaults in how requests are sent. */
  readonly requests?: Partial<RequestOptions & RequestLimits>;
  /** Keeps what is read: then it is what the controls of all versions need. */
  readonly inventory?: InventorySink;
}

/**
 * Plan, audit and report in one process, with the credentials and the Region of the environment. Throws CallerError
 * when there are none or they are not accepted, and PlanError when nothing can be planned.
 */
export async function runAudit(options: RunAuditOptions): Promise<RunResult> {
  const { config, publish, inventory, now = () => new Date() } = options;
  const requestOptions = { ...requestOptionsOf(config), ...options.requests };
  const connections = sharedConnections(requestOptions);
  try {
    const region = await callerRegion(config.targets.regions[0] ?? config.homeRegion);
    checkPartition(partitionOf(region), `the Region of the environment is ${region}`, config);
    const caller = await identifyCaller(region, connections, requestOptions);
    const planned = await plan(newRun(config, now(), { publish, trigger: 'manual' }), {
      caller,
      region,
      config,
    });
    await inventory?.begin(planned, region);
    const { organization } = planned;
    const dependencies = {
      ...{ caller, region, connections, requestOptions, config, organization, now },
      ...(inventory && { inventory }),
    };
    const results = await auditAll(planned, dependencies, options);
    return withReportedExceptions(buildRunResult(planned, results, now()), config.exceptions);
  } finally {
    connections.destroy();
  }
}

async function auditAll(
  { run, targets }: Awaited<ReturnType<typeof plan>>,
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
