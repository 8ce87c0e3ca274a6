import type { AccountBuilder } from '../../../../infra/sandbox/account-builder.ts';
import type { Sandbox } from '../../../../infra/sandbox/sandbox.ts';
import { aTestOrganization, PAYMENTS, REGION, signedIn } from '../../../harness.ts';

const region = REGION;
export const VPC = 'vpc-1';
export const TAGS = { 'kubernetes.io/cluster/orders': 'owned' };

/** A cluster `orders` without nodes, in a VPC whose main route table leads nowhere. */
export function aWorld(build: (account: AccountBuilder) => unknown): Promise<Sandbox> {
  return signedIn(
    aTestOrganization().account(PAYMENTS, {}, (account) => {
      account.vpc(VPC, { region }).cluster('orders', { region, resourcesVpcConfig: { vpcId: VPC } });
      build(account);
    }),
  );
}
