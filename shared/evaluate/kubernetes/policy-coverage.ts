import type { Labels, Namespace, NetworkPolicy, Pod, PolicySelector } from '../../model/kubernetes-facts.ts';
import { compileCalicoSelector } from './calico-selector.ts';
import { selects } from './label-selector.ts';
import { livePods } from './workloads.ts';

/** How the network policies of a cluster cover its pods. */
export interface PolicyCoverage {
  /** Namespaces with pods that need a policy, and none that selects, or may select, one of them, in order. */
  readonly uncovered: readonly string[];
  /** How many namespaces have pods that need a policy. */
  readonly namespaces: number;
  /** Pods that no policy selects, in namespaces where one selects others. */
  readonly unselectedPods: number;
  /** Policies that select no pod, in order. */
  readonly selectingNothing: readonly string[];
  /** Policies that let everything in, in order. */
  readonly allowingAll: readonly string[];
  /** Policies of which it cannot be told what they select, which may cover what nothing else does. */
  readonly unclear: readonly string[];
}

/** Pods that are alike to every policy. */
interface Group {
  readonly namespace: string;
  /** With those that engines add. */
  readonly labels: Labels;
  readonly count: number;
}

/** Pods on the host network, or that have ended, need no policy; nor does what belongs to the system. */
export function policyCoverage(
  pods: readonly Pod[],
  namespaces: readonly Namespace[],
  policies: readonly NetworkPolicy[],
  systemNamespaces: readonly string[],
): PolicyCoverage {
  const groups = groupsOf(livePods(pods).filter(({ hostNetwork }) => !hostNetwork));
  const byNamespace = Map.groupBy(groups, ({ namespace }) => namespace);
  const labelsOf = new Map(namespaces.map(({ name, labels }) => [name, labels]));
  const selected = new Set<Group>();
  const selectingNothing: string[] = [];
  const unclear: { readonly name: string; readonly namespaces: ReadonlySet<string> }[] = [];
  for (const policy of policies) {
    const isOfPods = policy.selectors.length > 0;
    const candidates = policy.namespace === undefined ? groups : (byNamespace.get(policy.namespace) ?? []);
    const outcome = outcomeOf(policy, candidates, labelsOf);
    for (const group of outcome.selected) selected.add(group);
    if (outcome.unclear.size > 0) unclear.push({ name: nameOf(policy), namespaces: outcome.unclear });
    else if (isOfPods && outcome.selected.length === 0) selectingNothing.push(nameOf(policy));
  }
  const needing = [...byNamespace].filter(([name]) => !systemNamespaces.includes(name));
  const isCovered = ([, all]: (typeof needing)[number]) => all.some((group) => selected.has(group));
  const others = needing.filter((one) => !isCovered(one)).map(([name]) => name);
  const deciding = unclear.filter((one) => others.some((name) => one.namespaces.has(name)));
  return {
    uncovered: others.filter((name) => !deciding.some((one) => one.namespaces.has(name))).sort(),
    namespaces: needing.length,
    unselectedPods: needing
      .filter(isCovered)
      .flatMap(([, all]) => all)
      .filter((group) => !selected.has(group))
      .reduce((sum, { count }) => sum + count, 0),
    selectingNothing: selectingNothing.sort(),
    allowingAll: policies
      .filter(({ allowsAll }) => allowsAll)
      .map(nameOf)
      .sort(),
    unclear: deciding.map(({ name }) => name),
  };
}

/** `NetworkPolicy shop/default-deny`. */
function nameOf({ kind, namespace, name }: NetworkPolicy): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

/** Replicas have the same labels: each policy looks at them once. */
function groupsOf(pods: readonly Pod[]): Group[] {
  const byKey = Map.groupBy(pods, ({ namespace, labels, serviceAccount }) =>
    JSON.stringify([namespace, serviceAccount, Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))]),
  );
  return [...byKey.values()].flatMap((alike) => {
    const [first] = alike;
    if (first === undefined) return [];
    const labels = { ...first.labels, ...labelsOfEngines(first) };
    return [{ namespace: first.namespace, labels, count: alike.length }];
  });
}

/**
 * The labels that Calico and Cilium give pods themselves.
 * https://docs.tigera.io/calico/latest/reference/resources/workloadendpoint
 * https://docs.cilium.io/en/stable/network/kubernetes/policy/
 */
function labelsOfEngines({ namespace, serviceAccount }: Pod): Labels {
  return {
    'projectcalico.org/namespace': namespace,
    'projectcalico.org/orchestrator': 'k8s',
    'projectcalico.org/serviceaccount': serviceAccount,
    'io.cilium.k8s.policy.serviceaccount': serviceAccount,
  };
}

function outcomeOf(
  { selectors }: NetworkPolicy,
  candidates: readonly Group[],
  labelsOf: ReadonlyMap<string, Labels>,
): { readonly selected: readonly Group[]; readonly unclear: ReadonlySet<string> } {
  const tests = selectors.map(testOf);
  const selected: Group[] = [];
  const unclear = new Set<string>();
  for (const group of candidates) {
    const answers = tests.map((test) => test(group, labelsOf.get(group.namespace) ?? {}));
    if (answers.includes(true)) selected.push(group);
    else if (answers.includes(undefined)) unclear.add(group.namespace);
  }
  return { selected, unclear };
}

/** Whether a selector is for a group of pods; undefined where that cannot be told. */
type Test = (group: Group, ofNamespace: Labels) => boolean | undefined;

function testOf(selector: PolicySelector): Test {
  if (selector.form === 'other') return () => undefined;
  if (selector.form === 'calico') return calicoTest(selector);
  const { pods = {}, namespaces = {} } = selector;
  return (group, ofNamespace) => {
    const isInNamespace = selects(namespaces, withName(ofNamespace, group));
    const isSelected = isInNamespace === false ? false : selects(pods, group.labels);
    return isSelected && isInNamespace === undefined ? undefined : isSelected;
  };
}

/** Every namespace has its name as a label. https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name */
function withName(labels: Labels, { namespace }: Group): Labels {
  return { ...labels, 'kubernetes.io/metadata.name': namespace };
}

/** Calico gives namespaces a label of its own. */
function calicoTest({ pods, namespaces }: Extract<PolicySelector, { form: 'calico' }>): Test {
  const selectsPods = compileCalicoSelector(pods);
  const selectsNamespaces = compileCalicoSelector(namespaces ?? '');
  if (selectsPods === undefined || selectsNamespaces === undefined) return () => undefined;
  return (group, ofNamespace) => {
    const ofItsNamespace = { ...withName(ofNamespace, group), 'projectcalico.org/name': group.namespace };
    return selectsPods(group.labels) && selectsNamespaces(ofItsNamespace);
  };
}
