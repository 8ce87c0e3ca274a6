import { PAYMENTS, REGION, SHOP } from '../harness.ts';
import { type Scenario, scenario, testScenarios } from './scenario.ts';

const region = REGION;

function endpoint(publicAccessCidrs: string[] | null, more: object = {}): Scenario['add'] {
  const access = { endpointPublicAccess: true, endpointPrivateAccess: true, ...more };
  return (account, name) =>
    account.cluster(name, { region, resourcesVpcConfig: { ...access, publicAccessCidrs } });
}

await testScenarios('endpoint-access', [
  scenario('an endpoint open by default', 'FAILED HIGH OPEN_TO_INTERNET', (account, name) =>
    account.cluster(name, { region }),
  ),
  scenario(
    'an endpoint open in two halves',
    'FAILED HIGH OPEN_TO_INTERNET',
    endpoint(['128.0.0.0/1', '0.0.0.0/1']),
  ),
  scenario(
    'an endpoint open to all of IPv6',
    'FAILED HIGH OPEN_TO_INTERNET',
    endpoint(['10.0.0.0/8', '::/0']),
  ),
  scenario('an endpoint without a list', 'FAILED HIGH OPEN_TO_INTERNET', endpoint(null)),
  scenario('an endpoint with an empty list', 'FAILED HIGH OPEN_TO_INTERNET', endpoint([])),
  scenario('an endpoint open to half of the world', 'FAILED MEDIUM OVERLY_BROAD', endpoint(['0.0.0.0/1'])),
  scenario(
    'an endpoint open to 65,536 addresses that overlap',
    'PASSED RESTRICTED',
    endpoint(['203.0.0.0/16', '203.0.113.0/24']),
  ),
  scenario(
    'an endpoint open to 65,537 addresses',
    'FAILED MEDIUM OVERLY_BROAD',
    endpoint(['203.0.0.0/16', '198.51.100.7/32']),
  ),
  scenario('an endpoint open to a /48 of IPv6', 'PASSED RESTRICTED', endpoint(['2001:db8::/48'])),
  scenario('an endpoint open to a /47 of IPv6', 'FAILED MEDIUM OVERLY_BROAD', endpoint(['2001:db8::/47'])),
  scenario(
    'a restricted endpoint whose nodes use public access',
    'FAILED MEDIUM PRIVATE_ACCESS_DISABLED',
    endpoint(['203.0.113.0/24'], { endpointPrivateAccess: false }),
  ),
  scenario(
    'an endpoint that is private',
    'PASSED PRIVATE_ONLY',
    endpoint(['0.0.0.0/0'], { endpointPublicAccess: false }),
  ),
  scenario(
    'an endpoint without public and private access',
    'FAILED LOW NO_ENDPOINT_ACCESS',
    endpoint(null, { endpointPublicAccess: false, endpointPrivateAccess: false }),
  ),
  scenario('an invalid range', 'NOT_AVAILABLE EVIDENCE_UNREADABLE', endpoint(['203.0.113.0/33'])),
]);

const KEYS = 'arn:aws:kms:eu-west-1';

function encrypted(keyArn: string, resources: string[] = ['secrets']): Scenario['add'] {
  return (account, name) =>
    account.cluster(name, { region, encryptionConfig: [{ resources, provider: { keyArn } }] });
}

await testScenarios(
  'secrets-encryption',
  [
    scenario('no key', 'FAILED MEDIUM NO_CUSTOMER_KEY', (account, name) => account.cluster(name, { region })),
    scenario('an empty list', 'FAILED MEDIUM NO_CUSTOMER_KEY', (account, name) =>
      account.cluster(name, { region, encryptionConfig: [] }),
    ),
    scenario(
      'a key for nothing',
      'FAILED MEDIUM NO_CUSTOMER_KEY',
      encrypted(`${KEYS}:${PAYMENTS}:key/good`, []),
    ),
    scenario('secrets without a key', 'FAILED MEDIUM NO_CUSTOMER_KEY', (account, name) =>
      account.cluster(name, { region, encryptionConfig: [{ resources: ['secrets'], provider: {} }] }),
    ),
    scenario('a good key', 'PASSED CUSTOMER_KEY', encrypted(`${KEYS}:${PAYMENTS}:key/good`)),
    scenario('an alias', 'PASSED CUSTOMER_KEY', encrypted(`${KEYS}:${PAYMENTS}:alias/secrets`)),
    scenario(
      'a replica in another Region',
      'PASSED CUSTOMER_KEY',
      encrypted(`arn:aws:kms:us-east-1:${PAYMENTS}:key/mrk-1`),
    ),
    scenario(
      'a key that is pending deletion',
      'FAILED CRITICAL KEY_UNUSABLE',
      encrypted(`${KEYS}:${PAYMENTS}:key/leaving`),
    ),
    scenario('a disabled key', 'FAILED CRITICAL KEY_UNUSABLE', encrypted(`${KEYS}:${PAYMENTS}:key/off`)),
    scenario(
      'a key that does not exist',
      'FAILED CRITICAL KEY_UNUSABLE',
      encrypted(`${KEYS}:${PAYMENTS}:key/none`),
    ),
    scenario('a key of AWS', 'FAILED MEDIUM NOT_CUSTOMER_MANAGED', encrypted(`${KEYS}:${PAYMENTS}:key/aws`)),
    scenario(
      'a key that another account shares',
      'PASSED CUSTOMER_KEY',
      encrypted(`${KEYS}:${SHOP}:key/shared`),
    ),
    scenario(
      'a key that another account does not share',
      'WARNING KEY_STATE_UNKNOWN',
      encrypted(`${KEYS}:${SHOP}:key/own`),
    ),
  ],
  {
    add: (account) =>
      account
        .kmsKey({ region, keyId: 'good', aliases: ['alias/secrets'] })
        .kmsKey({ region: 'us-east-1', keyId: 'mrk-1', MultiRegion: true })
        .kmsKey({ region, keyId: 'leaving', keyState: 'PendingDeletion' })
        .kmsKey({ region, keyId: 'off', keyState: 'Disabled' })
        .kmsKey({ region, keyId: 'aws', keyManager: 'AWS' }),
    addToSibling: (account) =>
      account.kmsKey({ region, keyId: 'shared', sharedWith: [PAYMENTS] }).kmsKey({ region, keyId: 'own' }),
  },
);

function vpcCni(configurationValues: string | null, more: object = {}): Scenario['add'] {
  return (account, name) =>
    account.cluster(name, { region, addons: [{ addonName: 'vpc-cni', configurationValues }], ...more });
}

const ATTESTED = { networkPolicyEngines: [{ engine: 'Cilium', clusters: ['helm-*'] }] };

await testScenarios(
  'network-policies',
  [
    scenario('a string in JSON', 'PASSED ENFORCEMENT_ON', vpcCni('{"enableNetworkPolicy": "TRUE"}')),
    scenario(
      'a boolean in YAML, with comments',
      'PASSED ENFORCEMENT_ON',
      vpcCni('# on\nenableNetworkPolicy: true # yes\nenv:\n  X: "false"\n'),
    ),
    scenario(
      'JSON indented by tabs',
      'PASSED ENFORCEMENT_ON',
      vpcCni('{\n\t"env": {},\n\t"enableNetworkPolicy": true\n}'),
    ),
    scenario('false', 'FAILED MEDIUM ENFORCEMENT_OFF', vpcCni('{"enableNetworkPolicy": "false"}')),
    scenario('no configuration', 'FAILED MEDIUM ENFORCEMENT_OFF', vpcCni(null)),
    scenario('an empty configuration', 'FAILED MEDIUM ENFORCEMENT_OFF', vpcCni('')),
    scenario('comments only', 'FAILED MEDIUM ENFORCEMENT_OFF', vpcCni('# enableNetworkPolicy: true')),
    scenario(
      'the setting in the wrong place',
      'FAILED MEDIUM ENFORCEMENT_OFF',
      vpcCni('{"nodeAgent": {"enableNetworkPolicy": "true"}}'),
    ),
    scenario(
      'a configuration with both values',
      'WARNING CONFIGURATION_UNREADABLE',
      vpcCni('{"enableNetworkPolicy": "true", "enableNetworkPolicy": "false"}'),
    ),
    scenario(
      'a configuration that is not valid',
      'WARNING CONFIGURATION_UNREADABLE',
      vpcCni('{"enableNetworkPolicy": "true"'),
    ),
    scenario('Cilium', 'PASSED ENFORCEMENT_ON', (account, name) =>
      account.cluster(name, { region, addons: ['vpc-cni', 'isovalent_cilium-enterprise'] }),
    ),
    scenario('Cilium that could not be created', 'FAILED MEDIUM ENFORCEMENT_OFF', (account, name) =>
      account.cluster(name, {
        region,
        addons: ['vpc-cni', { addonName: 'isovalent_cilium-enterprise', status: 'CREATE_FAILED' }],
      }),
    ),
    scenario(
      'Cilium installed by Helm, attested',
      'PASSED ENFORCEMENT_ON',
      (account, name) => account.cluster(name, { region }),
      'helm-prod',
    ),
    scenario(
      'Cilium installed by Helm beside an add-on that does not enforce, attested',
      'PASSED ENFORCEMENT_ON',
      vpcCni(null),
      'helm-test',
    ),
    scenario(
      'Cilium installed by Helm, attested for other clusters',
      'WARNING UNKNOWN_CNI',
      (account, name) => account.cluster(name, { region }),
      'prod-helm',
    ),
    scenario('Auto Mode', 'WARNING NEEDS_KUBERNETES_ACCESS', (account, name) =>
      account.cluster(name, { region, computeConfig: { enabled: true } }),
    ),
    scenario(
      'Auto Mode beside an add-on that does not enforce',
      'FAILED MEDIUM ENFORCEMENT_OFF',
      vpcCni(null, { computeConfig: { enabled: true } }),
    ),
    scenario('an add-on that could not be created', 'WARNING UNKNOWN_CNI', (account, name) =>
      account.cluster(name, {
        region,
        addons: [
          {
            addonName: 'vpc-cni',
            status: 'CREATE_FAILED',
            configurationValues: '{"enableNetworkPolicy":"true"}',
          },
        ],
      }),
    ),
    scenario('Auto Mode that was switched off', 'WARNING UNKNOWN_CNI', (account, name) =>
      account.cluster(name, { region, computeConfig: { enabled: false, nodePools: [] } }),
    ),
    scenario('no add-on', 'WARNING UNKNOWN_CNI', (account, name) =>
      account.cluster(name, { region, addons: ['coredns'] }),
    ),
  ],
  { settings: ATTESTED },
);

const arn = (resource: string) => `arn:aws:iam::${PAYMENTS}:${resource}`;

function entries(...accessEntries: object[]): Scenario['add'] {
  return (account, name) =>
    account.cluster(name, { region, accessConfig: { authenticationMode: 'API' }, accessEntries });
}

await testScenarios(
  'iam-access',
  [
    scenario(
      'roles and nodes',
      'PASSED IAM_ACCESS_ENTRIES',
      entries(
        { principalArn: arn('role/team/ann') },
        { principalArn: arn('role/node'), type: 'EC2_LINUX', kubernetesGroups: ['system:nodes'] },
      ),
    ),
    scenario(
      'a user with a path',
      'FAILED LOW IAM_USER_ENTRY',
      entries({ principalArn: arn('user/team/a/ann') }),
    ),
    scenario(
      'a role called user',
      'PASSED IAM_ACCESS_ENTRIES',
      entries({ principalArn: arn('role/user/ann') }),
    ),
    scenario('root', 'FAILED HIGH SUPERUSER_ENTRY', entries({ principalArn: arn('root') })),
    scenario(
      'a user in the group system:masters',
      'FAILED HIGH SUPERUSER_ENTRY IAM_USER_ENTRY',
      entries({ principalArn: arn('user/ann'), kubernetesGroups: ['viewers', 'system:masters'] }),
    ),
    scenario(
      'a group whose name only begins with system:masters',
      'PASSED IAM_ACCESS_ENTRIES',
      entries({ principalArn: arn('role/ann'), kubernetesGroups: ['system:masters-of-ceremony'] }),
    ),
    scenario('the aws-auth map', 'WARNING LEGACY_AUTH_MODE', (account, name) =>
      account.cluster(name, { region, accessConfig: { authenticationMode: 'CONFIG_MAP' } }),
    ),
    scenario(
      'the aws-auth map and an identity provider',
      'FAILED MEDIUM EXTERNAL_IDENTITY_PROVIDER LEGACY_AUTH_MODE',
      (account, name) =>
        account.cluster(name, {
          region,
          accessConfig: { authenticationMode: 'CONFIG_MAP' },
          identityProviderConfigs: [
            { identityProviderConfigName: 'okta', issuerUrl: 'https://okta.example.com' },
          ],
        }),
    ),
    scenario('an identity provider that is allowed', 'PASSED IAM_ACCESS_ENTRIES', (account, name) =>
      account.cluster(name, {
        region,
        identityProviderConfigs: [
          { identityProviderConfigName: 'dex', issuerUrl: 'https://dex.example.com/' },
        ],
      }),
    ),
  ],
  { settings: { allowedIdentityProviders: ['https://dex.example.com'] } },
);
