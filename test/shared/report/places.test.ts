import { expect, it } from 'vitest';
import { shortName } from '../../../shared/report/places.ts';

it.each([
  ['arn:aws:eks:eu-west-1:111111111111:cluster/orders', 'orders'],
  ['arn:aws:ecr:eu-west-1:111111111111:repository/team/api', 'repository/team/api'],
  ['arn:aws:iam::111111111111:role/nodes', 'role/nodes'],
  ['arn:aws:iam::999999999999:role/nodes', 'arn:aws:iam::999999999999:role/nodes'],
  ['AWS::::Account:111111111111', undefined],
])('beside its account, %s is called %s', (id, name) => {
  expect(shortName(id, '111111111111')).toBe(name);
});
