import { actionsOf } from '../../aws/operation.ts';
import { describeIdentityProviderConfig, listIdentityProviderConfigs } from '../../aws/operations/eks.ts';
import { mapReading } from '../../model/evidence.ts';
import { clusterCollector } from '../collector.ts';
import { listAndDescribe } from './list-and-describe.ts';

/** The only type there is. https://docs.aws.amazon.com/eks/latest/APIReference/API_IdentityProviderConfig.html */
const type = 'oidc';

export const eksIdentityProviders = clusterCollector({
  fact: 'identityProviders',
  actions: actionsOf(listIdentityProviderConfigs, describeIdentityProviderConfig),
  events: ['eks:AssociateIdentityProviderConfig', 'eks:DisassociateIdentityProviderConfig'],
  collect: ({ list, read }, { name: clusterName }) =>
    listAndDescribe({
      list: async () =>
        mapReading(await list(listIdentityProviderConfigs, { clusterName }), (configs) =>
          configs.map(({ name }) => name),
        ),
      describe: (name) =>
        read(describeIdentityProviderConfig, { clusterName, identityProviderConfig: { type, name } }),
    }),
});
