import { DescribeNodegroupCommand, EKSClient, ListNodegroupsCommand } from '@aws-sdk/client-eks';
import { nodegroupSchema } from '../../model/node-facts.ts';
import { clusterCollector } from '../collector.ts';
import { listAndDescribe } from './list-and-describe.ts';

export const eksNodegroups = clusterCollector({
  fact: 'nodegroups',
  actions: ['eks:ListNodegroups', 'eks:DescribeNodegroup'],
  events: [
    'eks:CreateNodegroup',
    'eks:DeleteNodegroup',
    'eks:UpdateNodegroupConfig',
    'eks:UpdateNodegroupVersion',
  ],
  collect({ aws, scope }, { name: clusterName }) {
    const eks = aws.client(EKSClient, scope.region);
    return listAndDescribe({
      list: {
        operation: 'eks:ListNodegroups',
        async send(nextToken) {
          const answer = await eks.send(new ListNodegroupsCommand({ clusterName, nextToken }));
          return { items: answer.nodegroups, next: answer.nextToken };
        },
      },
      describe: {
        operation: 'eks:DescribeNodegroup',
        async send(nodegroupName) {
          const answer = await eks.send(new DescribeNodegroupCommand({ clusterName, nodegroupName }));
          return nodegroupSchema.parse(answer.nodegroup);
        },
      },
    });
  },
});
