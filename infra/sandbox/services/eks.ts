import * as z from 'zod';
import { AwsError } from '../errors.ts';
import type { KubernetesEndpoint } from '../kubernetes/cluster.ts';
import { paginate } from '../paging.ts';
import { withEpochSeconds } from '../protocols/epoch.ts';
import { restJsonProtocol } from '../protocols/rest-json.ts';
import type { ClusterResource } from '../resources/eks.ts';
import { type Call, type Operation, operation, type Service } from '../service.ts';
import { accessEntryOperations } from './eks-access.ts';

const invalid = (message: string) => new AwsError('InvalidParameterException', message);
const notFound = (message: string) => new AwsError('ResourceNotFoundException', message, 404);
const invalidRequest = (message: string) => new AwsError('InvalidRequestException', message);

const page = {
  maxResults: z.coerce.number().int().min(1).max(100).optional(),
  nextToken: z.string().optional(),
};
const inCluster = { clusterName: z.string() };

type PageParams = { readonly maxResults?: number | undefined; readonly nextToken?: string | undefined };

function onePage<Item>(list: string, items: readonly Item[], params: PageParams) {
  const size = params.maxResults ?? 100;
  return paginate(items, { list, size, token: params.nextToken, invalidToken: invalid });
}

/** @throws AwsError ResourceNotFoundException */
function findCluster({ account, region }: Call, name: string): ClusterResource {
  const cluster = account.clusters.find(
    (candidate) => candidate.region === region && candidate.name === name,
  );
  if (cluster === undefined) {
    throw notFound(`No cluster found for name: ${name}.`);
  }
  return cluster;
}

/** An operation that lists one type of a cluster's parts, for example its add-ons. */
function listParts<Item>(
  path: string,
  member: string,
  partsOf: (cluster: ClusterResource) => Item[],
): Operation {
  const input = z.strictObject({ ...inCluster, ...page });
  const run = (params: z.output<typeof input>, call: Call) => {
    const parts = partsOf(findCluster(call, params.clusterName));
    const { items, nextToken } = onePage(`${path} of ${params.clusterName}`, parts, params);
    return { [member]: items, nextToken };
  };
  return operation(input, run, `GET /clusters/{clusterName}/${path}`);
}

/** An operation that describes one part of a cluster. */
function describePart<Item>(
  path: string,
  idName: string,
  member: string,
  find: (cluster: ClusterResource, id: string) => Item | undefined,
): Operation {
  const input = z.strictObject({ clusterName: z.string(), [idName]: z.string() });
  const run = (params: z.output<typeof input>, call: Call) => {
    const { clusterName = '', [idName]: id = '' } = params;
    const found = find(findCluster(call, clusterName), id);
    if (found === undefined) {
      throw notFound(`No ${member} found for: ${id} in cluster: ${clusterName}.`);
    }
    return { [member]: withEpochSeconds(found) };
  };
  return operation(input, run, `GET /clusters/{clusterName}/${path}/{${idName}}`);
}

/** Access entries exist only where the API is an authentication mode. @throws AwsError InvalidRequestException */
function accessEntriesOf(cluster: ClusterResource): ClusterResource['accessEntries'] {
  if (cluster.accessConfig?.authenticationMode === 'CONFIG_MAP') {
    throw invalidRequest(
      "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
    );
  }
  return cluster.accessEntries;
}

function findAccessEntry(cluster: ClusterResource, principalArn: string) {
  return accessEntriesOf(cluster).find((entry) => entry.principalArn === principalArn);
}

/** The `Cluster` of the API, which has neither the Region nor the parts. */
function clusterShape(cluster: ClusterResource, endpoint: KubernetesEndpoint | undefined) {
  const { region, addons, nodegroups, fargateProfiles, accessEntries, ...rest } = cluster;
  const { podIdentityAssociations, identityProviderConfigs, kubernetes, ...shape } = rest;
  const where = endpoint && {
    endpoint: endpoint.url,
    certificateAuthority: { data: Buffer.from(endpoint.ca).toString('base64') },
  };
  return withEpochSeconds({ ...shape, ...where });
}

const listClusters = operation(
  z.strictObject(page),
  (params, { account, region }) => {
    const names = account.clusters.filter((cluster) => cluster.region === region).map(({ name }) => name);
    const { items, nextToken } = onePage('clusters', names, params);
    return { clusters: items, nextToken };
  },
  'GET /clusters',
);

const describeCluster = operation(
  z.strictObject({ name: z.string() }),
  async ({ name }, call) => {
    const cluster = findCluster(call, name);
    return { cluster: clusterShape(cluster, await call.endpointOf(cluster)) };
  },
  'GET /clusters/{name}',
);

/** Some versions that EKS has had, as of November 2026; times in seconds. */
const CLUSTER_VERSIONS = [
  { clusterVersion: '1.29', ends: ['2025-03-23', '2026-03-23'] },
  { clusterVersion: '1.33', ends: ['2026-07-29', '2027-07-29'] },
  { clusterVersion: '1.34', ends: ['2026-12-02', '2027-12-02'] },
  { clusterVersion: '1.35', ends: ['2027-03-27', '2028-03-27'] },
].map(({ clusterVersion, ends: [standard = '', extended = ''] }) => ({
  clusterVersion,
  clusterType: 'eks',
  endOfStandardSupportDate: Date.parse(standard) / 1000,
  endOfExtendedSupportDate: Date.parse(extended) / 1000,
}));

const describeClusterVersions = operation(
  z.strictObject({ ...page, includeAll: z.string().optional() }),
  (params) => {
    const { items, nextToken } = onePage('cluster-versions', CLUSTER_VERSIONS, params);
    return { clusterVersions: items, nextToken };
  },
  'GET /cluster-versions',
);

const listAccessEntries = operation(
  z.strictObject({ ...inCluster, ...page, associatedPolicyArn: z.string().optional() }),
  (params, call) => {
    const { associatedPolicyArn } = params;
    const arns = accessEntriesOf(findCluster(call, params.clusterName))
      .filter(
        ({ accessPolicies }) =>
          !associatedPolicyArn || accessPolicies?.some(({ policyArn }) => policyArn === associatedPolicyArn),
      )
      .map(({ principalArn }) => principalArn);
    const { items, nextToken } = onePage(`access-entries of ${params.clusterName}`, arns, params);
    return { accessEntries: items, nextToken };
  },
  'GET /clusters/{clusterName}/access-entries',
);

const describeAccessEntry = describePart(
  'access-entries',
  'principalArn',
  'accessEntry',
  (cluster, principalArn) => {
    const { accessPolicies, ...entry } = findAccessEntry(cluster, principalArn) ?? {};
    return entry.principalArn === undefined ? undefined : entry;
  },
);

const listAssociatedAccessPolicies = operation(
  z.strictObject({ ...inCluster, ...page, principalArn: z.string() }),
  (params, call) => {
    const { clusterName, principalArn } = params;
    const entry = findAccessEntry(findCluster(call, clusterName), principalArn);
    if (entry === undefined) {
      throw notFound(`The specified principalArn could not be found: ${principalArn}.`);
    }
    const policies = entry.accessPolicies ?? [];
    const { items, nextToken } = onePage(
      `access-policies of ${clusterName} ${principalArn}`,
      policies,
      params,
    );
    return { clusterName, principalArn, associatedAccessPolicies: withEpochSeconds(items), nextToken };
  },
  'GET /clusters/{clusterName}/access-entries/{principalArn}/access-policies',
);

const listPodIdentityAssociations = operation(
  z.strictObject({
    ...inCluster,
    ...page,
    namespace: z.string().optional(),
    serviceAccount: z.string().optional(),
  }),
  (params, call) => {
    const associations = findCluster(call, params.clusterName)
      .podIdentityAssociations.filter(({ namespace }) => !params.namespace || namespace === params.namespace)
      .filter(({ serviceAccount }) => !params.serviceAccount || serviceAccount === params.serviceAccount)
      .map(({ clusterName, namespace, serviceAccount, associationArn, associationId, ownerArn }) => {
        return { clusterName, namespace, serviceAccount, associationArn, associationId, ownerArn };
      });
    const { items, nextToken } = onePage(
      `pod-identity-associations of ${params.clusterName}`,
      associations,
      params,
    );
    return { associations: items, nextToken };
  },
  'GET /clusters/{clusterName}/pod-identity-associations',
);

const describeIdentityProviderConfig = operation(
  z.strictObject({
    ...inCluster,
    identityProviderConfig: z.strictObject({ type: z.string(), name: z.string() }),
  }),
  (params, call) => {
    const { name } = params.identityProviderConfig;
    const configs = findCluster(call, params.clusterName).identityProviderConfigs;
    const oidc = configs.find(({ identityProviderConfigName }) => identityProviderConfigName === name);
    if (oidc === undefined) {
      throw notFound(`No identity provider configuration found for name: ${name}.`);
    }
    return { identityProviderConfig: { oidc } };
  },
  'POST /clusters/{clusterName}/identity-provider-configs/describe',
);

export const eksService: Service = {
  name: 'eks',
  signingName: 'eks',
  protocol: restJsonProtocol,
  invalid,
  operations: {
    ListClusters: listClusters,
    DescribeCluster: describeCluster,
    DescribeClusterVersions: describeClusterVersions,
    ListAddons: listParts('addons', 'addons', ({ addons }) => addons.map(({ addonName }) => addonName)),
    DescribeAddon: describePart('addons', 'addonName', 'addon', ({ addons }, id) =>
      addons.find(({ addonName }) => addonName === id),
    ),
    ListNodegroups: listParts('node-groups', 'nodegroups', ({ nodegroups }) =>
      nodegroups.map(({ nodegroupName }) => nodegroupName),
    ),
    DescribeNodegroup: describePart('node-groups', 'nodegroupName', 'nodegroup', ({ nodegroups }, id) =>
      nodegroups.find(({ nodegroupName }) => nodegroupName === id),
    ),
    ListFargateProfiles: listParts('fargate-profiles', 'fargateProfileNames', ({ fargateProfiles }) =>
      fargateProfiles.map(({ fargateProfileName }) => fargateProfileName),
    ),
    DescribeFargateProfile: describePart(
      'fargate-profiles',
      'fargateProfileName',
      'fargateProfile',
      ({ fargateProfiles }, id) =>
        fargateProfiles.find(({ fargateProfileName }) => fargateProfileName === id),
    ),
    ListAccessEntries: listAccessEntries,
    DescribeAccessEntry: describeAccessEntry,
    ListAssociatedAccessPolicies: listAssociatedAccessPolicies,
    ...accessEntryOperations((call, name) => accessEntriesOf(findCluster(call, name))),
    ListPodIdentityAssociations: listPodIdentityAssociations,
    DescribePodIdentityAssociation: describePart(
      'pod-identity-associations',
      'associationId',
      'association',
      ({ podIdentityAssociations }, id) =>
        podIdentityAssociations.find(({ associationId }) => associationId === id),
    ),
    ListIdentityProviderConfigs: listParts(
      'identity-provider-configs',
      'identityProviderConfigs',
      (cluster) =>
        cluster.identityProviderConfigs.map((config) => ({
          type: 'oidc',
          name: config.identityProviderConfigName,
        })),
    ),
    DescribeIdentityProviderConfig: describeIdentityProviderConfig,
  },
};
