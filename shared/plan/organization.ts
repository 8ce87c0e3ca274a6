import {
  type Account,
  DescribeOrganizationCommand,
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListOrganizationalUnitsForParentCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import type { AwsAccount } from '../aws/account.ts';
import { allPages } from '../aws/paginate.ts';
import { globalRegionOf } from '../aws/partition.ts';
import { MalformedResponseError } from '../aws/read.ts';
import type { ChangeEvents } from '../model/change-events.ts';

/** The IAM actions of this file's requests. */
export const ORGANIZATION_ACTIONS = [
  'organizations:DescribeOrganization',
  'organizations:ListAccounts',
  'organizations:ListAccountsForParent',
  'organizations:ListOrganizationalUnitsForParent',
] as const;
/** The events that change which accounts the organization has, and where. */
export const ORGANIZATION_EVENTS: ChangeEvents = {
  audited: [],
  ignored: [
    'organizations:AcceptHandshake',
    'organizations:CloseAccount',
    'organizations:CreateAccount',
    'organizations:CreateGovCloudAccount',
    'organizations:LeaveOrganization',
    'organizations:MoveAccount',
    'organizations:RemoveAccountFromOrganization',
  ],
  because:
    'they happen in the management account and would audit that one; an account that joins gets the member role minutes later, and the next scheduled run audits it',
};

/** An account as the organization knows it. */
export interface MemberAccount {
  readonly accountId: string;
  readonly name: string;
  /** For example `ACTIVE`, `SUSPENDED`. */
  readonly status: string;
}

/** Reads an organization. Callable from its management account and from delegated administrators. */
export interface OrganizationReader {
  /** The organization's id, such as `o-a1b2c3d4e5`. */
  id(): Promise<string | undefined>;
  accounts(): Promise<MemberAccount[]>;
  /** The ids of all accounts anywhere below an OU or root. */
  accountsBelow(parentId: string): Promise<string[]>;
}

export function organizationReader(aws: AwsAccount): OrganizationReader {
  const organizations = aws.client(OrganizationsClient, globalRegionOf(aws.partition));

  async function accountsBelow(ParentId: string): Promise<string[]> {
    const [accounts, units] = await Promise.all([
      allPages(async (NextToken) => {
        const answer = await organizations.send(new ListAccountsForParentCommand({ ParentId, NextToken }));
        return { items: answer.Accounts, next: answer.NextToken };
      }),
      allPages(async (NextToken) => {
        const command = new ListOrganizationalUnitsForParentCommand({ ParentId, NextToken });
        const answer = await organizations.send(command);
        return { items: answer.OrganizationalUnits, next: answer.NextToken };
      }),
    ]);
    const nested = await Promise.all(units.map((unit) => accountsBelow(idOf(unit))));
    return [...accounts.map(idOf), ...nested.flat()];
  }

  return {
    accountsBelow,
    async id() {
      const answer = await organizations.send(new DescribeOrganizationCommand({}));
      return answer.Organization?.Id;
    },
    async accounts() {
      const accounts = await allPages(async (NextToken) => {
        const answer = await organizations.send(new ListAccountsCommand({ NextToken }));
        return { items: answer.Accounts, next: answer.NextToken };
      });
      return accounts.map(toMember);
    },
  };
}

/** `State` is replacing `Status`, which AWS no longer fills from September 2026 on. */
function toMember(account: Account): MemberAccount {
  return {
    accountId: idOf(account),
    name: account.Name ?? '',
    status: account.State ?? account.Status ?? '',
  };
}

function idOf({ Id: id }: { readonly Id?: string | undefined }): string {
  if (!id) throw new MalformedResponseError('an account or OU without an id');
  return id;
}
