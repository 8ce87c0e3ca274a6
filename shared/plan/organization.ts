import type { AwsAccount } from '../aws/account.ts';
import { actionsOf } from '../aws/operation.ts';
import {
  type DescribedAccount,
  describeOrganization,
  listAccounts,
  listAccountsForParent,
  listOrganizationalUnitsForParent,
  listRoots,
} from '../aws/operations/organizations.ts';
import { type AwsReader, awsReader } from '../aws/read.ts';
import type { ChangeEvents } from '../model/change-events.ts';
import { malformed, mapReading, present, presentOf, type Reading } from '../model/evidence.ts';
import { globalRegionOf } from '../model/partition.ts';
import { type Children, type UnitsOfAccounts, walkUnits } from './units.ts';

/** The IAM actions of this file's requests. */
export const ORGANIZATION_ACTIONS = actionsOf(
  describeOrganization,
  listAccounts,
  listAccountsForParent,
  listOrganizationalUnitsForParent,
  listRoots,
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
  /** The id of its management account, which every account of it may ask. */
  managementAccount(): Promise<Reading<string | undefined>>;
  accounts(): Promise<Reading<readonly MemberAccount[]>>;
  /** The ids of all accounts anywhere below an OU or root. */
  accountsBelow(parentId: string): Promise<Reading<readonly string[]>>;
  /**
   * The root and the OUs of each account, from the top down, by account id: one walk of the tree, of two requests for each
   * OU. Of more OUs than `most` it is given up.
   */
  unitsOfAccounts(most?: number): Promise<Reading<UnitsOfAccounts>>;
}

export function organizationReader(aws: AwsAccount): OrganizationReader {
  const reader = awsReader(aws, globalRegionOf(aws.partition));

  const children = new Map<string, Promise<Reading<Children>>>();

  /** The accounts and OUs right below a parent, read once. */
  function childrenOf(parentId: string): Promise<Reading<Children>> {
    const known = children.get(parentId) ?? readChildren(reader, parentId);
    children.set(parentId, known);
    return known;
  }

  async function accountsBelow(parentId: string): Promise<Reading<readonly string[]>> {
    const read = await childrenOf(parentId);
    if (read.state === 'unreadable') return read;
    const { accountIds, units } = read.value;
    const nested = await Promise.all(units.map(({ id }) => accountsBelow(id)));
    const ids = [present(accountIds), ...nested];
    return ids.find((reading) => reading.state === 'unreadable') ?? present(presentOf(ids).flat());
  }

  async function unitsOfAccounts(most = Number.POSITIVE_INFINITY): Promise<Reading<UnitsOfAccounts>> {
    const roots = await reader.list(listRoots, {});
    if (roots.state === 'unreadable') return roots;
    if (roots.value.length === 0) return malformed(listRoots.action, 'there is no root');
    return walkUnits(roots.value.map(toUnit), childrenOf, most);
  }

  return {
    accountsBelow,
    unitsOfAccounts,
    id: async () => mapReading(await reader.read(describeOrganization, {}), ({ Id }) => Id),
    managementAccount: async () =>
      mapReading(await reader.read(describeOrganization, {}), ({ MasterAccountId }) => MasterAccountId),
    accounts: async () =>
      mapReading(await reader.list(listAccounts, {}), (accounts) => accounts.map(toMember)),
  };
}

async function readChildren(reader: AwsReader, ParentId: string): Promise<Reading<Children>> {
  const [accounts, units] = await Promise.all([
    reader.list(listAccountsForParent, { ParentId }),
    reader.list(listOrganizationalUnitsForParent, { ParentId }),
  ]);
  if (accounts.state === 'unreadable') return accounts;
  const accountIds = accounts.value.map(({ Id }) => Id);
  return mapReading(units, (value) => ({ accountIds, units: value.map(toUnit) }));
}

function toUnit({ Id, Name }: { readonly Id: string; readonly Name?: string | undefined }) {
  return { id: Id, ...(Name && { name: Name }) };
}

function toMember({ Id, Name = '', State, Status }: DescribedAccount): MemberAccount {
  return { accountId: Id, name: Name, status: State ?? Status ?? '' };
}
