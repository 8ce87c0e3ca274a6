import type { CreateLoadBalancerCommandInput } from '@aws-sdk/client-elastic-load-balancing-v2';
import { beforeEach, describe, expect, test } from 'vitest';
import { linesOf } from '../harness.ts';
import { type Account, freshMoto, run } from './account.ts';
import { aSubnet, aVpc } from './ec2.ts';
import { aCluster, anAccountWithCluster } from './eks.ts';
import { aClassic, aLoadBalancer, answer, aSecureClassic, listen, ruleOf, toHttps } from './elb.ts';

beforeEach(freshMoto);

const MODERN = 'ELBSecurityPolicy-TLS13-1-2-2021-06';
const OLD = 'ELBSecurityPolicy-2016-08';

describe('load balancers in moto', () => {
  test('are judged by each of their listeners and rules', async () => {
    const account = await anAccountWithCluster();
    const make = await aMaker(account, 'prod');
    const redirecting = await make('redirecting');
    await listen(account, redirecting, 'HTTP', { DefaultActions: [toHttps] });
    await listen(account, redirecting, 'HTTPS', { SslPolicy: MODERN });
    const leaking = await make('leaking');
    await ruleOf(account, await listen(account, leaking, 'HTTP', { DefaultActions: [toHttps] }), answer);
    await listen(account, await make('old'), 'HTTPS', { SslPolicy: OLD });
    await listen(account, await make('plain'), 'HTTP');
    await listen(account, await make('plain-inside', { Scheme: 'internal' }), 'HTTP');
    await listen(account, await make('passing', { Type: 'network' }), 'TCP');
    await listen(account, await make('ending', { Type: 'network' }), 'TLS', { SslPolicy: MODERN });
    await make('silent');

    const { verdicts } = await run(['load-balancer-tls']);

    expect(linesOf(verdicts)).toEqual([
      '5.4.5 ending PASSED TLS_ENFORCED',
      '5.4.5 leaking FAILED PLAINTEXT_HTTP',
      '5.4.5 old FAILED WEAK_TLS_POLICY',
      '5.4.5 passing WARNING NOT_TERMINATED_HERE',
      '5.4.5 plain FAILED PLAINTEXT_HTTP',
      '5.4.5 plain-inside FAILED PLAINTEXT_HTTP',
      '5.4.5 redirecting PASSED TLS_ENFORCED',
      '5.4.5 silent PASSED NO_LISTENERS',
    ]);
    const severities = Object.fromEntries(
      verdicts.map(({ resource, severity }) => [resource.name, severity]),
    );
    expect(severities).toMatchObject({ plain: 'HIGH', 'plain-inside': 'MEDIUM', old: 'LOW' });
  });

  test('belong to the cluster they are tagged for, however many there are', async () => {
    const account = await anAccountWithCluster();
    const [ofProd, ofOthers] = [await aMaker(account, 'prod'), await aMaker(account, 'elsewhere')];
    await Promise.all(Array.from({ length: 20 }, (_, index) => ofOthers(`other-${index}`)));
    await ofProd('own');
    await aCluster(account, 'without');

    const { verdicts } = await run(['load-balancer-tls']);

    expect(linesOf(verdicts)).toEqual([
      `5.4.5 AWS::::Account:${account.id} WARNING UNKNOWN_CLUSTER_TAG`,
      '5.4.5 own PASSED NO_LISTENERS',
      '5.4.5 without PASSED NO_LOAD_BALANCERS',
    ]);
  });

  test('of the classic kind are judged as well', async () => {
    const account = await anAccountWithCluster();
    await Promise.all([
      aClassic(account, 'plain', { Protocol: 'HTTP', LoadBalancerPort: 80, InstancePort: 8080 }),
      aClassic(account, 'passing', { Protocol: 'TCP', LoadBalancerPort: 443, InstancePort: 8443 }),
      aSecureClassic(account, 'modern', { 'Protocol-TLSv1': 'false', 'Protocol-TLSv1.2': 'true' }),
      aSecureClassic(account, 'old', { 'Protocol-TLSv1': 'true', 'Protocol-TLSv1.2': 'true' }),
    ]);

    const { verdicts } = await run(['load-balancer-tls']);

    expect(linesOf(verdicts)).toEqual([
      '5.4.5 modern PASSED TLS_ENFORCED',
      '5.4.5 old FAILED WEAK_TLS_POLICY',
      '5.4.5 passing WARNING NOT_TERMINATED_HERE',
      '5.4.5 plain FAILED PLAINTEXT_HTTP',
    ]);
  });

  // AWS fills in a policy's protocols from the one it refers to, and lists its own; moto does neither.
  test('of the classic kind are not judged when what their policy refers to cannot be read', async () => {
    const account = await anAccountWithCluster();
    await aSecureClassic(account, 'referring', { 'Reference-Security-Policy': OLD });

    const { verdicts } = await run(['load-balancer-tls']);

    expect(linesOf(verdicts)).toEqual(['5.4.5 referring NOT_AVAILABLE EVIDENCE_UNREADABLE']);
    expect(verdicts[0]?.reason).toContain('elasticloadbalancing:DescribeLoadBalancerPolicies failed');
  });
});

/** Makes a function that makes load balancers for the cluster. */
async function aMaker(account: Account, clusterName: string) {
  const vpc = await aVpc(account);
  const Subnets = [await aSubnet(account, vpc, 1), await aSubnet(account, vpc, 2)];
  return (Name: string, differing: Partial<CreateLoadBalancerCommandInput> = {}) =>
    aLoadBalancer(account, clusterName, { Name, Subnets, ...differing });
}
