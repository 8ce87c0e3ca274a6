import { describe, expect, it } from 'vitest';
import { CLUSTER_TAG_KEYS, clustersOf, clustersOfNode, tagsOf } from '../../../shared/model/cluster-tags.ts';

describe('the cluster that a resource is tagged for', () => {
  it.each([
    ['eks:cluster-name', 'orders'],
    ['eks:eks-cluster-name', 'orders'],
    ['aws:eks:cluster-name', 'orders'],
    ['elbv2.k8s.aws/cluster', 'orders'],
    ['kubernetes.io/cluster/orders', 'owned'],
    ['kubernetes.io/cluster/orders', 'shared'],
    ['kubernetes.io/cluster/orders', ''],
  ])('is named by %s = %s', (key, value) => {
    expect(clustersOf({ [key]: value, Name: 'other' })).toEqual(['orders']);
  });

  it.each(['kubernetes.io/cluster/', 'kubernetes.io/cluster', 'xkubernetes.io/cluster/orders', 'cluster'])(
    'is not named by %s',
    (key) => {
      expect(clustersOf({ [key]: 'owned' })).toEqual([]);
    },
  );

  it('is named once by several tags, and several are named in order', () => {
    const tags = {
      'kubernetes.io/cluster/shop': 'shared',
      'kubernetes.io/cluster/orders': 'owned',
      'eks:cluster-name': 'orders',
    };

    expect(clustersOf(tags)).toEqual(['orders', 'shop']);
  });

  it('is requested by every key that names one', () => {
    expect(CLUSTER_TAG_KEYS).toEqual(
      expect.arrayContaining(['kubernetes.io/cluster/*', 'eks:cluster-name', 'eks:eks-cluster-name']),
    );
  });
});

describe('the cluster that an instance is a node of', () => {
  it.each([
    ['eks:cluster-name', 'orders'],
    ['eks:eks-cluster-name', 'orders'],
    ['aws:eks:cluster-name', 'orders'],
    ['kubernetes.io/cluster/orders', 'owned'],
  ])('is named by %s = %s', (key, value) => {
    expect(clustersOfNode({ [key]: value })).toEqual(['orders']);
  });

  it.each(['shared', '', 'true'])('is not named by kubernetes.io/cluster/orders = %j', (value) => {
    expect(clustersOfNode({ 'kubernetes.io/cluster/orders': value })).toEqual([]);
  });

  it('is named by its own tag beside one that shares it', () => {
    const tags = { 'eks:cluster-name': 'orders', 'kubernetes.io/cluster/shop': 'shared' };

    expect(clustersOfNode(tags)).toEqual(['orders']);
  });
});

it('tags as AWS lists them become a record, without those that lack a key', () => {
  expect(tagsOf([{ Key: 'a', Value: '1' }, { Key: 'b' }, { Value: '2' }])).toEqual({ a: '1', b: '' });
});
