import { type AccountBuilder, anOrganization, type OrganizationBuilder } from '../sandbox/world.ts';
import { auditorEntry, compliantInside, openInside } from './inside.ts';
import { loadBalancer, network, node, nodegroup, nodeRole, PUBLIC_PULL_POLICY } from './workloads.ts';

/** Where the auditor runs. */
export const SECURITY = '222222222222';
export const PAYMENTS = '333333333333';
export const SHOP = '444444444444';
export const LEGACY = '555555555555';
const SANDBOX = '666666666666';
const CLOSED = '777777777777';

export const IRELAND = 'eu-west-1';
export const VIRGINIA = 'us-east-1';
export const REGIONS = [IRELAND, VIRGINIA];

/** Clusters whose Kubernetes API is read as well; "ledger" lets nobody in. */
export const KUBERNETES = { enabled: true, clusters: ['payments', 'storefront', 'ledger'] };

const KEY_ID = '11111111-2222-3333-4444-555555555555';
const PRODUCTION = 'ou-demo-prod0000';
const TEST = 'ou-demo-test0000';

/** A cluster that passes most controls; secrets and nodes are left to each cluster. */
const COMPLIANT = {
  resourcesVpcConfig: { endpointPublicAccess: false, endpointPrivateAccess: true },
  logging: { clusterLogging: [{ types: ['api' as const, 'audit' as const], enabled: true }] },
  accessConfig: { authenticationMode: 'API' as const },
  addons: [{ addonName: 'vpc-cni', configurationValues: '{"enableNetworkPolicy": "true"}' }],
};

/** An organization with clusters that pass, clusters that fail and clusters that cannot be audited. */
export function demoOrganization(): OrganizationBuilder {
  return anOrganization({ delegatedAdministrators: [SECURITY] })
    .ou(PRODUCTION, { name: 'Production' })
    .ou(TEST, { name: 'Test' })
    .account(SECURITY, { name: 'security' })
    .account(PAYMENTS, { name: 'payments', ou: PRODUCTION }, payments)
    .account(SHOP, { name: 'shop', ou: PRODUCTION }, shop)
    .account(LEGACY, { name: 'legacy', ou: TEST, securityHub: { disabledRegions: [VIRGINIA] } }, legacy)
    .account(SANDBOX, { name: 'sandbox', ou: TEST, roles: [] }, (account) =>
      account.cluster('playground', { region: IRELAND }),
    )
    .account(CLOSED, { name: 'closed', status: 'SUSPENDED' });
}

/** A cluster that passes every control, and one that lets in a superuser group, and the auditor not. */
function payments(account: AccountBuilder): void {
  const keyArn = `arn:aws:kms:${IRELAND}:${PAYMENTS}:key/${KEY_ID}`;
  const encryptionConfig = [{ resources: ['secrets'], provider: { keyArn } }];
  const admins = `arn:aws:iam::${PAYMENTS}:role/admins`;
  nodeRole(account, 'worker');
  network(account, IRELAND, 'payments', false);
  node(account, IRELAND, 'payments');
  loadBalancer(account, IRELAND, 'payments', true);
  account
    .repository('payments/api', { region: IRELAND, imageScanningConfiguration: { scanOnPush: true } })
    .kmsKey({ region: IRELAND, KeyId: KEY_ID })
    .cluster('payments', {
      region: IRELAND,
      ...COMPLIANT,
      encryptionConfig,
      nodegroups: [nodegroup(PAYMENTS, 'payments', 'worker')],
      addons: [...COMPLIANT.addons, 'eks-pod-identity-agent'],
      podIdentityAssociations: [{ namespace: 'payments', serviceAccount: 'api' }],
      accessEntries: [auditorEntry(PAYMENTS)],
      kubernetes: { objects: compliantInside(`${PAYMENTS}.dkr.ecr.${IRELAND}.amazonaws.com`) },
    })
    .cluster('ledger', {
      region: IRELAND,
      ...COMPLIANT,
      addons: ['vpc-cni'],
      encryptionConfig,
      accessEntries: [{ principalArn: admins, kubernetesGroups: ['system:masters'] }],
      kubernetes: {},
    });
}

/** A cluster that is public in every respect, and two that fail few controls. */
function shop(account: AccountBuilder): void {
  nodeRole(account, 'builder', ['AmazonEC2ContainerRegistryPowerUser', 'AmazonS3FullAccess']);
  network(account, IRELAND, 'storefront', true);
  node(account, IRELAND, 'storefront', '198.51.100.7');
  loadBalancer(account, IRELAND, 'storefront', false);
  account
    .repository('shop/web', { region: IRELAND, policy: PUBLIC_PULL_POLICY })
    .registry({
      region: VIRGINIA,
      pullThroughCacheRules: [{ ecrRepositoryPrefix: 'hub', upstreamRegistryUrl: 'registry-1.docker.io' }],
    })
    .cluster('storefront', {
      region: IRELAND,
      ...COMPLIANT,
      accessConfig: { authenticationMode: 'API_AND_CONFIG_MAP' },
      accessEntries: [auditorEntry(SHOP)],
      kubernetes: { objects: openInside(SHOP) },
      // Pods reach the credentials of Bottlerocket nodes, unless a launch template keeps them.
      nodegroups: [{ ...nodegroup(SHOP, 'storefront', 'builder'), amiType: 'BOTTLEROCKET_x86_64' }],
      // Together all of IPv4.
      resourcesVpcConfig: publicFor('0.0.0.0/1', '128.0.0.0/1'),
    })
    .cluster('search', { region: VIRGINIA, ...COMPLIANT, resourcesVpcConfig: publicFor('203.0.113.0/24') })
    .cluster('checkout', { region: VIRGINIA, ...COMPLIANT });
}

function publicFor(...publicAccessCidrs: string[]) {
  return { endpointPublicAccess: true, endpointPrivateAccess: true, publicAccessCidrs };
}

/** A cluster with the defaults of EKS, and one that cannot be described. */
function legacy(account: AccountBuilder): void {
  account
    .user('ci', { attached: ['arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryFullAccess'] })
    .cluster('batch', { region: VIRGINIA, accessConfig: { authenticationMode: 'CONFIG_MAP' } })
    .cluster('reports', { region: IRELAND, ...COMPLIANT });
}
