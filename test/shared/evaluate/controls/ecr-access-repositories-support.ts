import { ecrAccessRepositories } from '../../../../shared/evaluate/controls/ecr-access-repositories.ts';
import { present } from '../../../../shared/model/evidence.ts';
import { SCOPE } from '../../../builders.ts';
import { ACCOUNT, aDocument, aRegistryWith, type RawStatement, verdictsOf } from '../../../builders-iam.ts';

export const REGISTRY = `arn:aws:ecr:${SCOPE.region}:${ACCOUNT}:registry/${ACCOUNT}`;
export const OURS = 'o-a1b2c3d4e5';
export const FOREIGN = 'o-theirs1234';
export const ORGANIZATION = { StringEquals: { 'aws:PrincipalOrgID': OURS } };
export type Around = Parameters<typeof verdictsOf>[2];

/** The verdict on a repository with a policy of these statements. */
export function judge(statements: readonly RawStatement[], around: Around = {}) {
  const region = aRegistryWith(present(aDocument(...statements)));
  const verdict = verdictsOf(ecrAccessRepositories, { region }, around).find(
    ({ resource }) => resource.type === 'AwsEcrRepository',
  );
  if (verdict === undefined) throw new Error('no verdict on the repository');
  return verdict;
}

/** A Deny of everyone, and of all actions of ECR, under a condition. */
export function denyAll(Condition: unknown, more: RawStatement = {}): RawStatement {
  return { Effect: 'Deny', Principal: '*', Action: 'ecr:*', Condition, ...more };
}

export function root(accountId: string) {
  return { AWS: `arn:aws:iam::${accountId}:root` };
}
