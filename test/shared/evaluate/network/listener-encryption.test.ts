import { describe, expect, it } from 'vitest';
import {
  describeListener,
  encryptionOf,
  weakVersionsOf,
} from '../../../../shared/evaluate/network/listener-encryption.ts';
import { present } from '../../../../shared/model/evidence.ts';
import type { Action, Listener, Rule } from '../../../../shared/model/load-balancer-facts.ts';
import { denied } from '../../../builders.ts';

const HTTPS = { protocol: 'HTTPS', port: 443 };
const FORWARD: Action = { type: 'forward' };
const TO_HTTPS: Action = { type: 'redirect', redirectProtocol: 'HTTPS' };

function anHttpListener(...rules: Rule[]): Listener {
  return { protocol: 'HTTP', port: 80, rules: present(rules) };
}

function byDefault(...actions: Action[]): Rule {
  return { priority: 'default', conditions: [], actions };
}

function onEveryPath(priority: number, action: Action): Rule {
  return { priority, conditions: [{ field: 'path-pattern', values: ['/*'] }], actions: [action] };
}

describe('a listener that ends TLS', () => {
  it('is encrypted where it has no policy that names weak versions', () => {
    expect(encryptionOf(HTTPS)).toEqual(present('encrypted'));
    expect(weakVersionsOf(HTTPS)).toEqual([]);
  });

  it('is weak where its policy allows TLS 1.1', () => {
    const listener = { ...HTTPS, tlsVersions: present(['TLSv1.1', 'TLSv1.2']) };

    expect(encryptionOf(listener)).toEqual(present('weak'));
    expect(weakVersionsOf(listener)).toEqual(['TLSv1.1']);
  });

  it('is not judged where its policy could not be read', () => {
    const tlsVersions = denied('elasticloadbalancing:DescribeSSLPolicies');

    expect(encryptionOf({ ...HTTPS, tlsVersions })).toEqual(tlsVersions);
    expect(weakVersionsOf({ ...HTTPS, tlsVersions })).toEqual([]);
  });

  it('is described with its policy, if it has one', () => {
    const sslPolicy = 'ELBSecurityPolicy-2016-08';

    expect(describeListener({ ...HTTPS, sslPolicy })).toBe('HTTPS:443 (ELBSecurityPolicy-2016-08)');
    expect(describeListener(HTTPS)).toBe('HTTPS:443');
    expect(describeListener({ protocol: 'TCP', port: 443, sslPolicy })).toBe('TCP:443');
  });
});

describe('the rules of a listener on HTTP', () => {
  it('are evaluated by priority and the default one last, in whichever order they are listed', () => {
    const [first, second] = [onEveryPath(2, TO_HTTPS), onEveryPath(10, FORWARD)];

    for (const rules of [
      [byDefault(FORWARD), second, first],
      [second, byDefault(FORWARD), first],
      [first, second, byDefault(FORWARD)],
    ])
      expect(encryptionOf(anHttpListener(...rules))).toEqual(present('redirecting'));
  });

  it.each(['400', '404', '499'])('may refuse with status %s', (statusCode) => {
    const refusal = onEveryPath(1, { type: 'fixed-response', statusCode });
    const some: Rule = { ...refusal, conditions: [{ field: 'path-pattern', values: ['/x'] }] };

    expect(encryptionOf(anHttpListener(some, byDefault(TO_HTTPS)))).toEqual(present('redirecting'));
    expect(encryptionOf(anHttpListener(refusal, byDefault(TO_HTTPS)))).toEqual(present('plaintext'));
  });

  it.each(['200', '204', '503', '504'])('answer in plaintext with status %s', (statusCode) => {
    const rule = onEveryPath(1, { type: 'fixed-response', statusCode });
    const some: Rule = { ...rule, conditions: [{ field: 'path-pattern', values: ['/x'] }] };

    expect(encryptionOf(anHttpListener(some, byDefault(TO_HTTPS)))).toEqual(present('plaintext'));
  });
});
