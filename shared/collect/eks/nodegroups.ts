import { DescribeNodegroupCommand, EKSClient, ListNodegroupsCommand } from '@aws-sdk/client-eks';
import { allPages } from '../../aws/paginate.ts';
import { read } from '../../aws/read.ts';
import { type Named, present, type Reading } from '../../model/evidence.ts';
import { type Nodegroup, nodegroupSchema } from '../../model/node-facts.ts';
import { clusterCollector } from '../collector.ts';

export const eksNodegroups = clusterCollector({
  fact: 'nodegroups',
  actions: ['eks:ListNodegroups', 'eks:DescribeNodegroup'],
  async collect({ aws, scope }, { name: clusterName }): Promise<Reading<readonly Named<Nodegroup>[]>> {
    const eks = aws.client(EKSClient, scope.region);
    const names = await read('eks:ListNodegroups', () =>
      allPages(async (nextToken) => {
        const answer = await eks.send(new ListNodegroupsCommand({ clusterName, nextToken }));
        return { items: answer.nodegroups, next: answer.nextToken };
      }),
    );
    if (names.state === 'unreadable') return names;
    const nodegroups = names.value.map(async (name) => ({
      name,
      detail: await describe(eks, clusterName, name),
    }));
    return present(await Promise.all(nodegroups));
  },
});

function describe(eks: EKSClient, clusterName: string, nodegroupName: string): Promise<Reading<Nodegroup>> {
  return read('eks:DescribeNodegroup', async () => {
    const answer = await eks.send(new DescribeNodegroupCommand({ clusterName, nodegroupName }));
    return nodegroupSchema.parse(answer.nodegroup);
  });
}
