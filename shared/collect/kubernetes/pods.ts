import * as z from 'zod';
import type { Pod, Workload } from '../../model/kubernetes-facts.ts';
import { defined, list, namespaced, optional, text, texts } from './fields.ts';

const owner = z.object({ kind: text, name: text, controller: optional(z.boolean()) });
const container = z.object({
  name: text,
  image: optional(text),
  args: optional(texts),
  command: optional(texts),
});
const containerStatus = z.object({ name: text, imageID: optional(text) });
const statuses = list(containerStatus);

const MIRROR = 'kubernetes.io/config.mirror';

const rawPod = z.object({
  metadata: namespaced.extend({
    annotations: optional(z.object({ [MIRROR]: optional(text) })),
    ownerReferences: list(owner),
  }),
  spec: z.object({
    nodeName: optional(text),
    serviceAccountName: optional(text),
    automountServiceAccountToken: optional(z.boolean()),
    hostNetwork: optional(z.boolean()),
    containers: z.array(container),
    initContainers: list(container),
    ephemeralContainers: list(container),
    volumes: list(z.object({ name: text, image: optional(z.object({ reference: optional(text) })) })),
  }),
  status: z
    .object({
      phase: optional(text),
      containerStatuses: statuses,
      initContainerStatuses: statuses,
      ephemeralContainerStatuses: statuses,
    })
    .nullish(),
});

export const podSchema = rawPod.transform(toPod);

type RawPod = z.output<typeof rawPod>;

function toPod({ metadata, spec, status }: RawPod): Pod {
  const phase = status?.phase ?? '';
  const isMirror = typeof metadata.annotations?.[MIRROR] === 'string';
  const containers = [...spec.containers, ...spec.initContainers, ...spec.ephemeralContainers];
  return defined({
    namespace: metadata.namespace,
    name: metadata.name,
    labels: metadata.labels ?? {},
    isOver: phase === 'Succeeded' || phase === 'Failed',
    isRunning: phase === 'Running',
    workload: workloadOf({ metadata, spec }, isMirror),
    isMirror,
    serviceAccount: spec.serviceAccountName || 'default',
    automountServiceAccountToken: spec.automountServiceAccountToken ?? undefined,
    hostNetwork: spec.hostNetwork ?? false,
    images: imagesOf({ metadata, spec, status }, containers),
    hasNetworkPolicyAgent: containers.some(({ args, command }) =>
      [...(args ?? []), ...(command ?? [])].includes('--enable-network-policy=true'),
    ),
  }) as Pod;
}

function imagesOf(
  { spec, status }: RawPod,
  containers: readonly z.output<typeof container>[],
): Pod['images'] {
  const running = new Map(
    [
      ...(status?.containerStatuses ?? []),
      ...(status?.initContainerStatuses ?? []),
      ...(status?.ephemeralContainerStatuses ?? []),
    ].map(({ name, imageID }) => [name, imageID]),
  );
  return [
    ...containers.map(({ name, image }) => {
      const imageID = running.get(name);
      return { image: image ?? '', ...(imageID && { imageID }) };
    }),
    ...spec.volumes.flatMap(({ image }) => (image ? [{ image: image.reference ?? '' }] : [])),
  ];
}

/**
 * A CronJob names its Jobs by itself and the minute, which a date (20270131) is not. https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/
 */
const OF_CRON_JOB = /^(.+)-(?!20)\d{8}$/;

function workloadOf({ metadata, spec }: Pick<RawPod, 'metadata' | 'spec'>, isMirror: boolean): Workload {
  const { name, ownerReferences } = metadata;
  if (isMirror) {
    const suffix = `-${spec.nodeName ?? ''}`;
    return { kind: 'Pod', name: name.endsWith(suffix) ? name.slice(0, -suffix.length) : name };
  }
  const controller = ownerReferences.find((one) => one.controller) ?? ownerReferences[0];
  if (controller === undefined) return { kind: 'Pod', name };
  const hash = metadata.labels?.['pod-template-hash'];
  if (controller.kind === 'ReplicaSet' && hash && controller.name.endsWith(`-${hash}`))
    return { kind: 'Deployment', name: controller.name.slice(0, -hash.length - 1) };
  const [, cronJob] = controller.kind === 'Job' ? (OF_CRON_JOB.exec(controller.name) ?? []) : [];
  if (cronJob !== undefined) return { kind: 'CronJob', name: cronJob };
  return { kind: controller.kind, name: controller.name };
}
