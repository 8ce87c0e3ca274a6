import type { AwsAccount } from '../aws/account.ts';
import { ownRegions, type RegionStates } from '../aws/regions.ts';
import type { Config } from '../config/config.ts';
import { namesRegions } from '../config/named-regions.ts';
import { absent, type Evidence, type Reading, type Unreadable } from '../model/evidence.ts';
import type { Plan, Run, SkippedAccount, Target, TargetRegion } from '../model/run.ts';
import { type MemberAccount, type OrganizationReader, organizationReader } from './organization.ts';
import { PlanError } from './plan-error.ts';
import { organizationNotices, regionNotices } from './reading-notices.ts';
import { runOptionsOf } from './run-options.ts';
import { checkPartition, checkRegions, selectRegions } from './select-regions.ts';
import { TOO_MANY_UNITS, type UnitsOfAccounts } from './units.ts';

/** What planning depends on. */
export interface PlanDependencies {
  /** Access to the account that plans: the management account, a delegated administrator, or any single account. */
  readonly caller: AwsAccount;
  /** The Region it plans in. */
  readonly region: string;
  readonly config: Config;
  /** Only these of the accounts that the configuration selects; empty for none of them. */
  readonly only?: readonly string[];
}

/**
 * Decides which accounts a run audits. Their Regions each audit finds out in its own account: account:ListRegions answers
 * one caller five times a second. Throws PlanError.
 */
export async function plan(run: Run, dependencies: PlanDependencies): Promise<Plan> {
  const { config, caller, only } = dependencies;
  checkPartition(caller.partition, 'the credentials are of it', config);
  const [{ organization, ...selection }, regions] = await Promise.all([
    selectAccounts(dependencies),
    ownRegionsIfNamed(dependencies),
  ]);
  const states = regions?.states;
  const own = states?.state === 'present' ? checkedRegions(states.value, config.targets) : undefined;
  const isIncluded = ({ accountId }: SelectedAccount) => only?.includes(accountId) ?? true;
  const targets = selection.selected.filter(isIncluded).map(
    (account): Target => ({
      partition: caller.partition,
      ...account,
      ...(own && account.accountId === caller.accountId && { regions: own }),
    }),
  );
  const { clusters } = config.targets;
  // Its own audit tells, where its Regions are not known yet.
  const asksAgain = own === undefined && targets.some(({ accountId }) => accountId === caller.accountId);
  const place = { accountId: caller.accountId, region: dependencies.region };
  const notices = [
    ...organizationNotices({ units: selection.unitsUnread, members: organization.membersUnreadable }, place),
    ...(asksAgain ? [] : regionNotices(regions?.refused ?? [], place)),
  ];
  return {
    run,
    ...callerOf(caller),
    options: runOptionsOf(config, only),
    organization,
    targets,
    skipped: selection.skipped.filter(isIncluded),
    ...(only && { narrowed: true as const }),
    ...(clusters.length > 0 && { clusters }),
    ...(notices.length > 0 && { notices }),
  };
}

/** Who runs the audit, where it is known. */
export function callerOf({
  accountId,
  callerArn,
}: Pick<AwsAccount, 'accountId' | 'callerArn'>): Pick<Plan, 'caller'> {
  return callerArn === undefined ? {} : { caller: { accountId, arn: callerArn } };
}

type SelectedAccount = Pick<Target, 'accountId' | 'name' | 'organizationalUnits'>;

interface Selection {
  readonly organization: Plan['organization'];
  readonly selected: readonly SelectedAccount[];
  readonly skipped: readonly SkippedAccount[];
  /** Why the OUs of the accounts are not shown. */
  readonly unitsUnread?: Unreadable;
}

function selectAccounts(dependencies: PlanDependencies): Promise<Selection> {
  return dependencies.config.targets.organization ? selectMembers(dependencies) : selectListed(dependencies);
}

/** Without an organization: the accounts of the configuration, or the caller's own. */
async function selectListed({ caller, config }: PlanDependencies): Promise<Selection> {
  const { accounts, excludeAccounts } = config.targets;
  const listed = accounts.length > 0 ? accounts : [caller.accountId];
  const selected = [...new Set(listed)].filter((accountId) => !excludeAccounts.includes(accountId));
  if (selected.length === 0)
    throw new PlanError('targets: every account is excluded, nothing is left to audit');
  return {
    organization: await readableOrganization(caller, selected),
    selected: selected.map((accountId) => ({ accountId })),
    skipped: [],
  };
}

/** How Organizations answers an account that is in no organization. */
const NOT_IN_USE = 'AWSOrganizationsNotInUseException';

/** What the caller may read of its organization. Verdicts distinguish the organization's accounts from others. */
async function readableOrganization(
  caller: AwsAccount,
  selected: readonly string[],
): Promise<Plan['organization']> {
  const organization = organizationReader(caller);
  const [idRead, membersRead] = await Promise.all([organization.id(), organization.accounts()]);
  const [id, members] = [unlessNotInUse(idRead), unlessNotInUse(membersRead)];
  const known = members.state === 'present' ? members.value.map(({ accountId }) => accountId) : [];
  return {
    id: id.state === 'unreadable' && members.state === 'absent' ? absent : id,
    accountIds: [...new Set([...known, ...selected, caller.accountId])],
    ...(members.state === 'unreadable' && id.state !== 'absent' && { membersUnreadable: members }),
  };
}

/** An account outside of any organization is an answer, too. */
function unlessNotInUse<T>(reading: Reading<T>): Evidence<T> {
  const isNotInUse = reading.state === 'unreadable' && reading.code === NOT_IN_USE;
  return isNotInUse ? absent : reading;
}

async function selectMembers({ caller, config }: PlanDependencies): Promise<Selection> {
  const reader = organizationReader(caller);
  const [id, membersRead, unitsRead] = await Promise.all([
    reader.id(),
    reader.accounts(),
    readUnits(reader, config),
  ]);
  await checkMayList(membersRead, reader, caller);
  const members = orThrow(membersRead);
  const units = unitsOf(unitsRead, config);
  const isSelected = await memberFilter(reader, config.targets);
  const { accounts, registryAccounts } = config.targets;
  const accountIds = members.map(({ accountId }) => accountId);
  const matching = members.filter(({ accountId }) => isSelected(accountId));
  const selected = matching.filter(isActive);
  const listed = [...new Set([...accounts, ...registryAccounts])];
  const skipped = [
    ...matching.filter((member) => !isActive(member)).map((member) => skipInactive(member, accounts)),
    ...listed.filter((accountId) => !accountIds.includes(accountId)).map(skipNonMember),
  ];
  if (selected.length === 0) {
    const reasons = skipped.map(({ accountId, reason }) => `; ${accountId}: ${reason}`).join('');
    throw new PlanError(`targets: no active account of the organization is selected${reasons}`);
  }
  return {
    organization: { id, accountIds },
    selected: selected.map((member) => withUnits(member, units)),
    skipped,
    ...(isRefused(unitsRead) && { unitsUnread: unitsRead }),
  };
}

/** More OUs than these are not read only to be shown: each takes two requests of some ten a second. */
const MAX_UNITS_TO_SHOW = 300;

function readUnits(reader: OrganizationReader, config: Config): Promise<Reading<UnitsOfAccounts>> {
  return reader.unitsOfAccounts(needsUnits(config) ? undefined : MAX_UNITS_TO_SHOW);
}

/** The OUs of the accounts: no exception may fail to apply because they could not be read; otherwise they are only shown. */
function unitsOf(units: Reading<UnitsOfAccounts>, config: Config): UnitsOfAccounts {
  if (needsUnits(config)) return orThrow(units);
  return units.state === 'present' ? units.value : new Map();
}

/** Not of more OUs than are read only to be shown. */
function isRefused(units: Reading<UnitsOfAccounts>): units is Unreadable {
  return units.state === 'unreadable' && units.code !== TOO_MANY_UNITS;
}

function needsUnits({ exceptions }: Config): boolean {
  return exceptions.some(({ organizationalUnits }) => organizationalUnits.length > 0);
}

function withUnits({ accountId, name }: MemberAccount, units: UnitsOfAccounts): SelectedAccount {
  const organizationalUnits = units.get(accountId);
  return { accountId, ...(name && { name }), ...(organizationalUnits && { organizationalUnits }) };
}

async function memberFilter(
  reader: OrganizationReader,
  targets: Config['targets'],
): Promise<(accountId: string) => boolean> {
  const accountsBelow = async (units: readonly string[]) => {
    const accounts = units.map(async (unit) => orThrow(await reader.accountsBelow(unit), ` of ${unit}`));
    return new Set((await Promise.all(accounts)).flat());
  };
  const included = await accountsBelow(targets.organizationalUnits);
  const excluded = await accountsBelow(targets.excludeOrganizationalUnits);
  return (accountId) =>
    (targets.organizationalUnits.length === 0 || included.has(accountId)) &&
    (targets.accounts.length === 0 || targets.accounts.includes(accountId)) &&
    !excluded.has(accountId) &&
    !targets.excludeAccounts.includes(accountId);
}

function isActive({ status }: MemberAccount): boolean {
  return status === 'ACTIVE';
}

function skipInactive({ accountId, name, status }: MemberAccount, listed: readonly string[]): SkippedAccount {
  return {
    accountId,
    name,
    code: 'ACCOUNT_NOT_ACTIVE',
    reason: `its state in the organization is ${status || 'unknown'}`,
    askedFor: listed.includes(accountId),
  };
}

/** No role is assumed in somebody else's account: the request would show it the external id. */
function skipNonMember(accountId: string): SkippedAccount {
  const reason = 'it is not an account of the organization';
  return { accountId, code: 'NOT_IN_ORGANIZATION', reason, askedFor: true };
}

/** Any account may ask for its organization, and few for its accounts. Throws PlanError, which says which. */
async function checkMayList(
  { state, ...read }: Reading<readonly MemberAccount[]>,
  reader: OrganizationReader,
  { accountId, callerArn }: AwsAccount,
): Promise<void> {
  if (state !== 'unreadable' || !('kind' in read) || read.kind !== 'denied') return;
  const management = await reader.managementAccount();
  const isKnown = management.state === 'present' && management.value !== undefined;
  const who = isKnown ? `, ${management.value},` : '';
  if (isKnown && management.value === accountId) return;
  throw new PlanError(
    `the organization cannot be read: ${read.operation} failed with ${read.code} for account ${accountId}. ` +
      `Only the management account${who} and delegated administrators may list the accounts. ` +
      `The caller is ${callerArn ?? accountId}. Use credentials of one of these, or leave out --organization ` +
      `(targets.organization) to audit account ${accountId} alone.`,
  );
}

function orThrow<T>(answer: Reading<T>, of = ''): T {
  if (answer.state === 'present') return answer.value;
  throw new PlanError(`the organization cannot be read: ${explain(answer, of)}`);
}

function explain({ operation, code, detail }: Unreadable, of: string): string {
  return `${operation}${of} failed with ${code}: ${detail}`;
}

/** The caller's own Regions, where the configuration names some: any account lists all there are, so they can be checked. */
async function ownRegionsIfNamed({ caller, region, config }: PlanDependencies) {
  return namesRegions(config) ? ownRegions(caller, region) : undefined;
}

/** Throws PlanError. */
function checkedRegions(states: RegionStates, targets: Config['targets']): readonly TargetRegion[] {
  checkRegions(states, targets);
  return selectRegions(states, targets);
}
