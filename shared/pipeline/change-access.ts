import type { AwsAccount } from '../aws/account.ts';
import { deleteAccessEntry } from '../aws/operations/eks-access.ts';
import { assumeRole } from '../aws/operations/sts.ts';
import { awsReader, toReading } from '../aws/read.ts';
import { type EntryTarget, grantAccess } from '../collect/kubernetes/access.ts';
import type { AccessLevel } from '../model/cluster-access.ts';
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
  /** What it is, in words: of what is planned without its verb's form. */
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
  const grant = () => {
    assumed ??= assume();
    return assumed;
  };
  return { grant, revoke: () => (isOwn ? Promise.resolve(present(own)) : grant()) };
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
  const text = textOf(change);
  const by = await granters[action]();
  if (by.state === 'unreadable') return failed(text, by);
  if (!isConfirmed) return { outcome: 'planned', text };
  const why = await (action === 'grant' ? grant(change, by.value) : revoke(change, by.value));
  return why ? failed(text, why) : { outcome: 'done', text };
}

function leftAlone({ action, entry }: Change): AccessChange {
  if (entry.state === 'impossible') return { outcome: action === 'grant' ? 'failed' : 'left-alone', text: entry.why };
  if (entry.state === 'unknown') return { outcome: 'failed', text: describeFailure(entry.why) };
  const text = entry.state === 'present' ? 'the access entry exists' : 'there is no access entry';
  return { outcome: 'left-alone', text };
}

function textOf({ action, level }: Pick<Change, 'action' | 'level'>): string {
  if (action === 'revoke') return 'delete the access entry';
  return level === 'view'
    ? 'create an access entry with AmazonEKSViewPolicy'
    : 'create an access entry with the group eks-auditor';
}

function failed(text: string, why: Unreadable): AccessChange {
  return { outcome: 'failed', text: `${text}: ${describeFailure(why)}: ${why.detail}` };
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
