import type {
  AccessEntry,
  Addon,
  AssociatedAccessPolicy,
  Cluster,
  FargateProfile,
  Nodegroup,
  OidcIdentityProviderConfig,
  PodIdentityAssociation,
} from '@aws-sdk/client-eks';
import { type KubernetesResource, type KubernetesSpec, makeKubernetes } from '../kubernetes/cluster.ts';
import { type Plain, withOverrides } from '../plain.ts';
import { regionsOf } from '../regions.ts';
import { arn, createdAt, type Scope, stableId } from './context.ts';
import { defaultVpcId } from './ec2.ts';

/** An access entry with the policies associated with it. */
type AccessEntryResource = Plain<AccessEntry> & { accessPolicies?: Plain<AssociatedAccessPolicy>[] };

/** The resources of a cluster; add-ons may be given by name. */
export interface ClusterParts {
  readonly addons?: readonly (string | Plain<Addon>)[];
  readonly nodegroups?: readonly Plain<Nodegroup>[];
  readonly fargateProfiles?: readonly Plain<FargateProfile>[];
  readonly accessEntries?: readonly AccessEntryResource[];
  readonly podIdentityAssociations?: readonly Plain<PodIdentityAssociation>[];
  readonly identityProviderConfigs?: readonly Plain<OidcIdentityProviderConfig>[];
  /** What its Kubernetes API serves; without it, EKS names an endpoint at which there is none. */
  readonly kubernetes?: KubernetesSpec;
}

/** How a cluster differs from the default one: any field of EKS's `Cluster`, and its parts. */
export type ClusterSpec = { readonly region: string } & Plain<Cluster> & ClusterParts;

/** A cluster of the world. */
export type ClusterResource = Plain<Cluster> & {
  readonly name: string;
  readonly region: string;
  addons: Plain<Addon>[];
  nodegroups: Plain<Nodegroup>[];
  fargateProfiles: Plain<FargateProfile>[];
  accessEntries: AccessEntryResource[];
  podIdentityAssociations: Plain<PodIdentityAssociation>[];
  identityProviderConfigs: Plain<OidcIdentityProviderConfig>[];
  kubernetes?: KubernetesResource;
};

/** A cluster as EKS creates it by default: public endpoint, no secrets encryption, no logging. */
export function makeCluster(scope: Scope, name: string, spec: ClusterSpec): ClusterResource {
  const { addons, nodegroups, fargateProfiles, accessEntries, ...rest } = spec;
  const { podIdentityAssociations, identityProviderConfigs, kubernetes, ...fields } = rest;
  const cluster = { ...withOverrides(defaultCluster(scope, name), fields), name, region: scope.region };
  const part = { scope, name, subnetIds: cluster.resourcesVpcConfig?.subnetIds ?? [] };
  return {
    ...cluster,
    addons: (addons ?? []).map((addon) => makeAddon(part, addon)),
    nodegroups: (nodegroups ?? []).map((nodegroup, index) => makeNodegroup(part, nodegroup, index)),
    fargateProfiles: (fargateProfiles ?? []).map((profile, index) =>
      makeFargateProfile(part, profile, index),
    ),
    accessEntries: (accessEntries ?? []).map((entry) => makeAccessEntry(part, entry)),
    podIdentityAssociations: (podIdentityAssociations ?? []).map((association, index) =>
      makePodIdentity(part, association, index),
    ),
    identityProviderConfigs: (identityProviderConfigs ?? []).map((config, index) =>
      makeOidc(part, config, index),
    ),
    ...(kubernetes && { kubernetes: makeKubernetes(kubernetes) }),
  };
}

interface Part {
  readonly scope: Scope;
  /** The cluster's. */
  readonly name: string;
  readonly subnetIds: readonly string[];
}

const logTypes = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'] as const;

function defaultCluster(scope: Scope, name: string): Plain<Cluster> {
  const id = stableId(`${scope.accountId}/${scope.region}/${name}`, 32).toUpperCase();
  const { dnsSuffix } = regionsOf(scope.partition);
  return {
    arn: arn(scope, 'eks', `cluster/${name}`),
    createdAt,
    version: '1.33',
    platformVersion: 'eks.12',
    endpoint: `https://${id}.gr7.${scope.region}.eks.${dnsSuffix}`,
    roleArn: arn({ ...scope, region: '' }, 'iam', `role/${name}-cluster`),
    status: 'ACTIVE',
    health: { issues: [] },
    certificateAuthority: { data: 'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==' },
    identity: { oidc: { issuer: `https://oidc.eks.${scope.region}.${dnsSuffix}/id/${id}` } },
    resourcesVpcConfig: {
      vpcId: defaultVpcId(scope),
      subnetIds: ['a', 'b'].map((zone) => `subnet-${stableId(`${id}/${zone}`, 17)}`),
      securityGroupIds: [],
      clusterSecurityGroupId: `sg-${stableId(`${id}/sg`, 17)}`,
      endpointPublicAccess: true,
      endpointPrivateAccess: false,
      publicAccessCidrs: ['0.0.0.0/0'],
    },
    kubernetesNetworkConfig: { serviceIpv4Cidr: '172.20.0.0/16', ipFamily: 'ipv4' },
    logging: { clusterLogging: [{ types: [...logTypes], enabled: false }] },
    accessConfig: { authenticationMode: 'API_AND_CONFIG_MAP' },
    upgradePolicy: { supportType: 'EXTENDED' },
    deletionProtection: false,
    tags: {},
  };
}

function makeAddon({ scope, name }: Part, spec: string | Plain<Addon>): Plain<Addon> {
  const fields = typeof spec === 'string' ? { addonName: spec } : spec;
  const addonName = fields.addonName ?? 'vpc-cni';
  const defaults: Plain<Addon> = {
    addonName,
    clusterName: name,
    status: 'ACTIVE',
    addonVersion: 'v1.20.4-eksbuild.1',
    health: { issues: [] },
    addonArn: arn(scope, 'eks', `addon/${name}/${addonName}/${stableId(addonName, 8)}`),
    createdAt,
    modifiedAt: createdAt,
    tags: {},
  };
  return withOverrides(defaults, fields);
}

function makeNodegroup(
  { scope, name, subnetIds }: Part,
  spec: Plain<Nodegroup>,
  index: number,
): Plain<Nodegroup> {
  const nodegroupName = spec.nodegroupName ?? `nodes-${index + 1}`;
  const defaults: Plain<Nodegroup> = {
    nodegroupName,
    nodegroupArn: arn(scope, 'eks', `nodegroup/${name}/${nodegroupName}/${stableId(nodegroupName, 8)}`),
    clusterName: name,
    version: '1.33',
    releaseVersion: '1.33.5-20251016',
    createdAt,
    modifiedAt: createdAt,
    status: 'ACTIVE',
    capacityType: 'ON_DEMAND',
    scalingConfig: { minSize: 1, maxSize: 3, desiredSize: 2 },
    instanceTypes: ['m7g.large'],
    subnets: [...subnetIds],
    amiType: 'AL2023_ARM_64_STANDARD',
    nodeRole: arn({ ...scope, region: '' }, 'iam', `role/${name}-node`),
    diskSize: 20,
    health: { issues: [] },
    tags: {},
  };
  return withOverrides(defaults, spec);
}

function makeFargateProfile(part: Part, spec: Plain<FargateProfile>, index: number): Plain<FargateProfile> {
  const { scope, name, subnetIds } = part;
  const fargateProfileName = spec.fargateProfileName ?? `fargate-${index + 1}`;
  const defaults: Plain<FargateProfile> = {
    fargateProfileName,
    fargateProfileArn: arn(scope, 'eks', `fargateprofile/${name}/${fargateProfileName}/${stableId(name, 8)}`),
    clusterName: name,
    createdAt,
    podExecutionRoleArn: arn({ ...scope, region: '' }, 'iam', `role/${name}-fargate`),
    subnets: [...subnetIds],
    selectors: [{ namespace: 'default' }],
    status: 'ACTIVE',
    tags: {},
  };
  return withOverrides(defaults, spec);
}

/** An entry as EKS creates it. */
export function makeAccessEntry(
  { scope, name }: Omit<Part, 'subnetIds'>,
  spec: AccessEntryResource,
): AccessEntryResource {
  const principalArn = spec.principalArn ?? arn({ ...scope, region: '' }, 'iam', `role/${name}-node`);
  const defaults: AccessEntryResource = {
    clusterName: name,
    principalArn,
    kubernetesGroups: [],
    accessEntryArn: arn(
      scope,
      'eks',
      `access-entry/${name}/role/${scope.accountId}/${stableId(principalArn, 8)}`,
    ),
    createdAt,
    modifiedAt: createdAt,
    username: principalArn,
    type: 'STANDARD',
    tags: {},
    accessPolicies: [],
  };
  return withOverrides(defaults, spec);
}

function makePodIdentity(
  { scope, name }: Part,
  spec: Plain<PodIdentityAssociation>,
  index: number,
): Plain<PodIdentityAssociation> {
  const associationId = spec.associationId ?? `a-${stableId(`${name}/${index}`, 17)}`;
  const defaults: Plain<PodIdentityAssociation> = {
    clusterName: name,
    namespace: 'default',
    serviceAccount: `service-account-${index + 1}`,
    roleArn: arn({ ...scope, region: '' }, 'iam', `role/${name}-pod`),
    associationArn: arn(scope, 'eks', `podidentityassociation/${name}/${associationId}`),
    associationId,
    createdAt,
    modifiedAt: createdAt,
    tags: {},
  };
  return withOverrides(defaults, spec);
}

function makeOidc(
  { scope, name }: Part,
  spec: Plain<OidcIdentityProviderConfig>,
  index: number,
): Plain<OidcIdentityProviderConfig> {
  const config = spec.identityProviderConfigName ?? `oidc-${index + 1}`;
  const defaults: Plain<OidcIdentityProviderConfig> = {
    identityProviderConfigName: config,
    identityProviderConfigArn: arn(
      scope,
      'eks',
      `identityproviderconfig/${name}/oidc/${config}/${stableId(config, 8)}`,
    ),
    clusterName: name,
    issuerUrl: 'https://login.example.com',
    clientId: 'kubernetes',
    status: 'ACTIVE',
    tags: {},
  };
  return withOverrides(defaults, spec);
}
