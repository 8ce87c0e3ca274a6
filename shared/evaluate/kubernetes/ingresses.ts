import type { Gateway, HttpRoute, Ingress } from '../../model/kubernetes-facts.ts';
import { uniqueSorted } from '../formatting.ts';

/** Those of load balancers, by their DNS names without case. */
export function behind<T extends { readonly hostnames: readonly string[] }>(
  objects: readonly T[],
  dnsName: string,
): T[] {
  const wanted = dnsName.toLowerCase();
  return objects.filter(({ hostnames }) => hostnames.some((one) => one.toLowerCase() === wanted));
}

/** `shop/web`. */
export function objectName({
  namespace,
  name,
}: {
  readonly namespace: string;
  readonly name: string;
}): string {
  return `${namespace}/${name}`;
}

/** Whether an Ingress answers something without TLS. https://kubernetes.io/docs/concepts/services-networking/ingress/#tls */
export function answersWithoutTls({ hosts, hasDefaultBackend, tls }: Ingress): boolean {
  if (tls.length === 0) return hosts.length > 0 || hasDefaultBackend;
  return hosts.some(
    (host) => !tls.some((covered) => covered.length === 0 || covered.some((one) => covers(one, host))),
  );
}

/** A wildcard is for one label. */
function covers(covered: string, host: string): boolean {
  if (covered === host) return true;
  return covered.startsWith('*.') && host.includes('.') && covered.slice(1) === host.slice(host.indexOf('.'));
}

/** Gateways with a listener that takes HTTP and has no route that sends all of it to HTTPS, in order. */
export function gatewaysWithHttp(gateways: readonly Gateway[], routes: readonly HttpRoute[]): string[] {
  const open = gateways.filter((gateway) =>
    gateway.listeners.some(
      (listener) => listener.protocol.toUpperCase() === 'HTTP' && !isRedirected(gateway, listener, routes),
    ),
  );
  return uniqueSorted(open.map(objectName));
}

function isRedirected(
  gateway: Gateway,
  { name, port }: Gateway['listeners'][number],
  routes: readonly HttpRoute[],
): boolean {
  const own = routes.filter(({ parents }) =>
    parents.some(
      (parent) =>
        parent.namespace === gateway.namespace &&
        parent.name === gateway.name &&
        (parent.listener ?? name) === name &&
        (parent.port ?? port) === port,
    ),
  );
  return own.length > 0 && own.every(({ redirectsAll }) => redirectsAll);
}
