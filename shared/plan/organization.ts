import type { AwsAccount } from '../aws/account.ts';
import { actionsOf } from '../aws/operation.ts';
import {
  type DescribedAccount,
  describeOrganization,
  listAccounts,
  listAccountsForParent,
  listOrganizationalUnitsForParent,
} from '../aws/operations/organizations.ts';
import { awsReader } from '../aws/read.ts';
import type { ChangeEvents } from '../model/change-events.ts';
import { mapReading, present, presentOf, type Reading } from '../model/evidence.ts';
import { globalRegionOf } from '../model/partition.ts';

/** The IAM actions of this file's requests. */
export const ORGANIZATION_ACTIONS = actionsOf(
  describeOrganization,
  listAccounts,
  listAccountsForParent,
  listOrganizationalUnitsForParent,
);
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
  id(): Promise<Reading<string>>;
  accounts(): Promise<Reading<readonly MemberAccount[]>>;
  /** The ids of all accounts anywhere below an OU or root. */
  accountsBelow(parentId: string): Promise<Reading<readonly string[]>>;
}

export function organizationReader(aws: AwsAccount): OrganizationReader {
  const reader = awsReader(aws, globalRegionOf(aws.partition));

  async function accountsBelow(ParentId: string): Promise<Reading<readonly string[]>> {
    const [accounts, units] = await Promise.all([
      reader.list(listAccountsForParent, { ParentId }),
      reader.list(listOrganizationalUnitsForParent, { ParentId }),
    ]);
    if (accounts.state === 'unreadable') return accounts;
    if (units.state === 'unreadable') return units;
    const nested = await Promise.all(units.value.map(({ Id }) => accountsBelow(Id)));
    const ids = [present(accounts.value.map(({ Id }) => Id)), ...nested];
    return ids.find((reading) => reading.state === 'unreadable') ?? present(presentOf(ids).flat());
  }

  return {
    accountsBelow,
    id: async () => mapReading(await reader.read(describeOrganization, {}), ({ Id }) => Id),
    accounts: async () =>
      mapReading(await reader.list(listAccounts, {}), (accounts) => accounts.map(toMember)),
  };
}

function toMember({ Id, Name = '', State, Status }: DescribedAccount): MemberAccount {
  return { accountId: Id, name: Name, status: State ?? Status ?? '' };
}
