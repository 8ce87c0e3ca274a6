import { malformed, present, type Reading } from '../../model/evidence.ts';
import { type Listener, type Rule, TLS_PROTOCOLS } from '../../model/load-balancer-facts.ts';
import { lookup } from '../../model/record.ts';

/** How a listener treats requests: whether they are encrypted, redirected to HTTPS, in plaintext or forwarded as they are. */
export type ListenerEncryption = 'encrypted' | 'redirecting' | 'weak' | 'plaintext' | 'passedOn';

/** Protocols that RFC 8996 and RFC 7568 retired. */
const WEAK_TLS_VERSIONS = ['SSLv2', 'SSLv3', 'TLSv1', 'TLSv1.0', 'TLSv1.1'];
const RULES_OPERATION = 'elasticloadbalancing:DescribeRules';

/** The patterns that match every path and every host; `*` stands for any characters, or none. */
const EVERYTHING: Readonly<Record<string, RegExp>> = { 'path-pattern': /^\/?\*+$/, 'host-header': /^\*+$/ };

export function encryptionOf(listener: Listener): Reading<ListenerEncryption> {
  if (TLS_PROTOCOLS.includes(listener.protocol)) return encryptionOfTls(listener);
  return listener.protocol === 'HTTP' ? encryptionOfHttp(listener) : present('passedOn');
}

/** The retired protocol versions that a listener's policy allows. */
export function weakVersionsOf({ tlsVersions }: Listener): string[] {
  return tlsVersions?.state === 'present'
    ? tlsVersions.value.filter((version) => WEAK_TLS_VERSIONS.includes(version))
    : [];
}

/** `HTTP:80`, `HTTPS:443 (ELBSecurityPolicy-2016-08)`: with the policy if the listener terminates TLS. */
export function describeListener({ protocol, port, sslPolicy }: Listener): string {
  const hasPolicy = TLS_PROTOCOLS.includes(protocol) && sslPolicy !== undefined;
  return `${protocol}:${port}${hasPolicy ? ` (${sslPolicy})` : ''}`;
}

function encryptionOfTls(listener: Listener): Reading<ListenerEncryption> {
  if (listener.tlsVersions?.state === 'unreadable') return listener.tlsVersions;
  return present(weakVersionsOf(listener).length > 0 ? 'weak' : 'encrypted');
}

/**
 * Whether every request is redirected to HTTPS. Rules are evaluated by priority, and none is after the first that
 * matches every request. A classic load balancer has no rules and cannot redirect.
 */
function encryptionOfHttp({ rules }: Listener): Reading<ListenerEncryption> {
  if (rules === undefined) return present('plaintext');
  if (rules.state === 'unreadable') return rules;
  const evaluated = evaluatedRules(rules.value);
  if (evaluated === undefined) return malformed(RULES_OPERATION, 'there is no default rule');
  const answers = evaluated.map(answerOf);
  if (answers.some((answer) => answer.state === 'present' && answer.value === 'plaintext')) {
    return present('plaintext');
  }
  const unreadable = answers.find((answer) => answer.state === 'unreadable');
  if (unreadable !== undefined) return unreadable;
  const redirects = answers.some((answer) => answer.state === 'present' && answer.value === 'redirect');
  return present(redirects ? 'redirecting' : 'plaintext');
}

/** The rules up to the first that matches every request; undefined when none does, not even the default one. */
function evaluatedRules(rules: readonly Rule[]): readonly Rule[] | undefined {
  const byPriority = [...rules].sort((a, b) => positionOf(a) - positionOf(b));
  const last = byPriority.findIndex(matchesEveryRequest);
  return last === -1 ? undefined : byPriority.slice(0, last + 1);
}

/** Not Infinity, because two of them have no difference. */
function positionOf({ priority }: Rule): number {
  return priority === 'default' ? Number.MAX_SAFE_INTEGER : priority;
}

function matchesEveryRequest({ priority, conditions }: Rule): boolean {
  if (priority === 'default') return true;
  return conditions.length > 0 && conditions.every(isAlwaysMet);
}

function isAlwaysMet({ field, values }: Rule['conditions'][number]): boolean {
  return values.some((value) => lookup(EVERYTHING, field)?.test(value) === true);
}

/**
 * What a rule answers. A rule on HTTP has one action; one that authenticates users first does so in plaintext. A
 * redirect that keeps the protocol (`#{protocol}`, the default) or names HTTP leads back to plaintext. A fixed response
 * that refuses the request, such as 404, gives nothing away.
 */
function answerOf({ actions }: Rule): Reading<'redirect' | 'refusal' | 'plaintext'> {
  const [action, ...others] = actions;
  if (action === undefined || others.length > 0) return present('plaintext');
  if (action.type === 'redirect') {
    return present(action.redirectProtocol?.toUpperCase() === 'HTTPS' ? 'redirect' : 'plaintext');
  }
  if (action.type !== 'fixed-response') return present('plaintext');
  if (action.statusCode === undefined) {
    return malformed(RULES_OPERATION, 'the status code of a fixed response is missing');
  }
  return present(action.statusCode.startsWith('4') ? 'refusal' : 'plaintext');
}
