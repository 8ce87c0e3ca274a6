import { present, type Reading } from '../../model/evidence.ts';
import { type Action, type Listener, TLS_PROTOCOLS } from '../../model/load-balancer-facts.ts';

/** What a listener does for the privacy of requests. */
export type ListenerKind = 'encrypted' | 'redirecting' | 'weak' | 'plaintext' | 'passedOn';

/** Protocols that RFC 8996 and RFC 7568 retired. */
const WEAK_VERSIONS = ['SSLv2', 'SSLv3', 'TLSv1', 'TLSv1.0', 'TLSv1.1'];

export function kindOfListener(listener: Listener): Reading<ListenerKind> {
  if (TLS_PROTOCOLS.includes(listener.protocol)) return kindOfTls(listener);
  return listener.protocol === 'HTTP' ? kindOfHttp(listener) : present('passedOn');
}

/** The retired protocol versions that a listener's policy allows. */
export function weakVersionsOf({ tlsVersions }: Listener): string[] {
  return tlsVersions?.state === 'present'
    ? tlsVersions.value.filter((one) => WEAK_VERSIONS.includes(one))
    : [];
}

/** `HTTP:80`, `HTTPS:443 (ELBSecurityPolicy-2016-08)`: with the policy where TLS ends. */
export function describeListener({ protocol, port, sslPolicy }: Listener): string {
  const hasPolicy = TLS_PROTOCOLS.includes(protocol) && sslPolicy !== undefined;
  return `${protocol}:${port}${hasPolicy ? ` (${sslPolicy})` : ''}`;
}

function kindOfTls(listener: Listener): Reading<ListenerKind> {
  if (listener.tlsVersions?.state === 'unreadable') return listener.tlsVersions;
  return present(weakVersionsOf(listener).length > 0 ? 'weak' : 'encrypted');
}

/** Whatever the order of rules: one request that is answered in the clear is enough. */
function kindOfHttp({ defaultActions = [], rules }: Listener): Reading<ListenerKind> {
  if (rules === undefined || !redirectsToHttps(defaultActions)) return present('plaintext');
  if (rules.state === 'unreadable') return rules;
  return present(rules.value.every(redirectsToHttps) ? 'redirecting' : 'plaintext');
}

/**
 * A rule on HTTP has one action. A redirect that keeps the protocol (`#{protocol}`, the default) or names HTTP leads
 * back to plaintext, and to authenticate a user in the clear first is no redirect either.
 */
function redirectsToHttps(actions: readonly Action[]): boolean {
  const toHttps = (one: Action) => one.type === 'redirect' && one.redirectProtocol?.toUpperCase() === 'HTTPS';
  return actions.length > 0 && actions.every(toHttps);
}
