import { present, type Reading } from '../../model/evidence.ts';
import { type Action, type Listener, TLS_PROTOCOLS } from '../../model/load-balancer-facts.ts';

/** How a listener treats requests: whether they are encrypted, redirected to HTTPS, in plaintext or forwarded as they are. */
export type ListenerEncryption = 'encrypted' | 'redirecting' | 'weak' | 'plaintext' | 'passedOn';

/** Protocols that RFC 8996 and RFC 7568 retired. */
const WEAK_TLS_VERSIONS = ['SSLv2', 'SSLv3', 'TLSv1', 'TLSv1.0', 'TLSv1.1'];

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

/** Whatever the order of the rules: one that answers requests in plaintext is enough. */
function encryptionOfHttp({ defaultActions = [], rules }: Listener): Reading<ListenerEncryption> {
  if (rules === undefined || !redirectsToHttps(defaultActions)) return present('plaintext');
  if (rules.state === 'unreadable') return rules;
  return present(rules.value.every(redirectsToHttps) ? 'redirecting' : 'plaintext');
}

/**
 * A rule on HTTP has one action. A redirect that keeps the protocol (`#{protocol}`, the default) or names HTTP leads
 * back to plaintext, and so does an action that authenticates users in plaintext first.
 */
function redirectsToHttps(actions: readonly Action[]): boolean {
  return (
    actions.length > 0 &&
    actions.every(
      ({ type, redirectProtocol }) => type === 'redirect' && redirectProtocol?.toUpperCase() === 'HTTPS',
    )
  );
}
