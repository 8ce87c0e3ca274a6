import { describe, expect, it } from 'vitest';
import { policyCoverage } from '../../../../shared/evaluate/kubernetes/policy-coverage.ts';
import type { NetworkPolicy, PolicySelector } from '../../../../shared/model/kubernetes-facts.ts';
import { aPod } from './builders.ts';

const WEB = aPod({ labels: { app: 'web' }, serviceAccount: 'web-sa' });
const API = aPod({ labels: { app: 'api' }, namespace: 'pay' });
const DNS = aPod({ labels: { app: 'dns' }, namespace: 'kube-system' });
const NAMESPACES = [
  { name: 'shop', labels: { team: 'a' } },
  { name: 'pay', labels: { team: 'b' } },
];

const policy = (selector: PolicySelector, differing: Partial<NetworkPolicy> = {}): NetworkPolicy => ({
  kind: 'NetworkPolicy',
  name: 'p',
  selectors: [selector],
  allowsAll: false,
  ...differing,
});
const ofLabels = (pods: Record<string, string>, differing: Partial<NetworkPolicy> = {}) =>
  policy({ form: 'labels', pods: { matchLabels: pods } }, differing);
const ofNamespaces = (labels: Record<string, string>) =>
  policy({ form: 'labels', namespaces: { matchLabels: labels } });

function coverageOf(policies: readonly NetworkPolicy[], pods = [WEB, WEB, API, DNS]) {
  return policyCoverage(pods, NAMESPACES, policies, ['kube-system']);
}

describe('the coverage of network policies', () => {
  it.each<[string, NetworkPolicy, readonly string[]]>([
    ['all pods of a namespace', ofLabels({}, { namespace: 'shop' }), ['pay']],
    ['pods by label', ofLabels({ app: 'api' }), ['shop']],
    ['all pods', ofLabels({}), []],
    ['namespaces by label', ofNamespaces({ team: 'a' }), ['pay']],
    ['namespaces by name', ofNamespaces({ 'kubernetes.io/metadata.name': 'pay' }), ['shop']],
    ['pods of Calico', policy({ form: 'calico', pods: "app == 'web'" }), ['pay']],
    ['namespaces of Calico', policy({ form: 'calico', pods: 'all()', namespaces: "team == 'b'" }), ['shop']],
    [
      'a namespace by Calico’s name',
      policy({ form: 'calico', pods: '', namespaces: "projectcalico.org/name == 'shop'" }),
      ['pay'],
    ],
    [
      'a namespace by Calico’s label',
      policy({ form: 'calico', pods: "projectcalico.org/namespace == 'pay'" }),
      ['shop'],
    ],
    [
      'service accounts of Calico',
      policy({ form: 'calico', pods: "projectcalico.org/serviceaccount == 'web-sa'" }),
      ['pay'],
    ],
    [
      'all of Kubernetes’ pods of Calico',
      policy({ form: 'calico', pods: "projectcalico.org/orchestrator == 'k8s'" }),
      [],
    ],
    ['service accounts of Cilium', ofLabels({ 'io.cilium.k8s.policy.serviceaccount': 'web-sa' }), ['pay']],
    [
      'Calico’s pods of another namespace',
      policy({ form: 'calico', pods: "app == 'web'", namespaces: "team == 'b'" }),
      ['pay', 'shop'],
    ],
    ['nothing but what is no pod', policy({ form: 'labels' }, { selectors: [] }), ['pay', 'shop']],
  ])('of a policy for %s', (_, given, uncovered) => {
    expect(coverageOf([given])).toMatchObject({ uncovered, namespaces: 2, unclear: [] });
  });

  it('counts pods that no policy selects beside others, and names policies that select nothing', () => {
    const api = { ...WEB, labels: { app: 'api' } };
    const policies = [
      ofLabels({ app: 'web' }, { namespace: 'shop', name: 'web' }),
      ofLabels({ app: 'old' }, { namespace: 'shop', name: 'old' }),
      ofLabels({}, { namespace: 'gone', name: 'all' }),
      ofLabels({ app: 'none' }, { kind: 'GlobalNetworkPolicy', name: 'everywhere', allowsAll: true }),
    ];

    expect(coverageOf(policies, [WEB, api, api])).toEqual({
      uncovered: [],
      namespaces: 1,
      unselectedPods: 2,
      selectingNothing: [
        'GlobalNetworkPolicy everywhere',
        'NetworkPolicy gone/all',
        'NetworkPolicy shop/old',
      ],
      allowingAll: ['GlobalNetworkPolicy everywhere'],
      unclear: [],
    });
  });

  it('is not about pods of the host network, or that have ended', () => {
    const none = coverageOf([], [aPod({ hostNetwork: true }), aPod({ isOver: true }), DNS]);

    expect(none).toMatchObject({ uncovered: [], namespaces: 0, unselectedPods: 0 });
  });

  it.each<[string, PolicySelector]>([
    ['is by something else', { form: 'other', by: 'something' }],
    ['of Calico is not understood', { form: 'calico', pods: 'global()' }],
    [
      'of Calico is for namespaces that are not understood',
      { form: 'calico', pods: 'all()', namespaces: '?' },
    ],
    [
      'has an unknown operator',
      { form: 'labels', pods: { matchExpressions: [{ key: 'app', operator: 'Gt' }] } },
    ],
    [
      'has one for namespaces',
      { form: 'labels', namespaces: { matchExpressions: [{ key: 'team', operator: 'Gt' }] } },
    ],
  ])('cannot be told where a selector %s, but where another policy selects', (_, selector) => {
    const unclear = policy(selector, { namespace: 'shop', name: 'odd' });

    expect(coverageOf([unclear])).toMatchObject({
      uncovered: ['pay'],
      unclear: ['NetworkPolicy shop/odd'],
      selectingNothing: [],
    });
    expect(coverageOf([unclear, ofLabels({}, { namespace: 'shop' })])).toMatchObject({
      uncovered: ['pay'],
      unclear: [],
    });
  });

  it('is none where an unknown operator is for other namespaces or pods', () => {
    const unknown = { matchExpressions: [{ key: 'app', operator: 'Gt' }] };
    const elsewhere = policy({ form: 'labels', pods: unknown, namespaces: { matchLabels: { team: 'c' } } });
    const others = policy({ form: 'labels', pods: { matchLabels: { app: 'x' } }, namespaces: unknown });

    for (const one of [elsewhere, others])
      expect(coverageOf([one])).toMatchObject({ uncovered: ['pay', 'shop'], unclear: [] });
  });
});
