import {
  malformed,
  type Named,
  present,
  type Reading,
  type Unreadable,
  unreadableOf,
} from '../../model/evidence.ts';
import type { Cluster } from '../../model/facts.ts';
import type { Instance, NetworkFacts } from '../../model/network-facts.ts';
import type { Nodegroup } from '../../model/node-facts.ts';
import { withoutDeleted } from '../readings.ts';
import { startsNodes } from '../running.ts';
import { launchTemplateOf } from './launch-template.ts';
import { instancesOf } from './node-roles.ts';

/** Nodes whose credentials pods can get from the instance metadata service, and what could not be read of others. */
export interface ReachableCredentials {
  /** For people: node groups by name. Instances are not named, because they change all the time. */
  readonly names: readonly string[];
  /** Empty when pods are known to reach some. */
  readonly unreadable: readonly Unreadable[];
}

export const NO_REACHABLE_CREDENTIALS: ReachableCredentials = { names: [], unreadable: [] };

type MetadataOptions = NonNullable<Instance['metadata']>;

/**
 * The metadata options that apply when a node group's launch template does not set them. EKS lets AL2023 nodes use
 * IMDSv2 only, with a hop limit of 1 (EKS User Guide, "Upgrade from Amazon Linux 2 to Amazon Linux 2023"), and other
 * nodes have a hop limit of 2 ("Amazon EKS supports EC2 Instance Metadata Service v2", 2020); custom images get EC2's
 * defaults.
 */
function defaultOptionsOf({ amiType = '' }: Nodegroup): MetadataOptions {
  if (amiType.startsWith('AL2023_')) return { httpTokens: 'required', hopLimit: 1 };
  return { httpTokens: 'optional', hopLimit: amiType === 'CUSTOM' ? 1 : 2 };
}

/**
 * The nodes of a cluster whose credentials pods can reach: those that node groups will start, and the existing
 * instances. The latter include Auto Mode's nodes, which require IMDSv2 with a hop limit of 1.
 */
export function reachableCredentials(
  cluster: Cluster,
  nodegroups: Reading<readonly Named<Nodegroup>[]>,
  { instances, launchTemplates }: Pick<NetworkFacts, 'instances' | 'launchTemplates'>,
): ReachableCredentials {
  const groups = nodegroups.state === 'present' ? withoutDeleted(nodegroups.value) : [];
  const checks = [
    ...groups.map(({ name, detail }) => ({
      name: `node group ${name}`,
      reachable: detail.state === 'present' ? isReachableInGroup(detail.value, launchTemplates) : detail,
    })),
    { name: 'instances', reachable: isReachableOnInstances(cluster, instances) },
  ];
  const reachable = checks.filter((check) => check.reachable.state === 'present' && check.reachable.value);
  if (reachable.length > 0) return { names: reachable.map(({ name }) => name), unreadable: [] };
  return { names: [], unreadable: unreadableOf([nodegroups, ...checks.map((check) => check.reachable)]) };
}

function isReachableInGroup(
  nodegroup: Nodegroup,
  launchTemplates: NetworkFacts['launchTemplates'],
): Reading<boolean> {
  if (!startsNodes(nodegroup)) return present(false);
  const template = launchTemplateOf(nodegroup, launchTemplates);
  // A node group whose template was deleted starts no nodes; those that it has are judged as instances.
  if (template.state === 'unreadable' && template.kind === 'gone') return present(false);
  if (template.state === 'unreadable') return template;
  const options = template.state === 'present' ? template.value.metadata : undefined;
  const defaults = defaultOptionsOf(nodegroup);
  return present(
    isReachable({
      httpEndpoint: options?.httpEndpoint,
      httpTokens: options?.httpTokens ?? defaults.httpTokens,
      hopLimit: options?.hopLimit ?? defaults.hopLimit,
    }),
  );
}

/** One instance is enough for true; for false, the options of all have to be known. */
function isReachableOnInstances(cluster: Cluster, instances: NetworkFacts['instances']): Reading<boolean> {
  if (instances.state === 'unreadable') return instances;
  const nodes = instancesOf(cluster, instances.value);
  if (nodes.some(({ metadata }) => metadata !== undefined && isReachable(metadata))) return present(true);
  const incomplete = nodes.find(({ metadata }) => metadata === undefined);
  if (incomplete === undefined) return present(false);
  const detail = `the metadata options of ${incomplete.instanceId} are missing`;
  return malformed('ec2:DescribeInstances', detail);
}

/** A pod is one hop away from its node, and IMDSv1 answers over any number of hops. */
function isReachable({ httpEndpoint, httpTokens, hopLimit }: MetadataOptions): boolean {
  if (httpEndpoint === 'disabled') return false;
  return httpTokens !== 'required' || (hopLimit ?? 1) > 1;
}
