import {
  DescribeAccountCommand,
  DescribeOrganizationCommand,
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListOrganizationalUnitsForParentCommand,
  ListParentsCommand,
  ListRootsCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Account } from '../account.ts';
import { type Request, under } from './request.ts';

/** What the auditor assumes in member accounts. */
const ROLE = 'EksAuditorMember';

export const organizationRequests: readonly Request[] = [
  {
    request: 'sts:AssumeRole',
    send: ({ management, member }) => {
      const RoleArn = `arn:aws:iam::${member.id}:role/${ROLE}`;
      return management
        .client(STSClient)
        .send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session' }));
    },
    leftOut: ['PackedPolicySize'],
  },
  {
    request: 'sts:GetCallerIdentity',
    send: async ({ management, member }) => {
      const auditor = await management.assume(member.id, ROLE);
      return auditor.client(STSClient).send(new GetCallerIdentityCommand({}));
    },
  },
  {
    request: 'organizations:DescribeOrganization',
    send: ({ management }) => organizations(management).send(new DescribeOrganizationCommand({})),
  },
  {
    request: 'organizations:DescribeOrganization of a member',
    send: ({ member }) => organizations(member).send(new DescribeOrganizationCommand({})),
  },
  {
    request: 'organizations:ListAccounts',
    send: ({ management }) => organizations(management).send(new ListAccountsCommand({})),
    exact: ['Accounts[].Status', 'Accounts[].State'],
  },
  {
    request: 'organizations:ListAccounts by a member',
    send: ({ member }) => organizations(member).send(new ListAccountsCommand({})),
    differences: { error: 'AWS lets the management account and delegated administrators ask; moto everyone' },
  },
  {
    request: 'organizations:ListRoots',
    send: ({ management }) => organizations(management).send(new ListRootsCommand({})),
  },
  {
    request: 'organizations:ListAccountsForParent',
    send: ({ management, ids }) =>
      organizations(management).send(new ListAccountsForParentCommand({ ParentId: ids.unit })),
    exact: under('Accounts[]', 'Name Status State'),
  },
  {
    request: 'organizations:ListAccountsForParent of none',
    send: ({ management }) =>
      organizations(management).send(new ListAccountsForParentCommand({ ParentId: 'ou-none-00000000' })),
  },
  {
    request: 'organizations:ListOrganizationalUnitsForParent',
    send: ({ management, ids }) =>
      organizations(management).send(new ListOrganizationalUnitsForParentCommand({ ParentId: ids.root })),
    exact: ['OrganizationalUnits[].Name'],
  },
  {
    request: 'organizations:ListOrganizationalUnitsForParent of an OU without',
    send: ({ management, ids }) =>
      organizations(management).send(new ListOrganizationalUnitsForParentCommand({ ParentId: ids.unit })),
  },
  {
    request: 'organizations:ListOrganizationalUnitsForParent of none',
    send: ({ management }) =>
      organizations(management).send(
        new ListOrganizationalUnitsForParentCommand({ ParentId: 'ou-none-00000000' }),
      ),
  },
  {
    request: 'organizations:ListAccounts with a token that was not given out',
    send: ({ management }) => organizations(management).send(new ListAccountsCommand({ NextToken: 'none' })),
    differences: { error: 'AWS documents InvalidInputException, and no InvalidToken' },
  },
  {
    request: 'organizations:ListParents',
    send: ({ management, member }) =>
      organizations(management).send(new ListParentsCommand({ ChildId: member.id })),
    exact: ['Parents[].Type'],
  },
  {
    request: 'organizations:ListParents of none',
    send: ({ management }) =>
      organizations(management).send(new ListParentsCommand({ ChildId: '000000000000' })),
    differences: { error: 'AWS documents ChildNotFoundException, and no AccountNotFoundException' },
  },
  {
    request: 'organizations:DescribeAccount',
    send: ({ management, member }) =>
      organizations(management).send(new DescribeAccountCommand({ AccountId: member.id })),
    exact: under('Account', 'Name Status State JoinedMethod'),
  },
  {
    request: 'organizations:DescribeAccount of none',
    send: ({ management }) =>
      organizations(management).send(new DescribeAccountCommand({ AccountId: '000000000000' })),
  },
];

const organizations = (account: Account) => account.client(OrganizationsClient);
