import { describeAccessEntry, listAccessEntries } from '../aws/operations/eks.ts';
import type { AwsReader } from '../aws/read.ts';
import { whyNoEntries } from '../collect/kubernetes/access.ts';
import { parseArn } from '../model/arn.ts';
import { viewPolicyArn } from '../model/cluster-access.ts';
import type { Unreadable } from '../model/evidence.ts';
import type { Cluster } from '../model/facts.ts';

/** The access entry of a role in a cluster. */
export type AccessEntryState =
  | { readonly state: 'present'; readonly hasViewPolicy: boolean; readonly groups: readonly string[] }
  | { readonly state: 'none' }
  /** The cluster has none. */
  | { readonly state: 'impossible'; readonly why: string }
  | { readonly state: 'unknown'; readonly why: Unreadable };

/** Looks for the entry of a role, with rights that an audit has anyway: EKS lists entries by their policies. */
export async function entryOf(
  { list, read }: AwsReader,
  of: { readonly cluster: Cluster; readonly name: string; readonly principalArn: string },
): Promise<AccessEntryState> {
  const { cluster, name: clusterName, principalArn } = of;
  const why = whyNoEntries(cluster);
  if (why !== undefined) return { state: 'impossible', why };
  const entries = await list(listAccessEntries, { clusterName });
  if (entries.state === 'unreadable') return { state: 'unknown', why: entries };
  if (!entries.value.includes(principalArn)) return { state: 'none' };
  const associatedPolicyArn = viewPolicyArn(parseArn(principalArn)?.partition ?? 'aws');
  const [viewing, described] = await Promise.all([
    list(listAccessEntries, { clusterName, associatedPolicyArn }),
    read(describeAccessEntry, { clusterName, principalArn }),
  ]);
  if (viewing.state === 'unreadable') return { state: 'unknown', why: viewing };
  if (described.state === 'unreadable') return { state: 'unknown', why: described };
  const hasViewPolicy = viewing.value.includes(principalArn);
  return { state: 'present', hasViewPolicy, groups: described.value.kubernetesGroups };
}
