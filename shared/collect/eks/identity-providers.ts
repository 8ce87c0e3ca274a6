import {
  DescribeIdentityProviderConfigCommand,
  EKSClient,
  type IdentityProviderConfig,
  ListIdentityProviderConfigsCommand,
} from '@aws-sdk/client-eks';
import { allPages } from '../../aws/paginate.ts';
import { read } from '../../aws/read.ts';
import { type Named, present, type Reading } from '../../model/evidence.ts';
import { type IdentityProvider, identityProviderSchema } from '../../model/facts.ts';
import { clusterCollector } from '../collector.ts';

export const eksIdentityProviders = clusterCollector({
  fact: 'identityProviders',
  actions: ['eks:ListIdentityProviderConfigs', 'eks:DescribeIdentityProviderConfig'],
  async collect({ aws, scope }, { name: clusterName }): Promise<Reading<readonly Named<IdentityProvider>[]>> {
    const eks = aws.client(EKSClient, scope.region);
    const configs = await read('eks:ListIdentityProviderConfigs', () =>
      allPages(async (nextToken) => {
        const answer = await eks.send(new ListIdentityProviderConfigsCommand({ clusterName, nextToken }));
        return { items: answer.identityProviderConfigs, next: answer.nextToken };
      }),
    );
    if (configs.state === 'unreadable') return configs;
    return present(
      await Promise.all(
        configs.value.map(async (config) => ({
          name: config.name ?? '',
          detail: await describe(eks, clusterName, config),
        })),
      ),
    );
  },
});

function describe(
  eks: EKSClient,
  clusterName: string,
  identityProviderConfig: IdentityProviderConfig,
): Promise<Reading<IdentityProvider>> {
  return read('eks:DescribeIdentityProviderConfig', async () => {
    const command = new DescribeIdentityProviderConfigCommand({ clusterName, identityProviderConfig });
    const answer = await eks.send(command);
    return identityProviderSchema.parse(answer.identityProviderConfig?.oidc);
  });
}
