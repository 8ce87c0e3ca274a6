import {
  CreateClusterCommand,
  type CreateClusterCommandInput,
  CreateFargateProfileCommand,
  CreateNodegroupCommand,
  type CreateNodegroupCommandInput,
  EKSClient,
} from '@aws-sdk/client-eks';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { REGION } from '../harness.ts';
import { type Account, aMember, required } from './account.ts';

/** Makes a cluster with nothing wrong in it but what `differing` says. */
export async function aCluster(
  account: Account,
  name: string,
  differing: Partial<CreateClusterCommandInput> = {},
  region = REGION,
): Promise<void> {
  const command = new CreateClusterCommand({
    name,
    roleArn: `arn:aws:iam::${account.id}:role/cluster`,
    resourcesVpcConfig: endpoint(),
    logging: { clusterLogging: [{ types: ['audit'], enabled: true }] },
    ...differing,
  });
  await account.client(EKSClient, region).send(command);
}

/** Makes a member account with a cluster `prod`. */
export async function anAccountWithCluster(name = 'payments'): Promise<Account> {
  const account = await aMember(name);
  await aCluster(account, 'prod');
  return account;
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
export async function aKey(account: Account): Promise<string> {
  return required((await account.client(KMSClient).send(new CreateKeyCommand({}))).KeyMetadata?.Arn);
}

/** Makes a node group in the subnets; its role is `arn:…:role/node` when left out. */
export async function aNodegroup(
  account: Account,
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

/** Makes a Fargate profile for the namespaces. */
export async function aFargateProfile(
  account: Account,
  clusterName: string,
  namespaces: readonly string[],
): Promise<void> {
  const command = new CreateFargateProfileCommand({
    clusterName,
    fargateProfileName: 'default',
    podExecutionRoleArn: `arn:aws:iam::${account.id}:role/pods`,
    selectors: namespaces.map((namespace) => ({ namespace })),
  });
  await account.client(EKSClient).send(command);
}

/** AWS takes the ARN as well; moto's DisableKey fails with an internal error for one (it looks for the id only). */
export function idOfKey(keyArn: string): string {
  return keyArn.slice(keyArn.lastIndexOf('/') + 1);
}
