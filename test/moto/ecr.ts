import {
  CreateRepositoryCommand,
  ECRClient,
  PutRegistryScanningConfigurationCommand,
  SetRepositoryPolicyCommand,
} from '@aws-sdk/client-ecr';
import type { Account } from './account.ts';
import { policy, type Statement } from './iam.ts';

/** What pulling an image takes. */
export const PULL = ['ecr:GetAuthorizationToken', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];

export async function aRepository(
  account: Account,
  repositoryName: string,
  imageScanningConfiguration: { readonly scanOnPush?: boolean } = {},
): Promise<void> {
  const command = new CreateRepositoryCommand({ repositoryName, imageScanningConfiguration });
  await account.client(ECRClient).send(command);
}

/** Makes a repository with a policy of one statement, which allows to pull when it does not say. */
export async function aSharedRepository(
  account: Account,
  repositoryName: string,
  statement: Statement,
): Promise<void> {
  await aRepository(account, repositoryName);
  const policyText = policy({ Effect: 'Allow', Action: PULL, ...statement });
  await account.client(ECRClient).send(new SetRepositoryPolicyCommand({ repositoryName, policyText }));
}

/** moto applies rules to the repositories that exist when they are set; AWS to later ones as well. */
export async function scan(
  account: Account,
  scanType: 'BASIC' | 'ENHANCED',
  scanFrequency: 'SCAN_ON_PUSH' | 'CONTINUOUS_SCAN',
  filter: string,
): Promise<void> {
  const repositoryFilters = [{ filter, filterType: 'WILDCARD' as const }];
  const rules = [{ scanFrequency, repositoryFilters }];
  await account.client(ECRClient).send(new PutRegistryScanningConfigurationCommand({ scanType, rules }));
}
