import { PAYMENTS, REGION } from '../harness.ts';
import { allow, document, roleArn, WORKER_POLICIES, withNodeRole } from './node-roles.ts';
import { scenario, testScenarios } from './scenario.ts';

const region = REGION;
const UNKNOWN_ACCOUNT = '999988887777';

await testScenarios(
  'ecr-pull-only',
  [
    scenario('no nodes', 'PASSED NO_NODE_ROLES', (account, name) => account.cluster(name, { region })),
    scenario('a node as AWS recommends it', 'PASSED READ_ONLY', withNodeRole({ attached: WORKER_POLICIES })),
    scenario(
      'a node that may only pull',
      'PASSED READ_ONLY',
      withNodeRole({ attached: ['AWS/AmazonEC2ContainerRegistryPullOnly'] }),
    ),
    scenario(
      'a node that may push',
      'FAILED HIGH CAN_WRITE',
      withNodeRole({ attached: [...WORKER_POLICIES, 'AWS/AmazonEC2ContainerRegistryPowerUser'] }),
    ),
    scenario(
      'a node that may do everything in ECR but pull',
      'FAILED HIGH CAN_WRITE',
      withNodeRole({ inline: { x: document({ Effect: 'Allow', NotAction: 'ecr:Get*', Resource: '*' }) } }),
    ),
    scenario(
      'a node that may do anything except in ECR and IAM',
      'PASSED READ_ONLY',
      withNodeRole({
        inline: { x: document({ Effect: 'Allow', NotAction: ['ECR:*', 'iam:*'], Resource: '*' }) },
      }),
    ),
    scenario(
      'a node whose push is denied',
      'PASSED READ_ONLY',
      withNodeRole({
        inline: {
          x: document(allow('ecr:*')),
          y: document({
            ...allow([]),
            Action: undefined,
            NotAction: ['ecr:Get*', 'ecr:Batch?et*'],
            Effect: 'Deny',
          }),
        },
      }),
    ),
    scenario(
      'a node whose push is denied without MFA',
      'FAILED HIGH CAN_WRITE',
      withNodeRole({
        inline: {
          x: document(allow('ecr:PutImage'), {
            ...allow('*'),
            Effect: 'Deny',
            Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
          }),
        },
      }),
    ),
    scenario(
      'a node whose push is denied in one repository',
      'FAILED HIGH CAN_WRITE',
      withNodeRole({
        inline: {
          x: document(allow('ecr:p?timage'), {
            ...allow('ecr:*'),
            Effect: 'Deny',
            Resource: 'arn:aws:ecr:*:*:repository/prod',
          }),
        },
      }),
    ),
    scenario(
      'a node that may push under a condition',
      'FAILED HIGH CAN_WRITE',
      withNodeRole({
        inline: {
          x: document(allow('ecr:PutImage', { Condition: { StringEquals: { 'aws:ResourceTag/a': 'b' } } })),
        },
      }),
    ),
    scenario(
      'a node that may do everything to buckets',
      'PASSED READ_ONLY',
      withNodeRole({ inline: { x: document(allow('*', { Resource: ['arn:aws:s3:::*'] })) } }),
    ),
    scenario(
      'an administrator within a boundary',
      'PASSED READ_ONLY',
      withNodeRole({
        attached: ['AWS/AdministratorAccess'],
        boundary: `arn:aws:iam::${PAYMENTS}:policy/readers`,
      }),
    ),
    scenario('a role of another account', 'NOT_AVAILABLE EVIDENCE_UNREADABLE', (account, name) =>
      account.cluster(name, {
        region,
        accessEntries: [{ principalArn: `arn:aws:iam::${UNKNOWN_ACCOUNT}:role/x`, type: 'HYBRID_LINUX' }],
      }),
    ),
    scenario('a role with a path, twice', 'FAILED HIGH CAN_WRITE', (account, name) =>
      account
        .role(name, { path: '/nodes/', inline: { x: document(allow('ecr:DeleteRepository')) } })
        .cluster(name, {
          region,
          nodegroups: [{ nodeRole: roleArn(`nodes/${name}`) }],
          accessEntries: [
            { principalArn: roleArn(name), type: 'EC2_LINUX' },
            { principalArn: roleArn('pushers'), type: 'STANDARD' },
          ],
        }),
    ),
    scenario(
      'Fargate, Auto Mode and an instance',
      ['FAILED HIGH CAN_WRITE', 'PASSED READ_ONLY', 'PASSED READ_ONLY'],
      (account, name) =>
        account
          .role(`${name}-auto`, { attached: WORKER_POLICIES })
          .role(`${name}-self`, {
            inline: { x: document(allow('ecr:*')) },
            instanceProfiles: [`${name}-self`],
          })
          .instance({
            region,
            tags: { [`kubernetes.io/cluster/${name}`]: 'owned' },
            IamInstanceProfile: { Arn: `arn:aws:iam::${PAYMENTS}:instance-profile/${name}-self` },
          })
          .cluster(name, {
            region,
            fargateProfiles: [{ fargateProfileName: 'a' }],
            computeConfig: { enabled: true, nodeRoleArn: roleArn(`${name}-auto`) },
          }),
    ),
  ],
  {
    add: (account) =>
      account
        .policy('readers', {
          versions: [
            { document: document(allow('*')) },
            { document: document(allow(['ecr:Get*', 's3:*'])), isDefault: true },
          ],
        })
        .role('pushers', { inline: { x: document(allow('ecr:*')) } }),
  },
);
