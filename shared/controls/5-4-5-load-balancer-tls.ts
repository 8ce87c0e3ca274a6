import { blind, control, type Judgement, together } from '../model/control.ts';
import { presentOf, type Reading, unreadableOf } from '../model/evidence.ts';
import type { Listener, LoadBalancer } from '../model/load-balancer-facts.ts';
import type { ResourceRef } from '../model/resource.ts';
import { describeListener, kindOfListener, type ListenerKind, weakVersionsOf } from './listeners.ts';
import { listed } from './wording.ts';

type Code = 'PLAINTEXT_HTTP' | 'WEAK_TLS_POLICY' | 'NOT_TERMINATED_HERE' | 'TLS_ENFORCED' | 'NO_LISTENERS';

export const loadBalancerTls = control({
  id: '5.4.5',
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
  evenUnreadable: ['loadBalancers', 'classicLoadBalancers'],
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
      .flatMap((one) => one.ofClusters)
      .filter((one) => one.clusters.includes(subject.name ?? ''));
    const unread = [
      ...unreadableOf(apis),
      ...read.flatMap((one) => one.unattributed.map(({ tags }) => tags)),
    ];
    // One that belongs to the cluster may be among what could not be read.
    const more = unread.length > 0 ? [blind(unread)] : [];
    if (own.length + more.length > 0) return [...own.map(judgeLoadBalancer), ...more];
    return { code: 'NO_LOAD_BALANCERS', reason: 'No load balancer is tagged for the cluster.' };
  },
});

function judgeLoadBalancer(loadBalancer: LoadBalancer): Judgement<Code> {
  const resource = resourceOf(loadBalancer);
  const { listeners, internetFacing } = loadBalancer;
  if (listeners.state === 'unreadable') return blind(listeners, { resource });
  const kinds = listeners.value.map((listener) => ({ listener, kind: kindOfListener(listener) }));
  const of = (wanted: ListenerKind) =>
    kinds.flatMap(({ listener, kind }) => (is(kind, wanted) ? [listener] : []));
  const unreadable = unreadableOf(kinds.map(({ kind }) => kind));

  const seen = (name: string, some: readonly Listener[]) => ({
    resource,
    evidence: { [name]: listed(some.map(describeListener)), scheme: schemeOf(loadBalancer) },
  });
  const wrong: Judgement<Code>[] = [];
  const [plaintext, weak, passedOn] = [of('plaintext'), of('weak'), of('passed-on')];
  if (plaintext.length > 0) {
    const reason = `Requests are answered in the clear on ${named(plaintext)}.`;
    const severity = internetFacing ? 'HIGH' : 'MEDIUM';
    wrong.push({ code: 'PLAINTEXT_HTTP', reason, severity, ...seen('plaintext', plaintext) });
  }
  if (weak.length > 0) {
    const reason = `${listed(weak.flatMap(weakVersionsOf))} is allowed on ${named(weak)}.`;
    wrong.push({ code: 'WEAK_TLS_POLICY', reason, ...seen('weak', weak) });
  }
  if (unreadable.length > 0) wrong.push(blind(unreadable, { resource }));
  if (passedOn.length > 0) {
    const reason = `Passed on without ending TLS here, which may be in it: ${named(passedOn)}.`;
    wrong.push({ code: 'NOT_TERMINATED_HERE', reason, ...seen('passedOn', passedOn) });
  }
  const all = listeners.value;
  if (all.length === 0) return { code: 'NO_LISTENERS', reason: 'It has no listener.', resource };
  const reason = `Every listener ends TLS or redirects to it: ${named(all)}.`;
  return together(wrong) ?? { code: 'TLS_ENFORCED', reason, ...seen('listeners', all) };
}

function is(kind: Reading<ListenerKind>, wanted: ListenerKind): boolean {
  return kind.state === 'present' && kind.value === wanted;
}

function named(listeners: readonly Listener[]): string {
  return listed(listeners.map(describeListener));
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
