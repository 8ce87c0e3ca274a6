import { describe, expect, it } from 'vitest';
import { ecrAccessRepositories } from '../../../../shared/evaluate/controls/ecr-access-repositories.ts';
import { absent, present } from '../../../../shared/model/evidence.ts';
import { SCOPE } from '../../../builders.ts';
import {
  ACCOUNT,
  aDocument,
  aRegistryWith,
  aRepository,
  letPull,
  PUSH,
  type RawStatement,
  verdictsOf,
} from '../../../builders-iam.ts';
import { judge } from './ecr-access-repositories-support.ts';

const REPOSITORIES = `arn:aws:ecr:${SCOPE.region}:${ACCOUNT}:repository`;
const OWN = aRepository().arn;

function judgeRegistry(...statements: readonly RawStatement[]) {
  const region = { ...aRegistryWith(absent), registryPolicy: present(aDocument(...statements)) };
  const [registry] = verdictsOf(ecrAccessRepositories, { region });
  return registry?.reasonCode;
}

describe('5.1.2 the resources of statements', () => {
  it.each([
    ['the repository', OWN],
    ['it among others', ['arn:aws:s3:::x', OWN]],
    ['a pattern of it', `${OWN.slice(0, -1)}?`],
    ['a short ARN', 'arn:aws:ecr'],
    ['a variable', `${REPOSITORIES}/\${aws:PrincipalTag/team}*`],
    ['all', '*'],
  ])('count in a repository’s policy when they are %s', (_, Resource) => {
    expect(judge([letPull('*', { Resource })]).reasonCode).toBe('PUBLIC_ACCESS');
  });

  it.each([
    ['another repository', `${REPOSITORIES}/another`],
    ['below the repository', `${OWN}/*`],
    ['a repository of that name in another account', OWN.replace(ACCOUNT, '999988887777')],
    ['a repository of that name in another Region', OWN.replace(SCOPE.region, 'us-east-1')],
    ['a repository of that name in another partition', OWN.replace('arn:aws:', 'arn:aws-cn:')],
    ['another service’s', OWN.replace(':ecr:', ':ecr-public:')],
    ['not the repository’s, by its case', OWN.toUpperCase().replace('ARN:AWS:ECR', 'arn:aws:ecr')],
  ])('do not count in a repository’s policy when they are %s', (_, Resource) => {
    expect(judge([letPull('*', { Resource, Action: PUSH })]).reasonCode).toBe('POLICY_CONFINED');
    const denial = { Effect: 'Deny', Principal: '*', Action: '*', Resource };
    expect(judge([letPull('*'), denial]).reasonCode).toBe('PUBLIC_ACCESS');
  });

  it.each(['ecr:GetAuthorizationToken', 'ecr:PutRegistryPolicy', 'ecr:DescribeRegistry'])(
    'are not the repository for %s, which is on the registry',
    (Action) => {
      expect(judge([letPull('*', { Action })]).reasonCode).toBe('POLICY_CONFINED');
      expect(judge([letPull('*', { Action: [Action, 'ecr:PutImage'] })]).reason).toBe(
        'Everyone, whatever their account, may ecr:PutImage.',
      );
      expect(judgeRegistry(letPull('*', { Action, Resource: '*' }))).toBe('PUBLIC_ACCESS');
    },
  );

  it('of a Deny are enough in a repository’s policy when they are the repository', () => {
    const denial = { Effect: 'Deny', Principal: '*', Action: '*', Resource: OWN };
    const others = { Effect: 'Deny', Principal: '*', Action: '*', NotResource: `${REPOSITORIES}/another` };

    expect(judge([letPull('*'), denial]).reasonCode).toBe('POLICY_CONFINED');
    expect(judge([letPull('*'), others]).reasonCode).toBe('POLICY_CONFINED');
  });

  it.each([
    `${REPOSITORIES}/*`,
    `${REPOSITORIES}/shop/*`,
    `${REPOSITORIES}/shop`,
    `${REPOSITORIES}/*-api`,
    'arn:aws:ecr:*:*:repository/a?',
    `arn:aws:ecr:*:${ACCOUNT}:*`,
  ])('count in the registry’s policy when they can be repositories: %s', (Resource) => {
    expect(judgeRegistry(letPull('*', { Resource, Action: PUSH }))).toBe('PUBLIC_ACCESS');
  });

  it.each([
    `${REPOSITORIES}/Shop`,
    `${REPOSITORIES}/SHOP-*`,
    `${REPOSITORIES}/shop/`,
    `${REPOSITORIES}/shop..api`,
    `${REPOSITORIES}/x`,
    `${REPOSITORIES}/?`,
    `${REPOSITORIES}/${'x'.repeat(257)}`,
    `${REPOSITORIES}`,
    `arn:aws:ecr:${SCOPE.region}:${ACCOUNT}:registry/*`,
    `arn:aws:ecr:us-east-1:${ACCOUNT}:repository/*`,
    `arn:aws:ecr:${SCOPE.region}:999988887777:repository/*`,
    `arn:aws-us-gov:ecr:${SCOPE.region}:${ACCOUNT}:repository/*`,
    `arn:aws:s3:${SCOPE.region}:${ACCOUNT}:repository/*`,
  ])('do not count in the registry’s policy when they can be none: %s', (Resource) => {
    expect(judgeRegistry(letPull('*', { Resource, Action: PUSH }))).toBe('POLICY_CONFINED');
  });

  it('of a Deny of all repositories leave the actions on the registry itself', () => {
    const Resource = 'arn:aws:ecr:*:*:repository/*';
    const denial = { Effect: 'Deny', Principal: '*', Action: '*', Resource };

    expect(judgeRegistry(letPull('*', { Action: PUSH, Resource: '*' }), denial)).toBe('POLICY_CONFINED');
    expect(judgeRegistry(letPull('*', { Action: 'ecr:PutRegistryPolicy', Resource: '*' }), denial)).toBe(
      'PUBLIC_ACCESS',
    );
  });

  it('of an action that is not known may be any of ECR', () => {
    const fold = (Resource: string) => letPull('*', { Action: 'ecr:FoldImage', Resource });

    expect(judgeRegistry(fold(`arn:aws:ecr:${SCOPE.region}:${ACCOUNT}:fold/x`))).toBe('PUBLIC_ACCESS');
    expect(judgeRegistry(fold('*'))).toBe('PUBLIC_ACCESS');
    expect(judgeRegistry(fold('arn:aws:s3:::x'))).toBe('POLICY_CONFINED');
  });
});
