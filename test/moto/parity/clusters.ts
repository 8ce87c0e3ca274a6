import {
  DescribeClusterCommand,
  DescribeFargateProfileCommand,
  DescribeNodegroupCommand,
  EKSClient,
  ListClustersCommand,
  ListFargateProfilesCommand,
  ListNodegroupsCommand,
} from '@aws-sdk/client-eks';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import type { Account } from '../account.ts';
import { INTERNAL, ONLY_AWS, type Request, under } from './request.ts';

const KEY_STATE = under('KeyMetadata', 'KeyState KeyManager Enabled Origin');
const KEY = {
  'KeyMetadata.KeyUsage': ONLY_AWS,
  'KeyMetadata.MultiRegion': ONLY_AWS,
  'KeyMetadata.SigningAlgorithms': 'AWS answers with it for keys that sign, and these encrypt',
};

export const clusterRequests: readonly Request[] = [
  {
    request: 'eks:ListClusters with a token that was not given out',
    send: ({ member }) => eks(member).send(new ListClustersCommand({ nextToken: 'none' })),
    differences: { error: INTERNAL },
  },
  {
    request: 'eks:ListClusters',
    send: ({ member }) => eks(member).send(new ListClustersCommand({})),
    exact: ['clusters[]'],
  },
  {
    request: 'eks:DescribeCluster',
    send: ({ member }) => eks(member).send(new DescribeClusterCommand({ name: 'prod' })),
    exact: [
      ...under('cluster', 'name status version encryptionConfig[].resources[] tags.team'),
      ...under(
        'cluster.resourcesVpcConfig',
        'endpointPublicAccess endpointPrivateAccess publicAccessCidrs[]',
      ),
      ...under('cluster.logging.clusterLogging[]', 'enabled types[]'),
    ],
    leftOut: ['cluster.clientRequestToken'],
    differences: {
      'cluster.accessConfig': ONLY_AWS,
      'cluster.deletionProtection': ONLY_AWS,
      'cluster.health': ONLY_AWS,
      'cluster.kubernetesNetworkConfig.ipFamily': ONLY_AWS,
      'cluster.resourcesVpcConfig.clusterSecurityGroupId': ONLY_AWS,
      'cluster.resourcesVpcConfig.securityGroupIds': ONLY_AWS,
      'cluster.resourcesVpcConfig.vpcId': ONLY_AWS,
      'cluster.upgradePolicy': ONLY_AWS,
    },
  },
  {
    request: 'eks:DescribeCluster of none',
    send: ({ member }) => eks(member).send(new DescribeClusterCommand({ name: 'none' })),
  },
  {
    request: 'eks:ListNodegroups',
    send: ({ member }) => eks(member).send(new ListNodegroupsCommand({ clusterName: 'prod' })),
    exact: ['nodegroups[]'],
  },
  {
    request: 'eks:ListNodegroups of no cluster',
    send: ({ member }) => eks(member).send(new ListNodegroupsCommand({ clusterName: 'none' })),
    differences: { error: INTERNAL },
  },
  {
    request: 'eks:DescribeNodegroup',
    send: ({ member }) =>
      eks(member).send(new DescribeNodegroupCommand({ clusterName: 'prod', nodegroupName: 'default' })),
    exact: under('nodegroup', 'clusterName nodegroupName status launchTemplate.name launchTemplate.version'),
    leftOut: under('nodegroup', 'labels remoteAccess resources taints'),
  },
  {
    request: 'eks:DescribeNodegroup of none',
    send: ({ member }) =>
      eks(member).send(new DescribeNodegroupCommand({ clusterName: 'prod', nodegroupName: 'none' })),
  },
  {
    request: 'eks:ListFargateProfiles',
    send: ({ member }) => eks(member).send(new ListFargateProfilesCommand({ clusterName: 'prod' })),
    exact: ['fargateProfileNames[]'],
  },
  {
    request: 'eks:DescribeFargateProfile',
    send: ({ member }) =>
      eks(member).send(
        new DescribeFargateProfileCommand({ clusterName: 'prod', fargateProfileName: 'default' }),
      ),
    exact: under('fargateProfile', 'clusterName fargateProfileName status selectors[].namespace'),
    differences: {
      'fargateProfile.subnets[]': 'AWS takes the subnets of the cluster when none are given; moto none',
    },
  },
  {
    request: 'eks:DescribeFargateProfile of none',
    send: ({ member }) =>
      eks(member).send(
        new DescribeFargateProfileCommand({ clusterName: 'prod', fargateProfileName: 'none' }),
      ),
  },
  {
    request: 'kms:DescribeKey',
    send: ({ member, ids }) => kms(member).send(new DescribeKeyCommand({ KeyId: ids.keys.enabled })),
    exact: KEY_STATE,
    differences: KEY,
  },
  {
    request: 'kms:DescribeKey of a disabled one',
    send: ({ member, ids }) => kms(member).send(new DescribeKeyCommand({ KeyId: ids.keys.disabled })),
    exact: KEY_STATE,
    differences: KEY,
  },
  {
    request: 'kms:DescribeKey of one about to be deleted',
    send: ({ member, ids }) => kms(member).send(new DescribeKeyCommand({ KeyId: ids.keys.beingDeleted })),
    exact: KEY_STATE,
    differences: KEY,
  },
  {
    request: 'kms:DescribeKey of none',
    send: ({ member, ids }) =>
      kms(member).send(new DescribeKeyCommand({ KeyId: ids.keys.enabled.replace(/.{12}$/, 'ffffffffffff') })),
  },
  {
    request: 'kms:DescribeKey by an alias of none',
    send: ({ member }) => kms(member).send(new DescribeKeyCommand({ KeyId: 'alias/none' })),
  },
  {
    request: 'kms:DescribeKey by an ARN of another Region',
    send: ({ member, ids }) =>
      kms(member).send(new DescribeKeyCommand({ KeyId: ids.keys.enabled.replace('eu-west-1', 'eu-west-2') })),
    differences: { error: 'a key is in one Region; moto looks for its id in whichever it is asked in' },
  },
  {
    request: 'kms:DescribeKey of another account’s',
    send: ({ management, ids }) => kms(management).send(new DescribeKeyCommand({ KeyId: ids.keys.enabled })),
    differences: {
      error:
        'AWS does not tell a key that does not exist from one it may not show; moto looks among the own ones',
    },
  },
];

const eks = (account: Account) => account.client(EKSClient);
const kms = (account: Account) => account.client(KMSClient);
