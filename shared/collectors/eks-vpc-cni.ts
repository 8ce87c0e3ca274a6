import { DescribeAddonCommand, EKSClient } from '@aws-sdk/client-eks';
import { read } from '../aws/read.ts';
import { addonSchema } from '../model/facts.ts';
import { clusterCollector } from './collector.ts';

export const eksVpcCni = clusterCollector({
  fact: 'vpcCni',
  actions: ['eks:DescribeAddon'],
  collect({ aws, scope }, { name: clusterName }) {
    const eks = aws.client(EKSClient, scope.region);
    return read(
      'eks:DescribeAddon',
      async () => {
        const answer = await eks.send(new DescribeAddonCommand({ clusterName, addonName: 'vpc-cni' }));
        return addonSchema.parse(answer.addon);
      },
      { absent: ['ResourceNotFoundException'] },
    );
  },
});
