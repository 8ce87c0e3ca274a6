import { actionsOf } from '../../aws/operation.ts';
import { getRegistryPolicy } from '../../aws/operations/ecr.ts';
import { regionCollector } from '../collector.ts';

export const ecrRegistryPolicy = regionCollector({
  fact: 'registryPolicy',
  actions: actionsOf(getRegistryPolicy),
  events: ['ecr:DeleteRegistryPolicy', 'ecr:PutRegistryPolicy'],
  collect: ({ read }) => read(getRegistryPolicy, {}),
});
