import {
  BatchGetRepositoryScanningConfigurationCommand,
  DescribeRegistryCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetRegistryPolicyCommand,
  GetRegistryScanningConfigurationCommand,
  GetRepositoryPolicyCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-ecr';
import { REGION } from '../../harness.ts';
import type { Account } from '../account.ts';
import { type Request, under } from './request.ts';

export const registryRequests: readonly Request[] = [
  {
    request: 'ecr:DescribeRepositories with a token that was not given out',
    send: ({ member }) => ecr(member).send(new DescribeRepositoriesCommand({ nextToken: 'none' })),
    differences: { error: 'moto takes no notice of the token' },
  },
  {
    request: 'ecr:DescribeRepositories',
    send: ({ member }) => ecr(member).send(new DescribeRepositoriesCommand({})),
    exact: under('repositories[]', 'repositoryName imageScanningConfiguration.scanOnPush'),
  },
  {
    request: 'ecr:DescribeRepositories of none',
    send: ({ member }) => ecr(member).send(new DescribeRepositoriesCommand({ repositoryNames: ['none'] })),
  },
  {
    request: 'ecr:GetRegistryScanningConfiguration',
    send: ({ member }) => ecr(member).send(new GetRegistryScanningConfigurationCommand({})),
    exact: [
      ...under('scanningConfiguration', 'scanType rules[].scanFrequency'),
      ...under('scanningConfiguration.rules[].repositoryFilters[]', 'filter filterType'),
    ],
  },
  {
    request: 'ecr:GetRegistryScanningConfiguration of an untouched registry',
    send: ({ management }) => ecr(management).send(new GetRegistryScanningConfigurationCommand({})),
    exact: ['scanningConfiguration.scanType'],
  },
  {
    request: 'ecr:BatchGetRepositoryScanningConfiguration',
    send: ({ member }) =>
      ecr(member).send(
        new BatchGetRepositoryScanningConfigurationCommand({
          repositoryNames: ['app/api', 'scratch', 'none'],
        }),
      ),
    exact: [
      ...under(
        'scanningConfigurations[]',
        'repositoryName scanFrequency scanOnPush appliedScanFilters[].filter',
      ),
      ...under('failures[]', 'repositoryName failureCode'),
    ],
    differences: {
      'scanningConfigurations[].scanOnPush': 'moto never sets it; the auditor does not read it',
    },
  },
  {
    request: 'ecr:GetRepositoryPolicy',
    send: ({ member }) => ecr(member).send(new GetRepositoryPolicyCommand({ repositoryName: 'app/api' })),
    exact: ['policyText'],
  },
  {
    request: 'ecr:GetRepositoryPolicy where there is none',
    send: ({ member }) => ecr(member).send(new GetRepositoryPolicyCommand({ repositoryName: 'scratch' })),
  },
  {
    request: 'ecr:GetRepositoryPolicy of no repository',
    send: ({ member }) => ecr(member).send(new GetRepositoryPolicyCommand({ repositoryName: 'none' })),
  },
  {
    request: 'ecr:GetRegistryPolicy',
    send: ({ member }) => ecr(member).send(new GetRegistryPolicyCommand({})),
    exact: ['policyText'],
  },
  {
    request: 'ecr:GetRegistryPolicy where there is none',
    send: ({ management }) => ecr(management).send(new GetRegistryPolicyCommand({})),
  },
  {
    request: 'ecr:ListTagsForResource of no repository',
    send: ({ member }) => {
      const resourceArn = `arn:aws:ecr:${REGION}:${member.id}:repository/none`;
      return ecr(member).send(new ListTagsForResourceCommand({ resourceArn }));
    },
  },
  {
    request: 'ecr:DescribeRegistry',
    send: ({ member }) => ecr(member).send(new DescribeRegistryCommand({})),
  },
];

const ecr = (account: Account) => account.client(ECRClient);
