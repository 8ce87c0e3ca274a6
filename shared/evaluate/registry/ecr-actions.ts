import { compileAction } from '../iam/statement.ts';
import { matches } from '../patterns/pattern.ts';

/** Access levels of the Service Authorization Reference, with list as `read` and tagging as `write`. */
export type AccessLevel = 'read' | 'write' | 'permissions';

/** What an action's `Resource` is: a repository's ARN, or nothing narrower than `*`. */
export type EcrResource = 'repository' | 'registry';

export interface EcrAction {
  readonly name: `ecr:${string}`;
  readonly access: AccessLevel;
  readonly resource: EcrResource;
}

/**
 * The actions of private ECR, from the Service Authorization Reference ("Amazon Elastic Container Registry"), and
 * those of the API that were newer than it: `ListImageReferrers` and the replication backfills.
 */
const NAMES = {
  read: {
    repository: [
      'BatchCheckLayerAvailability',
      'BatchGetImage',
      'BatchGetRepositoryScanningConfiguration',
      'DescribeImageReplicationStatus',
      'DescribeImages',
      'DescribeImageScanFindings',
      'DescribeImageSigningStatus',
      'DescribeRepositories',
      'GetDownloadUrlForLayer',
      'GetImageCopyStatus',
      'GetLifecyclePolicy',
      'GetLifecyclePolicyPreview',
      'GetRepositoryPolicy',
      'ListImageReferrers',
      'ListImages',
      'ListTagsForResource',
    ],
    registry: [
      'DescribePullThroughCacheRules',
      'DescribeRegistry',
      'DescribeReplicationBackfillResults',
      'DescribeRepositoryCreationTemplates',
      'GetAccountSetting',
      'GetAuthorizationToken',
      'GetRegistryPolicy',
      'GetRegistryScanningConfiguration',
      'GetSigningConfiguration',
      'ListPullTimeUpdateExclusions',
      'ListReplicationBackfills',
      'ValidatePullThroughCacheRule',
    ],
  },
  write: {
    repository: [
      'BatchDeleteImage',
      'BatchImportUpstreamImage',
      'CompleteLayerUpload',
      'CreateRepository',
      'DeleteLifecyclePolicy',
      'DeleteRepository',
      'InitiateLayerUpload',
      'PutImage',
      'PutImageScanningConfiguration',
      'PutImageTagMutability',
      'PutLifecyclePolicy',
      'ReplicateImage',
      'StartImageScan',
      'StartLifecyclePolicyPreview',
      'TagResource',
      'UntagResource',
      'UpdateImageStorageClass',
      'UploadLayerPart',
    ],
    registry: [
      'CreatePullThroughCacheRule',
      'CreateRepositoryCreationTemplate',
      'DeletePullThroughCacheRule',
      'DeleteRepositoryCreationTemplate',
      'DeleteSigningConfiguration',
      'DeregisterPullTimeUpdateExclusion',
      'PutAccountSetting',
      'PutRegistryScanningConfiguration',
      'PutReplicationConfiguration',
      'PutSigningConfiguration',
      'RegisterPullTimeUpdateExclusion',
      'StartReplicationBackfill',
      'StopReplicationBackfill',
      'UpdatePullThroughCacheRule',
      'UpdateRepositoryCreationTemplate',
    ],
  },
  permissions: {
    repository: ['DeleteRepositoryPolicy', 'SetRepositoryPolicy'],
    registry: ['DeleteRegistryPolicy', 'PutRegistryPolicy'],
  },
} as const satisfies Record<AccessLevel, Record<EcrResource, readonly string[]>>;

const LEVELS = ['read', 'write', 'permissions'] as const satisfies readonly AccessLevel[];
const RESOURCES = ['repository', 'registry'] as const satisfies readonly EcrResource[];

export const ECR_ACTIONS: readonly EcrAction[] = LEVELS.flatMap((access) =>
  RESOURCES.flatMap((resource) =>
    NAMES[access][resource].map((name) => ({ name: `ecr:${name}` as const, access, resource })),
  ),
);

/** What a node needs to pull through a cache rule: the write that is part of pulling. */
export const PULL_THROUGH_CACHE_ACTIONS: readonly string[] = [
  'ecr:CreateRepository',
  'ecr:BatchImportUpstreamImage',
];

/** What AWS calls reads; an action that is newer than our list is told by its verb. */
export const ECR_READ_PATTERNS: readonly string[] = [
  'ecr:BatchCheck*',
  'ecr:BatchGet*',
  'ecr:Describe*',
  'ecr:Get*',
  'ecr:List*',
  'ecr:Validate*',
];

const ACCESS_BY_NAME: ReadonlyMap<string, AccessLevel> = new Map(
  ECR_ACTIONS.map(({ name, access }) => [name.toLowerCase(), access]),
);
const READS = ECR_READ_PATTERNS.map(compileAction);

/** The access an ECR action gives, in any case. One that is not in the list, and does not read like a read, writes. */
export function ecrAccessLevel(action: string): AccessLevel {
  const name = action.toLowerCase();
  return ACCESS_BY_NAME.get(name) ?? (READS.some((read) => matches(read, name)) ? 'read' : 'write');
}
