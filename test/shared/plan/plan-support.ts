import { callerAccount } from '../../../shared/aws/caller.ts';
import { sharedConnections } from '../../../shared/aws/connections.ts';
import { requestOptionsOf } from '../../../shared/aws/request-options.ts';
import { parseConfig } from '../../../shared/config/config.ts';
import type { Plan } from '../../../shared/model/run.ts';
import { newRun } from '../../../shared/plan/new-run.ts';
import { plan } from '../../../shared/plan/plan.ts';
import { REGION } from '../../harness.ts';

export async function planOf(targets: Record<string, unknown>, only?: readonly string[]): Promise<Plan> {
  const config = parseConfig({ targets, limits: { maxAttempts: 1 } });
  const connections = sharedConnections(requestOptionsOf(config));
  const caller = await callerAccount(REGION, connections, requestOptionsOf(config));
  const dependencies = { caller, region: REGION, config, ...(only && { only }) };
  return plan(
    newRun(config, new Date('2026-01-02T03:04:05Z'), { publish: true, trigger: 'manual' }),
    dependencies,
  );
}

export function accountsOf({ targets }: Plan): string[] {
  return targets.map((target) => target.accountId).sort();
}
