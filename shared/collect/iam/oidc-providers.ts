import { listOpenIdConnectProviders } from '../../aws/operations/iam.ts';
import { accountCollector } from '../collector.ts';

export const iamOidcProviders = accountCollector({
  fact: 'oidcProviders',
  actions: [listOpenIdConnectProviders.action],
  events: ['iam:CreateOpenIDConnectProvider', 'iam:DeleteOpenIDConnectProvider'],
  collect: ({ read }) => read(listOpenIdConnectProviders, {}),
});
