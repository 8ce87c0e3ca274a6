import { callerAccount } from '../../../shared/aws/caller.ts';
import { sharedConnections } from '../../../shared/aws/connections.ts';
import { requestOptionsOf } from '../../../shared/aws/request-options.ts';
import { parseConfig } from '../../../shared/config/config.ts';
import { absent } from '../../../shared/model/evidence.ts';
import type { RunResult } from '../../../shared/model/run.ts';
import { newRun } from '../../../shared/plan/new-run.ts';
import { aTestOrganization, linesOf, PAYMENTS, REGION, SHOP } from '../../harness.ts';

export const OPEN = {
  region: REGION,
  resourcesVpcConfig: { endpointPublicAccess: true, publicAccessCidrs: ['0.0.0.0/1', '128.0.0.0/1'] },
};
export const CLOSED = {
  region: REGION,
  resourcesVpcConfig: { endpointPublicAccess: false, endpointPrivateAccess: true },
};
/** Controls that need only the description of a cluster. */
export const ENDPOINTS = { controls: { include: ['endpoint-access', 'private-endpoint'] } };

export function twoAccounts() {
  return aTestOrganization()
    .account(PAYMENTS, { name: 'payments' }, (account) =>
      account.cluster('prod', OPEN).cluster('test', CLOSED),
    )
    .account(SHOP, { name: 'shop' }, (account) => account.cluster('web', OPEN));
}

export function verdictsOn(result: RunResult, cluster: string): string[] {
  return linesOf(result.verdicts.filter((verdict) => verdict.resource.name === cluster));
}

export async function auditDependencies(overrides: Record<string, unknown> = {}) {
  const config = parseConfig({ ...ENDPOINTS, ...overrides });
  const connections = sharedConnections(requestOptionsOf(config));
  const requestOptions = requestOptionsOf(config);
  return {
    run: newRun(config, new Date(), { publish: true, trigger: 'manual' }),
    caller: await callerAccount(REGION, connections, requestOptions),
    region: REGION,
    connections,
    requestOptions,
    config,
    organization: { id: absent, accountIds: [PAYMENTS] },
    now: () => new Date(),
  };
}
