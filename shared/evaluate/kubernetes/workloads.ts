import type { Pod } from '../../model/kubernetes-facts.ts';
import { formatCount, uniqueSorted } from '../formatting.ts';

/** Pods that run or are to run; what has ended uses nothing any more. */
export function livePods(pods: readonly Pod[]): Pod[] {
  return pods.filter(({ isOver }) => !isOver);
}

/** `shop/Deployment web`. */
export function workloadName({ namespace, workload }: Pick<Pod, 'namespace' | 'workload'>): string {
  return `${namespace}/${workload.kind} ${workload.name}`;
}

/** How many workloads are named before they are only counted. */
const MAX_NAMED = 10;

/** The workloads of pods: the first ten, how many there are, and of how many pods. */
export function formatWorkloads(pods: readonly Pick<Pod, 'namespace' | 'workload'>[]): string {
  const names = uniqueSorted(pods.map(workloadName));
  const named = names.slice(0, MAX_NAMED).join(', ');
  const more = names.length > MAX_NAMED ? ` and ${names.length - MAX_NAMED} more` : '';
  return `${named}${more} (${formatCount(pods.length, 'pod', 'pods')})`;
}
