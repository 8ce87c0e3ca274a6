import type { AwsAccount } from '../aws/account.ts';
import { deleteAccessEntry } from '../aws/operations/eks-access.ts';
import { assumeRole } from '../aws/operations/sts.ts';
import { awsReader, toReading } from '../aws/read.ts';
import { type EntryTarget, grantAccess } from '../collect/kubernetes/access.ts';
import { ACCESS_GROUP, type AccessLevel, VIEW_POLICY } from '../model/cluster-access.ts';
import { describeFailure, present, type Reading, type Unreadable } from '../model/evidence.ts';
import type { Target } from '../model/run.ts';
import type { AccessEntryState } from './access-entry.ts';
import { type AuditDependencies, accessRole } from './read-account.ts';

/** With whose credentials access to the clusters of an account is granted and revoked. */
export interface Granters {
  readonly grant: () => Promise<Reading<AwsAccount>>;
  readonly revoke: () => Promise<Reading<AwsAccount>>;
}

/** What was done about the access to a cluster, or would be. */
export interface AccessChange {
  readonly outcome: 'planned' | 'done' | 'left-alone' | 'failed';
  /** In words for people. */
  readonly text: string;
}

/**
 * The access role where it can be assumed; in the caller's own account his own rights otherwise, and to revoke, which the
 * access role may not.
 */
export function grantersOf(target: Target, dependencies: AuditDependencies, signal: AbortSignal): Granters {
  const { caller, region } = dependencies;
  const role = accessRole(target, dependencies).until(signal);
  const own = caller.until(signal);
  const isOwn = target.accountId === caller.accountId;
  let assumed: Promise<Reading<AwsAccount>> | undefined;
  const assume = async (): Promise<Reading<AwsAccount>> => {
    const session = await toReading(assumeRole.action, () => role.credentials(region));
    if (session.state === 'present') return present(role);
    return isOwn ? present(own) : session;
  };
  const roleOrOwn = () => {
    assumed ??= assume();
    return assumed;
  };
  return { grant: roleOrOwn, revoke: async () => (isOwn ? present(own) : roleOrOwn()) };
}

interface Change extends Omit<EntryTarget, 'aws'> {
  readonly action: 'status' | 'grant' | 'revoke';
  readonly level: AccessLevel;
  readonly isConfirmed: boolean;
  readonly entry: AccessEntryState;
  readonly granters: Granters;
}

/** Does what is asked for, or says what it would do. An entry that exists is left alone by a grant, whatever it has. */
export async function changeAccess(change: Change): Promise<AccessChange | undefined> {
  const { action, entry, isConfirmed, granters } = change;
  if (action === 'status') return undefined;
  const isToDo = entry.state === (action === 'grant' ? 'none' : 'present');
  if (!isToDo) return leftAlone(change);
  const [would, did, couldNot] = VERBS[action];
  const what = whatOf(change);
  const fail = (reason: Unreadable) => ({
    outcome: 'failed' as const,
    text: `${couldNot} ${what}: ${describeFailure(reason)}: ${reason.detail}`,
  });
  const by = await granters[action]();
  if (by.state === 'unreadable') return fail(by);
  if (!isConfirmed) return { outcome: 'planned', text: `${would} ${what}` };
  const why = await (action === 'grant' ? grant(change, by.value) : revoke(change, by.value));
  return why ? fail(why) : { outcome: 'done', text: `${did} ${what}` };
}

const VERBS = {
  grant: ['would create', 'created', 'could not create'],
  revoke: ['would delete', 'deleted', 'could not delete'],
} as const;

function whatOf({ action, level }: Pick<Change, 'action' | 'level'>): string {
  if (action === 'revoke') return 'the access entry';
  return `an access entry with ${level === 'view' ? VIEW_POLICY : `the group ${ACCESS_GROUP}`}`;
}

function leftAlone({ action, entry }: Change): AccessChange {
  if (entry.state === 'unknown') return { outcome: 'failed', text: describeFailure(entry.why) };
  if (entry.state === 'impossible' && action === 'grant') return { outcome: 'failed', text: entry.why };
  const is = entry.state === 'present' ? 'the access entry exists' : 'there is no access entry';
  return { outcome: 'left-alone', text: `left alone: ${is}` };
}

/** The entry after a change. Pure. */
export function entryAfter(
  entry: AccessEntryState,
  change: AccessChange | undefined,
  { action, level }: Pick<Change, 'action' | 'level'>,
): AccessEntryState {
  if (change?.outcome !== 'done') return entry;
  if (action === 'revoke') return { state: 'none' };
  return {
    state: 'present',
    hasViewPolicy: level === 'view',
    groups: level === 'group' ? [ACCESS_GROUP] : [],
  };
}

async function grant(change: Change, aws: AwsAccount): Promise<Unreadable | undefined> {
  return (await grantAccess({ ...change, aws }, change.level)).why;
}

async function revoke(
  { region, clusterName, principalArn }: Change,
  aws: AwsAccount,
): Promise<Unreadable | undefined> {
  const deleted = await awsReader(aws, region).read(deleteAccessEntry, { clusterName, principalArn });
  return deleted.state === 'unreadable' ? deleted : undefined;
}
