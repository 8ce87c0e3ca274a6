import { parse } from 'yaml';
import { control, malformedResponse } from '../../model/control.ts';
import type { Addon } from '../../model/facts.ts';
import { formatList, uniqueSorted } from '../formatting.ts';
import { isAddonRunning, isAutoModeOn } from '../running.ts';

/**
 * Add-ons that enforce network policies themselves. Names from AWS Marketplace are `<seller>_<product>` and change with
 * the seller, so the product is recognised by its word, as in `tigera_calico-…`, `isovalent_cilium-…`.
 */
const ENGINE = /(^|[_-])(calico|cilium)([_-]|$)/i;

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
  needs: ['cluster', 'addonNames', 'vpcCni'],
  rows: {
    ENFORCEMENT_ON: {
      status: 'PASSED',
      when: 'The VPC CNI add-on runs and has enableNetworkPolicy true, or Calico or Cilium is installed as an add-on',
    },
    CONFIGURATION_UNREADABLE: {
      status: 'WARNING',
      when: 'The VPC CNI add-on’s configuration is neither JSON nor YAML, or no mapping',
    },
    ENFORCEMENT_OFF: {
      status: 'FAILED',
      when: 'The VPC CNI add-on runs, does not enforce, and no other engine is installed',
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
  judge({ cluster, addonNames, vpcCni }) {
    const engines = uniqueSorted(addonNames.filter((name) => ENGINE.test(name)));
    const running = vpcCni !== undefined && isAddonRunning(vpcCni) ? vpcCni : undefined;
    const configuration = readConfiguration(running?.configurationValues ?? '');
    const autoMode = isAutoModeOn(cluster);
    const seen = {
      evidence: {
        engines: engines.join(', ') || 'none',
        vpcCni: describeVpcCni(vpcCni, configuration.enforces),
        autoMode: `${autoMode}`,
      },
    };
    if (configuration.enforces) {
      const reason =
        'The VPC CNI add-on enforces network policies; whether namespaces have any was not read.';
      return { code: 'ENFORCEMENT_ON', reason, ...seen };
    }
    if (engines.length > 0) {
      const reason = `The add-on ${formatList(engines)} enforces network policies; whether namespaces have any was not read.`;
      return { code: 'ENFORCEMENT_ON', reason, ...seen };
    }
    if (vpcCni !== undefined && vpcCni.status === undefined)
      return malformedResponse('eks:DescribeAddon', 'it does not say the status of vpc-cni');
    if (configuration.problem !== undefined) {
      const reason = `The configuration of the VPC CNI add-on cannot be read: ${configuration.problem}.`;
      return { code: 'CONFIGURATION_UNREADABLE', reason, ...seen };
    }
    if (running !== undefined) {
      const reason =
        'The VPC CNI add-on does not enforce network policies, and neither Calico nor Cilium is an add-on.';
      return { code: 'ENFORCEMENT_OFF', reason, ...seen };
    }
    if (autoMode) {
      const reason =
        'Auto Mode’s network policies are switched by a ConfigMap, which needs access to the cluster.';
      return { code: 'NEEDS_KUBERNETES_ACCESS', reason, ...seen };
    }
    const reason =
      vpcCni === undefined
        ? 'No VPC CNI, Calico or Cilium is installed as an add-on; what else does the networking was not read.'
        : `The VPC CNI add-on is in status ${vpcCni.status}, and neither Calico nor Cilium is an add-on; what else does the networking was not read.`;
    return { code: 'UNKNOWN_CNI', reason, ...seen };
  },
});

function describeVpcCni(vpcCni: Addon | undefined, enforces: boolean): string {
  if (vpcCni === undefined) return 'no add-on';
  if (!isAddonRunning(vpcCni)) return `status ${vpcCni.status}`;
  return enforces ? 'enforces' : 'does not enforce';
}

/**
 * `enableNetworkPolicy` sits at the top of the add-on's configuration (aws eks describe-addon-configuration), as a
 * string in its schema, though people and tools write booleans. YAML holds JSON. `problem` quotes the parser.
 */
function readConfiguration(text: string): { readonly enforces: boolean; readonly problem?: string } {
  let values: unknown;
  try {
    values = parse(text, { logLevel: 'error' }) ?? {};
  } catch (error) {
    return { enforces: false, problem: firstLine(error) };
  }
  if (typeof values !== 'object' || Array.isArray(values))
    return { enforces: false, problem: 'it is no mapping' };
  const setting = values && 'enableNetworkPolicy' in values ? values.enableNetworkPolicy : undefined;
  return { enforces: typeof setting === 'string' ? /^\s*true\s*$/i.test(setting) : setting === true };
}

/** The parser's first line says what is wrong and where; the others quote the text. */
function firstLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line.replace(/[:.]$/, '');
}
