import {
  CreateClusterCommand,
  type CreateClusterCommandInput,
  CreateNodegroupCommand,
  type CreateNodegroupCommandInput,
  EKSClient,
} from '@aws-sdk/client-eks';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { type MotoAccount, required } from './account.ts';

/** Makes a cluster with nothing wrong in it but what `differing` says. */
export async function aCluster(
  account: MotoAccount,
  name: string,
  differing: Partial<CreateClusterCommandInput> = {},
): Promise<void> {
  const command = new CreateClusterCommand({
    name,
    roleArn: `arn:aws:iam::${account.id}:role/cluster`,
    resourcesVpcConfig: endpoint(),
    logging: { clusterLogging: [{ types: ['audit'], enabled: true }] },
    ...differing,
  });
  await account.client(EKSClient).send(command);
}

/** How a cluster is reached: privately when left out. */
export function endpoint(differing: CreateClusterCommandInput['resourcesVpcConfig'] = {}) {
  return {
    subnetIds: ['subnet-1'],
    endpointPublicAccess: false,
    endpointPrivateAccess: true,
    ...differing,
  };
}

export function encryptedWith(keyArn: string) {
  return { encryptionConfig: [{ resources: ['secrets'], provider: { keyArn } }] };
}

/** Makes a key; returns its ARN. */
export async function aKey(account: MotoAccount): Promise<string> {
  return required((await account.client(KMSClient).send(new CreateKeyCommand({}))).KeyMetadata?.Arn);
}

/** Makes a node group in the subnets; its role is `arn:…:role/node` when left out. */
export async function aNodegroup(
  account: MotoAccount,
  clusterName: string,
  subnets: string[],
  differing: Partial<CreateNodegroupCommandInput> = {},
): Promise<void> {
  const nodeRole = `arn:aws:iam::${account.id}:role/node`;
  const command = new CreateNodegroupCommand({
    clusterName,
    nodegroupName: 'default',
    subnets,
    nodeRole,
    ...differing,
  });
  await account.client(EKSClient).send(command);
}
