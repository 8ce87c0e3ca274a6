import { EKSClient, ListAddonsCommand } from '@aws-sdk/client-eks';
import { allPages } from '../aws/paginate.ts';
import { read } from '../aws/read.ts';
import { clusterCollector } from './collector.ts';

export const eksAddonNames = clusterCollector({
  fact: 'addonNames',
  actions: ['eks:ListAddons'],
  collect({ aws, scope }, { name: clusterName }) {
    const eks = aws.client(EKSClient, scope.region);
    return read('eks:ListAddons', () =>
      allPages(async (nextToken) => {
        const answer = await eks.send(new ListAddonsCommand({ clusterName, nextToken }));
        return { items: answer.addons, next: answer.nextToken };
      }),
    );
  },
});
