import { describe, expect, it } from 'vitest';
import { loadBalancerTlsUnknownClusters } from '../../../../shared/evaluate/controls/load-balancer-tls-unknown-clusters.ts';
import { evaluate } from '../../../../shared/evaluate/evaluate.ts';
import { present, type Reading } from '../../../../shared/model/evidence.ts';
import type { LoadBalancers } from '../../../../shared/model/load-balancer-facts.ts';
import {
  aClusterInventory,
  anEvaluationContext,
  anInventory,
  denied,
  SCOPE,
  STARTED_AT,
} from '../../../builders.ts';
import { aLoadBalancer, found } from '../../../builders-network.ts';

const PREFIX = `arn:aws:elasticloadbalancing:${SCOPE.region}:${SCOPE.accountId}:loadbalancer/`;

type Other = LoadBalancers['ofOthers'][number];

function tagged(path: string, ...clusters: string[]): Other {
  return { arn: `${PREFIX}${path}`, clusters };
}

function ofOthers(...others: Other[]): Reading<LoadBalancers> {
  return present({ ofClusters: [], ofOthers: others, unattributed: [] });
}

interface Given {
  readonly loadBalancers?: Reading<LoadBalancers>;
  readonly classicLoadBalancers?: Reading<LoadBalancers>;
  /** Besides the cluster `orders`, which was read. */
  readonly unreadClusters?: readonly string[];
}

function evaluated({
  loadBalancers = found([]),
  classicLoadBalancers = found([]),
  unreadClusters = [],
}: Given) {
  const inventory = anInventory([aClusterInventory()]);
  const regions = inventory.regions.map((region) => ({
    ...region,
    clusterNames: present(['orders', ...unreadClusters]),
    facts: { loadBalancers, classicLoadBalancers },
  }));
  return evaluate({ ...inventory, regions }, [loadBalancerTlsUnknownClusters], anEvaluationContext());
}

describe('5.4.5 load balancers tagged for a cluster that the Region does not have', () => {
  it.each<[string, Given, string]>([
    [
      'an Application one',
      { loadBalancers: ofOthers(tagged('app/web/50dc6c495c0c9188', 'shared')) },
      'web (shared)',
    ],
    ['a Network one', { loadBalancers: ofOthers(tagged('net/tcp/50dc6c495c0c9188', 'old')) }, 'tcp (old)'],
    ['a classic one', { classicLoadBalancers: ofOthers(tagged('a1b2c3', 'old')) }, 'a1b2c3 (old)'],
    ['one for two of them', { loadBalancers: ofOthers(tagged('app/web/5', 'a', 'b')) }, 'web (a, b)'],
  ])('%s: one warning on the account, in its Region', (_, given, words) => {
    const { verdicts, completeSubjects } = evaluated(given);

    expect(verdicts).toMatchObject([
      {
        status: 'WARNING',
        reasonCode: 'UNKNOWN_CLUSTER_TAG',
        level: 'region',
        scope: SCOPE,
        resource: { type: 'AwsAccount' },
        reason: expect.stringContaining(words),
      },
    ]);
    expect(completeSubjects).toHaveLength(1);
  });

  it('of both APIs are one warning, which names ten of them and counts all', () => {
    const many = Array.from({ length: 11 }, (_, index) => tagged(`app/web-${10 + index}/5`, 'old'));

    const { verdicts } = evaluated({
      loadBalancers: ofOthers(...many),
      classicLoadBalancers: ofOthers(tagged('classic', 'older')),
    });

    expect(verdicts).toHaveLength(1);
    expect(verdicts[0]?.reason).toBe(
      '12 load balancers are tagged for clusters that this Region does not have, and not judged: classic (older), ' +
        'web-10 (old), web-11 (old), web-12 (old), web-13 (old), web-14 (old), web-15 (old), web-16 (old), web-17 (old), ' +
        'web-18 (old) and 2 more.',
    );
    expect(verdicts[0]?.evidence).toMatchObject({ clusterTags: 'old, older' });
  });

  it.each<[string, Given]>([
    ['there are none', {}],
    ['they are tagged for a cluster that was read', { loadBalancers: found([aLoadBalancer()]) }],
    [
      'they are tagged for a cluster that was listed only',
      { loadBalancers: ofOthers(tagged('app/web/5', 'new')), unreadClusters: ['new'] },
    ],
    [
      'one of their names is that of a cluster',
      { loadBalancers: ofOthers(tagged('app/web/5', 'new', 'old')), unreadClusters: ['new'] },
    ],
  ])('are none, and an earlier warning is archived, where %s', (_, given) => {
    const result = evaluated(given);

    expect(result.verdicts).toEqual([]);
    expect(result.completeSubjects).toEqual([
      { control: 'load-balancer-tls', level: 'region', region: SCOPE.region, observedAt: STARTED_AT },
    ]);
  });

  it.each<[string, Given]>([
    ['a list', { loadBalancers: denied('elasticloadbalancing:DescribeLoadBalancers') }],
    [
      'a list of classic ones',
      { classicLoadBalancers: denied('elasticloadbalancing:DescribeLoadBalancers') },
    ],
    [
      'tags',
      {
        loadBalancers: found(
          [],
          [{ arn: `${PREFIX}app/web/5`, tags: denied('elasticloadbalancing:DescribeTags') }],
        ),
      },
    ],
  ])('keep an earlier warning when %s could not be read, which the clusters’ verdicts tell', (_, given) => {
    const result = evaluated(given);

    expect(result).toMatchObject({ verdicts: [], completeSubjects: [], missingEvidence: [] });
  });

  it('are named although others could not be read', () => {
    const result = evaluated({
      loadBalancers: ofOthers(tagged('app/web/5', 'old')),
      classicLoadBalancers: denied('elasticloadbalancing:DescribeLoadBalancers'),
    });

    expect(result.verdicts).toMatchObject([{ reasonCode: 'UNKNOWN_CLUSTER_TAG' }]);
    expect(result.completeSubjects).toEqual([]);
  });
});
