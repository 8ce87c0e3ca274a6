import { describe, expect, it } from 'vitest';
import {
  hasVpcCniWithoutAgent,
  runningEngines,
  systemDaemonSets,
} from '../../../../shared/evaluate/kubernetes/policy-engines.ts';
import { formatWorkloads, livePods } from '../../../../shared/evaluate/kubernetes/workloads.ts';
import { anImage, aPod } from './builders.ts';

const of = (kind: string, name: string) => ({ workload: { kind, name } });

describe('workloads', () => {
  it('are named once, with how many pods they have', () => {
    const pods = [aPod(), aPod({ name: 'web-2' }), aPod(of('Job', 'import'))];

    expect(formatWorkloads(pods)).toBe('shop/Deployment web, shop/Job import (3 pods)');
    expect(formatWorkloads([aPod()])).toBe('shop/Deployment web (1 pod)');
  });

  it('are ten and a count', () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => aPod(of('Job', `j${String(index).padStart(2, '0')}`)));

    expect(formatWorkloads(many(10))).toMatch(/Job j09 \(10 pods\)$/);
    expect(formatWorkloads(many(12))).toMatch(/Job j09 and 2 more \(12 pods\)$/);
  });

  it('have no pods that are over', () => {
    expect(livePods([aPod({ isOver: true }), aPod()])).toEqual([aPod()]);
  });
});

describe('engines of network policies', () => {
  const agent = (image: string) =>
    aPod({ namespace: 'any', ...of('DaemonSet', 'agent'), images: [anImage(image)] });
  const vpcCni = (hasNetworkPolicyAgent: boolean) =>
    aPod({ namespace: 'kube-system', ...of('DaemonSet', 'aws-node'), hasNetworkPolicyAgent });

  it.each([
    ['docker.io/calico/node:v3.30.0', 'Calico'],
    ['calico/node', 'Calico'],
    ['quay.io/mirror/calico/node:v3', 'Calico'],
    ['quay.io/cilium/cilium:v1.18.0', 'Cilium'],
    ['antrea/antrea-agent-ubuntu:v2.4.0', 'Antrea'],
    ['docker.io/antrea/antrea-agent', 'Antrea'],
    ['docker.io/cloudnativelabs/kube-router:v2', 'kube-router'],
  ])('run by the image %s of a DaemonSet', (image, engine) => {
    const pod = agent(image);

    expect(runningEngines([pod])).toEqual([engine]);
    expect(runningEngines([{ ...pod, isRunning: false }])).toEqual([]);
    expect(runningEngines([{ ...pod, ...of('Deployment', 'agent') }])).toEqual([]);
  });

  it.each([
    'calico/node-driver-registrar',
    'notcalico/node',
    'quay.io/cilium/cilium-envoy',
    'notcilium/cilium',
    'example/antrea/antrea-agent/other',
    'xantrea/antrea-agent',
    'cloudnativelabs/kube-router-exporter',
    'xcloudnativelabs/kube-router',
    'not an image',
  ])('do not run by the image %s', (image) => {
    expect(runningEngines([agent(image)])).toEqual([]);
  });

  it('are the VPC CNI by its agent', () => {
    expect(runningEngines([vpcCni(true)])).toEqual(['the VPC CNI']);
    expect(runningEngines([vpcCni(false)])).toEqual([]);
    expect(runningEngines([{ ...vpcCni(true), namespace: 'shop' }])).toEqual([]);
    expect(runningEngines([{ ...vpcCni(true), ...of('DaemonSet', 'other') }])).toEqual([]);

    expect(hasVpcCniWithoutAgent([vpcCni(false)])).toBe(true);
    expect(hasVpcCniWithoutAgent([vpcCni(false), vpcCni(true)])).toBe(false);
    expect(hasVpcCniWithoutAgent([])).toBe(false);
    expect(hasVpcCniWithoutAgent([{ ...vpcCni(false), namespace: 'shop' }])).toBe(false);
    expect(hasVpcCniWithoutAgent([{ ...vpcCni(false), ...of('Deployment', 'aws-node') }])).toBe(false);
  });

  it('are among the DaemonSets of the system', () => {
    const proxy = aPod({ namespace: 'kube-system', ...of('DaemonSet', 'kube-proxy') });

    expect(systemDaemonSets([vpcCni(false), proxy, proxy, aPod(), agent('x')])).toEqual([
      'aws-node',
      'kube-proxy',
    ]);
    expect(systemDaemonSets([{ ...proxy, ...of('Deployment', 'coredns') }])).toEqual([]);
  });
});
