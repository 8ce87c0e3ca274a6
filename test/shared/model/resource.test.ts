import { expect, it } from 'vitest';
import { clusterArn, clusterNameIn } from '../../../shared/model/resource.ts';

const SCOPE = { partition: 'aws-cn', accountId: '111111111111', region: 'cn-north-1' };

it('names a cluster by its ARN, and finds the name in it', () => {
  const arn = clusterArn(SCOPE, 'orders');

  expect(arn).toBe('arn:aws-cn:eks:cn-north-1:111111111111:cluster/orders');
  expect(clusterNameIn(arn)).toBe('orders');
});

it.each([
  'arn:aws:eks:eu-west-1:111111111111:nodegroup/orders/a/b',
  'arn:aws:eks:eu-west-1:111111111111:cluster/',
  'arn:aws:ecs:eu-west-1:111111111111:cluster/orders',
  'orders',
])('finds no cluster in %s', (text) => {
  expect(clusterNameIn(text)).toBeUndefined();
});
