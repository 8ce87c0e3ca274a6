import { describe, expect, it } from 'vitest';
import { loadBalancerTls } from '../../../../shared/evaluate/controls/load-balancer-tls-clusters.ts';
import { evaluate } from '../../../../shared/evaluate/evaluate.ts';
import { present, type Reading } from '../../../../shared/model/evidence.ts';
import type { Listener } from '../../../../shared/model/load-balancer-facts.ts';
import { aClusterInventory, anEvaluationContext, anInventory, denied } from '../../../builders.ts';
import { aLoadBalancer, anHttpsListener, found, judgeAll, judgeOne } from '../../../builders-network.ts';
import { anHttpListener, FORWARD, judgeListeners, TO_HTTPS } from './load-balancer-tls-support.ts';

describe('5.4.5 TLS on load balancers', () => {
  describe('TLS', () => {
    it.each(['HTTPS', 'TLS', 'SSL'])('%s is fine from version 1.2 on', (protocol) => {
      const verdict = judgeListeners([anHttpsListener({ protocol })]);

      expect(verdict).toMatchObject({
        status: 'PASSED',
        severity: 'INFORMATIONAL',
        reasonCode: 'TLS_ENFORCED',
      });
    });

    it.each(['TLSv1', 'TLSv1.1', 'SSLv3'])(
      'fails, with a low severity, where the policy allows %s',
      (version) => {
        const tlsVersions = present([version, 'TLSv1.2']);

        const verdict = judgeListeners([
          anHttpsListener({ sslPolicy: 'ELBSecurityPolicy-2016-08', tlsVersions }),
        ]);

        expect(verdict).toMatchObject({
          status: 'FAILED',
          severity: 'LOW',
          reasonCode: 'WEAK_TLS_POLICY',
          evidence: { weak: 'HTTPS:443 (ELBSecurityPolicy-2016-08)' },
        });
        expect(verdict.reason).toContain(version);
      },
    );
  });

  it('fails a weak policy with a low severity where the load balancer is internal, too', () => {
    const weak = anHttpsListener({ tlsVersions: present(['TLSv1']) });

    expect(judgeListeners([weak], { internetFacing: false }).severity).toBe('LOW');
  });

  it.each(['TCP', 'UDP', 'TCP_UDP', 'QUIC', 'TCP_QUIC'])('warns of %s, which may hold TLS', (protocol) => {
    const verdict = judgeListeners([{ protocol, port: 443 }], { type: 'network' });

    expect(verdict).toMatchObject({
      status: 'WARNING',
      reasonCode: 'NOT_TERMINATED_HERE',
      evidence: { passedOn: `${protocol}:443` },
    });
  });

  it('passes a load balancer without listeners', () => {
    expect(judgeListeners([])).toMatchObject({ status: 'PASSED', reasonCode: 'NO_LISTENERS' });
  });

  it('lets the worst listener decide and names what applies to the others', () => {
    const weak = anHttpsListener({ tlsVersions: present(['TLSv1']) });

    const verdict = judgeListeners([{ protocol: 'TCP', port: 22 }, weak, anHttpListener([FORWARD])]);

    expect(verdict).toMatchObject({
      severity: 'HIGH',
      reasonCode: 'PLAINTEXT_HTTP',
      reasonCodes: ['PLAINTEXT_HTTP', 'WEAK_TLS_POLICY', 'NOT_TERMINATED_HERE'],
    });
  });

  describe('whose load balancer it is', () => {
    const theirs = aLoadBalancer({
      name: 'k8s-billing',
      clusters: ['billing'],
      listeners: present([anHttpListener([FORWARD])]),
    });

    it('passes a cluster that has none, on the cluster itself', () => {
      const verdict = judgeOne(loadBalancerTls, { loadBalancers: found([theirs]) });

      expect(verdict).toMatchObject({
        status: 'PASSED',
        reasonCode: 'NO_LOAD_BALANCERS',
        resource: { type: 'AwsEksCluster' },
      });
    });

    it('gives each its own verdict, of both kinds', () => {
      const verdicts = judgeAll(loadBalancerTls, {
        loadBalancers: found([aLoadBalancer(), theirs]),
        classicLoadBalancers: found([
          aLoadBalancer({ type: 'classic', name: 'a1b2', listeners: present([]) }),
        ]),
      });

      expect(verdicts.map((one) => [one.resource.name, one.reasonCode])).toEqual([
        ['k8s-shop', 'TLS_ENFORCED'],
        ['a1b2', 'NO_LISTENERS'],
      ]);
    });
  });

  describe('evidence that is missing', () => {
    const plain = aLoadBalancer({ name: 'k8s-plain', listeners: present([anHttpListener([FORWARD])]) });

    it('leaves open only the load balancer whose listeners could not be read', () => {
      const unread = aLoadBalancer({ listeners: denied('elasticloadbalancing:DescribeListeners') });

      const verdicts = judgeAll(loadBalancerTls, { loadBalancers: found([unread, plain]) });

      expect(verdicts.map((one) => [one.resource.name, one.status])).toEqual([
        ['k8s-shop', 'NOT_AVAILABLE'],
        ['k8s-plain', 'FAILED'],
      ]);
    });

    it.each<[string, Listener]>([
      ['rules', { ...anHttpListener([TO_HTTPS]), rules: denied('elasticloadbalancing:DescribeRules') }],
      ['policy', anHttpsListener({ tlsVersions: denied('elasticloadbalancing:DescribeSSLPolicies') })],
    ])('leaves it open where the %s of a listener could not be read', (_, listener) => {
      const verdict = judgeListeners([listener, anHttpsListener({ port: 8443 })]);

      expect(verdict).toMatchObject({
        status: 'NOT_AVAILABLE',
        reasonCode: 'EVIDENCE_UNREADABLE',
        resource: { type: 'AwsElbv2LoadBalancer' },
      });
    });

    it('takes back no proof of another listener', () => {
      const unread = anHttpsListener({ tlsVersions: denied('elasticloadbalancing:DescribeSSLPolicies') });

      expect(judgeListeners([unread, anHttpListener([FORWARD])]).reasonCode).toBe('PLAINTEXT_HTTP');
    });

    it('does not settle for a warning where it might have been a failure', () => {
      const unread = anHttpsListener({ tlsVersions: denied('elasticloadbalancing:DescribeSSLPolicies') });

      expect(judgeListeners([unread, { protocol: 'TCP', port: 22 }]).status).toBe('NOT_AVAILABLE');
    });

    const tags = denied('elasticloadbalancing:DescribeTags');
    const DENIED = denied('elasticloadbalancing:DescribeLoadBalancers');
    it.each<[string, Reading<never> | ReturnType<typeof found>]>([
      ['could not be listed', DENIED],
      ['have unreadable tags', found([], [{ arn: 'arn:aws:elasticloadbalancing:1', tags }])],
    ])('leaves open whether there are more where those of one kind %s', (_, classicLoadBalancers) => {
      const verdicts = judgeAll(loadBalancerTls, { loadBalancers: found([plain]), classicLoadBalancers });

      expect(verdicts.map((one) => [one.resource.type, one.reasonCode])).toEqual([
        ['AwsElbv2LoadBalancer', 'PLAINTEXT_HTTP'],
        ['AwsEksCluster', 'EVIDENCE_UNREADABLE'],
      ]);
    });

    it.each([true, false])('settles the cluster only when all are known (%s)', (known) => {
      const facts = { loadBalancers: found([plain]), classicLoadBalancers: known ? found([]) : DENIED };
      const inventory = anInventory([aClusterInventory()]);
      const regions = inventory.regions.map((one) => ({ ...one, facts }));

      const { completeSubjects } = evaluate(
        { ...inventory, regions },
        [loadBalancerTls],
        anEvaluationContext(),
      );

      expect(completeSubjects).toHaveLength(known ? 1 : 0);
    });
  });
});
