import {
  DescribeAccessEntryCommand,
  DescribeAddonCommand,
  DescribeClusterCommand,
  DescribeClusterVersionsCommand,
  DescribeFargateProfileCommand,
  DescribeIdentityProviderConfigCommand,
  DescribeNodegroupCommand,
  EKSClient,
  ListAccessEntriesCommand,
  ListAddonsCommand,
  ListClustersCommand,
  ListFargateProfilesCommand,
  ListIdentityProviderConfigsCommand,
  ListNodegroupsCommand,
  ListPodIdentityAssociationsCommand,
} from '@aws-sdk/client-eks';
import * as z from 'zod';
import { accessEntrySchema, addonSchema, clusterSchema, identityProviderSchema } from '../../model/facts.ts';
import {
  fargateProfileSchema,
  nodegroupSchema,
  podIdentityAssociationSchema,
} from '../../model/node-facts.ts';
import { listing, operation, pageOf } from '../operation.ts';

/* https://docs.aws.amazon.com/eks/latest/APIReference/API_Operations.html */

const client = EKSClient;
const name = z.string().min(1);
/** Every list of EKS names the token of the next page so, in the request and in the answer. */
const token = 'nextToken';

/** What is not listed counts as deleted, so every name is checked. */
export const listClusters = listing({
  action: 'eks:ListClusters',
  client,
  command: ListClustersCommand,
  token,
  answer: pageOf('clusters', name, token),
});

const describedCluster = clusterSchema
  .required({ status: true })
  .extend({
    /** That of its API server: no fact, and not kept. */
    certificateAuthority: z.object({ data: z.string().optional() }).optional(),
  })
  .refine(
    ({ computeConfig }) => !computeConfig?.nodeRoleArn || computeConfig.enabled !== undefined,
    'a node role of Auto Mode without whether that is on',
  );
export type DescribedCluster = z.infer<typeof describedCluster>;

export const describeCluster = operation({
  action: 'eks:DescribeCluster',
  client,
  command: DescribeClusterCommand,
  answer: z.object({ cluster: describedCluster }).transform(({ cluster }) => cluster),
});

/** https://docs.aws.amazon.com/eks/latest/APIReference/API_ClusterVersionInformation.html */
const clusterVersion = z.object({
  clusterVersion: name,
  endOfStandardSupportDate: z.date().optional(),
  endOfExtendedSupportDate: z.date().optional(),
});

export const describeClusterVersions = listing({
  action: 'eks:DescribeClusterVersions',
  client,
  command: DescribeClusterVersionsCommand,
  token,
  answer: pageOf('clusterVersions', clusterVersion, token),
});

export const listNodegroups = listing({
  action: 'eks:ListNodegroups',
  client,
  command: ListNodegroupsCommand,
  token,
  answer: pageOf('nodegroups', name, token),
});

export const describeNodegroup = operation({
  action: 'eks:DescribeNodegroup',
  client,
  command: DescribeNodegroupCommand,
  answer: z
    .object({
      nodegroup: nodegroupSchema
        .required({ amiType: true, status: true, nodeRole: true, subnets: true })
        .refine(
          ({ launchTemplate: template }) => !template || template.id || template.name,
          'a launch template without its id',
        ),
    })
    .transform(({ nodegroup }) => nodegroup),
});

export const listFargateProfiles = listing({
  action: 'eks:ListFargateProfiles',
  client,
  command: ListFargateProfilesCommand,
  token,
  answer: pageOf('fargateProfileNames', name, token),
});

export const describeFargateProfile = operation({
  action: 'eks:DescribeFargateProfile',
  client,
  command: DescribeFargateProfileCommand,
  answer: z
    .object({
      fargateProfile: fargateProfileSchema
        .required({ status: true, podExecutionRoleArn: true, selectors: true })
        .refine(
          ({ selectors }) => selectors.length > 0 && selectors.every(({ namespace }) => namespace),
          'a profile without the namespaces that it selects',
        ),
    })
    .transform(({ fargateProfile }) => fargateProfile),
});

export const listPodIdentityAssociations = listing({
  action: 'eks:ListPodIdentityAssociations',
  client,
  command: ListPodIdentityAssociationsCommand,
  token,
  answer: pageOf('associations', podIdentityAssociationSchema, token),
});

export const listAddons = listing({
  action: 'eks:ListAddons',
  client,
  command: ListAddonsCommand,
  token,
  answer: pageOf('addons', name, token),
});

export const describeAddon = operation({
  action: 'eks:DescribeAddon',
  client,
  command: DescribeAddonCommand,
  answer: z.object({ addon: addonSchema.required({ status: true }) }).transform(({ addon }) => addon),
});

export const listAccessEntries = listing({
  action: 'eks:ListAccessEntries',
  client,
  command: ListAccessEntriesCommand,
  token,
  answer: pageOf('accessEntries', name, token),
});

export const describeAccessEntry = operation({
  action: 'eks:DescribeAccessEntry',
  client,
  command: DescribeAccessEntryCommand,
  answer: z
    .object({ accessEntry: accessEntrySchema.required({ type: true, kubernetesGroups: true }) })
    .transform(({ accessEntry }) => accessEntry),
});

export const listIdentityProviderConfigs = listing({
  action: 'eks:ListIdentityProviderConfigs',
  client,
  command: ListIdentityProviderConfigsCommand,
  token,
  answer: pageOf('identityProviderConfigs', z.object({ type: name, name }), token),
});

export const describeIdentityProviderConfig = operation({
  action: 'eks:DescribeIdentityProviderConfig',
  client,
  command: DescribeIdentityProviderConfigCommand,
  answer: z
    .object({ identityProviderConfig: z.object({ oidc: identityProviderSchema }) })
    .transform(({ identityProviderConfig }) => identityProviderConfig.oidc),
});
