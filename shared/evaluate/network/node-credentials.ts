import {
  malformedResponse,
  type Named,
  present,
  type Reading,
  type Unreadable,
  unreadableOf,
} from '../../model/evidence.ts';
import type { Cluster } from '../../model/facts.ts';
import type { Instance, NetworkFacts } from '../../model/network-facts.ts';
import type { Nodegroup } from '../../model/node-facts.ts';
import { nodesOf } from '../node-roles.ts';
import { stillThere } from '../still-there.ts';
import { sourceOf } from './node-exposure.ts';

/** Where pods get the node's credentials from the instance metadata service, and where it is not known. */
export interface CredentialsInReach {
  /** For people: node groups by name. Instances are not named, for they come and go. */
  readonly names: readonly string[];
  /** Empty when pods are known to reach some. */
  readonly unreadable: readonly Unreadable[];
}

export const NOT_IN_REACH: CredentialsInReach = { names: [], unreadable: [] };

type Metadata = NonNullable<Instance['metadata']>;

interface Defaults {
  readonly httpTokens: string;
  readonly hopLimit: number;
}

/**
 * What applies when a node group's launch template does not say. EKS lets AL2023 nodes take IMDSv2 only and answer
 * within the node (EKS User Guide, "Upgrade from Amazon Linux 2 to Amazon Linux 2023"), other nodes a hop further
 * ("Amazon EKS supports EC2 Instance Metadata Service v2", 2020); images of one's own get EC2's defaults.
 */
function defaultsOf({ amiType = '' }: Nodegroup): Defaults {
  if (amiType.startsWith('AL2023_')) return { httpTokens: 'required', hopLimit: 1 };
  return { httpTokens: 'optional', hopLimit: amiType === 'CUSTOM' ? 1 : 2 };
}

/**
 * Where pods reach the credentials of a cluster's nodes: what node groups will start, and the instances there are. Auto
 * Mode's nodes are among those; they require IMDSv2 with a hop limit of 1.
 */
export function credentialsInReach(
  cluster: Cluster,
  nodegroups: Reading<readonly Named<Nodegroup>[]>,
  { instances, launchTemplates }: Pick<NetworkFacts, 'instances' | 'launchTemplates'>,
): CredentialsInReach {
  const groups = nodegroups.state === 'present' ? stillThere(nodegroups.value) : [];
  const sources = [
    ...groups.map(({ name, detail }) => ({
      name: `node group ${name}`,
      inReach: detail.state === 'present' ? ofNodegroup(detail.value, launchTemplates) : detail,
    })),
    { name: 'instances', inReach: ofInstances(cluster, instances) },
  ];
  const names = sources
    .filter(({ inReach }) => inReach.state === 'present' && inReach.value)
    .map(({ name }) => name);
  if (names.length > 0) return { names, unreadable: [] };
  return { names, unreadable: unreadableOf([nodegroups, ...sources.map(({ inReach }) => inReach)]) };
}

function ofNodegroup(nodegroup: Nodegroup, templates: NetworkFacts['launchTemplates']): Reading<boolean> {
  const { template } = sourceOf(nodegroup, templates);
  if (template.state === 'unreadable') return template;
  const set = template.state === 'present' ? template.value.metadata : undefined;
  const defaults = defaultsOf(nodegroup);
  return present(
    isInReach({
      httpEndpoint: set?.httpEndpoint,
      httpTokens: set?.httpTokens ?? defaults.httpTokens,
      hopLimit: set?.hopLimit ?? defaults.hopLimit,
    }),
  );
}

/** One instance is enough for a yes; a no needs all of them. */
function ofInstances(cluster: Cluster, instances: NetworkFacts['instances']): Reading<boolean> {
  if (instances.state === 'unreadable') return instances;
  const nodes = nodesOf(cluster, instances.value);
  if (nodes.some(({ metadata }) => metadata !== undefined && isInReach(metadata))) return present(true);
  const silent = nodes.find(({ metadata }) => metadata === undefined);
  if (silent === undefined) return present(false);
  return malformedResponse(
    'ec2:DescribeInstances',
    `it does not say the metadata options of ${silent.instanceId}`,
  );
}

/** A pod is a hop away from its node, and IMDSv1 answers over any number of them. */
function isInReach({ httpEndpoint, httpTokens, hopLimit }: Metadata): boolean {
  if (httpEndpoint === 'disabled') return false;
  return httpTokens !== 'required' || (hopLimit ?? 1) > 1;
}
