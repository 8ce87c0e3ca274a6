import {
  BatchGetRepositoryScanningConfigurationCommand,
  DescribePullThroughCacheRulesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetRegistryPolicyCommand,
  GetRegistryScanningConfigurationCommand,
  GetRepositoryPolicyCommand,
} from '@aws-sdk/client-ecr';
import * as z from 'zod';
import { listing, operation, optionalOperation, pageOf } from '../operation.ts';

/* https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_Operations.html */

const client = ECRClient;
const text = z.string().min(1);
const token = 'nextToken';

export const describeRepositories = listing({
  action: 'ecr:DescribeRepositories',
  client,
  command: DescribeRepositoriesCommand,
  token,
  answer: pageOf(
    'repositories',
    z.object({
      repositoryName: text,
      repositoryArn: text,
      imageScanningConfiguration: z.object({ scanOnPush: z.boolean().optional() }).optional(),
    }),
    'nextToken',
  ),
});

export const getRegistryScanningConfiguration = operation({
  action: 'ecr:GetRegistryScanningConfiguration',
  client,
  command: GetRegistryScanningConfigurationCommand,
  answer: z
    .object({
      scanningConfiguration: z.object({
        scanType: text,
        rules: z
          .array(
            z.object({
              scanFrequency: text,
              repositoryFilters: z.array(z.object({ filter: text })).optional(),
            }),
          )
          .optional(),
      }),
    })
    .transform(({ scanningConfiguration }) => scanningConfiguration),
});

/** Whoever is missing from both lists was not answered. */
export const batchGetRepositoryScanningConfiguration = operation({
  action: 'ecr:BatchGetRepositoryScanningConfiguration',
  client,
  command: BatchGetRepositoryScanningConfigurationCommand,
  answer: z.object({
    scanningConfigurations: z
      .array(z.object({ repositoryName: text, scanFrequency: text.optional() }))
      .optional(),
    failures: z
      .array(
        z.object({
          repositoryName: text,
          failureCode: text.optional(),
          failureReason: z.string().optional(),
        }),
      )
      .optional(),
  }),
});

export const getRepositoryPolicy = optionalOperation({
  action: 'ecr:GetRepositoryPolicy',
  client,
  command: GetRepositoryPolicyCommand,
  absent: ['RepositoryPolicyNotFoundException'],
  answer: z.object({ policyText: text }).transform(({ policyText }) => policyText),
});

export const getRegistryPolicy = optionalOperation({
  action: 'ecr:GetRegistryPolicy',
  client,
  command: GetRegistryPolicyCommand,
  absent: ['RegistryPolicyNotFoundException'],
  answer: z.object({ policyText: text }).transform(({ policyText }) => policyText),
});

export const describePullThroughCacheRules = listing({
  action: 'ecr:DescribePullThroughCacheRules',
  client,
  command: DescribePullThroughCacheRulesCommand,
  token,
  answer: pageOf(
    'pullThroughCacheRules',
    z.object({
      ecrRepositoryPrefix: text,
      upstreamRegistryUrl: text,
      upstreamRepositoryPrefix: z.string().optional(),
    }),
    'nextToken',
  ),
});
