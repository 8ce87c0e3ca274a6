import { DescribeAccessEntryCommand, EKSClient, ListAccessEntriesCommand } from '@aws-sdk/client-eks';
import { absent, type Evidence, type Named } from '../../model/evidence.ts';
import { type AccessEntry, accessEntrySchema } from '../../model/facts.ts';
import { type CollectContext, clusterCollector } from '../collector.ts';
import { describeCluster } from './cluster.ts';
import { listAndDescribe } from './list-and-describe.ts';

export const eksAccessEntries = clusterCollector({
  fact: 'accessEntries',
  actions: ['eks:DescribeCluster', 'eks:ListAccessEntries', 'eks:DescribeAccessEntry'],
  events: [
    'eks:AssociateAccessPolicy',
    'eks:CreateAccessEntry',
    'eks:CreateCapability',
    'eks:DeleteAccessEntry',
    'eks:DeleteCapability',
    'eks:DisassociateAccessPolicy',
    'eks:UpdateAccessEntry',
    'eks:UpdateCapability',
  ],
  async collect(context, { name: clusterName }): Promise<Evidence<readonly Named<AccessEntry>[]>> {
    const mode = await authenticationMode(context, clusterName);
    if (mode === 'CONFIG_MAP') return absent;
    const eks = context.aws.client(EKSClient, context.scope.region);
    const entries = await listAndDescribe({
      list: {
        operation: 'eks:ListAccessEntries',
        async send(nextToken) {
          const answer = await eks.send(new ListAccessEntriesCommand({ clusterName, nextToken }));
          return { items: answer.accessEntries, next: answer.nextToken };
        },
      },
      describe: {
        operation: 'eks:DescribeAccessEntry',
        async send(principalArn) {
          const answer = await eks.send(new DescribeAccessEntryCommand({ clusterName, principalArn }));
          return accessEntrySchema.parse(answer.accessEntry);
        },
      },
    });
    // A cluster whose authentication mode is CONFIG_MAP has no access entries and refuses to list them.
    const isRefused = entries.state === 'unreadable' && entries.code === 'InvalidRequestException';
    return mode === undefined && isRefused ? absent : entries;
  },
});

async function authenticationMode(context: CollectContext, name: string): Promise<string | undefined> {
  const cluster = await describeCluster(context, name);
  return cluster.state === 'present' ? cluster.value.accessConfig?.authenticationMode : undefined;
}
