import { onTestFinished } from 'vitest';
import { type Sandbox, startSandbox } from '../../../infra/sandbox/sandbox.ts';
import type { OrganizationBuilder } from '../../../infra/sandbox/world.ts';
import { aTestOrganization, PAYMENTS, REGION, SHOP } from '../../harness.ts';
import { cli, credentialsOf } from './cli-process.ts';

const PRIVATE = { endpointPublicAccess: false, endpointPrivateAccess: true };
const PUBLIC = { endpointPublicAccess: true, endpointPrivateAccess: true };

/** Payments has a private cluster, shop a public one. */
export function anOrganizationOfTwo(): OrganizationBuilder {
  return aTestOrganization()
    .account(PAYMENTS, { name: 'payments' }, (account) =>
      account.cluster('ledger', { region: REGION, resourcesVpcConfig: PRIVATE }),
    )
    .account(SHOP, { name: 'shop' }, (account) =>
      account.cluster('storefront', { region: REGION, resourcesVpcConfig: PUBLIC }),
    );
}

/** A sandbox that is closed when the test ends. */
export async function aSandbox(world = anOrganizationOfTwo()): Promise<Sandbox> {
  const sandbox = await startSandbox(world);
  onTestFinished(() => sandbox.close());
  return sandbox;
}

/** One control and one Region keep the audits short. */
export const NARROW = ['--region', REGION, '--control', '5.4.2'];

/** Runs `eks-auditor audit` in the delegated administrator's account of a sandbox. */
export function audit(sandbox: Sandbox, args: readonly string[]) {
  return cli(['audit', ...NARROW, ...args], { env: credentialsOf(sandbox) });
}
