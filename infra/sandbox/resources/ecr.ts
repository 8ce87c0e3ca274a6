import type { PullThroughCacheRule, RegistryScanningConfiguration, Repository } from '@aws-sdk/client-ecr';
import { type Plain, withOverrides } from '../plain.ts';
import { regionsOf } from '../regions.ts';
import { arn, createdAt, type Scope } from './context.ts';
import { type PolicyDocument, policyText } from './policy-document.ts';

/** How a repository differs from a mutable, unscanned one without a policy. */
export type RepositorySpec = { readonly region: string } & Plain<Repository> & {
    readonly policy?: PolicyDocument | null;
    readonly tags?: Readonly<Record<string, string>>;
  };

/** A repository of the world. */
export type RepositoryResource = Plain<Repository> & {
  readonly region: string;
  readonly repositoryName: string;
  readonly repositoryArn: string;
  policy: string | null;
  tags: Record<string, string>;
};

/** How the registry of an account and Region differs from the default one. */
export interface RegistrySpec {
  readonly region: string;
  /** BASIC without rules when left out. */
  readonly scanning?: Plain<RegistryScanningConfiguration>;
  readonly policy?: PolicyDocument | null;
  readonly pullThroughCacheRules?: readonly Plain<PullThroughCacheRule>[];
}

/** A registry of the world. */
export interface RegistryResource {
  readonly region: string;
  scanning: Plain<RegistryScanningConfiguration>;
  policy: string | null;
  pullThroughCacheRules: Plain<PullThroughCacheRule>[];
}

export function makeRepository(scope: Scope, name: string, spec: RepositorySpec): RepositoryResource {
  const { region, policy, tags, ...fields } = spec;
  const defaults: Plain<Repository> = {
    registryId: scope.accountId,
    repositoryUri: `${scope.accountId}.dkr.ecr.${region}.${regionsOf(scope.partition).dnsSuffix}/${name}`,
    createdAt,
    imageTagMutability: 'MUTABLE',
    imageScanningConfiguration: { scanOnPush: false },
    encryptionConfiguration: { encryptionType: 'AES256' },
  };
  return {
    ...withOverrides(defaults, fields),
    region,
    repositoryName: name,
    repositoryArn: arn(scope, 'ecr', `repository/${name}`),
    policy: policy ? policyText(policy) : null,
    tags: { ...tags },
  };
}

export function makeRegistry(scope: Scope, spec: RegistrySpec): RegistryResource {
  return {
    region: spec.region,
    scanning: withOverrides({ scanType: 'BASIC', rules: [] }, spec.scanning),
    policy: spec.policy ? policyText(spec.policy) : null,
    pullThroughCacheRules: (spec.pullThroughCacheRules ?? []).map((rule) =>
      withOverrides({ registryId: scope.accountId, createdAt, updatedAt: createdAt }, rule),
    ),
  };
}
