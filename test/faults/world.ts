import type { AccountBuilder } from '../../infra/sandbox/world.ts';
import { aTestOrganization, PAYMENTS, REGION } from '../harness.ts';

const OU = 'ou-abcd-prod0000';
const ISSUER = `oidc.eks.${REGION}.amazonaws.com/id/AAAA1111BBBB2222CCCC3333DDDD4444`;
const LEDGER_ISSUER = `oidc.eks.${REGION}.amazonaws.com/id/EEEE5555FFFF6666AAAA7777BBBB8888`;
const KEY = '11111111-2222-3333-4444-555555555555';
const AWS = 'arn:aws:iam::aws:policy';

/**
 * An account of which every operation reads something that decides: `orders`, whose verdicts are mostly good, and
 * `billing`, whose verdicts are mostly bad, so that neither may turn into the other. The pods of `ledger` have roles by IRSA
 * alone, and reach their nodes' credentials: without what tells of IRSA they would have nothing else.
 */
export function faultWorld() {
  return aTestOrganization()
    .ou(OU, { name: 'Production' })
    .ou('ou-abcd-web00000', { name: 'Web', parent: OU })
    .account(PAYMENTS, { name: 'payments', ou: 'ou-abcd-web00000' }, (account) => {
      addIdentities(account);
      addRegistry(account);
      addNetworks(account);
      addLoadBalancers(account);
      addClusters(account);
    });
}

function addIdentities(account: AccountBuilder): void {
  account
    .oidcProvider(ISSUER)
    .oidcProvider(LEDGER_ISSUER)
    .role('api', { trust: trustOf(ISSUER) })
    .role('ledger', { trust: trustOf(LEDGER_ISSUER) })
    .role('worker', {
      attached: [
        'AmazonEKSWorkerNodePolicy',
        'AmazonEKS_CNI_Policy',
        'AmazonEC2ContainerRegistryReadOnly',
      ].map((name) => `${AWS}/${name}`),
      instanceProfiles: ['worker'],
    })
    .role('builder', {
      attached: [`${AWS}/AmazonEKSWorkerNodePolicy`, `${AWS}/AmazonEC2ContainerRegistryPowerUser`],
      inline: {
        uploads: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] },
      },
      boundary: `${AWS}/AdministratorAccess`,
      instanceProfiles: ['builder'],
    })
    .role('pods', { attached: [`${AWS}/AmazonEKSFargatePodExecutionRolePolicy`] })
    .group('writers', { attached: [`${AWS}/AmazonEC2ContainerRegistryPowerUser`] })
    .user('ci', { groups: ['writers'] });
}

/** Of a role for the service account `api` of the namespace `shop`. */
function trustOf(issuer: string) {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::${PAYMENTS}:oidc-provider/${issuer}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { [`${issuer}:sub`]: 'system:serviceaccount:shop:api' } },
      },
    ],
  };
}

function addRegistry(account: AccountBuilder): void {
  const pull = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];
  const toEveryone = { Effect: 'Allow', Principal: '*', Action: pull };
  account
    .repository('orders/api', { region: REGION, imageScanningConfiguration: { scanOnPush: true } })
    .repository('billing/web', { region: REGION, policy: { Version: '2012-10-17', Statement: [toEveryone] } })
    .registry({
      region: REGION,
      policy: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: `arn:aws:iam::${PAYMENTS}:root` },
            Action: 'ecr:ReplicateImage',
            Resource: '*',
          },
        ],
      },
      pullThroughCacheRules: [
        { ecrRepositoryPrefix: 'hub', upstreamRegistryUrl: 'registry-1.docker.io' },
        { ecrRepositoryPrefix: 'public', upstreamRegistryUrl: 'public.ecr.aws' },
      ],
    });
}

function addNetworks(account: AccountBuilder): void {
  const toInternet = { DestinationCidrBlock: '0.0.0.0/0', State: 'active' as const };
  for (const [name, isPublic, hopLimit] of [
    ['orders', false, 1],
    ['billing', true, 2],
  ] as const) {
    const profile = isPublic ? 'builder' : 'worker';
    account
      .vpc(`vpc-${name}`, { region: REGION })
      .subnet(`subnet-${name}`, { region: REGION, VpcId: `vpc-${name}`, MapPublicIpOnLaunch: isPublic })
      .routeTable(`rtb-${name}`, {
        region: REGION,
        VpcId: `vpc-${name}`,
        main: true,
        Routes: [{ ...toInternet, ...(isPublic ? { GatewayId: 'igw-0a' } : { NatGatewayId: 'nat-0a' }) }],
      })
      .launchTemplate(`lt-${name}`, {
        region: REGION,
        versions: [{ MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: hopLimit } }],
      })
      .instance({
        region: REGION,
        InstanceId: `i-${name}`,
        SubnetId: `subnet-${name}`,
        VpcId: `vpc-${name}`,
        ...(isPublic && { PublicIpAddress: '198.51.100.7' }),
        IamInstanceProfile: { Arn: `arn:aws:iam::${PAYMENTS}:instance-profile/${profile}` },
        MetadataOptions: {
          HttpTokens: 'required',
          HttpPutResponseHopLimit: hopLimit,
          HttpEndpoint: 'enabled',
        },
        tags: { [`kubernetes.io/cluster/${name}`]: 'owned' },
      });
  }
}

function addLoadBalancers(account: AccountBuilder): void {
  const redirect = {
    Type: 'redirect' as const,
    RedirectConfig: { Protocol: 'HTTPS', StatusCode: 'HTTP_301' as const },
  };
  const policy = 'ELBSecurityPolicy-TLS13-1-2-2021-06';
  account
    .loadBalancer('orders-web', {
      region: REGION,
      tags: { 'elbv2.k8s.aws/cluster': 'orders' },
      listeners: [
        { Protocol: 'HTTPS', Port: 443, SslPolicy: policy },
        { Protocol: 'HTTP', Port: 80, DefaultActions: [redirect] },
      ],
    })
    .loadBalancer('billing-web', {
      region: REGION,
      Scheme: 'internal',
      tags: { 'elbv2.k8s.aws/cluster': 'billing' },
      listeners: [
        { Protocol: 'HTTP', Port: 80 },
        { Protocol: 'HTTPS', Port: 443, SslPolicy: 'ELBSecurityPolicy-2016-08' },
      ],
    })
    .classicLoadBalancer('orders-classic', {
      region: REGION,
      tags: { 'kubernetes.io/cluster/orders': 'owned' },
      ListenerDescriptions: [
        {
          Listener: { Protocol: 'HTTPS', LoadBalancerPort: 443, InstancePort: 80 },
          PolicyNames: ['ELBSecurityPolicy-TLS-1-2-2017-01'],
        },
      ],
    })
    .classicLoadBalancer('billing-classic', {
      region: REGION,
      tags: { 'kubernetes.io/cluster/billing': 'owned' },
      ListenerDescriptions: [{ Listener: { Protocol: 'HTTP', LoadBalancerPort: 80, InstancePort: 80 } }],
    });
}

function addClusters(account: AccountBuilder): void {
  const keyArn = `arn:aws:kms:${REGION}:${PAYMENTS}:key/${KEY}`;
  const group = (name: string, role: string) => ({
    nodegroupName: 'workers',
    nodeRole: `arn:aws:iam::${PAYMENTS}:role/${role}`,
    subnets: [`subnet-${name}`],
    launchTemplate: { id: `lt-${name}`, version: '1' },
  });
  account
    .kmsKey({ region: REGION, KeyId: KEY })
    .cluster('orders', {
      region: REGION,
      identity: { oidc: { issuer: `https://${ISSUER}` } },
      resourcesVpcConfig: {
        endpointPublicAccess: true,
        endpointPrivateAccess: true,
        publicAccessCidrs: ['203.0.113.0/24'],
      },
      logging: { clusterLogging: [{ types: ['audit'], enabled: true }] },
      accessConfig: { authenticationMode: 'API' },
      encryptionConfig: [{ resources: ['secrets'], provider: { keyArn } }],
      nodegroups: [group('orders', 'worker')],
      addons: [
        { addonName: 'vpc-cni', configurationValues: '{"enableNetworkPolicy":"true"}' },
        'eks-pod-identity-agent',
      ],
      podIdentityAssociations: [{ namespace: 'shop', serviceAccount: 'web' }],
      accessEntries: [{ principalArn: `arn:aws:iam::${PAYMENTS}:role/api`, kubernetesGroups: ['readers'] }],
    })
    .cluster('ledger', {
      region: REGION,
      identity: { oidc: { issuer: `https://${LEDGER_ISSUER}` } },
      nodegroups: [
        {
          nodegroupName: 'workers',
          nodeRole: `arn:aws:iam::${PAYMENTS}:role/worker`,
          subnets: ['subnet-orders'],
          amiType: 'BOTTLEROCKET_x86_64',
        },
      ],
    })
    .cluster('billing', {
      region: REGION,
      resourcesVpcConfig: { endpointPublicAccess: true, endpointPrivateAccess: false },
      nodegroups: [group('billing', 'builder')],
      addons: [{ addonName: 'vpc-cni' }],
      fargateProfiles: [
        {
          fargateProfileName: 'jobs',
          podExecutionRoleArn: `arn:aws:iam::${PAYMENTS}:role/pods`,
          selectors: [{ namespace: 'jobs' }],
        },
      ],
      podIdentityAssociations: [{ namespace: 'shop', serviceAccount: 'default' }],
      accessEntries: [
        { principalArn: `arn:aws:iam::${PAYMENTS}:role/worker`, kubernetesGroups: ['system:masters'] },
        { principalArn: `arn:aws:iam::${PAYMENTS}:user/ci`, kubernetesGroups: [] },
      ],
      identityProviderConfigs: [
        {
          identityProviderConfigName: 'corporate',
          issuerUrl: 'https://login.example.com',
          clientId: 'kubernetes',
        },
      ],
    });
}
