import { describe, expect, it } from 'vitest';
import { loadBalancersOf, tagsByKey } from '../../../../shared/collect/elb/clusters-of-load-balancers.ts';
import { present, type Reading } from '../../../../shared/model/evidence.ts';
import type { Listener } from '../../../../shared/model/load-balancer-facts.ts';
import { denied } from '../../../builders.ts';
import { valueIn } from '../collected.ts';

const CLUSTERS = [{ name: 'orders' }];
const TAGS = { 'elbv2.k8s.aws/cluster': 'orders' };

function aFound(name: string) {
  return { arn: `arn:${name}`, name, type: 'application' as const, internetFacing: true };
}

/** Answers about all but those that are gone. */
function tagsExceptOf(...gone: string[]) {
  return async (keys: readonly string[]): Promise<Reading<ReadonlyMap<string, Record<string, string>>>> =>
    keys.some((key) => gone.includes(key))
      ? denied('elasticloadbalancing:DescribeTags', { kind: 'gone', code: 'LoadBalancerNotFoundException' })
      : present(new Map(keys.map((key) => [key, TAGS])));
}

const noListeners = async (): Promise<Reading<readonly Listener[]>> => present([]);

describe('whose load balancers were found', () => {
  it('says nothing of one that vanished before its tags were read, and of its neighbours all', async () => {
    const found = ['a', 'b', 'c'].map(aFound);
    const key = ({ name }: { name: string }) => name;

    const answer = await loadBalancersOf(CLUSTERS, found, {
      key,
      tags: tagsExceptOf('b'),
      listeners: noListeners,
    });

    expect(valueIn(answer)).toMatchObject({ ofClusters: [{ name: 'a' }, { name: 'c' }], unattributed: [] });
  });

  it('says nothing of one that vanished before its listeners were read', async () => {
    const answer = await loadBalancersOf(CLUSTERS, ['a', 'b'].map(aFound), {
      key: ({ arn }) => arn,
      tags: tagsExceptOf(),
      listeners: async ({ name }) =>
        name === 'a' ? denied('elasticloadbalancing:DescribeListeners', { kind: 'gone' }) : present([]),
    });

    expect(valueIn(answer).ofClusters.map((one) => one.name)).toEqual(['b']);
  });
});

describe('tags by key', () => {
  it('may be none', () => {
    expect(tagsByKey(['a'], [['a', {}]])).toEqual(new Map([['a', {}]]));
  });

  it.each([[undefined], [[]], [[['b', TAGS] as const]]])(
    'must not leave out what was asked for (%j)',
    (described) => {
      expect(() => tagsByKey(['a'], described)).toThrow('no tags of a');
    },
  );
});
