import { listOpenIdConnectProviders } from '../../aws/operations/iam.ts';
import { accountCollector } from '../collector.ts';

export const iamOidcProviders = accountCollector({
  fact: 'oidcProviders',
  actions: [listOpenIdConnectProviders.action],
  collect: ({ read }) => read(listOpenIdConnectProviders, {}),
});
