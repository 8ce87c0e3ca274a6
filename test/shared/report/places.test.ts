import { expect, it } from 'vitest';
import { clusterNameFromArn, shortName } from '../../../shared/report/places.ts';

it.each([
  ['arn:aws:eks:eu-west-1:111111111111:cluster/orders', 'orders'],
  ['arn:aws:ecr:eu-west-1:111111111111:repository/team/api', 'repository/team/api'],
  ['arn:aws:iam::111111111111:role/nodes', 'role/nodes'],
  ['arn:aws:iam::999999999999:role/nodes', 'arn:aws:iam::999999999999:role/nodes'],
  ['AWS::::Account:111111111111', undefined],
])('beside its account, %s is called %s', (id, name) => {
  expect(shortName(id, '111111111111')).toBe(name);
});

it('reads the name of a cluster from the ARN of a cluster only', () => {
  expect(clusterNameFromArn('arn:aws-cn:eks:cn-north-1:111111111111:cluster/orders')).toBe('orders');
  expect(clusterNameFromArn('arn:aws:eks:eu-west-1:111111111111:nodegroup/orders/a/b')).toBeUndefined();
});
