import { combineJudgements, control, type Judgement, notAvailable } from '../../model/control.ts';
import { type Evidence, mapReading, presentOf, type Reading, unreadableOf } from '../../model/evidence.ts';
import type { Ingress, KubernetesObjects, Service } from '../../model/kubernetes-facts.ts';
import type { Listener, LoadBalancer } from '../../model/load-balancer-facts.ts';
import type { ResourceRef } from '../../model/resource.ts';
import { formatList, uniqueSorted } from '../formatting.ts';
import { answersWithoutTls, behind, gatewaysWithHttp, objectName } from '../kubernetes/ingresses.ts';
import { kindOf } from '../kubernetes/kubernetes-evidence.ts';
import {
  describeListener,
  encryptionOf,
  type ListenerEncryption,
  weakVersionsOf,
} from '../network/listener-encryption.ts';

type Code =
  | 'PLAINTEXT_HTTP'
  | 'INGRESS_WITHOUT_TLS'
  | 'GATEWAY_HTTP_LISTENER'
  | 'WEAK_TLS_POLICY'
  | 'NOT_TERMINATED_HERE'
  | 'TLS_ENFORCED'
  | 'NO_LISTENERS';

export const loadBalancerTls = control({
  key: 'load-balancer-tls',
  title: 'Load balancers encrypt with TLS',
  description:
    'What a cluster’s load balancers take in the clear can be read and changed on the way. Every listener should end ' +
    'TLS 1.2 or later, or do nothing but redirect to one that does.',
  remediation: {
    text:
      'Ingress: annotate alb.ingress.kubernetes.io/certificate-arn, listen-ports [{"HTTP":80},{"HTTPS":443}], ' +
      'ssl-redirect "443" and ssl-policy ELBSecurityPolicy-TLS13-1-2-2021-06. Service: ' +
      'service.beta.kubernetes.io/aws-load-balancer-ssl-cert, -ssl-ports and -ssl-negotiation-policy. Change the ' +
      'annotations, not the load balancer: its controller would change it back.',
    url: 'https://docs.aws.amazon.com/eks/latest/userguide/alb-ingress.html',
  },
  level: 'cluster',
  severity: 'HIGH',
  nist: ['AC-4', 'AC-17(2)', 'IA-5(1)', 'SC-8', 'SC-8(1)', 'SC-8(2)', 'SC-13', 'SC-23'],
  needs: ['loadBalancers', 'classicLoadBalancers', 'kubernetes'],
  kubernetesKinds: ['services', 'ingresses', 'gateways', 'httpRoutes'],
  acceptsUnreadable: ['loadBalancers', 'classicLoadBalancers', 'kubernetes'],
  rows: {
    PLAINTEXT_HTTP: {
      status: 'FAILED',
      when: 'A listener takes HTTP and does not redirect every request to HTTPS; MEDIUM when the load balancer is internal',
    },
    WEAK_TLS_POLICY: {
      status: 'FAILED',
      severity: 'LOW',
      when: 'A listener’s policy allows TLS 1.0, TLS 1.1 or SSL',
    },
    INGRESS_WITHOUT_TLS: {
      status: 'FAILED',
      when: 'It passes on what it gets, and an Ingress behind it has a host or a default backend without tls; MEDIUM when the load balancer is internal',
    },
    NOT_TERMINATED_HERE: {
      status: 'WARNING',
      when: 'A listener passes on TCP, UDP or QUIC: TLS, if there is any, ends behind it',
    },
    GATEWAY_HTTP_LISTENER: {
      status: 'WARNING',
      when: 'A Gateway has an HTTP listener and no route that redirects all of it',
    },
    TLS_ENFORCED: { status: 'PASSED', when: 'Every listener ends TLS 1.2 or later, or redirects to HTTPS' },
    NO_LISTENERS: { status: 'PASSED', when: 'The load balancer has no listener' },
    NO_LOAD_BALANCERS: { status: 'PASSED', when: 'No load balancer is tagged for the cluster' },
  },
  judge({ loadBalancers, classicLoadBalancers, kubernetes }, { subject }) {
    const apis = [loadBalancers, classicLoadBalancers];
    const read = presentOf(apis);
    const own = read
      .flatMap((list) => list.ofClusters)
      .filter((loadBalancer) => loadBalancer.clusters.includes(subject.name ?? ''));
    const unread = [
      ...unreadableOf(apis),
      ...read.flatMap((list) => list.unattributed.map(({ tags }) => tags)),
    ];
    // One that belongs to the cluster may be among what could not be read.
    const more = unread.length > 0 ? [notAvailable([...new Set(unread)])] : [];
    const inside = objectsOf(kubernetes, own);
    const gateways = openGateways(inside);
    const judged = own.map((loadBalancer) => judgeLoadBalancer(loadBalancer, inside));
    if (judged.length + more.length + gateways.length > 0) return [...judged, ...more, ...gateways];
    return noLoadBalancers(inside);
  },
});

/** What is said of the listeners that are wrong. */
const WRONG = [
  {
    kind: 'plaintext',
    code: 'PLAINTEXT_HTTP',
    say: (some) => `Requests are answered in the clear on ${named(some)}.`,
  },
  {
    kind: 'weak',
    code: 'WEAK_TLS_POLICY',
    say: (some) => `Clients may use ${formatList(some.flatMap(weakVersionsOf))} on ${named(some)}.`,
  },
  {
    kind: 'passedOn',
    code: 'NOT_TERMINATED_HERE',
    say: (some) => `TLS does not end here on ${named(some)}; whether there is any was not read.`,
  },
] as const satisfies readonly {
  kind: ListenerEncryption;
  code: Code;
  say: (listeners: readonly Listener[]) => string;
}[];

function noLoadBalancers({ waiting }: Inside): Judgement<Code | 'NO_LOAD_BALANCERS'> {
  const isWaiting = waiting.length > 0;
  const pending = isWaiting ? ` These have none yet: ${formatList(waiting)}.` : '';
  return {
    code: 'NO_LOAD_BALANCERS',
    reason: `No load balancer is tagged for the cluster.${pending}`,
    ...(isWaiting && { evidence: { withoutLoadBalancer: uniqueSorted(waiting).join(', ') } }),
  };
}

/** What of the Kubernetes API says more about load balancers; nothing where it is not read. */
function objectsOf(kubernetes: Evidence<KubernetesObjects>, loadBalancers: readonly LoadBalancer[]) {
  const services = kindOf(kubernetes, 'services');
  const ingresses = kindOf(kubernetes, 'ingresses');
  const known = [services, ingresses].filter((list) => list !== undefined);
  const lists = presentOf<readonly (Service | Ingress)[]>(known);
  const albs = loadBalancers.filter(({ type }) => type === 'application');
  const isOfAlb = (ingress: Ingress) => albs.some((alb) => servedBy([ingress], alb).length > 0);
  return {
    /** Those whose TLS no Application Load Balancer ends: what is in front of one passes on to it. */
    ingresses: ingresses && mapReading(ingresses, (all) => all.filter((ingress) => !isOfAlb(ingress))),
    /** What has, or is to have, a load balancer. */
    lists,
    gateways: kindOf(kubernetes, 'gateways'),
    httpRoutes: kindOf(kubernetes, 'httpRoutes'),
    waiting: lists
      .flat()
      .filter(({ hostnames }) => hostnames.length === 0)
      .map(objectName),
  };
}
type Inside = ReturnType<typeof objectsOf>;

function openGateways({ gateways, httpRoutes }: Inside): Judgement<Code>[] {
  if (gateways === undefined || httpRoutes === undefined) return [];
  if (gateways.state === 'unreadable') return [notAvailable(gateways)];
  if (httpRoutes.state === 'unreadable' && gateways.value.length > 0) return [notAvailable(httpRoutes)];
  const open = gatewaysWithHttp(gateways.value, presentOf([httpRoutes]).flat());
  if (open.length === 0) return [];
  const reason = `Gateways take HTTP and do not redirect all of it to HTTPS: ${formatList(open)}.`;
  return [{ code: 'GATEWAY_HTTP_LISTENER', reason, evidence: { gateways: open.join(', ') } }];
}

/** Tags by which controllers say what they made a load balancer for: https://kubernetes-sigs.github.io/aws-load-balancer-controller/ */
const STACK_TAGS = ['ingress.k8s.aws/stack', 'service.k8s.aws/stack', 'kubernetes.io/service-name'];

function servedBy<T extends Service | Ingress>(objects: readonly T[], { dnsName, tags }: LoadBalancer): T[] {
  const found = dnsName === undefined ? [] : behind(objects, dnsName);
  if (found.length > 0) return found;
  const stacks = STACK_TAGS.flatMap((tag) => tags[tag] ?? []);
  // An Ingress and a Service of one name may have a load balancer each.
  return objects.filter((object) => object.hostnames.length === 0 && stacks.includes(objectName(object)));
}

/** What is behind a load balancer that passes on what it gets. */
function passedOnTo(loadBalancer: LoadBalancer, { ingresses }: Inside): Judgement<Code>[] {
  if (ingresses === undefined) return [];
  if (ingresses.state === 'unreadable')
    return [notAvailable(ingresses, { resource: resourceOf(loadBalancer) })];
  const served = servedBy(ingresses.value, loadBalancer);
  const plain = served.filter(answersWithoutTls).map(objectName);
  if (plain.length === 0) return [];
  const isLess = !loadBalancer.internetFacing;
  return [
    {
      code: 'INGRESS_WITHOUT_TLS',
      reason: `Ingresses behind it answer without TLS: ${formatList(plain)}.`,
      evidence: { ingressesWithoutTls: uniqueSorted(plain).join(', ') },
      resource: resourceOf(loadBalancer),
      ...(isLess && { severity: 'MEDIUM' as const }),
    },
  ];
}

/** The objects of Kubernetes that a load balancer serves, as a sentence. */
function describeServed(loadBalancer: LoadBalancer, { lists }: Inside): string {
  const served = lists.flatMap((list) => servedBy(list, loadBalancer)).map(objectName);
  return served.length === 0 ? '' : ` It serves ${formatList(served)}.`;
}

function judgeLoadBalancer(loadBalancer: LoadBalancer, inside: Inside): Judgement<Code> {
  const resource = resourceOf(loadBalancer);
  const { listeners } = loadBalancer;
  if (listeners.state === 'unreadable') return notAvailable(listeners, { resource });
  const all = listeners.value;
  const seen = (name: string, some: readonly Listener[]) => ({
    resource,
    evidence: { [name]: named(some), scheme: schemeOf(loadBalancer) },
  });

  const wrong = WRONG.flatMap(({ kind, code, say }): Judgement<Code>[] => {
    const some = all.filter((listener) => is(encryptionOf(listener), kind));
    if (some.length === 0) return [];
    const isLess = code === 'PLAINTEXT_HTTP' && !loadBalancer.internetFacing;
    return [{ code, reason: say(some), ...seen(kind, some), ...(isLess && { severity: 'MEDIUM' }) }];
  });
  const unreadable = unreadableOf(all.map(encryptionOf));
  if (unreadable.length > 0) wrong.push(notAvailable(unreadable, { resource }));

  const isPassedOn = wrong.some(({ code }) => code === 'NOT_TERMINATED_HERE');
  if (isPassedOn) wrong.push(...passedOnTo(loadBalancer, inside));

  if (all.length === 0) return { code: 'NO_LISTENERS', reason: 'It has no listener.', resource };
  const served = describeServed(loadBalancer, inside);
  const [first, ...others] = wrong;
  if (first !== undefined)
    return combineJudgements([{ ...first, reason: `${first.reason}${served}` }, ...others]) ?? first;
  const reason = `Every listener ends TLS or redirects to it: ${named(all)}.${served}`;
  return { code: 'TLS_ENFORCED', reason, ...seen('listeners', all) };
}

function is(kind: Reading<ListenerEncryption>, wanted: ListenerEncryption): boolean {
  return kind.state === 'present' && kind.value === wanted;
}

function named(listeners: readonly Listener[]): string {
  return formatList(listeners.map(describeListener));
}

function schemeOf({ internetFacing }: LoadBalancer): string {
  return internetFacing ? 'internet-facing' : 'internal';
}

function resourceOf(loadBalancer: LoadBalancer): ResourceRef {
  const { arn: id, name, tags, type } = loadBalancer;
  const Scheme = schemeOf(loadBalancer);
  return type === 'classic'
    ? { type: 'AwsElbLoadBalancer', id, name, tags, details: { LoadBalancerName: name, Scheme } }
    : { type: 'AwsElbv2LoadBalancer', id, name, tags, details: { Type: type, Scheme } };
}
