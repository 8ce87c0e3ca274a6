import type { IdentityPolicy } from '../../../../shared/evaluate/iam/identity.ts';
import { ECR_ACTIONS } from '../../../../shared/evaluate/registry/ecr-actions.ts';
import type { RawStatement } from '../iam/builders.ts';
import { REPOSITORY } from '../iam/builders.ts';

/** An identity and what AWS's policy evaluation lets it do in ECR. */
export interface EcrCase {
  readonly name: string;
  /** Of one attached policy. */
  readonly statements?: readonly RawStatement[];
  readonly policies?: readonly IdentityPolicy[];
  readonly boundary?: readonly RawStatement[];
  readonly allowed: readonly string[];
}

export const PULL = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];
export const PUSH = ['ecr:PutImage', 'ecr:UploadLayerPart'];
export const PUT_IMAGE = ['ecr:PutImage'];
export const TOKEN = ['ecr:GetAuthorizationToken'];
export const EVERYTHING = ECR_ACTIONS.map(({ name }) => name);
export const ON_REPOSITORIES = ECR_ACTIONS.filter(({ resource }) => resource === 'repository').map(
  ({ name }) => name,
);
export const WRITES_TO_REPOSITORIES = ECR_ACTIONS.filter(
  ({ resource, access }) => resource === 'repository' && access !== 'read',
).map(({ name }) => name);
const LISTS = [
  'ListImageReferrers',
  'ListImages',
  'ListPullTimeUpdateExclusions',
  'ListReplicationBackfills',
];
export const LISTING = [...LISTS, 'ListTagsForResource'].map((name) => `ecr:${name}`);

export function but(excluded: readonly string[], all: readonly string[] = EVERYTHING): string[] {
  return all.filter((action) => !excluded.includes(action));
}

export const on = (...resources: string[]) => ({ Resource: resources });
export const A = `${REPOSITORY}/shop-a`;
export const B = `${REPOSITORY}/shop-b`;
export const VARIABLE = `${REPOSITORY}/\${aws:PrincipalTag/team}`;
