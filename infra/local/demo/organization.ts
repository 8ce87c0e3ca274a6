import { anOrganization, type OrganizationBuilder } from '../sandbox/world.ts';

/** Where the auditor runs. */
export const SECURITY = '222222222222';
export const PAYMENTS = '333333333333';
export const SHOP = '444444444444';
export const LEGACY = '555555555555';
export const SANDBOX = '666666666666';

export const IRELAND = 'eu-west-1';
export const VIRGINIA = 'us-east-1';
export const REGIONS = [IRELAND, VIRGINIA];

export const KEY_ID = '11111111-2222-3333-4444-555555555555';

const PRIVATE = { endpointPublicAccess: false, endpointPrivateAccess: true };
const LOGGED = { clusterLogging: [{ types: ['api' as const, 'audit' as const], enabled: true }] };
const POLICED = { addonName: 'vpc-cni', configurationValues: '{"enableNetworkPolicy": "true"}' };
const API_MODE = { authenticationMode: 'API' as const };

/** An organization as one finds them: some clusters as they should be, some not, some out of sight. */
export function demoOrganization(): OrganizationBuilder {
  const encrypted = [
    { resources: ['secrets'], provider: { keyArn: `arn:aws:kms:${IRELAND}:${PAYMENTS}:key/${KEY_ID}` } },
  ];
  const good = { resourcesVpcConfig: PRIVATE, logging: LOGGED, accessConfig: API_MODE, addons: [POLICED] };
  return anOrganization({ delegatedAdministrators: [SECURITY] })
    .ou('ou-demo-prod0000', { name: 'Production' })
    .ou('ou-demo-test0000', { name: 'Test' })
    .account(SECURITY, { name: 'security' })
    .account(PAYMENTS, { name: 'payments', ou: 'ou-demo-prod0000' }, (account) =>
      account
        .kmsKey({ region: IRELAND, KeyId: KEY_ID })
        .cluster('payments', { region: IRELAND, ...good, encryptionConfig: encrypted })
        .cluster('ledger', {
          region: IRELAND,
          ...good,
          addons: ['vpc-cni'],
          encryptionConfig: encrypted,
          accessEntries: [
            { principalArn: `arn:aws:iam::${PAYMENTS}:role/admins`, kubernetesGroups: ['system:masters'] },
          ],
        }),
    )
    .account(SHOP, { name: 'shop', ou: 'ou-demo-prod0000' }, (account) =>
      account
        .cluster('storefront', {
          region: IRELAND,
          ...good,
          // The whole internet, in two halves.
          resourcesVpcConfig: {
            endpointPublicAccess: true,
            endpointPrivateAccess: true,
            publicAccessCidrs: ['0.0.0.0/1', '128.0.0.0/1'],
          },
        })
        .cluster('search', {
          region: VIRGINIA,
          ...good,
          resourcesVpcConfig: {
            endpointPublicAccess: true,
            endpointPrivateAccess: true,
            publicAccessCidrs: ['203.0.113.0/24'],
          },
        })
        .cluster('checkout', { region: VIRGINIA, ...good }),
    )
    .account(
      LEGACY,
      { name: 'legacy', ou: 'ou-demo-test0000', securityHub: { disabledRegions: [VIRGINIA] } },
      (account) =>
        account
          .cluster('batch', { region: VIRGINIA, accessConfig: { authenticationMode: 'CONFIG_MAP' } })
          .cluster('reports', { region: IRELAND, ...good }),
    )
    .account(SANDBOX, { name: 'sandbox', ou: 'ou-demo-test0000', roles: [] }, (account) =>
      account.cluster('playground', { region: IRELAND }),
    )
    .account('777777777777', { name: 'closed', status: 'SUSPENDED' });
}
