import type { Pod } from '../../model/kubernetes-facts.ts';
import { uniqueSorted } from '../formatting.ts';
import { parseImageReference } from '../registry/image-reference.ts';

/** The agents of engines that enforce network policies, by the repositories of their images. */
const AGENTS = [
  { engine: 'Calico', repository: /(?:^|\/)calico\/node$/ },
  { engine: 'Cilium', repository: /(?:^|\/)cilium\/cilium$/ },
  { engine: 'Antrea', repository: /(?:^|\/)antrea\/antrea-agent[^/]*$/ },
  { engine: 'kube-router', repository: /(?:^|\/)cloudnativelabs\/kube-router$/ },
] as const;

const SYSTEM = 'kube-system';
const VPC_CNI = 'aws-node';

/** The engines whose agents run as DaemonSets, in order. What defines their kinds of objects proves nothing. */
export function runningEngines(pods: readonly Pod[]): string[] {
  const agents = pods.filter(isOfDaemonSet).filter(({ isRunning }) => isRunning);
  return uniqueSorted(
    agents.flatMap((pod) => [
      ...(isVpcCni(pod) && pod.hasNetworkPolicyAgent ? ['the VPC CNI'] : []),
      ...pod.images.flatMap(({ image }) => {
        const repository = parseImageReference(image)?.repository ?? '';
        return AGENTS.filter((agent) => agent.repository.test(repository)).map(({ engine }) => engine);
      }),
    ]),
  );
}

/** The VPC CNI runs, and its agent does not enforce. */
export function hasVpcCniWithoutAgent(pods: readonly Pod[]): boolean {
  const own = pods.filter((pod) => isOfDaemonSet(pod) && isVpcCni(pod));
  return own.length > 0 && !own.some(({ hasNetworkPolicyAgent }) => hasNetworkPolicyAgent);
}

/** The DaemonSets of the system, one of which is the CNI, in order. */
export function systemDaemonSets(pods: readonly Pod[]): string[] {
  const own = pods.filter((pod) => pod.namespace === SYSTEM && isOfDaemonSet(pod));
  return uniqueSorted(own.map(({ workload }) => workload.name));
}

function isOfDaemonSet({ workload }: Pod): boolean {
  return workload.kind === 'DaemonSet';
}

function isVpcCni({ namespace, workload }: Pod): boolean {
  return namespace === SYSTEM && workload.name === VPC_CNI;
}
