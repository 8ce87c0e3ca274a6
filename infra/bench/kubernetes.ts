import type { KubernetesObject } from '../sandbox/kubernetes/cluster.ts';
import type { OrganizationBuilder } from '../sandbox/world.ts';
import { auditApart } from './audit-apart.ts';
import { atMost, inSandbox, type Measure } from './measures.ts';
import { MEMBER, organizationOf, REGION } from './worlds.ts';

const PODS = 10_000;
const POD_BYTES = 10_240;
const MAX_REQUESTS = 80;
const MAX_MORE_MEGABYTES = 100;
/** With all that AWS is asked, on two cores that the sandbox shares. */
const MAX_SECONDS = 15;
/** Pods of one Deployment, whose images are all of one registry. */
const REPLICAS = 10;

/** What reading the Kubernetes API of a large cluster costs, beside the same audit without it. */
export async function* kubernetes(): AsyncGenerator<Measure[]> {
  yield await inSandbox(largeCluster(), async (sandbox) => {
    const without = await auditApart();
    sandbox.clearLog();
    const reading = await auditApart('--kubernetes');
    const requests = sandbox.log.filter(({ service }) => service === 'kubernetes').length;
    const more = reading.megabytes - without.megabytes;
    return [
      { name: `A cluster of ${PODS} pods of ${POD_BYTES} bytes:`, value: '' },
      { name: '  requests to its API', value: String(requests), ...atMost(requests, MAX_REQUESTS) },
      { name: '  MiB of memory, without its API', value: String(without.megabytes) },
      { name: '  MiB more with it', value: String(more), ...atMost(more, MAX_MORE_MEGABYTES) },
      { name: '  seconds, without its API', value: without.seconds.toFixed(1) },
      {
        name: '  seconds with it',
        value: reading.seconds.toFixed(1),
        ...atMost(reading.seconds, MAX_SECONDS),
      },
    ];
  });
}

function largeCluster(): OrganizationBuilder {
  const auditor = `arn:aws:iam::${MEMBER}:role/EksAuditorMember`;
  const policyArn = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSAdminViewPolicy';
  const accessPolicies = [{ policyArn, accessScope: { type: 'cluster' as const } }];
  return organizationOf((account) =>
    account.cluster('large', {
      region: REGION,
      accessEntries: [{ principalArn: auditor, accessPolicies }],
      kubernetes: { objects: Array.from({ length: PODS }, (_, index) => aPod(index)) },
    }),
  );
}

function aPod(index: number): KubernetesObject {
  const deployment = `service-${Math.floor(index / REPLICAS)}`;
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${deployment}-5d8f`, controller: true };
  const image = `${MEMBER}.dkr.ecr.${REGION}.amazonaws.com/${deployment}:1`;
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      namespace: `team-${index % 20}`,
      name: `${deployment}-5d8f-${index}`,
      labels: { app: deployment, 'pod-template-hash': '5d8f' },
      annotations: { padding: '' },
      ownerReferences: [owner],
    },
    spec: { serviceAccountName: deployment, containers: [{ name: 'main', image }] },
    status: { phase: 'Running', containerStatuses: [{ name: 'main', image, imageID: image }] },
  };
  pod.metadata.annotations.padding = 'x'.repeat(POD_BYTES - JSON.stringify(pod).length);
  return pod;
}
