import { actionsOf } from '../../aws/operation.ts';
import { listOpenIdConnectProviders } from '../../aws/operations/iam.ts';
import { accountCollector } from '../collector.ts';

export const iamOidcProviders = accountCollector({
  fact: 'oidcProviders',
  actions: actionsOf(listOpenIdConnectProviders),
  events: ['iam:CreateOpenIDConnectProvider', 'iam:DeleteOpenIDConnectProvider'],
  collect: ({ read }) => read(listOpenIdConnectProviders, {}),
});
