import {
  DescribeOrganizationCommand,
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListOrganizationalUnitsForParentCommand,
  ListRootsCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import * as z from 'zod';
import { listing, operation, pageOf } from '../operation.ts';

/* https://docs.aws.amazon.com/organizations/latest/APIReference/API_Operations.html */

const client = OrganizationsClient;
const text = z.string().min(1);
const token = 'NextToken';

export const describeOrganization = operation({
  action: 'organizations:DescribeOrganization',
  client,
  command: DescribeOrganizationCommand,
  answer: z
    .object({ Organization: z.object({ Id: text, MasterAccountId: text.optional() }) })
    .transform(({ Organization }) => Organization),
});

/** `State` is replacing `Status`, which AWS no longer fills from September 2026 on. */
const account = z
  .object({
    Id: text,
    Name: z.string().optional(),
    State: z.string().optional(),
    Status: z.string().optional(),
  })
  .refine(({ State, Status }) => State || Status, 'an account without its state');
export type DescribedAccount = z.infer<typeof account>;

export const listAccounts = listing({
  action: 'organizations:ListAccounts',
  client,
  command: ListAccountsCommand,
  token,
  answer: pageOf('Accounts', account, token),
});

export const listAccountsForParent = listing({
  action: 'organizations:ListAccountsForParent',
  client,
  command: ListAccountsForParentCommand,
  token,
  answer: pageOf('Accounts', z.object({ Id: text }), token),
});

export const listOrganizationalUnitsForParent = listing({
  action: 'organizations:ListOrganizationalUnitsForParent',
  client,
  command: ListOrganizationalUnitsForParentCommand,
  token,
  answer: pageOf('OrganizationalUnits', z.object({ Id: text, Name: z.string().optional() }), token),
});

/** An organization has one root. https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListRoots.html */
export const listRoots = listing({
  action: 'organizations:ListRoots',
  client,
  command: ListRootsCommand,
  token,
  answer: pageOf('Roots', z.object({ Id: text, Name: z.string().optional() }), token),
});
