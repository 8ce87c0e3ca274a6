import {
  malformed,
  mapReading,
  type Named,
  OTHER_ACCOUNT,
  present,
  presentOf,
  type Reading,
  type Unreadable,
  unreadableOf,
} from '../../model/evidence.ts';
import type { Cluster } from '../../model/facts.ts';
import type { Instance, NetworkFacts } from '../../model/network-facts.ts';
import type { Nodegroup } from '../../model/node-facts.ts';
import type { IamIndex } from '../iam/account-identities.ts';
import { withoutDeleted } from '../readings.ts';
import { startsNodes } from '../running.ts';
import { launchTemplateOf } from './launch-template.ts';
import type { NodeKind } from './node-baselines.ts';
import { canonicalArn, instancesOf, type NodeRole } from './node-roles.ts';

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
 * IMDSv2 only, with a hop limit of 1 (https://docs.aws.amazon.com/eks/latest/userguide/al2023.html). Other nodes have a
 * hop limit of 2 without a template of their owner's
 * (https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html). With one, EC2's defaults depend on the image:
 * 2 for those that ask for IMDSv2
 * (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html).
 */
function defaultOptionsOf({ amiType = '', launchTemplate }: Nodegroup): MetadataOptions {
  if (amiType.startsWith('AL2023_')) return { httpTokens: 'required', hopLimit: 1 };
  return { httpTokens: 'optional', ...(launchTemplate === undefined && { hopLimit: 2 }) };
}

/** What tells whether pods reach the credentials of a cluster's nodes. */
export interface NodeSources extends Pick<NetworkFacts, 'instances' | 'launchTemplates'> {
  readonly cluster: Cluster;
  readonly nodegroups: Reading<readonly Named<Nodegroup>[]>;
}

/**
 * The nodes of a cluster whose credentials pods can reach: those that node groups will start, and the existing
 * instances.
 */
export function reachableCredentials(sources: NodeSources): ReachableCredentials {
  const { cluster, nodegroups, launchTemplates } = sources;
  const groups = nodegroups.state === 'present' ? withoutDeleted(nodegroups.value) : [];
  const instances = ownInstances(cluster, sources.instances);
  return reachableOf(
    [
      ...groups.map(({ name, detail }) => ({
        name: `node group ${name}`,
        reachable:
          detail.state === 'present' ? isReachableInGroup(detail.value, launchTemplates, instances) : detail,
      })),
      { name: 'instances', reachable: isReachableOnInstances(instances) },
    ],
    unreadableOf([nodegroups]),
  );
}

/**
 * The nodes on which pods reach the credentials of one role. Elsewhere they do not: Auto Mode requires IMDSv2 with a hop
 * limit of 1 (https://docs.aws.amazon.com/eks/latest/userguide/automode-learn-instances.html), pods on Fargate do not
 * get the pod execution role (https://docs.aws.amazon.com/eks/latest/userguide/pod-execution-role.html), and hybrid
 * nodes have no instance metadata service. HyperPod's instances are in an account of SageMaker's.
 */
export function reachableCredentialsOf(
  role: NodeRole,
  sources: NodeSources,
  iam: IamIndex,
): ReachableCredentials {
  const { cluster, nodegroups, launchTemplates } = sources;
  const groups =
    nodegroups.state === 'present' ? presentOf(nodegroups.value.map(({ detail }) => detail)) : [];
  const nodes = ownInstances(cluster, sources.instances);
  const own = groups.filter(({ nodeRole }) => nodeRole && canonicalArn(nodeRole, cluster, iam) === role.arn);
  const checks = own.map((group) => ({
    name: `node group ${group.nodegroupName}`,
    reachable: isReachableInGroup(group, launchTemplates, nodes),
  }));
  const instances = mapReading(nodes, (all) =>
    all.filter(({ instanceProfile = '' }) => iam.rolesOfProfiles.get(instanceProfile)?.arn === role.arn),
  );
  const kinds = [...role.kinds];
  if (instances.state === 'present' || kinds.some((kind) => KINDS_ON_OWN_INSTANCES.includes(kind))) {
    checks.push({ name: 'instances', reachable: isReachableOnInstances(instances) });
  }
  return reachableOf(checks, kinds.includes('HyperPod') ? [instancesOfHyperPod(cluster)] : []);
}

/** The kinds of node whose owner decides on the metadata options of the instances. */
const KINDS_ON_OWN_INSTANCES: readonly NodeKind[] = ['worker', 'Windows'];

/** Whether nodes of a role have an instance metadata service, as far as is known: pods on the host network reach it. */
export function hasMetadataService({ kinds }: Pick<NodeRole, 'kinds'>): boolean {
  return kinds.has('Auto Mode') || KINDS_ON_OWN_INSTANCES.some((kind) => kinds.has(kind));
}

function instancesOfHyperPod({ name }: Cluster): Unreadable {
  const detail = `the metadata options of HyperPod nodes of ${name} are in an account of SageMaker’s`;
  return {
    state: 'unreadable',
    kind: 'failed',
    code: OTHER_ACCOUNT,
    operation: 'ec2:DescribeInstances',
    detail,
  };
}

function reachableOf(
  checks: readonly { readonly name: string; readonly reachable: Reading<boolean> }[],
  unreadable: readonly Unreadable[],
): ReachableCredentials {
  const reachable = checks.filter((check) => check.reachable.state === 'present' && check.reachable.value);
  if (reachable.length > 0) return { names: reachable.map(({ name }) => name), unreadable: [] };
  return { names: [], unreadable: [...unreadable, ...unreadableOf(checks.map((check) => check.reachable))] };
}

function ownInstances(cluster: Cluster, instances: NetworkFacts['instances']): Reading<readonly Instance[]> {
  return mapReading(instances, (all) => instancesOf(cluster, all));
}

function isReachableInGroup(
  nodegroup: Nodegroup,
  launchTemplates: NetworkFacts['launchTemplates'],
  instances: Reading<readonly Instance[]>,
): Reading<boolean> {
  if (!startsNodes(nodegroup)) return present(false);
  const template = launchTemplateOf(nodegroup, launchTemplates);
  // A node group whose template was deleted starts no nodes; those that it has are judged as instances.
  if (template.state === 'unreadable' && template.kind === 'gone') return present(false);
  if (template.state === 'unreadable') return template;
  const options = template.state === 'present' ? template.value.metadata : undefined;
  const reachable = isReachable({ ...defaultOptionsOf(nodegroup), ...options });
  if (reachable !== undefined) return present(reachable);
  // The instances that the group has started show what their image makes of it, and are judged themselves.
  if (
    instances.state === 'present' &&
    instances.value.some((own) => own.nodegroup === nodegroup.nodegroupName)
  )
    return present(false);
  const detail = `the template of the node group ${nodegroup.nodegroupName} leaves the hop limit to its image`;
  return malformed('ec2:DescribeLaunchTemplateVersions', detail);
}

/** One instance is enough for true; for false, the options of all have to be known. */
function isReachableOnInstances(instances: Reading<readonly Instance[]>): Reading<boolean> {
  if (instances.state === 'unreadable') return instances;
  const nodes = instances.value;
  if (nodes.some(({ metadata }) => isReachable(metadata))) return present(true);
  const incomplete = nodes.find(({ metadata }) => isReachable(metadata) === undefined);
  if (incomplete === undefined) return present(false);
  const detail = `the metadata options of ${incomplete.instanceId} are missing`;
  return malformed('ec2:DescribeInstances', detail);
}

/**
 * A pod is one hop away from its node, and IMDSv1 answers over any number of hops. Undefined when an option that decides
 * is missing.
 */
function isReachable({ httpEndpoint, httpTokens, hopLimit }: MetadataOptions = {}): boolean | undefined {
  if (httpEndpoint === 'disabled') return false;
  const takesVersion1 = httpTokens && httpTokens !== 'required';
  if (takesVersion1 || (hopLimit ?? 1) > 1) return true;
  return httpTokens === undefined || hopLimit === undefined ? undefined : false;
}
