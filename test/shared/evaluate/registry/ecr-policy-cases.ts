import { ACCOUNT, aDocument, allBut, allow, aPolicy, deny, MFA, REPOSITORY, when } from '../iam/builders.ts';
import {
  A,
  B,
  but,
  type EcrCase,
  EVERYTHING,
  LISTING,
  ON_REPOSITORIES,
  on,
  PULL,
  PUSH,
  PUT_IMAGE,
  TOKEN,
  VARIABLE,
  WRITES_TO_REPOSITORIES,
} from './ecr-case.ts';

export const ECR_POLICY_CASES: readonly EcrCase[] = [
  { name: 'no policy', policies: [], allowed: [] },
  { name: 'a policy without statements', policies: [aPolicy('p', '{"Statement": []}')], allowed: [] },
  { name: 'one action', statements: [allow('ecr:PutImage')], allowed: PUT_IMAGE },
  { name: 'a list of actions', statements: [allow(PULL)], allowed: PULL },
  { name: 'two statements', statements: [allow(PULL), allow(PUSH)], allowed: [...PULL, ...PUSH] },
  {
    name: 'a single statement instead of a list',
    policies: [aPolicy('p', JSON.stringify({ Version: '2012-10-17', Statement: allow('ecr:PutImage') }))],
    allowed: PUT_IMAGE,
  },
  {
    name: 'a URL-encoded document',
    policies: [aPolicy('p', encodeURIComponent(aDocument(allow('ecr:PutImage'))))],
    allowed: PUT_IMAGE,
  },
  { name: 'another service', statements: [allow('s3:*')], allowed: [] },
  { name: 'public ECR, which is another service', statements: [allow('ecr-public:*')], allowed: [] },
  { name: 'an action in lower case', statements: [allow('ecr:putimage')], allowed: PUT_IMAGE },
  { name: 'an action in upper case', statements: [allow('ECR:PUTIMAGE')], allowed: PUT_IMAGE },
  { name: '*', statements: [allow('*')], allowed: EVERYTHING },
  { name: '*:*', statements: [allow('*:*')], allowed: EVERYTHING },
  { name: 'ecr:*', statements: [allow('ecr:*')], allowed: EVERYTHING },
  { name: 'a prefix', statements: [allow('ecr:List*')], allowed: LISTING },
  {
    name: 'a suffix',
    statements: [allow('ecr:*Image')],
    allowed: [
      'BatchDeleteImage',
      'BatchGetImage',
      'BatchImportUpstreamImage',
      'PutImage',
      'ReplicateImage',
    ].map((a) => `ecr:${a}`),
  },
  {
    name: 'a wildcard within',
    statements: [allow('ecr:Put*Scanning*')],
    allowed: ['ecr:PutImageScanningConfiguration', 'ecr:PutRegistryScanningConfiguration'],
  },
  { name: 'a question mark', statements: [allow('ecr:PutImag?')], allowed: PUT_IMAGE },
  {
    name: 'a question mark that stands for one character, not none',
    statements: [allow('ecr:PutImage?')],
    allowed: ['ecr:PutImage?'],
  },

  { name: 'a repository', statements: [allow('ecr:PutImage', on(A))], allowed: PUT_IMAGE },
  { name: 'all repositories', statements: [allow('ecr:*', on(`${REPOSITORY}/*`))], allowed: ON_REPOSITORIES },
  {
    name: 'every ARN, which is not the registry',
    statements: [allow('ecr:*', on('arn:aws:ecr:*:*:*'))],
    allowed: ON_REPOSITORIES,
  },
  {
    name: 'registry actions on a repository, where they mean nothing',
    statements: [allow(TOKEN, on(A))],
    allowed: [],
  },
  { name: 'registry actions on *', statements: [allow(TOKEN)], allowed: TOKEN },
  {
    name: 'a list of resources with one that fits',
    statements: [allow('ecr:PutImage', on('arn:aws:s3:::x', A))],
    allowed: PUT_IMAGE,
  },
  {
    name: 'a resource of another service',
    statements: [allow('*', on('arn:aws:s3:::bucket/*'))],
    allowed: [],
  },
  {
    name: 'a repository of another account',
    statements: [allow('ecr:PutImage', on('arn:aws:ecr:eu-west-1:999988887777:repository/shop'))],
    allowed: PUT_IMAGE,
  },
  {
    name: 'a repository of another partition',
    statements: [allow('ecr:PutImage', on(`arn:aws-cn:ecr:cn-north-1:${ACCOUNT}:repository/shop`))],
    allowed: [],
  },
  {
    name: 'a resource with a policy variable',
    statements: [allow('ecr:PutImage', on(VARIABLE))],
    allowed: PUT_IMAGE,
  },
  {
    name: 'NotResource of another service',
    statements: [allow('ecr:PutImage', { NotResource: 'arn:aws:s3:::*' })],
    allowed: PUT_IMAGE,
  },
  {
    name: 'NotResource of all repositories',
    statements: [allow('ecr:*', { NotResource: 'arn:aws:ecr:*:*:repository/*' })],
    allowed: but(ON_REPOSITORIES),
  },
  {
    name: 'NotResource of everything',
    statements: [allow('ecr:PutImage', { NotResource: '*' })],
    allowed: [],
  },

  { name: 'NotAction of another service', statements: [allBut(allow('iam:*'))], allowed: EVERYTHING },
  { name: 'NotAction of ECR', statements: [allBut(allow('ecr:*'))], allowed: [] },
  {
    name: 'NotAction of some',
    statements: [allBut(allow(['ecr:PutImage', 'ecr:List*']))],
    allowed: but([...PUT_IMAGE, ...LISTING]),
  },
  { name: 'NotAction in another case', statements: [allBut(allow('ECR:putimage'))], allowed: but(PUT_IMAGE) },
  {
    name: 'NotAction on a repository',
    statements: [allBut(allow('ecr:PutImage', on(A)))],
    allowed: but(PUT_IMAGE, ON_REPOSITORIES),
  },

  { name: 'Deny only', statements: [deny('ecr:*')], allowed: [] },
  { name: 'Deny of one action', statements: [allow('ecr:*'), deny('ecr:PutImage')], allowed: but(PUT_IMAGE) },
  { name: 'Deny before Allow', statements: [deny('ecr:PutImage'), allow('ecr:*')], allowed: but(PUT_IMAGE) },
  {
    name: 'Deny in another case',
    statements: [allow(PUSH), deny('ECR:PUTIMAGE')],
    allowed: ['ecr:UploadLayerPart'],
  },
  { name: 'Deny by wildcard', statements: [allow(PUSH), deny('ecr:Put*')], allowed: ['ecr:UploadLayerPart'] },
  { name: 'Deny of everything', statements: [allow('*'), deny('*')], allowed: [] },
  {
    name: 'Deny in another policy',
    policies: [aPolicy('a', aDocument(allow(PUSH))), aPolicy('d', aDocument(deny(PUSH)))],
    allowed: [],
  },
  { name: 'Deny of another service', statements: [allow(PUSH), deny('s3:*')], allowed: PUSH },
  { name: 'Deny under a condition', statements: [allow(PUSH), when(deny('*'), MFA)], allowed: PUSH },
  {
    name: 'Deny under an empty condition, which always holds',
    statements: [allow(PUSH), when(deny('*'), {})],
    allowed: [],
  },
  { name: 'Deny on one repository of all', statements: [allow(PUSH), deny('*', on(A))], allowed: PUSH },
  {
    name: 'Deny on the one repository allowed',
    statements: [allow(PUSH, on(A)), deny('*', on(A))],
    allowed: [],
  },
  { name: 'Deny on another repository', statements: [allow(PUSH, on(A)), deny('*', on(B))], allowed: PUSH },
  {
    name: 'Deny on every repository, which leaves the registry',
    statements: [allow('ecr:*'), deny('ecr:*', on('arn:aws:ecr:*:*:repository/*'))],
    allowed: but(ON_REPOSITORIES),
  },
  {
    name: 'Deny on every repository of the account, which leaves other accounts’',
    statements: [allow(PUSH), deny('*', on(`${REPOSITORY}/*`))],
    allowed: PUSH,
  },
  {
    name: 'two Denies that cover together what is allowed',
    statements: [allow(PUSH, on(A, B)), deny('*', on(A)), deny('*', on(B))],
    allowed: [],
  },
  {
    name: 'two Denies that leave one of three',
    statements: [allow(PUSH, on(A, B, `${REPOSITORY}/shop-c`)), deny('*', on(A)), deny('*', on(B))],
    allowed: PUSH,
  },
  { name: 'Deny by NotAction', statements: [allow('ecr:*'), allBut(deny(PULL))], allowed: PULL },
  {
    name: 'Deny by NotResource, which spares a repository',
    statements: [allow(PUSH), deny('*', { NotResource: A })],
    allowed: PUSH,
  },
  {
    name: 'Deny by NotResource of something else',
    statements: [allow(PUSH, on(A)), deny('*', { NotResource: B })],
    allowed: [],
  },
  {
    name: 'Deny on a resource with a policy variable, of unknown reach',
    statements: [allow(PUSH, on(A)), deny('*', on(VARIABLE))],
    allowed: PUSH,
  },
  {
    name: 'Deny by NotResource with a policy variable, which may spare all',
    statements: [allow(PUSH, on(A)), deny('*', { NotResource: VARIABLE })],
    allowed: PUSH,
  },
  {
    name: 'a variable in a policy of 2008, where it is only text',
    policies: [
      aPolicy(
        'p',
        JSON.stringify({
          Version: '2008-10-17',
          Statement: [allow(PUSH, on(VARIABLE)), deny('*', on(VARIABLE))],
        }),
      ),
    ],
    allowed: [],
  },
  {
    name: 'an escaped star, which is no wildcard',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: IAM's escape of a star
    statements: [allow(PUSH), deny('*', on('${*}'))],
    allowed: PUSH,
  },

  { name: 'Allow under a condition', statements: [when(allow(PUSH), MFA)], allowed: PUSH },
  {
    name: 'Allow with and without a condition',
    statements: [when(allow(PUSH), MFA), allow('ecr:PutImage')],
    allowed: PUSH,
  },
  { name: 'a group’s policy', policies: [aPolicy('g', aDocument(allow(PUSH)))], allowed: PUSH },
  {
    name: 'Deny in a group’s policy',
    policies: [aPolicy('a', aDocument(allow(PUSH))), aPolicy('g', aDocument(deny('*')))],
    allowed: [],
  },

  { name: 'an action newer than the list', statements: [allow('ecr:FoldImage')], allowed: ['ecr:FoldImage'] },
  {
    name: 'an action newer than the list, denied',
    statements: [allow('ecr:FoldImage'), deny('ecr:Fold*')],
    allowed: [],
  },
  {
    name: 'a pattern of newer actions, denied in part',
    statements: [allow('ecr:Fold*'), deny('ecr:FoldImage')],
    allowed: ['ecr:Fold*'],
  },
  {
    name: 'an administrator kept from writing',
    statements: [allow('*'), deny(WRITES_TO_REPOSITORIES)],
    allowed: but(WRITES_TO_REPOSITORIES),
  },
];
