import { allBut, allow, deny, MFA, REPOSITORY, when } from '../iam/builders.ts';
import { A, B, but, type EcrCase, ON_REPOSITORIES, on, PULL, PUSH, PUT_IMAGE, VARIABLE } from './ecr-case.ts';

export const ECR_BOUNDARY_CASES: readonly EcrCase[] = [
  { name: 'a boundary alone, which grants nothing', policies: [], boundary: [allow('*')], allowed: [] },
  { name: 'a boundary of everything', statements: [allow(PUSH)], boundary: [allow('*')], allowed: PUSH },
  { name: 'a boundary without statements', statements: [allow('*')], boundary: [], allowed: [] },
  { name: 'a boundary of other actions', statements: [allow(PUSH)], boundary: [allow(PULL)], allowed: [] },
  {
    name: 'a boundary of some actions',
    statements: [allow('ecr:*')],
    boundary: [allow(PULL)],
    allowed: PULL,
  },
  {
    name: 'a boundary in another case',
    statements: [allow(PUSH)],
    boundary: [allow('ECR:put*')],
    allowed: PUT_IMAGE,
  },
  {
    name: 'a boundary by NotAction',
    statements: [allow('ecr:*')],
    boundary: [allBut(allow('ecr:PutImage'))],
    allowed: but(PUT_IMAGE),
  },
  {
    name: 'a boundary with a Deny',
    statements: [allow('ecr:*')],
    boundary: [allow('*'), deny('ecr:PutImage')],
    allowed: but(PUT_IMAGE),
  },
  {
    name: 'a boundary with a Deny under a condition',
    statements: [allow(PUSH)],
    boundary: [allow('*'), when(deny('*'), MFA)],
    allowed: PUSH,
  },
  {
    name: 'a boundary under a condition',
    statements: [allow(PUSH)],
    boundary: [when(allow('*'), MFA)],
    allowed: PUSH,
  },
  {
    name: 'a boundary of the same repository',
    statements: [allow(PUSH, on(A))],
    boundary: [allow('*', on(A))],
    allowed: PUSH,
  },
  {
    name: 'a boundary of another repository',
    statements: [allow(PUSH, on(A))],
    boundary: [allow('*', on(B))],
    allowed: [],
  },
  {
    name: 'a boundary that overlaps by wildcards',
    statements: [allow(PUSH, on(`${REPOSITORY}/a*`))],
    boundary: [allow('*', on(`${REPOSITORY}/*z`))],
    allowed: PUSH,
  },
  {
    name: 'a boundary that cannot overlap',
    statements: [allow(PUSH, on(`${REPOSITORY}/a*`))],
    boundary: [allow('*', on(`${REPOSITORY}/b*`))],
    allowed: [],
  },
  {
    name: 'a boundary that leaves what a Deny takes',
    statements: [allow(PUSH), deny('*', on(A))],
    boundary: [allow('*', on(A))],
    allowed: [],
  },
  {
    name: 'a boundary by NotResource of what is allowed',
    statements: [allow(PUSH, on(A))],
    boundary: [allow('*', { NotResource: A })],
    allowed: [],
  },
  {
    name: 'a boundary by NotResource of something else',
    statements: [allow(PUSH, on(A))],
    boundary: [allow('*', { NotResource: B })],
    allowed: PUSH,
  },
  {
    name: 'a boundary with a policy variable',
    statements: [allow(PUSH, on(A))],
    boundary: [allow('*', on(VARIABLE))],
    allowed: PUSH,
  },
  {
    name: 'a boundary of repositories only',
    statements: [allow('ecr:*')],
    boundary: [allow('ecr:*', on(`${REPOSITORY}/*`))],
    allowed: ON_REPOSITORIES,
  },
];
