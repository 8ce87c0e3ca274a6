import { isNetworkPolicyEngine } from '../../model/addons.ts';
import {
  type ControlContext,
  control,
  type DecisionTable,
  type Judgement,
  malformedResponse,
  notAvailable,
} from '../../model/control.ts';
import type { ControlSettings } from '../../model/control-settings.ts';
import { type Evidence, type Named, presentOf, type Reading, unreadableOf } from '../../model/evidence.ts';
import type { Addon, Cluster } from '../../model/facts.ts';
import type { KubernetesObjects, NetworkPolicy } from '../../model/kubernetes-facts.ts';
import { formatCount, formatList, uniqueSorted } from '../formatting.ts';
import { isKubernetesOn, kindOf, partsOf } from '../kubernetes/kubernetes-evidence.ts';
import { type PolicyCoverage, policyCoverage } from '../kubernetes/policy-coverage.ts';
import { hasVpcCniWithoutAgent, runningEngines, systemDaemonSets } from '../kubernetes/policy-engines.ts';
import { livePods } from '../kubernetes/workloads.ts';
import { matchesAny } from '../patterns/pattern.ts';
import { filterReadable } from '../readings.ts';
import { isAddonRunning, isAutoModeOn, isListedAddonRunning } from '../running.ts';
import { readVpcCniConfiguration } from '../vpc-cni-configuration.ts';

const rows = {
  ENFORCEMENT_ON: {
    status: 'PASSED',
    when: 'The Kubernetes API is not read, and the VPC CNI add-on runs and has enableNetworkPolicy true, Calico or Cilium runs as an add-on, or networkPolicyEngines names an engine for the cluster',
  },
  ALL_NAMESPACES_COVERED: {
    status: 'PASSED',
    when: 'Policies are enforced, and one selects pods in every namespace that has any, but those of the system',
  },
  NAMESPACES_WITHOUT_POLICY: {
    status: 'FAILED',
    when: 'Policies are enforced, and none selects a pod in some namespaces that have any',
  },
  POLICIES_NOT_ENFORCED: { status: 'FAILED', when: 'There are policies, and nothing enforces them' },
  CONFIGURATION_UNREADABLE: {
    status: 'WARNING',
    when: 'The VPC CNI add-on’s configuration is neither JSON nor YAML, or no mapping',
  },
  ENFORCEMENT_OFF: {
    status: 'FAILED',
    when: 'The VPC CNI add-on runs, does not enforce, and no other engine is known; or Auto Mode, whose ConfigMap does not switch enforcement on',
  },
  NEEDS_KUBERNETES_ACCESS: {
    status: 'WARNING',
    when: 'Auto Mode, whose built-in CNI is switched by a ConfigMap that AWS’s API does not show, and the Kubernetes API is not read',
  },
  UNKNOWN_CNI: {
    status: 'WARNING',
    when: 'The CNI is no add-on that runs, and no engine that is known was seen',
  },
} as const satisfies DecisionTable;
type Row = Judgement<keyof typeof rows>;

export const networkPolicies = control({
  key: 'network-policies',
  title: 'Network policies are enforced',
  description:
    'Kubernetes accepts NetworkPolicy objects whether or not anything enforces them. Without an engine that does, ' +
    'every pod can talk to every other.',
  remediation: {
    text:
      'Let the VPC CNI add-on enforce: aws eks update-addon --cluster-name <cluster> --addon-name vpc-cni ' +
      '--resolve-conflicts PRESERVE --configuration-values \'{"enableNetworkPolicy":"true"}\' (1.14 or later; keep your ' +
      'other values, the new ones replace them). With Auto Mode set enable-network-policy-controller in the ConfigMap ' +
      'amazon-vpc-cni. Then give every namespace a policy that denies by default.',
    url: 'https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy-configure.html',
  },
  level: 'cluster',
  severity: 'MEDIUM',
  nist: ['AC-4', 'SC-7', 'SC-7(5)'],
  needs: ['cluster', 'addons', 'vpcCni', 'kubernetes'],
  kubernetesKinds: ['pods', 'namespaces', 'networkPolicies', 'enginePolicies', 'vpcCniConfigMap'],
  acceptsUnreadable: ['addons', 'vpcCni', 'kubernetes'],
  rows,
  judge({ cluster, addons, vpcCni, kubernetes }, context) {
    const addon = vpcCni.state === 'present' ? vpcCni.value : undefined;
    const running = addon !== undefined && isAddonRunning(addon) ? addon : undefined;
    const configuration = readVpcCniConfiguration(running?.configurationValues ?? '');
    const engines = enginesOf(addons);
    const attested = attestedEngines(cluster, context.settings);
    const autoMode = isAutoModeOn(cluster);
    const inside = insideOf(kubernetes, autoMode);
    const seen = {
      evidence: {
        engines: formatEngines([
          ...engines.names,
          ...attested.map((engine) => `${engine} (attested)`),
          ...inside.engines.map((engine) => `${engine} (seen)`),
        ]),
        vpcCni: describeVpcCni(addon, configuration.enforces),
        autoMode: `${autoMode}`,
      },
    };
    const enforcing = [
      ...(configuration.enforces ? ['The VPC CNI add-on enforces network policies'] : []),
      ...engines.names.map((name) => `The add-on ${name} enforces network policies`),
      ...attested.map((engine) => `${engine} enforces network policies, as networkPolicyEngines says`),
      ...inside.engines.map((engine) => `It was seen that ${engine} enforces network policies`),
    ];
    if (enforcing.length > 0) {
      if (isKubernetesOn(kubernetes)) return coverageRow(enforcing, kubernetes, context, seen);
      const reason = `${enforcing.join('. ')}; whether namespaces have any was not read.`;
      return { code: 'ENFORCEMENT_ON', reason, ...seen };
    }
    return withoutEngine({ vpcCni, running, configuration, engines, autoMode, inside, seen });
  },
});

interface WithoutEngine {
  readonly vpcCni: Evidence<Addon>;
  readonly running: Addon | undefined;
  readonly configuration: ReturnType<typeof readVpcCniConfiguration>;
  readonly engines: ReturnType<typeof enginesOf>;
  readonly autoMode: boolean;
  readonly inside: ReturnType<typeof insideOf>;
  readonly seen: Seen;
}

/** Nothing that enforces was found: whether that is known, or there may be something. */
function withoutEngine(found: WithoutEngine): Row {
  const { vpcCni, running, configuration, engines, inside, seen } = found;
  const unreadable = [
    ...unreadableOf([vpcCni]),
    ...engines.unreadable,
    ...unreadableOf([configuration.unreadable].filter((one) => one !== undefined)),
  ];
  if (unreadable.length > 0) return notAvailable([...unreadable, ...inside.unreadable]);
  if (vpcCni.state === 'present' && vpcCni.value.status === undefined)
    return malformedResponse('eks:DescribeAddon', 'it does not say the status of vpc-cni');
  const isRead = inside.unreadable.length === 0;
  if (isRead && isKnownOff(found) && inside.policies.length > 0) return notEnforced(inside.policies, seen);
  const also = isRead ? [] : [notAvailable(inside.unreadable)];
  if (configuration.problem !== undefined) {
    const reason = `The configuration of the VPC CNI add-on cannot be read: ${configuration.problem}.`;
    return { code: 'CONFIGURATION_UNREADABLE', reason, ...seen, also };
  }
  if (running !== undefined) {
    const reason =
      'The VPC CNI add-on does not enforce network policies, neither Calico nor Cilium runs as an add-on, and ' +
      'networkPolicyEngines names no other engine.';
    return { code: 'ENFORCEMENT_OFF', reason, ...seen, also };
  }
  return also[0] ?? unknownCni(found);
}

function isKnownOff({ running, configuration, autoMode, inside }: WithoutEngine): boolean {
  const isAddonOff = running !== undefined && configuration.problem === undefined;
  return isAddonOff || (autoMode && inside.isAutoModeOff) || inside.hasVpcCniWithoutAgent;
}

function unknownCni({ vpcCni, autoMode, inside, seen }: WithoutEngine): Row {
  if (autoMode) return autoModeRow(inside.isAutoModeOff, seen);
  const cni =
    vpcCni.state === 'present'
      ? `add-on is in status ${vpcCni.value.status}`
      : 'is not installed as an add-on';
  const others = inside.isRead
    ? `none of the engines that are known was seen. The DaemonSets of kube-system are ${formatEngines(inside.daemonSets)}`
    : 'neither Calico nor Cilium runs as one; what else does the networking was not read';
  const reason = `The VPC CNI ${cni}, and ${others}. If something enforces network policies, name it in networkPolicyEngines.`;
  return { code: 'UNKNOWN_CNI', reason, ...seen };
}

/** What is seen inside the cluster, where that is read. */
function insideOf(kubernetes: Evidence<KubernetesObjects>, autoMode: boolean) {
  const pods = kindOf(kubernetes, 'pods');
  const configMap = autoMode ? kindOf(kubernetes, 'vpcCniConfigMap') : undefined;
  const known = presentOf(pods ? [pods] : []).flat();
  const live = livePods(known);
  const switched = configMap?.state === 'present' ? configMap.value.enableNetworkPolicyController : undefined;
  const isOn = /^\s*true\s*$/i.test(switched ?? '');
  const policies = [kindOf(kubernetes, 'networkPolicies'), kindOf(kubernetes, 'enginePolicies')];
  return {
    isRead: isKubernetesOn(kubernetes),
    engines: [...runningEngines(live), ...(isOn ? ['Auto Mode'] : [])],
    isAutoModeOff: configMap?.state === 'present' && !isOn,
    hasVpcCniWithoutAgent: hasVpcCniWithoutAgent(live),
    daemonSets: systemDaemonSets(live),
    policies: policies.flatMap((list) => partsOf(list).read),
    unreadable: unreadableOf([pods, configMap].filter((one) => one !== undefined)),
  };
}

type Seen = Required<Pick<Row, 'evidence'>>;

function autoModeRow(isOff: boolean, seen: Seen): Row {
  if (isOff) {
    const reason =
      'Auto Mode enforces no network policies: the ConfigMap amazon-vpc-cni in kube-system does not set ' +
      'enable-network-policy-controller to true.';
    return { code: 'ENFORCEMENT_OFF', reason, ...seen };
  }
  const reason =
    'Auto Mode’s network policies are switched by a ConfigMap, which AWS’s API does not show: set kubernetes.enabled, and ' +
    'give the role an access entry in the cluster.';
  return { code: 'NEEDS_KUBERNETES_ACCESS', reason, ...seen };
}

function notEnforced(policies: readonly NetworkPolicy[], { evidence }: Seen): Row {
  const where = policies.map(({ namespace }) => namespace ?? 'the whole cluster');
  const reason = `Nothing enforces the network policies that there are, for ${formatList(where)}.`;
  return {
    code: 'POLICIES_NOT_ENFORCED',
    reason,
    evidence: { ...evidence, policiesNotEnforcedIn: uniqueSorted(where).join(', ') },
  };
}

/** Which namespaces the enforced policies are for. */
function coverageRow(
  enforcing: readonly string[],
  kubernetes: Evidence<KubernetesObjects>,
  { systemNamespaces }: ControlContext,
  { evidence }: Seen,
): Row {
  const pods = kindOf(kubernetes, 'pods');
  const namespaces = kindOf(kubernetes, 'namespaces');
  const policies = kindOf(kubernetes, 'networkPolicies');
  const others = partsOf(kindOf(kubernetes, 'enginePolicies'));
  if (pods?.state !== 'present' || namespaces?.state !== 'present' || policies?.state !== 'present') {
    const missing = [pods, namespaces, policies].filter((list) => list !== undefined);
    return notAvailable([...new Set(unreadableOf(missing))]);
  }
  const all = [...policies.value, ...others.read];
  const coverage = policyCoverage(pods.value, namespaces.value, all, systemNamespaces);
  const remarks = remarksOn(coverage);
  if (coverage.uncovered.length + coverage.unclear.length === 0) {
    const count = formatCount(coverage.namespaces, 'namespace with pods', 'namespaces with pods');
    const reason = `${enforcing.join('. ')}, and there are policies for all of ${count}.${remarks}`;
    return { code: 'ALL_NAMESPACES_COVERED', reason, evidence };
  }
  if (others.unread.length > 0) return notAvailable(others.unread);
  const unclear = unclearRow(coverage);
  if (unclear !== undefined && coverage.uncovered.length === 0) return unclear;
  const reason = `${enforcing.join('. ')}, but no policy selects a pod in ${formatList(coverage.uncovered)}.${remarks}`;
  return {
    code: 'NAMESPACES_WITHOUT_POLICY',
    reason,
    evidence: { ...evidence, namespacesWithoutPolicy: coverage.uncovered.join(', ') },
    ...(unclear && { also: [unclear] }),
  };
}

/** Why it is not known whether there are policies for some namespaces. */
function unclearRow({ unclear }: PolicyCoverage): Row | undefined {
  if (unclear.length === 0) return undefined;
  const problem = `it cannot be told which pods these select: ${formatList(unclear)}`;
  return malformedResponse('kubernetes:list networkpolicies', problem);
}

function remarksOn({ unselectedPods, selectingNothing, allowingAll }: PolicyCoverage): string {
  const pods = formatCount(unselectedPods, 'pod is', 'pods are');
  return [
    ...(unselectedPods > 0 ? [` In namespaces with policies, ${pods} selected by none.`] : []),
    ...(selectingNothing.length > 0 ? [` These select nothing: ${formatList(selectingNothing)}.`] : []),
    ...(allowingAll.length > 0 ? [` These let everything in: ${formatList(allowingAll)}.`] : []),
  ].join('');
}

/** The engines that run as add-ons. */
function enginesOf(addons: Reading<readonly Named<Addon>[]>) {
  if (addons.state === 'unreadable') return { names: [], unreadable: [addons] };
  const engines = addons.value.filter(({ name }) => isNetworkPolicyEngine(name));
  const { matches, unreadable } = filterReadable(engines, isListedAddonRunning);
  return { names: uniqueSorted(matches.map(({ name }) => name)), unreadable };
}

function attestedEngines({ name }: Cluster, { networkPolicyEngines }: ControlSettings): string[] {
  const attested = networkPolicyEngines.filter(({ clusters }) => matchesAny(clusters, name));
  return uniqueSorted(attested.map(({ engine }) => engine));
}

function formatEngines(engines: readonly string[]): string {
  return engines.join(', ') || 'none';
}

function describeVpcCni(vpcCni: Addon | undefined, enforces: boolean): string {
  if (vpcCni === undefined) return 'no add-on';
  if (!isAddonRunning(vpcCni)) return `status ${vpcCni.status}`;
  return enforces ? 'enforces' : 'does not enforce';
}
