import { expect, it } from 'vitest';
import { podSchema } from '../../../../shared/collect/kubernetes/pods.ts';

function workloadOf(kind: string, name: string, labels: Readonly<Record<string, string>> = {}) {
  const ownerReferences = [{ apiVersion: 'v1', kind, name, uid: '1', controller: true }];
  return podSchema.parse({
    metadata: { namespace: 'shop', name: `${name}-x`, labels, ownerReferences },
    spec: { containers: [] },
  }).workload;
}

it.each([
  ['ReplicaSet', 'web-6f5', { 'pod-template-hash': '6f5' }, { kind: 'Deployment', name: 'web' }],
  ['ReplicaSet', 'web-6f5', {}, { kind: 'ReplicaSet', name: 'web-6f5' }],
  ['Job', 'backup-29930760', {}, { kind: 'CronJob', name: 'backup' }],
  ['Job', 'migrate-20261127', {}, { kind: 'Job', name: 'migrate-20261127' }],
  ['Job', 'migrate-7', {}, { kind: 'Job', name: 'migrate-7' }],
  ['StatefulSet', 'db', {}, { kind: 'StatefulSet', name: 'db' }],
  ['Rollout', 'web', {}, { kind: 'Rollout', name: 'web' }],
])('a pod of the %s %s with the labels %j is of %j', (kind, name, labels, workload) => {
  expect(workloadOf(kind, name, labels)).toEqual(workload);
});
