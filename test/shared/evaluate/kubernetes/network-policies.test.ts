import { describe, expect, it } from 'vitest';
import { networkPolicies } from '../../../../shared/evaluate/controls/network-policies.ts';
import { compileCalicoSelector } from '../../../../shared/evaluate/kubernetes/calico-selector.ts';
import { absent, present } from '../../../../shared/model/evidence.ts';
import type { NetworkPolicy } from '../../../../shared/model/kubernetes-facts.ts';
import { aCluster, anAddon, judge } from '../../../builders.ts';
import { anImage, aPod, FORBIDDEN, inside, OFF, UNREACHABLE } from './builders.ts';

const ENFORCING = { vpcCni: present(anAddon({ configurationValues: '{"enableNetworkPolicy":"true"}' })) };
const NOT_ENFORCING = { vpcCni: present(anAddon()) };
const NO_ADDON = { vpcCni: absent };
const AUTO_MODE = { ...NO_ADDON, cluster: present(aCluster({ computeConfig: { enabled: true } })) };

function aPolicy(differing: Partial<NetworkPolicy> = {}): NetworkPolicy {
  return {
    kind: 'NetworkPolicy',
    namespace: 'shop',
    name: 'default-deny',
    selectors: [{ form: 'labels', pods: {} }],
    allowsAll: false,
    ...differing,
  };
}

const labels = (pods: object) => [{ form: 'labels' as const, pods }];
const calico = (pods: string, namespaces?: string) => [
  { form: 'calico' as const, pods, ...(namespaces && { namespaces }) },
];
const agent = (image: string, differing = {}) =>
  aPod({
    namespace: 'kube-system',
    workload: { kind: 'DaemonSet', name: 'agent' },
    images: [anImage(image)],
    ...differing,
  });
const awsNode = (hasNetworkPolicyAgent: boolean) =>
  agent('602401143452.dkr.ecr.eu-west-1.amazonaws.com/amazon-k8s-cni', {
    workload: { kind: 'DaemonSet', name: 'aws-node' },
    hasNetworkPolicyAgent,
  });

describe('where policies are enforced', () => {
  const verdictOf = (objects: Parameters<typeof inside>[0]) =>
    judge(networkPolicies, { ...ENFORCING, ...inside(objects) });

  it('passes when each namespace has one that selects pods of it', () => {
    const verdict = verdictOf({ pods: [aPod()], networkPolicies: [aPolicy()] });

    expect(verdict).toMatchObject({ status: 'PASSED', reasonCode: 'ALL_NAMESPACES_COVERED' });
  });

  it('passes without pods', () => {
    expect(verdictOf({})).toMatchObject({ status: 'PASSED' });
  });

  it.each([
    ['none', []],
    ['one of another namespace', [aPolicy({ namespace: 'other' })]],
    ['one that selects nothing', [aPolicy({ selectors: labels({ matchLabels: { app: 'api' } }) })]],
    [
      'one with an expression that is not met',
      [
        aPolicy({
          selectors: labels({ matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] }),
        }),
      ],
    ],
  ])('fails for a namespace with %s', (_, networkPolicies_) => {
    const verdict = verdictOf({ pods: [aPod()], networkPolicies: networkPolicies_ });

    expect(verdict).toMatchObject({
      status: 'FAILED',
      reasonCode: 'NAMESPACES_WITHOUT_POLICY',
      evidence: { namespacesWithoutPolicy: 'shop' },
    });
  });

  it('names policies that select nothing or allow all, and counts pods that none selects', () => {
    const pods = [aPod(), aPod({ labels: { app: 'api' } }), aPod({ labels: { app: 'api' }, name: 'b' })];
    const one = aPolicy({ name: 'web', selectors: labels({ matchLabels: { app: 'web' } }), allowsAll: true });
    const nothing = aPolicy({ name: 'old', selectors: labels({ matchLabels: { app: 'old' } }) });

    const { reason } = verdictOf({ pods, networkPolicies: [one, nothing] });

    expect(verdictOf({ pods: [aPod()], networkPolicies: [aPolicy()] }).reason).toMatch(/with pods\.$/);
    expect(reason).toContain('2 pods are selected by none');
    expect(reason).toContain('These select nothing: NetworkPolicy shop/old.');
    expect(reason).toContain('These let everything in: NetworkPolicy shop/web.');
  });

  it('asks for none of pods on the host network, that have ended, or of the system', () => {
    const pods = [aPod({ hostNetwork: true }), aPod({ isOver: true }), aPod({ namespace: 'kube-system' })];

    expect(verdictOf({ pods })).toMatchObject({ status: 'PASSED', reasonCode: 'ALL_NAMESPACES_COVERED' });
  });

  it.each<{ selector: NetworkPolicy['selectors'][number] | undefined }>(
    [
      calico("app == 'web'"),
      calico(''),
      calico('all()', "projectcalico.org/name == 'shop'"),
      calico("has(app) && team in {'a', 'shop-team'}", "team == 'x'"),
      labels({ matchExpressions: [{ key: 'app', operator: 'In', values: ['web'] }] }),
      [{ form: 'labels' as const, namespaces: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } }],
    ].map(([selector]) => ({ selector })),
  )('counts policies of engines and of the whole cluster: $selector', ({ selector }) => {
    if (selector === undefined) throw new Error('no selector');
    const { namespace: _, ...wide } = aPolicy({ kind: 'GlobalNetworkPolicy', selectors: [selector] });
    const pods = [aPod({ labels: { app: 'web', team: 'shop-team' } })];
    const namespaces = [{ name: 'shop', labels: { team: 'x' } }];

    expect(verdictOf({ pods, namespaces, enginePolicies: [wide] })).toMatchObject({ status: 'PASSED' });
    expect(
      verdictOf({ pods: [aPod({ namespace: 'b', labels: {} })], namespaces, enginePolicies: [wide] }).status,
    ).toBe('pods' in selector && selector.pods === '' ? 'PASSED' : 'FAILED');
  });

  it('is not available where policies that cannot be read or told would decide', () => {
    const uncovered = { pods: [aPod()], enginePolicies: FORBIDDEN };

    expect(verdictOf(uncovered)).toMatchObject({ status: 'NOT_AVAILABLE' });
    expect(verdictOf({ ...uncovered, networkPolicies: [aPolicy()] })).toMatchObject({ status: 'PASSED' });
    const unclear = aPolicy({ kind: 'Calico NetworkPolicy', selectors: calico('app ~= "web"') });
    expect(verdictOf({ pods: [aPod()], enginePolicies: [unclear] })).toMatchObject({
      status: 'NOT_AVAILABLE',
    });
  });

  it('fails for a namespace that surely has none, whatever cannot be told of another', () => {
    const unclear = aPolicy({ kind: 'Calico NetworkPolicy', selectors: calico('app ~= "web"') });
    const pods = [aPod(), aPod({ namespace: 'billing' })];

    const verdict = verdictOf({ pods, enginePolicies: [unclear] });

    expect(verdict).toMatchObject({
      reasonCode: 'NAMESPACES_WITHOUT_POLICY',
      evidence: { namespacesWithoutPolicy: 'billing' },
    });
    expect(verdict.reason).toContain('Calico NetworkPolicy shop/default-deny');
  });

  it.each([
    ['Calico', calico("projectcalico.org/serviceaccount == 'api'")],
    ['Cilium', labels({ matchLabels: { 'io.cilium.k8s.policy.serviceaccount': 'api' } })],
  ])('counts what %s selects by service account', (_, selectors) => {
    const enginePolicies = [aPolicy({ kind: 'a policy', selectors })];

    expect(verdictOf({ pods: [aPod({ serviceAccount: 'api' })], enginePolicies }).status).toBe('PASSED');
    expect(verdictOf({ pods: [aPod()], enginePolicies }).status).toBe('FAILED');
  });

  it('needs no policies that cannot be read beside those that can', () => {
    const enginePolicies = [aPolicy({ kind: 'Calico NetworkPolicy' }), FORBIDDEN];

    expect(verdictOf({ pods: [aPod()], enginePolicies })).toMatchObject({ status: 'PASSED' });
    expect(verdictOf({ pods: [aPod(), aPod({ namespace: 'b' })], enginePolicies })).toMatchObject({
      status: 'NOT_AVAILABLE',
    });
    expect(judge(networkPolicies, { ...NOT_ENFORCING, ...inside({ enginePolicies }) })).toMatchObject({
      reasonCode: 'POLICIES_NOT_ENFORCED',
      evidence: { policiesNotEnforcedIn: 'shop' },
    });
  });

  it.each(['pods', 'namespaces', 'networkPolicies'] as const)('is not available without %s', (kind) => {
    const verdict = verdictOf({ pods: [aPod()], [kind]: FORBIDDEN });

    expect(verdict).toMatchObject({ status: 'NOT_AVAILABLE', reasonCodes: ['EVIDENCE_UNREADABLE'] });
    expect(verdict.reason).toContain('kubernetes:list something failed with Forbidden');
  });

  it('is not available where nothing can be read, and as before where it is off', () => {
    expect(judge(networkPolicies, { ...ENFORCING, ...UNREACHABLE })).toMatchObject({
      status: 'NOT_AVAILABLE',
    });
    expect(judge(networkPolicies, { ...ENFORCING, ...OFF })).toMatchObject({ reasonCode: 'ENFORCEMENT_ON' });
  });
});

describe('an engine', () => {
  it.each([
    'docker.io/calico/node:v3',
    'quay.io/cilium/cilium:v1',
    'mirror.example/docker/antrea/antrea-agent-ubuntu:v2',
    'cloudnativelabs/kube-router',
  ])('is seen by its running agent: %s', (image) => {
    const verdict = judge(networkPolicies, { ...NO_ADDON, ...inside({ pods: [agent(image)] }) });

    expect(verdict).toMatchObject({ status: 'PASSED', reasonCode: 'ALL_NAMESPACES_COVERED' });
  });

  it('is not seen by what does not run, is no agent, or only looks like one', () => {
    const pods = [
      agent('calico/node', { isRunning: false }),
      agent('calico/node', { workload: { kind: 'Deployment', name: 'x' } }),
      agent('calico/node-driver'),
      agent('evil.example/notcalico/node'),
    ];

    const verdict = judge(networkPolicies, { ...NO_ADDON, ...inside({ pods }) });

    expect(verdict).toMatchObject({ status: 'WARNING', reasonCode: 'UNKNOWN_CNI' });
    expect(verdict.reason).toContain('The DaemonSets of kube-system are agent');
  });

  it('of the VPC CNI is its node agent', () => {
    const on = judge(networkPolicies, { ...NO_ADDON, ...inside({ pods: [awsNode(true)] }) });

    expect(on).toMatchObject({ status: 'PASSED' });
  });
});

describe('where nothing enforces', () => {
  const policies = { networkPolicies: [aPolicy()] };

  it.each([
    ['the VPC CNI add-on', { ...NOT_ENFORCING, ...inside(policies) }],
    ['Auto Mode', { ...AUTO_MODE, ...inside(policies) }],
    ['the VPC CNI of no add-on', { ...NO_ADDON, ...inside({ ...policies, pods: [awsNode(false)] }) }],
  ])('policies fail, with %s', (_, facts) => {
    const verdict = judge(networkPolicies, facts);

    expect(verdict).toMatchObject({ status: 'FAILED', reasonCode: 'POLICIES_NOT_ENFORCED' });
    expect(verdict.reason).toContain('shop');
  });

  it('is what AWS says of the add-on where an engine that runs could not be seen', () => {
    const verdict = judge(networkPolicies, { ...NOT_ENFORCING, ...inside({ ...policies, pods: FORBIDDEN }) });

    expect(verdict).toMatchObject({ status: 'FAILED', reasonCode: 'ENFORCEMENT_OFF' });
    expect(verdict.reason).not.toContain('Nothing enforces');
  });

  it('a CNI that is not known is a warning, whatever policies there are', () => {
    expect(judge(networkPolicies, { ...NO_ADDON, ...inside(policies) })).toMatchObject({
      reasonCode: 'UNKNOWN_CNI',
    });
  });

  it('Auto Mode is judged by its ConfigMap', () => {
    const configMap = (enableNetworkPolicyController?: string) =>
      judge(networkPolicies, {
        ...AUTO_MODE,
        ...inside({
          vpcCniConfigMap: { ...(enableNetworkPolicyController && { enableNetworkPolicyController }) },
        }),
      });

    expect(configMap('true')).toMatchObject({ reasonCode: 'ALL_NAMESPACES_COVERED' });
    expect(configMap('false')).toMatchObject({ status: 'FAILED', reasonCode: 'ENFORCEMENT_OFF' });
    expect(configMap()).toMatchObject({ status: 'FAILED', reasonCode: 'ENFORCEMENT_OFF' });
    expect(judge(networkPolicies, { ...AUTO_MODE, ...UNREACHABLE })).toMatchObject({
      status: 'NOT_AVAILABLE',
    });
  });

  it('what AWS proves stays failed when the cluster cannot be reached', () => {
    const verdict = judge(networkPolicies, { ...NOT_ENFORCING, ...UNREACHABLE });

    expect(verdict).toMatchObject({ status: 'FAILED', reasonCode: 'ENFORCEMENT_OFF' });
    expect(verdict.reason).toContain('kubernetes:connect');
  });
});

describe('Calico’s selectors', () => {
  const WEB = { app: 'web', tier: 'front-end' };

  it.each([
    ["app == 'web'", true],
    ['app == "api"', false],
    ["app != 'api'", true],
    ["none != 'x'", true],
    ['has(app)', true],
    ['!has(app)', false],
    ['!has(none)', true],
    ["app in {'web', 'api'}", true],
    ["app not in {'web'}", false],
    ['app in {}', false],
    ["tier contains 'ont'", true],
    ["tier starts with 'front'", true],
    ["tier ends with 'back'", false],
    ["app == 'api' || tier == 'front-end' && has(app)", true],
    ["(app == 'api' || has(tier)) && !(has(none))", true],
    ['all()', true],
    [' ', true],
  ])('%s', (expression, expected) => {
    expect(compileCalicoSelector(expression)?.(WEB)).toBe(expected);
  });

  it.each([
    'app',
    'app = "x"',
    "app == 'x",
    'has(',
    'app == web',
    '&&',
    "app == 'x' &&",
    ')',
    "app in {'a' 'b'}",
    'global()',
    `${'!'.repeat(200)}has(a)`,
    'x'.repeat(5000),
  ])('is not understood: %s', (expression) => {
    expect(compileCalicoSelector(expression)).toBeUndefined();
  });
});
