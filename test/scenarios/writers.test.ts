import { describe, expect, it, vi } from 'vitest';
import type { AccountBuilder } from '../../infra/sandbox/account-builder.ts';
import { startSandbox } from '../../infra/sandbox/sandbox.ts';
import { aTestOrganization, REGION, run, SECURITY, stubCredentials } from '../harness.ts';

const PUSH = 'ecr:PutImage';

function document(...Statement: object[]) {
  return { Version: '2012-10-17', Statement };
}

function allow(Action: string | string[], more: object = {}) {
  return { Effect: 'Allow', Action, Resource: '*', ...more };
}

const deny = (Action: string) => ({ ...allow(Action), Effect: 'Deny' });
const policyArn = (accountId: string, name: string) => `arn:aws:iam::${accountId}:policy/${name}`;

type Row = readonly [
  fact: string,
  expected: string,
  add: (account: AccountBuilder, accountId: string) => unknown,
];

/** Each in an account of its own, where `ci-*` may write. */
const ROWS: readonly Row[] = [
  ['nobody', 'PASSED NO_WRITERS', (account) => account.user('ann').role('app')],
  [
    'a role of the pipeline',
    'PASSED APPROVED_WRITERS',
    (account) => account.role('ci-build', { inline: { x: document(allow(PUSH)) } }),
  ],
  [
    'a role of another name',
    'FAILED UNAPPROVED_WRITERS',
    (account) => account.role('app', { attached: ['AWS/AmazonEC2ContainerRegistryPowerUser'] }),
  ],
  [
    'a user, and a role of another name',
    'FAILED USERS_CAN_WRITE UNAPPROVED_WRITERS',
    (account) =>
      account
        .user('ann', { inline: { x: document(allow('*')) } })
        .role('app', { inline: { x: document(allow('ecr:Delete*')) } }),
  ],
  [
    'a user by a group',
    'FAILED USERS_CAN_WRITE',
    (account) =>
      account
        .group('developers', { attached: ['AWS/AmazonEC2ContainerRegistryFullAccess'] })
        .user('ann', { groups: ['developers'] }),
  ],
  [
    'a user by a group that denies it',
    'PASSED NO_WRITERS',
    (account) =>
      account
        .group('developers', { inline: { x: document(deny('ecr:Put*')) } })
        .user('ann', { inline: { x: document(allow(PUSH)) }, groups: ['developers'] }),
  ],
  [
    'a user whose boundary denies it',
    'PASSED NO_WRITERS',
    (account, accountId) =>
      account.policy('readers', { document: document(allow(['ecr:Get*', 's3:*'])) }).user('ann', {
        inline: { x: document(allow('ecr:*')) },
        boundary: policyArn(accountId, 'readers'),
      }),
  ],
  [
    'a user by an old version of a policy',
    'PASSED NO_WRITERS',
    (account, accountId) =>
      account
        .policy('p', {
          versions: [
            { document: document(allow('ecr:*')) },
            { document: document(allow('ecr:Describe*')), isDefault: true },
          ],
        })
        .user('ann', { attached: [policyArn(accountId, 'p')] }),
  ],
  [
    'a user in one repository, by NotAction',
    'FAILED USERS_CAN_WRITE',
    (account) =>
      account.user('ann', {
        inline: {
          x: document({
            Effect: 'Allow',
            NotAction: 'iam:*',
            Resource: `arn:aws:ecr:${REGION}:*:repository/shop`,
          }),
        },
      }),
  ],
  [
    'a user of other services only',
    'PASSED NO_WRITERS',
    (account) => account.user('ann', { inline: { x: document(allow('*', { Resource: 'arn:aws:s3:::x' })) } }),
  ],
  [
    'a service-linked role',
    'PASSED NO_WRITERS',
    (account) =>
      account.role('AWSServiceRoleForECRTemplate', {
        path: '/aws-service-role/ecr.amazonaws.com/',
        inline: { x: document(allow('ecr:*')) },
      }),
  ],
  [
    'a user with a malformed policy',
    'NOT_AVAILABLE EVIDENCE_UNREADABLE',
    (account) => account.user('ann', { inline: { x: '{"Statement"' } }),
  ],
];

const accounts = ROWS.map((row, index) => ({ row, id: `${500000000000 + index}` }));

/** The verdicts on each account. */
async function said(): Promise<ReadonlyMap<string, string>> {
  const world = aTestOrganization();
  for (const { row, id } of accounts) world.account(id, {}, (account) => row[2](account, id));
  const sandbox = await startSandbox(world);
  stubCredentials(sandbox, SECURITY);
  const registryAccounts = accounts.map(({ id }) => id);
  try {
    const { verdicts } = await run(
      {
        targets: { organization: true, regions: [REGION], registryAccounts },
        controls: { include: ['ecr-access'] },
        settings: { ecrWriters: ['ci-*'] },
      },
      { publish: false },
    );
    return new Map(
      verdicts
        .filter(({ level }) => level === 'account')
        .map(({ scope, status, reasonCodes }) => [scope.accountId, [status, ...reasonCodes].join(' ')]),
    );
  } finally {
    vi.unstubAllEnvs();
    await sandbox.close();
  }
}

const answers = await said();

describe('5.1.2 judges the writers of an account', () => {
  it.each(accounts.map(({ row, id }) => [row[0], row[1], id]))('%s: %s', (_, expected, id) => {
    expect(answers.get(id)).toBe(expected);
  });
});
