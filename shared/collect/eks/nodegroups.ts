import { actionsOf } from '../../aws/operation.ts';
import { describeNodegroup, listNodegroups } from '../../aws/operations/eks.ts';
import { clusterCollector } from '../collector.ts';
import { listAndDescribe } from './list-and-describe.ts';

export const eksNodegroups = clusterCollector({
  fact: 'nodegroups',
  actions: actionsOf(listNodegroups, describeNodegroup),
  events: [
    'eks:CreateNodegroup',
    'eks:DeleteNodegroup',
    'eks:UpdateNodegroupConfig',
    'eks:UpdateNodegroupVersion',
  ],
  collect: ({ list, read }, { name: clusterName }) =>
    listAndDescribe({
      list: () => list(listNodegroups, { clusterName }),
      describe: (nodegroupName) => read(describeNodegroup, { clusterName, nodegroupName }),
    }),
});
