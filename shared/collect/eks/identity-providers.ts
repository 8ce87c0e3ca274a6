import {
  DescribeIdentityProviderConfigCommand,
  EKSClient,
  ListIdentityProviderConfigsCommand,
} from '@aws-sdk/client-eks';
import { identityProviderSchema } from '../../model/facts.ts';
import { clusterCollector } from '../collector.ts';
import { listAndDescribe } from './list-and-describe.ts';

export const eksIdentityProviders = clusterCollector({
  fact: 'identityProviders',
  actions: ['eks:ListIdentityProviderConfigs', 'eks:DescribeIdentityProviderConfig'],
  events: ['eks:AssociateIdentityProviderConfig', 'eks:DisassociateIdentityProviderConfig'],
  collect({ aws, scope }, { name: clusterName }) {
    const eks = aws.client(EKSClient, scope.region);
    return listAndDescribe({
      list: {
        operation: 'eks:ListIdentityProviderConfigs',
        async send(nextToken) {
          const answer = await eks.send(new ListIdentityProviderConfigsCommand({ clusterName, nextToken }));
          return { items: answer.identityProviderConfigs, next: answer.nextToken };
        },
      },
      describe: {
        operation: 'eks:DescribeIdentityProviderConfig',
        async send(identityProviderConfig) {
          const request = { clusterName, identityProviderConfig };
          const answer = await eks.send(new DescribeIdentityProviderConfigCommand(request));
          return identityProviderSchema.parse(answer.identityProviderConfig?.oidc);
        },
      },
    });
  },
});
