import {
  DescribeAccessEntryCommand,
  DescribeAddonCommand,
  DescribeClusterCommand,
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
import { listing, operation } from '../operation.ts';

/* https://docs.aws.amazon.com/eks/latest/APIReference/API_Operations.html */

const client = EKSClient;
const name = z.string().min(1);
const names = z.array(name);
/** Every list of EKS names the token of the next page so, in the request and in the answer. */
const token = 'nextToken';
const nextToken = z.string().optional();

/** What is not listed counts as deleted, so every name is checked. */
export const listClusters = listing({
  action: 'eks:ListClusters',
  client,
  command: ListClustersCommand,
  token,
  answer: z
    .object({ clusters: names, nextToken })
    .transform((page) => ({ items: page.clusters, next: page.nextToken })),
});

export const describeCluster = operation({
  action: 'eks:DescribeCluster',
  client,
  command: DescribeClusterCommand,
  answer: z.object({ cluster: clusterSchema.required({ status: true }) }).transform(({ cluster }) => cluster),
});

export const listNodegroups = listing({
  action: 'eks:ListNodegroups',
  client,
  command: ListNodegroupsCommand,
  token,
  answer: z
    .object({ nodegroups: names, nextToken })
    .transform((page) => ({ items: page.nodegroups, next: page.nextToken })),
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
  answer: z
    .object({ fargateProfileNames: names, nextToken })
    .transform((page) => ({ items: page.fargateProfileNames, next: page.nextToken })),
});

export const describeFargateProfile = operation({
  action: 'eks:DescribeFargateProfile',
  client,
  command: DescribeFargateProfileCommand,
  answer: z
    .object({
      fargateProfile: fargateProfileSchema.required({
        status: true,
        podExecutionRoleArn: true,
        selectors: true,
      }),
    })
    .transform(({ fargateProfile }) => fargateProfile),
});

export const listPodIdentityAssociations = listing({
  action: 'eks:ListPodIdentityAssociations',
  client,
  command: ListPodIdentityAssociationsCommand,
  token,
  answer: z
    .object({ associations: z.array(podIdentityAssociationSchema), nextToken })
    .transform((page) => ({ items: page.associations, next: page.nextToken })),
});

export const listAddons = listing({
  action: 'eks:ListAddons',
  client,
  command: ListAddonsCommand,
  token,
  answer: z
    .object({ addons: names, nextToken })
    .transform((page) => ({ items: page.addons, next: page.nextToken })),
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
  answer: z
    .object({ accessEntries: names, nextToken })
    .transform((page) => ({ items: page.accessEntries, next: page.nextToken })),
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
  answer: z
    .object({ identityProviderConfigs: z.array(z.object({ type: name, name })), nextToken })
    .transform((page) => ({ items: page.identityProviderConfigs, next: page.nextToken })),
});

export const describeIdentityProviderConfig = operation({
  action: 'eks:DescribeIdentityProviderConfig',
  client,
  command: DescribeIdentityProviderConfigCommand,
  answer: z
    .object({ identityProviderConfig: z.object({ oidc: identityProviderSchema }) })
    .transform(({ identityProviderConfig }) => identityProviderConfig.oidc),
});
