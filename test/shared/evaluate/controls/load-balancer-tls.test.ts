import { describe, expect, it } from 'vitest';
import { loadBalancerTls } from '../../../../shared/evaluate/controls/load-balancer-tls.ts';
import { evaluate } from '../../../../shared/evaluate/evaluate.ts';
import { present, type Reading } from '../../../../shared/model/evidence.ts';
import type { Action, Listener, LoadBalancer, Rule } from '../../../../shared/model/load-balancer-facts.ts';
import { aClusterInventory, anEvaluationContext, anInventory, denied } from '../../../builders.ts';
import { aLoadBalancer, anHttpsListener, found, judgeAll, judgeOne } from '../../../builders-network.ts';

const TO_HTTPS: Action = { type: 'redirect', redirectProtocol: 'HTTPS' };
const FORWARD: Action = { type: 'forward' };

const NOT_FOUND: Action = { type: 'fixed-response', statusCode: '404' };

/** An HTTP listener as the collector reads it. The last actions are those of the default rule. */
function anHttpListener(...actionsOfRules: Action[][]): Listener {
  const rules = actionsOfRules.map((actions, index): Rule => {
    if (index === actionsOfRules.length - 1) return aDefaultRule(...actions);
    return aRule(index + 1, { 'path-pattern': [`/path-${index}/*`] }, ...actions);
  });
  return withRules(rules);
}

function withRules(rules: readonly Rule[]): Listener {
  return { protocol: 'HTTP', port: 80, rules: present(rules) };
}

function aRule(priority: number, conditions: Record<string, string[]>, ...actions: Action[]): Rule {
  const listed = Object.entries(conditions).map(([field, values]) => ({ field, values }));
  return { priority, conditions: listed, actions };
}

function aDefaultRule(...actions: Action[]): Rule {
  return { priority: 'default', conditions: [], actions };
}

function judgeListeners(listeners: Listener[], differing: Partial<LoadBalancer> = {}) {
  const loadBalancer = aLoadBalancer({ ...differing, listeners: present(listeners) });
  return judgeOne(loadBalancerTls, { loadBalancers: found([loadBalancer]) });
}

describe('5.4.5 TLS on load balancers', () => {
  describe('HTTP', () => {
    it('fails where it forwards, and the load balancer is the thing to fix', () => {
      const verdict = judgeListeners([anHttpListener([FORWARD]), anHttpsListener()]);

      expect(verdict).toMatchObject({
        status: 'FAILED',
        severity: 'HIGH',
        reasonCode: 'PLAINTEXT_HTTP',
        resource: {
          type: 'AwsElbv2LoadBalancer',
          id: aLoadBalancer().arn,
          name: 'k8s-shop',
          details: { Type: 'application', Scheme: 'internet-facing' },
        },
        related: [{ type: 'AwsEksCluster' }],
        evidence: { plaintext: 'HTTP:80', scheme: 'internet-facing' },
      });
    });

    it('fails with a medium severity where the load balancer is internal', () => {
      const verdict = judgeListeners([anHttpListener([FORWARD])], { internetFacing: false });

      expect(verdict).toMatchObject({ status: 'FAILED', severity: 'MEDIUM', reasonCode: 'PLAINTEXT_HTTP' });
    });

    it('is fine where every rule and the default action redirect to HTTPS', () => {
      const verdict = judgeListeners([anHttpListener([TO_HTTPS], [TO_HTTPS]), anHttpsListener()]);

      expect(verdict).toMatchObject({ status: 'PASSED', reasonCode: 'TLS_ENFORCED' });
    });

    it.each<[string, Action[][]]>([
      ['only its first rule', [[TO_HTTPS], [FORWARD], [TO_HTTPS]]],
      ['only its last rule', [[FORWARD], [TO_HTTPS], [TO_HTTPS]]],
      ['only its default action', [[FORWARD], [TO_HTTPS]]],
      ['only its rules, not its default action', [[TO_HTTPS], [FORWARD]]],
      ['not a rule that says nothing, but its default action', [[], [TO_HTTPS]]],
    ])('fails where %s redirects', (_, rules) => {
      expect(judgeListeners([anHttpListener(...rules)]).reasonCode).toBe('PLAINTEXT_HTTP');
    });

    it('is named without the policy that some describe it with', () => {
      const verdict = judgeListeners([
        { ...anHttpListener([FORWARD]), sslPolicy: 'ELBSecurityPolicy-2016-08' },
      ]);

      expect(verdict.evidence.plaintext).toBe('HTTP:80');
    });

    it.each([
      ['a redirecting listener', 'before'],
      ['a redirecting listener', 'after'],
    ])('fails although there is %s %s it', (_, where) => {
      const redirecting = anHttpListener([TO_HTTPS]);
      const plain = { ...anHttpListener([FORWARD]), port: 8080 };

      const verdict = judgeListeners(where === 'before' ? [redirecting, plain] : [plain, redirecting]);

      expect(verdict).toMatchObject({ reasonCode: 'PLAINTEXT_HTTP', evidence: { plaintext: 'HTTP:8080' } });
    });

    it.each<[string, Action[]]>([
      ['keeps the protocol', [{ type: 'redirect', redirectProtocol: '#{protocol}' }]],
      ['names no protocol', [{ type: 'redirect' }]],
      ['names HTTP', [{ type: 'redirect', redirectProtocol: 'HTTP' }]],
      ['comes after something else', [{ type: 'authenticate-oidc' }, TO_HTTPS]],
    ])('fails where the redirect %s', (_, actions) => {
      expect(judgeListeners([anHttpListener(actions)]).reasonCode).toBe('PLAINTEXT_HTTP');
    });

    describe('with rules by priority', () => {
      const toHttps = (conditions: Record<string, string[]>, priority = 10) =>
        aRule(priority, conditions, TO_HTTPS);

      it.each<[string, Rule[]]>([
        ['a rule for every path', [toHttps({ 'path-pattern': ['/*'] }), aDefaultRule(NOT_FOUND)]],
        [
          'a rule for every path, the default forwards',
          [toHttps({ 'path-pattern': ['/*'] }), aDefaultRule(FORWARD)],
        ],
        ['a rule for every host', [toHttps({ 'host-header': ['*'] }), aDefaultRule(FORWARD)]],
        [
          'a rule for some paths and every other',
          [toHttps({ 'path-pattern': ['/a', '*'] }), aDefaultRule(FORWARD)],
        ],
        [
          'a rule for every path of every host',
          [toHttps({ 'host-header': ['*'], 'path-pattern': ['/*'] }), aDefaultRule(FORWARD)],
        ],
        [
          'a rule for every path, listed after one of a higher number',
          [
            aRule(20, { 'path-pattern': ['/api/*'] }, FORWARD),
            toHttps({ 'path-pattern': ['/*'] }, 3),
            aDefaultRule(FORWARD),
          ],
        ],
        [
          'a rule for one host, and refuses all others',
          [toHttps({ 'host-header': ['shop.example.com'] }), aDefaultRule(NOT_FOUND)],
        ],
        [
          'its default rule, and refuses some paths',
          [
            aRule(1, { 'path-pattern': ['/admin/*'] }, { type: 'fixed-response', statusCode: '403' }),
            aDefaultRule(TO_HTTPS),
          ],
        ],
      ])('is fine where it redirects by %s', (_, rules) => {
        expect(judgeListeners([withRules(rules)]).reasonCode).toBe('TLS_ENFORCED');
      });

      it.each<[string, Rule[]]>([
        [
          'forwards before it',
          [
            aRule(9, { 'path-pattern': ['/api/*'] }, FORWARD),
            toHttps({ 'path-pattern': ['/*'] }),
            aDefaultRule(NOT_FOUND),
          ],
        ],
        ['redirects one host only', [toHttps({ 'host-header': ['*.example.com'] }), aDefaultRule(FORWARD)]],
        [
          'redirects every path of one host only',
          [toHttps({ 'host-header': ['example.com'], 'path-pattern': ['/*'] }), aDefaultRule(FORWARD)],
        ],
        ['redirects some methods only', [toHttps({ 'http-request-method': [] }), aDefaultRule(FORWARD)]],
        ['redirects by a rule without a condition', [toHttps({}), aDefaultRule(FORWARD)]],
        [
          'answers the rest with 200',
          [
            toHttps({ 'host-header': ['example.com'] }),
            aDefaultRule({ type: 'fixed-response', statusCode: '200' }),
          ],
        ],
        ['refuses every request', [aDefaultRule(NOT_FOUND)]],
        [
          'refuses every request before it redirects',
          [aRule(1, { 'path-pattern': ['/*'] }, NOT_FOUND), aDefaultRule(TO_HTTPS)],
        ],
      ])('fails where it %s', (_, rules) => {
        expect(judgeListeners([withRules(rules)]).reasonCode).toBe('PLAINTEXT_HTTP');
      });

      it.each<[string, Rule[]]>([
        ['the default rule', [toHttps({ 'path-pattern': ['/a'] })]],
        [
          'the status code of a fixed response',
          [toHttps({ 'path-pattern': ['/a'] }), aDefaultRule({ type: 'fixed-response' })],
        ],
      ])('is not available where %s is missing', (_, rules) => {
        expect(judgeListeners([withRules(rules)]).status).toBe('NOT_AVAILABLE');
      });
    });

    it.each<[string, Action[]]>([
      ['a fixed response', [{ type: 'fixed-response', statusCode: '200' }]],
      ['nothing', []],
    ])('fails where it answers with %s', (_, actions) => {
      expect(judgeListeners([anHttpListener(actions)]).reasonCode).toBe('PLAINTEXT_HTTP');
    });

    it('fails on a classic load balancer, which cannot redirect', () => {
      const classic = aLoadBalancer({
        type: 'classic',
        listeners: present([{ protocol: 'HTTP', port: 80 }]),
      });

      const verdict = judgeOne(loadBalancerTls, { classicLoadBalancers: found([classic]) });

      expect(verdict).toMatchObject({
        reasonCode: 'PLAINTEXT_HTTP',
        resource: { type: 'AwsElbLoadBalancer', details: { LoadBalancerName: 'k8s-shop' } },
      });
    });
  });

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
