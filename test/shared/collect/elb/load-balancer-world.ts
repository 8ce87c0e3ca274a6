import type { AccountBuilder } from '../../../../infra/sandbox/account-builder.ts';
import type { Sandbox } from '../../../../infra/sandbox/sandbox.ts';
import { aTestOrganization, PAYMENTS, REGION, signedIn } from '../../../harness.ts';
import { collected, valueIn } from '../collected.ts';

const region = REGION;
/** The names of the two APIs in the sandbox. */
export const [V2, CLASSIC] = ['elasticloadbalancingv2', 'elasticloadbalancing'];
export const TAGS = { 'elbv2.k8s.aws/cluster': 'orders' };
export const CLASSIC_TAGS = { 'kubernetes.io/cluster/orders': 'owned' };
export const TO_HTTPS = {
  Type: 'redirect',
  RedirectConfig: { Protocol: 'HTTPS', StatusCode: 'HTTP_301' },
} as const;

export function aWorld(build: (account: AccountBuilder) => unknown): Promise<Sandbox> {
  return signedIn(
    aTestOrganization().account(PAYMENTS, {}, (account) => {
      account.cluster('orders', { region });
      build(account);
    }),
  );
}

export async function loadBalancersIn(sandbox: Sandbox) {
  return valueIn((await collected(sandbox, 'loadBalancers')).loadBalancers);
}

export async function classicIn(sandbox: Sandbox) {
  return valueIn((await collected(sandbox, 'classicLoadBalancers')).classicLoadBalancers);
}

/** How many requests of an operation were sent. */
export function count(sandbox: Sandbox, operation: string): number {
  return sandbox.calls({ operation }).length;
}
