import { DescribeAccessEntryCommand, EKSClient, ListAccessEntriesCommand } from '@aws-sdk/client-eks';
import { allPages } from '../../aws/paginate.ts';
import { read } from '../../aws/read.ts';
import { absent, type Evidence, type Named, present, type Reading } from '../../model/evidence.ts';
import { type AccessEntry, accessEntrySchema } from '../../model/facts.ts';
import { type CollectContext, clusterCollector } from '../collector.ts';
import { describeCluster } from './cluster.ts';

export const eksAccessEntries = clusterCollector({
  fact: 'accessEntries',
  actions: ['eks:DescribeCluster', 'eks:ListAccessEntries', 'eks:DescribeAccessEntry'],
  async collect(context, { name: clusterName }): Promise<Evidence<readonly Named<AccessEntry>[]>> {
    const mode = await authenticationMode(context, clusterName);
    if (mode === 'CONFIG_MAP') return absent;
    const { aws, scope } = context;
    const eks = aws.client(EKSClient, scope.region);
    const principals = await read(
      'eks:ListAccessEntries',
      () =>
        allPages(async (nextToken) => {
          const answer = await eks.send(new ListAccessEntriesCommand({ clusterName, nextToken }));
          return { items: answer.accessEntries, next: answer.nextToken };
        }),
      // A cluster whose authentication mode is CONFIG_MAP has no access entries and says so.
      { absent: mode === undefined ? ['InvalidRequestException'] : [] },
    );
    if (principals.state !== 'present') return principals;
    const entries = principals.value.map(async (name) => ({
      name,
      detail: await describe(eks, clusterName, name),
    }));
    return present(await Promise.all(entries));
  },
});

async function authenticationMode(context: CollectContext, name: string): Promise<string | undefined> {
  const cluster = await describeCluster(context, name);
  return cluster.state === 'present' ? cluster.value.accessConfig?.authenticationMode : undefined;
}

function describe(eks: EKSClient, clusterName: string, principalArn: string): Promise<Reading<AccessEntry>> {
  return read('eks:DescribeAccessEntry', async () => {
    const answer = await eks.send(new DescribeAccessEntryCommand({ clusterName, principalArn }));
    return accessEntrySchema.parse(answer.accessEntry);
  });
}
