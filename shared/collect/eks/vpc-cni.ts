import { DescribeAddonCommand, EKSClient } from '@aws-sdk/client-eks';
import { read } from '../../aws/read.ts';
import { absent, type Evidence } from '../../model/evidence.ts';
import { type Addon, addonSchema } from '../../model/facts.ts';
import { clusterCollector } from '../collector.ts';
import { listAddons } from './list-addons.ts';

const VPC_CNI = 'vpc-cni';

export const eksVpcCni = clusterCollector({
  fact: 'vpcCni',
  actions: ['eks:ListAddons', 'eks:DescribeAddon'],
  async collect(context, { name: clusterName }): Promise<Evidence<Addon>> {
    const names = await listAddons(context, clusterName);
    if (names.state === 'present' && !names.value.includes(VPC_CNI)) return absent;
    const eks = context.aws.client(EKSClient, context.scope.region);
    const describe = async () => {
      const answer = await eks.send(new DescribeAddonCommand({ clusterName, addonName: VPC_CNI }));
      return addonSchema.parse(answer.addon);
    };
    return read('eks:DescribeAddon', describe, { absent: ['ResourceNotFoundException'] });
  },
});
