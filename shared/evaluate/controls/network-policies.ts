import { isNetworkPolicyEngine } from '../../model/addons.ts';
import { control, malformedResponse, notAvailable } from '../../model/control.ts';
import type { ControlSettings } from '../../model/control-settings.ts';
import { type Named, type Reading, tooComplex, type Unreadable, unreadableOf } from '../../model/evidence.ts';
import type { Addon, Cluster } from '../../model/facts.ts';
import { parseYaml, YamlLimitError } from '../../model/yaml.ts';
import { uniqueSorted } from '../formatting.ts';
import { matchesAny } from '../patterns/pattern.ts';
import { filterReadable } from '../readings.ts';
import { isAddonRunning, isAutoModeOn, isListedAddonRunning } from '../running.ts';

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
  needs: ['cluster', 'addons', 'vpcCni'],
  acceptsUnreadable: ['addons', 'vpcCni'],
  rows: {
    ENFORCEMENT_ON: {
      status: 'PASSED',
      when: 'The VPC CNI add-on runs and has enableNetworkPolicy true, Calico or Cilium runs as an add-on, or networkPolicyEngines names an engine for the cluster',
    },
    CONFIGURATION_UNREADABLE: {
      status: 'WARNING',
      when: 'The VPC CNI add-on’s configuration is neither JSON nor YAML, or no mapping',
    },
    ENFORCEMENT_OFF: {
      status: 'FAILED',
      when: 'The VPC CNI add-on runs, does not enforce, and no other engine is known',
    },
    NEEDS_KUBERNETES_ACCESS: {
      status: 'WARNING',
      when: 'Auto Mode, whose built-in CNI is switched by a ConfigMap that AWS’s API does not show',
    },
    UNKNOWN_CNI: {
      status: 'WARNING',
      when: 'The CNI is no add-on that runs, so AWS’s API does not show it',
    },
  },
  judge({ cluster, addons, vpcCni }, { settings }) {
    const addon = vpcCni.state === 'present' ? vpcCni.value : undefined;
    const running = addon !== undefined && isAddonRunning(addon) ? addon : undefined;
    const configuration = readConfiguration(running?.configurationValues ?? '');
    const engines = enginesOf(addons);
    const attested = attestedEngines(cluster, settings);
    const autoMode = isAutoModeOn(cluster);
    const seen = {
      evidence: {
        engines: formatEngines([...engines.names, ...attested.map((engine) => `${engine} (attested)`)]),
        vpcCni: describeVpcCni(addon, configuration.enforces),
        autoMode: `${autoMode}`,
      },
    };
    const enforcing = [
      ...(configuration.enforces ? ['The VPC CNI add-on enforces network policies'] : []),
      ...engines.names.map((name) => `The add-on ${name} enforces network policies`),
      ...attested.map((engine) => `${engine} enforces network policies, as networkPolicyEngines says`),
    ];
    if (enforcing.length > 0) {
      const reason = `${enforcing.join('. ')}; whether namespaces have any was not read.`;
      return { code: 'ENFORCEMENT_ON', reason, ...seen };
    }
    const unreadable = [...unreadableOf([vpcCni]), ...engines.unreadable, ...unreadableIn(configuration)];
    if (unreadable.length > 0) return notAvailable(unreadable);
    if (addon !== undefined && addon.status === undefined)
      return malformedResponse('eks:DescribeAddon', 'it does not say the status of vpc-cni');
    if (configuration.problem !== undefined) {
      const reason = `The configuration of the VPC CNI add-on cannot be read: ${configuration.problem}.`;
      return { code: 'CONFIGURATION_UNREADABLE', reason, ...seen };
    }
    if (running !== undefined) {
      const reason =
        'The VPC CNI add-on does not enforce network policies, neither Calico nor Cilium runs as an add-on, and ' +
        'networkPolicyEngines names no other engine.';
      return { code: 'ENFORCEMENT_OFF', reason, ...seen };
    }
    if (autoMode) {
      const reason =
        'Auto Mode’s network policies are switched by a ConfigMap, which AWS’s API does not show.';
      return { code: 'NEEDS_KUBERNETES_ACCESS', reason, ...seen };
    }
    const cni = addon === undefined ? 'is not installed as an add-on' : `add-on is in status ${addon.status}`;
    const reason =
      `The VPC CNI ${cni}, and neither Calico nor Cilium runs as one; what else does the networking was not read. ` +
      'If it enforces network policies, name it in networkPolicyEngines.';
    return { code: 'UNKNOWN_CNI', reason, ...seen };
  },
});

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

/** Characters of an add-on's configuration. An honest one has some hundred. */
const MAX_CONFIGURATION = 16_384;

interface Configuration {
  readonly enforces: boolean;
  readonly problem?: string;
  readonly unreadable?: Unreadable;
}

function unreadableIn({ unreadable }: Configuration): Unreadable[] {
  return unreadable ? [unreadable] : [];
}

/**
 * `enableNetworkPolicy` sits at the top of the add-on's configuration (aws eks describe-addon-configuration), as a
 * string in its schema, though people and tools write booleans. YAML holds JSON. `problem` quotes the parser.
 */
function readConfiguration(text: string): Configuration {
  let values: unknown;
  try {
    values = parseYaml(text, MAX_CONFIGURATION) ?? {};
  } catch (error) {
    const problem = firstLine(error);
    if (!(error instanceof YamlLimitError)) return { enforces: false, problem };
    const detail = `the configuration of vpc-cni: ${problem}`;
    return { enforces: false, unreadable: tooComplex('eks:DescribeAddon', detail) };
  }
  if (typeof values !== 'object' || Array.isArray(values))
    return { enforces: false, problem: 'it is no mapping' };
  const setting = values && 'enableNetworkPolicy' in values ? values.enableNetworkPolicy : undefined;
  return { enforces: typeof setting === 'string' ? /^\s*true\s*$/i.test(setting) : setting === true };
}

/** It may name an alias of any length. */
const MAX_PROBLEM = 200;

/** The parser's first line says what is wrong and where; the others quote the text. */
function firstLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line.replace(/[:.]$/, '').slice(0, MAX_PROBLEM);
}
