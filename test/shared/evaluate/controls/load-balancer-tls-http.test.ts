import { describe, expect, it } from 'vitest';
import { loadBalancerTls } from '../../../../shared/evaluate/controls/load-balancer-tls-clusters.ts';
import { present } from '../../../../shared/model/evidence.ts';
import type { Action, Rule } from '../../../../shared/model/load-balancer-facts.ts';
import { aLoadBalancer, anHttpsListener, found, judgeOne } from '../../../builders-network.ts';
import {
  aDefaultRule,
  anHttpListener,
  aRule,
  FORWARD,
  judgeListeners,
  NOT_FOUND,
  TO_HTTPS,
  withRules,
} from './load-balancer-tls-support.ts';

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

    it.each(['HTTPS', 'https', 'Https'])(
      'is fine where the protocol of the redirect is spelled %s',
      (protocol) => {
        const redirect: Action = { type: 'redirect', redirectProtocol: protocol };

        expect(judgeListeners([anHttpListener([redirect])]).reasonCode).toBe('TLS_ENFORCED');
      },
    );

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
      ['names http', [{ type: 'redirect', redirectProtocol: 'http' }]],
      ['comes before something else', [TO_HTTPS, { type: 'authenticate-oidc' }]],
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
});
