import { combineJudgements, control, type Judgement, notAvailable } from '../../model/control.ts';
import { presentOf, type Reading, unreadableOf } from '../../model/evidence.ts';
import type { Listener, LoadBalancer } from '../../model/load-balancer-facts.ts';
import type { ResourceRef } from '../../model/resource.ts';
import { formatList } from '../formatting.ts';
import {
  describeListener,
  encryptionOf,
  type ListenerEncryption,
  weakVersionsOf,
} from '../network/listener-encryption.ts';

type Code = 'PLAINTEXT_HTTP' | 'WEAK_TLS_POLICY' | 'NOT_TERMINATED_HERE' | 'TLS_ENFORCED' | 'NO_LISTENERS';

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
  needs: ['loadBalancers', 'classicLoadBalancers'],
  acceptsUnreadable: ['loadBalancers', 'classicLoadBalancers'],
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
    NOT_TERMINATED_HERE: {
      status: 'WARNING',
      when: 'A listener passes on TCP, UDP or QUIC: whether there is TLS in it was not read',
    },
    TLS_ENFORCED: { status: 'PASSED', when: 'Every listener ends TLS 1.2 or later, or redirects to HTTPS' },
    NO_LISTENERS: { status: 'PASSED', when: 'The load balancer has no listener' },
    NO_LOAD_BALANCERS: { status: 'PASSED', when: 'No load balancer is tagged for the cluster' },
  },
  judge({ loadBalancers, classicLoadBalancers }, { subject }) {
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
    if (own.length + more.length > 0) return [...own.map(judgeLoadBalancer), ...more];
    return { code: 'NO_LOAD_BALANCERS', reason: 'No load balancer is tagged for the cluster.' };
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

function judgeLoadBalancer(loadBalancer: LoadBalancer): Judgement<Code> {
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

  if (all.length === 0) return { code: 'NO_LISTENERS', reason: 'It has no listener.', resource };
  const reason = `Every listener ends TLS or redirects to it: ${named(all)}.`;
  return combineJudgements(wrong) ?? { code: 'TLS_ENFORCED', reason, ...seen('listeners', all) };
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
