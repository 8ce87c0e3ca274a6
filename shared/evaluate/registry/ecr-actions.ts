import { compileAction } from '../iam/statement.ts';
import { matches } from '../patterns/pattern.ts';

/** Access levels of the Service Authorization Reference, with list as `read` and tagging as `write`. */
export type AccessLevel = 'read' | 'write' | 'permissions';

/** What an action's `Resource` has to be: a repository's ARN, or `*`. */
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
const NAMES_BY_ACCESS = {
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

const ACCESS_LEVELS = ['read', 'write', 'permissions'] as const satisfies readonly AccessLevel[];
const RESOURCES = ['repository', 'registry'] as const satisfies readonly EcrResource[];

export const ECR_ACTIONS: readonly EcrAction[] = ACCESS_LEVELS.flatMap((access) =>
  RESOURCES.flatMap((resource) =>
    NAMES_BY_ACCESS[access][resource].map((name) => ({ name: `ecr:${name}` as const, access, resource })),
  ),
);

/**
 * The write action that AWS gives to nodes (AmazonEC2ContainerRegistryPullOnly). It fetches an image through a cache
 * rule of the registry into a repository that is there, so it cannot bring in an image of the caller's.
 */
export const IMPORT_UPSTREAM_IMAGE = 'ecr:BatchImportUpstreamImage';

/** Creates a repository for what a pull-through cache fetches the first time. */
export const CREATE_REPOSITORY = 'ecr:CreateRepository';

/** What a pull-through cache needs to create repositories, with tags where a creation template has some. */
export const PULL_THROUGH_CACHE_ACTIONS: readonly string[] = [CREATE_REPOSITORY, 'ecr:TagResource'];

/** The reads, by verb: they also decide on an action that is newer than the list. */
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
const READ_PATTERNS = ECR_READ_PATTERNS.map(compileAction);

/** The access level of an ECR action, in any case. One that is not in the list counts as a write unless its verb is a read's. */
export function ecrAccessLevel(action: string): AccessLevel {
  const name = action.toLowerCase();
  return (
    ACCESS_BY_NAME.get(name) ?? (READ_PATTERNS.some((pattern) => matches(pattern, name)) ? 'read' : 'write')
  );
}

/** Whether a pull needs the action: a read, or what a pull-through cache has to fetch. */
export function isPull(action: string): boolean {
  return ecrAccessLevel(action) === 'read' || action === IMPORT_UPSTREAM_IMAGE;
}
