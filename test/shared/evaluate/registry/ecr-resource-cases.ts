import { allow, deny, REPOSITORY } from '../iam/builders.ts';
import { type EcrCase, on, PUSH } from './ecr-case.ts';

const FIRST_CHARACTERS = [...'abcdefghijklmnopqrstuvwxyz0123456789'];

/** What an identity may do on resources that ECR can have, and on others. */
export const ECR_RESOURCE_CASES: readonly EcrCase[] = [
  {
    name: 'repositories that cannot be, by their names',
    statements: [
      allow(
        '*',
        on(
          `${REPOSITORY}/Shop`,
          `${REPOSITORY}/shop/`,
          `${REPOSITORY}/shop..api`,
          `${REPOSITORY}/x`,
          `${REPOSITORY}/*--*`,
          REPOSITORY,
        ),
      ),
    ],
    allowed: [],
  },
  {
    name: 'repositories that can be, by a pattern',
    statements: [allow(PUSH, on(`${REPOSITORY}/?hop*-api`, `${REPOSITORY}/Shop`))],
    allowed: PUSH,
  },
  {
    name: 'other resources that look like ECR’s',
    statements: [
      allow(
        '*',
        on(
          'arn:aws:ecr:eu-west-1:111122223333:registry/*',
          'arn:aws:ecr-public::111122223333:repository/*',
          'arn:aws:ecr:eu-west-1:1111:repository/*',
          'arn:aws:ecr::111122223333:repository/*',
        ),
      ),
    ],
    allowed: [],
  },
  {
    name: 'all repositories but those that a Deny names, which are all that can be',
    statements: [
      allow(PUSH, on(`${REPOSITORY}/??`)),
      deny('*', on(...FIRST_CHARACTERS.map((first) => `${REPOSITORY}/${first}?`))),
    ],
    allowed: [],
  },
  {
    name: 'an action newer than the list on what cannot be in ECR',
    statements: [allow('ecr:FoldImage', on('arn:aws:s3:::bucket/*', 'arn:aws-cn:ecr:*'))],
    allowed: [],
  },
  {
    name: 'an action newer than the list on what may be in ECR',
    statements: [allow('ecr:FoldImage', on('arn:aws:ecr:eu-west-1:111122223333:fold/x'))],
    allowed: ['ecr:FoldImage'],
  },
];
