import { describe, expect, it } from 'vitest';
import { loadBalancersOf, toTagsByKey } from '../../../../shared/collect/elb/clusters-of-load-balancers.ts';
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

describe('the load balancers of clusters', () => {
  it('leave out one that was deleted before its tags were read, and no other', async () => {
    const listed = ['a', 'b', 'c'].map(aLoadBalancer);

    const answer = await loadBalancersOf(CLUSTERS, listed, {
      keyOf: ({ name }) => name,
      describeTags: describeTagsWithout('b'),
      describeListeners: noListeners,
    });

    expect(valueIn(answer)).toMatchObject({ ofClusters: [{ name: 'a' }, { name: 'c' }], unattributed: [] });
  });

  it('leave out one that was deleted before its listeners were read', async () => {
    const answer = await loadBalancersOf(CLUSTERS, ['a', 'b'].map(aLoadBalancer), {
      keyOf: ({ arn }) => arn,
      describeTags: describeTagsWithout(),
      describeListeners: async ({ name }) =>
        name === 'a' ? denied('elasticloadbalancing:DescribeListeners', { kind: 'gone' }) : present([]),
    });

    expect(valueIn(answer).ofClusters.map(({ name }) => name)).toEqual(['b']);
  });
});

describe('tags by key', () => {
  it('may be none', () => {
    expect(toTagsByKey(['a'], [['a', {}]])).toEqual(new Map([['a', {}]]));
  });

  it.each([[undefined], [[]], [[['b', TAGS] as const]]])(
    'must be there for every key (%j)',
    (descriptions) => {
      expect(() => toTagsByKey(['a'], descriptions)).toThrow('no tags of a');
    },
  );
});
