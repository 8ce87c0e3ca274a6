import { describe, expect, it } from 'vitest';
import { loadBalancerTls } from '../../../../shared/evaluate/controls/load-balancer-tls-clusters.ts';
import { present } from '../../../../shared/model/evidence.ts';
import type {
  Gateway,
  HttpRoute,
  Ingress,
  KubernetesFacts,
} from '../../../../shared/model/kubernetes-facts.ts';
import type { LoadBalancer } from '../../../../shared/model/load-balancer-facts.ts';
import { verdictsOf } from '../../../builders-iam.ts';
import { FORBIDDEN, inside, OFF } from './builders.ts';

const DNS = 'nlb-1.elb.eu-west-1.amazonaws.com';

function aLoadBalancer(differing: Partial<LoadBalancer> = {}): LoadBalancer {
  return {
    arn: 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/nlb/1',
    name: 'nlb',
    type: 'network',
    internetFacing: true,
    dnsName: DNS,
    clusters: ['orders'],
    tags: {},
    listeners: present([{ protocol: 'TCP', port: 443 }]),
    ...differing,
  };
}

function anIngress(differing: Partial<Ingress> = {}): Ingress {
  return {
    namespace: 'shop',
    name: 'web',
    hosts: ['shop.example'],
    hasDefaultBackend: false,
    tls: [],
    hostnames: [DNS.toUpperCase()],
    ...differing,
  };
}

function judge(kubernetes: KubernetesFacts, loadBalancers: readonly LoadBalancer[] = [aLoadBalancer()]) {
  const list = (ofClusters: readonly LoadBalancer[]) =>
    present({ ofClusters, ofOthers: [], unattributed: [] });
  const region = { loadBalancers: list(loadBalancers), classicLoadBalancers: list([]) };
  return verdictsOf(loadBalancerTls, { cluster: kubernetes, region });
}
const codes = (...args: Parameters<typeof judge>) => judge(...args).map(({ reasonCode }) => reasonCode);

describe('an Ingress behind a load balancer that passes on what it gets', () => {
  it.each([
    ['no tls', anIngress()],
    ['no tls, and a second name', anIngress({ hostnames: ['other', DNS] })],
    ['tls for another host', anIngress({ tls: [['other.example']] })],
    ['tls for one of two', anIngress({ hosts: ['a.example', 'b.example'], tls: [['a.example']] })],
    ['a default backend only', anIngress({ hosts: [], hasDefaultBackend: true })],
    ['a wildcard for another level', anIngress({ hosts: ['a.b.example'], tls: [['*.example']] })],
  ])('fails with %s', (_, ingress) => {
    const [verdict] = judge(inside({ ingresses: [ingress] }));

    expect(verdict).toMatchObject({ status: 'FAILED', severity: 'HIGH', reasonCode: 'INGRESS_WITHOUT_TLS' });
    expect(verdict?.reason).toContain('shop/web');
    expect(verdict?.evidence).toMatchObject({ ingressesWithoutTls: 'shop/web' });
    expect(verdict?.resource.id).toBe(aLoadBalancer().arn);
  });

  it('is MEDIUM where it is internal', () => {
    const [verdict] = judge(inside({ ingresses: [anIngress()] }), [aLoadBalancer({ internetFacing: false })]);

    expect(verdict).toMatchObject({ status: 'FAILED', severity: 'MEDIUM' });
  });

  it.each([
    ['for its host', anIngress({ tls: [['shop.example']] })],
    ['for a wildcard', anIngress({ tls: [['*.example']] })],
    ['for all', anIngress({ tls: [[]] })],
    ['for its host, among others', anIngress({ tls: [['a.example'], ['b.example', 'shop.example']] })],
    ['elsewhere', anIngress({ hostnames: ['other'] })],
    ['for nothing: it answers nothing', anIngress({ hosts: [] })],
  ])('stays a warning with tls %s', (_, ingress) => {
    expect(codes(inside({ ingresses: [ingress] }))).toEqual(['NOT_TERMINATED_HERE']);
  });

  it('is found by tags where it has no name of a load balancer', () => {
    const tagged = aLoadBalancer({ tags: { 'service.k8s.aws/stack': 'shop/web' } });

    expect(codes(inside({ ingresses: [anIngress({ hostnames: [] })] }), [tagged])).toEqual([
      'INGRESS_WITHOUT_TLS',
    ]);
  });

  it('is not the one of the same name as the Service, with a load balancer of its own', () => {
    const tagged = aLoadBalancer({ tags: { 'service.k8s.aws/stack': 'shop/web' } });

    expect(codes(inside({ ingresses: [anIngress({ hostnames: ['alb.example'] })] }), [tagged])).toEqual([
      'NOT_TERMINATED_HERE',
    ]);
  });

  it('is not one of an ALB that it is in front of', () => {
    const alb = aLoadBalancer({
      arn: 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/alb/1',
      type: 'application',
      dnsName: 'alb-1.eu-west-1.elb.amazonaws.com',
      listeners: present([{ protocol: 'HTTPS', port: 443, tlsVersions: present(['TLSv1.3']) }]),
    });
    const ingress = anIngress({ hostnames: ['alb-1.eu-west-1.elb.amazonaws.com', DNS] });

    expect(codes(inside({ ingresses: [ingress] }), [aLoadBalancer(), alb])).toEqual([
      'NOT_TERMINATED_HERE',
      'TLS_ENFORCED',
    ]);
  });

  it('is named where it has no load balancer yet', () => {
    const [verdict] = judge(inside({ ingresses: [anIngress({ hostnames: [] })] }), []);

    expect(verdict).toMatchObject({ status: 'PASSED', evidence: { withoutLoadBalancer: 'shop/web' } });
    expect(verdict?.reason).toContain('These have none yet: shop/web.');
  });

  it('decides only there: not where TLS ends, and not where it cannot be read', () => {
    const tls = aLoadBalancer({
      listeners: present([{ protocol: 'TLS', port: 443, tlsVersions: present(['TLSv1.3']) }]),
    });

    expect(codes(inside({ ingresses: [anIngress()] }), [tls])).toEqual(['TLS_ENFORCED']);
    expect(codes(inside({ ingresses: FORBIDDEN }), [tls])).toEqual(['TLS_ENFORCED']);
    expect(codes(inside({ ingresses: FORBIDDEN }))).toEqual(['EVIDENCE_UNREADABLE']);
    expect(judge(inside({ ingresses: FORBIDDEN }))[0]?.resource.id).toBe(aLoadBalancer().arn);
    expect(codes(OFF)).toEqual(['NOT_TERMINATED_HERE']);
  });

  it('is what the load balancer is said to serve', () => {
    const elsewhere = anIngress({ name: 'api', hostnames: ['other'] });

    const [verdict] = judge(inside({ ingresses: [anIngress(), elsewhere] }));

    expect(verdict?.reason).toContain(' It serves shop/web.');
    expect(judge(inside({ ingresses: [elsewhere] }))[0]?.reason).not.toContain('It serves');
  });

  it('is not waited for where it has a load balancer', () => {
    const [verdict] = judge(inside({ ingresses: [anIngress()] }), []);

    expect(verdict).toMatchObject({ reasonCode: 'NO_LOAD_BALANCERS', evidence: {} });
    expect(verdict?.reason).not.toContain('none yet');
  });
});

describe('a Gateway', () => {
  const gateway: Gateway = {
    namespace: 'edge',
    name: 'public',
    listeners: [{ name: 'http', protocol: 'HTTP', port: 80 }],
    hostnames: [],
  };
  const route = (differing: Partial<HttpRoute> = {}): HttpRoute => ({
    namespace: 'edge',
    name: 'redirect',
    parents: [{ namespace: 'edge', name: 'public' }],
    redirectsAll: true,
    ...differing,
  });

  it('that takes HTTP and redirects not all of it is a warning', () => {
    const [verdict] = judge(inside({ gateways: [gateway] }), []);

    expect(verdict).toMatchObject({
      ...{ status: 'WARNING', reasonCode: 'GATEWAY_HTTP_LISTENER' },
      evidence: { gateways: 'edge/public' },
    });
    expect(codes(inside({ gateways: [gateway], httpRoutes: [route({ redirectsAll: false })] }), [])).toEqual([
      'GATEWAY_HTTP_LISTENER',
    ]);
    expect(
      codes(
        inside({
          gateways: [gateway],
          httpRoutes: [route({ parents: [{ namespace: 'edge', name: 'public', listener: 'other' }] })],
        }),
        [],
      ),
    ).toEqual(['GATEWAY_HTTP_LISTENER']);
  });

  it('is judged by the routes of the listener’s port', () => {
    const listeners = [...gateway.listeners, { name: 'https', protocol: 'HTTPS', port: 443 }];
    const both = { ...gateway, listeners };
    const at = (port: number) => [{ namespace: 'edge', name: 'public', port }];
    const app = route({ name: 'app', redirectsAll: false, parents: at(443) });

    expect(codes(inside({ gateways: [both], httpRoutes: [route({ parents: at(80) }), app] }), [])).toEqual([
      'NO_LOAD_BALANCERS',
    ]);
    expect(codes(inside({ gateways: [both], httpRoutes: [route({ parents: at(443) })] }), [])).toEqual([
      'GATEWAY_HTTP_LISTENER',
    ]);
  });

  it('that redirects all of it, or takes HTTPS only, is none', () => {
    expect(codes(inside({ gateways: [gateway], httpRoutes: [route()] }), [])).toEqual(['NO_LOAD_BALANCERS']);
    const https = { ...gateway, listeners: [{ name: 'https', protocol: 'HTTPS', port: 443 }] };
    expect(codes(inside({ gateways: [https] }), [])).toEqual(['NO_LOAD_BALANCERS']);
  });

  it.each<[string, readonly HttpRoute[]]>([
    ['of another namespace', [route({ parents: [{ namespace: 'shop', name: 'public' }] })]],
    ['of another Gateway', [route({ parents: [{ namespace: 'edge', name: 'private' }] })]],
    ['beside one that answers', [route(), route({ name: 'app', redirectsAll: false })]],
  ])('is not redirected by a route %s', (_, httpRoutes) => {
    expect(codes(inside({ gateways: [gateway], httpRoutes }), [])).toEqual(['GATEWAY_HTTP_LISTENER']);
  });

  it('is redirected by one of several parents of a route', () => {
    const parents = [
      { namespace: 'edge', name: 'private' },
      { namespace: 'edge', name: 'public' },
    ];

    expect(codes(inside({ gateways: [gateway], httpRoutes: [route({ parents })] }), [])).toEqual([
      'NO_LOAD_BALANCERS',
    ]);
  });

  it('that cannot be read leaves the cluster not available, and so do routes that would decide', () => {
    const unread = judge(inside({ gateways: [gateway], httpRoutes: FORBIDDEN }), []);

    expect(codes(inside({ gateways: FORBIDDEN }), [])).toEqual(['EVIDENCE_UNREADABLE']);
    expect(unread.map(({ reasonCodes }) => reasonCodes)).toEqual([['EVIDENCE_UNREADABLE']]);
    expect(unread[0]?.reason).toContain('kubernetes:list something failed with Forbidden');
    expect(codes(inside({ gateways: [], httpRoutes: FORBIDDEN }), [])).toEqual(['NO_LOAD_BALANCERS']);
  });
});
