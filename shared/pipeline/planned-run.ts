import type { RequestOptions } from '../aws/account.ts';
import { type RequestLimits, sharedConnections } from '../aws/connections.ts';
import { callerRegion, identifyCaller } from '../aws/environment.ts';
import { requestOptionsOf } from '../aws/request-options.ts';
import type { Config } from '../config/config.ts';
import { partitionOf } from '../model/partition.ts';
import type { Plan } from '../model/run.ts';
import { newRun } from '../plan/new-run.ts';
import { plan } from '../plan/plan.ts';
import { checkPartition } from '../plan/select-regions.ts';
import type { AuditDependencies } from './read-account.ts';

export interface PlannedRunOptions {
  readonly config: Config;
  /** Whether to write findings to Security Hub. */
  readonly publish: boolean;
  readonly now?: () => Date;
  /** What is to differ from the configuration and the defaults in how requests are sent. */
  readonly requests?: Partial<RequestOptions & RequestLimits>;
}

/**
 * Plans a run by hand, with the credentials and the Region of the environment, and does something with it; the connections
 * are closed afterwards. Throws CallerError when there are none or they are not accepted, and PlanError when nothing can be
 * planned.
 */
export async function withPlannedRun<T>(
  { config, publish, now = () => new Date(), requests }: PlannedRunOptions,
  work: (planned: Plan, dependencies: AuditDependencies) => Promise<T>,
): Promise<T> {
  const requestOptions = { ...requestOptionsOf(config), ...requests };
  const connections = sharedConnections(requestOptions);
  try {
    const region = await callerRegion(config.targets.regions[0] ?? config.homeRegion);
    checkPartition(partitionOf(region), `the Region of the environment is ${region}`, config);
    const caller = await identifyCaller(region, connections, requestOptions);
    const run = newRun(config, now(), { publish, trigger: 'manual' });
    const planned = await plan(run, { caller, region, config });
    const { organization } = planned;
    return await work(planned, { caller, region, connections, requestOptions, config, organization, now });
  } finally {
    connections.destroy();
  }
}
