import { describe, expect, it } from 'vitest';
import { loadBalancersOf } from '../../../../shared/collect/elb/clusters-of-load-balancers.ts';
import { present, type Reading } from '../../../../shared/model/evidence.ts';
import type { Listener } from '../../../../shared/model/load-balancer-facts.ts';
import { denied } from '../../../builders.ts';
import { valueIn } from '../collected.ts';

const CLUSTERS = [{ name: 'orders' }];
const TAGS = { 'elbv2.k8s.aws/cluster': 'orders' };

function aLoadBalancer(name: string) {
  return { arn: `arn:${name}`, name, type: 'application' as const, internetFacing: true };
}

/** DescribeTags where some load balancers no longer exist. */
function describeTagsWithout(...gone: string[]) {
  return async (keys: readonly string[]): Promise<Reading<ReadonlyMap<string, Record<string, string>>>> =>
    keys.some((key) => gone.includes(key))
      ? denied('elasticloadbalancing:DescribeTags', { kind: 'gone', code: 'LoadBalancerNotFoundException' })
      : present(new Map(keys.map((key) => [key, TAGS])));
}

const noListeners = async (): Promise<Reading<readonly Listener[]>> => present([]);

/** The first list holds them all, a second one those that are left. */
function listing(all: readonly string[], left: readonly string[]) {
  const lists = [all, left].map((names) => names.map(aLoadBalancer));
  return async () => present(lists.shift() ?? []);
}

describe('the load balancers of clusters', () => {
  it('leave out one that was deleted before its tags were read, and no other', async () => {
    const answer = await loadBalancersOf(CLUSTERS, {
      list: listing(['a', 'b', 'c'], ['a', 'c']),
      keyOf: ({ name }) => name,
      describeTags: describeTagsWithout('b'),
      describeListeners: noListeners,
    });

    expect(valueIn(answer)).toMatchObject({ ofClusters: [{ name: 'a' }, { name: 'c' }], unattributed: [] });
  });

  it('leave out one that was deleted before its listeners were read', async () => {
    const answer = await loadBalancersOf(CLUSTERS, {
      list: listing(['a', 'b'], ['b']),
      keyOf: ({ arn }) => arn,
      describeTags: describeTagsWithout(),
      describeListeners: async ({ name }) =>
        name === 'a' ? denied('elasticloadbalancing:DescribeListeners', { kind: 'gone' }) : present([]),
    });

    expect(valueIn(answer).ofClusters.map(({ name }) => name)).toEqual(['b']);
  });

  it('keep one that is still listed although its tags are not found', async () => {
    const answer = await loadBalancersOf(CLUSTERS, {
      list: listing(['a', 'b'], ['a', 'b']),
      keyOf: ({ name }) => name,
      describeTags: describeTagsWithout('b'),
      describeListeners: noListeners,
    });

    expect(valueIn(answer)).toMatchObject({
      ofClusters: [{ name: 'a' }],
      unattributed: [{ arn: 'arn:b', tags: { kind: 'failed', code: 'LoadBalancerNotFoundException' } }],
    });
  });

  it('keep one whose listeners are not found although it is still listed', async () => {
    const answer = await loadBalancersOf(CLUSTERS, {
      list: listing(['a'], ['a']),
      keyOf: ({ name }) => name,
      describeTags: describeTagsWithout(),
      describeListeners: async () => denied('elasticloadbalancing:DescribeListeners', { kind: 'gone' }),
    });

    expect(valueIn(answer).ofClusters).toMatchObject([
      { listeners: { state: 'unreadable', kind: 'failed' } },
    ]);
  });

  it.each([[new Map()], [new Map([['b', TAGS]])]])('cannot be told without their tags (%j)', async (tags) => {
    const answer = await loadBalancersOf(CLUSTERS, {
      list: listing(['a'], ['a']),
      keyOf: ({ name }) => name,
      describeTags: async () => present(tags),
      describeListeners: noListeners,
    });

    expect(valueIn(answer).unattributed).toMatchObject([{ tags: { detail: 'no tags of a' } }]);
  });

  it('of clusters that were not read are named, without their listeners', async () => {
    const answer = await loadBalancersOf([{ name: 'another' }], {
      list: listing(['a'], ['a']),
      keyOf: ({ name }) => name,
      describeTags: describeTagsWithout(),
      describeListeners: () => Promise.reject(new Error('not needed')),
    });

    expect(valueIn(answer)).toMatchObject({
      ofClusters: [],
      ofOthers: [{ arn: 'arn:a', clusters: ['orders'] }],
    });
  });
});
