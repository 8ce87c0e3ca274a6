import { setTimeout as sleep } from 'node:timers/promises';
import type { AwsAccount } from '../../aws/account.ts';
import { CallTimeoutError } from '../../aws/errors.ts';
import { listAccessEntries } from '../../aws/operations/eks.ts';
import { associateAccessPolicy, createAccessEntry } from '../../aws/operations/eks-access.ts';
import { assumeRole } from '../../aws/operations/sts.ts';
import { awsReader, toReading } from '../../aws/read.ts';
import { ACCESS_GROUP, type AccessLevel, VIEW_POLICY, viewPolicyArn } from '../../model/cluster-access.ts';
import type { Reading, Unreadable } from '../../model/evidence.ts';
import type { Cluster } from '../../model/facts.ts';
import type { KubernetesKind } from '../../model/kubernetes-facts.ts';
import { type ClusterAccess, withReader } from './cluster-reader.ts';
import { CONNECT, denied, FORBIDDEN, toUnreadable, UNAUTHORIZED } from './reader.ts';
import {
  CONFIG_MAPS,
  LISTED,
  qualifiedName,
  type Source,
  sourceOfConfigMap,
  sourceOfList,
  VIEW_POLICY_LISTS,
} from './sources.ts';

/** Who gives the role that audits an account access to its clusters. */
export interface AccessGrants {
  /** The role that audits. */
  readonly principalArn: string;
  /** The account, with the credentials of the role that grants. */
  readonly granter: AwsAccount;
  /** The ARNs of the clusters to which access was granted in this run. */
  readonly granted: Set<string>;
}

/** A cluster whose API server does not know the caller. */
interface UnknownIn extends ClusterAccess {
  readonly arn: string;
  readonly cluster: ClusterAccess['cluster'] & Pick<Cluster, 'accessConfig'>;
  /** What is needed of it. */
  readonly kinds: ReadonlySet<KubernetesKind>;
}

/** How long a new entry is waited for. */
interface Waiting {
  readonly forMs: number;
  readonly everyMs: number;
}

const WAITING: Waiting = { forMs: 30_000, everyMs: 1_000 };

export function isUnknownCaller(reading: Reading<unknown>): reading is Unreadable {
  return reading.state === 'unreadable' && reading.code === UNAUTHORIZED;
}

/** Why nobody can be given an access entry; undefined where that is possible. */
export function whyNoEntries({ accessConfig }: Pick<Cluster, 'accessConfig'>): string | undefined {
  if (accessConfig?.authenticationMode !== 'CONFIG_MAP') return undefined;
  return 'its authentication mode CONFIG_MAP has no access entries: change the mode, or map the role in aws-auth';
}

/**
 * Gives the role access where it has no entry, and waits until that works. Undefined when it does; else why there is no access.
 * An entry that exists is left alone.
 */
export async function grantWhereMissing(
  target: UnknownIn,
  grants: AccessGrants,
  waiting = WAITING,
): Promise<Unreadable | undefined> {
  try {
    return (await grantOnce(target, grants)) ?? (await waitForEntry(target, waiting));
  } catch (error) {
    return toUnreadable(error, { operation: CONNECT });
  }
}

async function grantOnce(
  { aws, region, cluster: { name: clusterName }, arn }: UnknownIn,
  { principalArn, granter, granted }: AccessGrants,
): Promise<Unreadable | undefined> {
  // By an earlier invocation of the run, which had no time to wait.
  if (granted.has(arn)) return undefined;
  const entries = await awsReader(aws, region).list(listAccessEntries, { clusterName });
  if (entries.state === 'unreadable') return entries;
  if (entries.value.includes(principalArn)) return unauthorized(ENTRY_DOES_NOT_WORK);
  const { created, why } = await aws.within(GRANT_MS, (signal) =>
    grantAccess({ aws: granter.until(signal), region, clusterName, principalArn }, 'view'),
  );
  if (created) granted.add(arn);
  return why;
}

/** Milliseconds for the requests that grant. */
const GRANT_MS = 60_000;

const ENTRY_DOES_NOT_WORK =
  'its access entry does not work: it may be of an earlier role of this name, and has to be deleted and created again';

function unauthorized(why: string): Unreadable {
  return denied({ operation: CONNECT }, UNAUTHORIZED, `the API server does not know the role: ${why}`);
}

/** Where an entry is created, for whom, and with whose credentials. */
export interface EntryTarget {
  readonly aws: AwsAccount;
  readonly region: string;
  readonly clusterName: string;
  readonly principalArn: string;
}

/** What became of a grant. */
export interface Grant {
  /** The entry is there, whatever became of its policy. */
  readonly created: boolean;
  /** Why it is not, or why it has no policy; none when it is complete. */
  readonly why?: Unreadable;
}

/** Creates an entry with what the level needs: the policy for the whole cluster, or the group. */
export async function grantAccess(
  { aws, region, clusterName, principalArn }: EntryTarget,
  level: AccessLevel,
): Promise<Grant> {
  // A role that cannot be assumed would look as if EKS had refused.
  const session = await toReading(assumeRole.action, () => aws.credentials(region));
  if (session.state === 'unreadable') return { created: false, why: session };
  const { read } = awsReader(aws, region);
  const groups = level === 'group' ? { kubernetesGroups: [ACCESS_GROUP] } : {};
  const entry = { clusterName, principalArn };
  const created = await read(createAccessEntry, { ...entry, type: 'STANDARD', ...groups });
  if (created.state === 'unreadable') return { created: false, why: created };
  if (level === 'group') return { created: true };
  const associated = await read(associateAccessPolicy, {
    ...entry,
    policyArn: viewPolicyArn(aws.partition),
    accessScope: { type: 'cluster' },
  });
  return associated.state === 'present'
    ? { created: true }
    : { created: true, why: withoutPolicy(associated) };
}

function withoutPolicy(why: Unreadable): Unreadable {
  return { ...why, detail: `an access entry was created, and has no ${VIEW_POLICY}: ${why.detail}` };
}

/** Asks again and again for one thing that the policy allows. EKS makes entries work within seconds, and does not say when. */
async function waitForEntry(
  { kinds, ...access }: UnknownIn,
  { forMs, everyMs }: Waiting,
): Promise<Unreadable | undefined> {
  const source = viewable(kinds);
  if (source === undefined) return undefined;
  const tryOnce = () => withReader(access, forMs, (reader) => reader.refusalOf(source, { limit: '1' }));
  try {
    return await access.aws.within(forMs, async (signal) => {
      for (;;) {
        const tried = await tryOnce();
        const refusal = tried.state === 'unreadable' ? tried : tried.value;
        if (refusal === undefined || !REFUSED.includes(refusal.code)) return undefined;
        await sleep(everyMs, undefined, { signal });
      }
    });
  } catch (error) {
    if (!(error instanceof CallTimeoutError)) throw error;
    return unauthorized(`its new access entry did not work within ${forMs / 1_000} s; the next run will see`);
  }
}

const REFUSED = [UNAUTHORIZED, FORBIDDEN];

/** Something that the view policy allows, and that is needed. */
function viewable(kinds: ReadonlySet<KubernetesKind>): Source | undefined {
  const listed = LISTED.find((one) => kinds.has(one.kind) && VIEW_POLICY_LISTS.includes(qualifiedName(one)));
  if (listed?.version !== undefined) return sourceOfList(listed, listed.version);
  const configMap = CONFIG_MAPS.find(({ kind }) => kinds.has(kind));
  return configMap && sourceOfConfigMap(configMap);
}
