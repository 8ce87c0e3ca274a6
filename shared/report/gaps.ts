import { isSecurityHubOff, REGION_NOT_ENABLED } from '../model/evidence.ts';
import type { Gap, RunResult } from '../model/run.ts';
import type { Verdict } from '../model/verdict.ts';
import { gapsOf, type LocatedGap } from './exit-code.ts';

/** Gaps with one cause: a permission that is missing in forty accounts is read once. */
export interface GapGroup {
  readonly what: Gap['what'];
  readonly operation: string;
  readonly code: string;
  /** Of the first gap. */
  readonly detail: string;
  /** What usually helps. */
  readonly hint?: string;
  readonly gaps: readonly LocatedGap[];
}

/** The gaps of a run by cause, those that hide most first. */
export function groupGaps(result: RunResult): GapGroup[] {
  const groups = Map.groupBy(gapsOf(result), ({ what, operation, code }) => `${what} ${operation} ${code}`);
  return [...groups.values()].flatMap(toGroup).sort((a, b) => ORDER.indexOf(a.what) - ORDER.indexOf(b.what));
}

/** By how much a gap hides, most first. */
const ORDER: readonly Gap['what'][] = ['account', 'region', 'cluster', 'evidence', 'security-hub'];

function toGroup(gaps: readonly LocatedGap[]): GapGroup[] {
  const [first] = gaps;
  if (first === undefined) return [];
  const { what, operation, code, detail } = first;
  const hint = hintFor(first);
  return [{ what, operation, code, detail, gaps, ...(hint && { hint }) }];
}

/** What is said after the name of a cluster that was requested by its name and not judged. */
export const CLUSTER_NOT_AUDITED =
  'was requested but not audited: it does not exist, it is being created or deleted, or it never came up';

/** What could not be read, as the title of its gaps. */
export const GAP_LABELS = {
  account: 'Accounts',
  region: 'Regions',
  cluster: 'Clusters',
  evidence: 'Evidence',
  'security-hub': 'Security Hub',
} as const satisfies Record<Gap['what'], string>;

function hintFor({ what, kind, code, operation }: Gap): string | undefined {
  if (operation === 'sts:AssumeRole')
    return 'Check that the role exists in the account, trusts the caller, and expects the external id of `role.externalId`.';
  // Nothing was refused: a permission would not help.
  if (code === REGION_NOT_ENABLED)
    return 'Enable the Region in the account, or remove it from `targets.regions`. Clusters can still run in a disabled Region.';
  if (what === 'security-hub' && (kind === 'denied' || isSecurityHubOff({ code })))
    return 'Enable Security Hub in this account and Region, or allow the role to use it. The verdicts are not affected.';
  if (operation.startsWith('kubernetes:')) return kubernetesHint(operation, kind);
  return HINTS[kind];
}

/** No policy of IAM is asked inside a cluster. */
function kubernetesHint(operation: string, kind: Gap['kind']): string | undefined {
  if (kind === 'denied')
    return operation === 'kubernetes:connect'
      ? 'Give the role an access entry in the cluster (`eks-auditor access status` says what is missing), or leave the cluster out of `kubernetes.clusters`.'
      : 'Give the group of the role’s access entry this right (`eks-auditor access manifest`): AmazonEKSViewPolicy does not have all.';
  if (operation === 'kubernetes:connect')
    return 'Check that the endpoint can be reached from where the auditor runs, or leave the cluster out of `kubernetes.clusters`.';
  return HINTS[kind];
}

const HINTS: Partial<Record<Gap['kind'], string>> = {
  denied: 'Allow the role this action, and check whether a service control policy denies it.',
  throttled: 'Run the audit again, or lower `limits` in the configuration.',
};

/** The NOT_AVAILABLE verdicts whose cause is not among the gaps. */
export function verdictsWithoutGap(result: RunResult): Verdict[] {
  // By account, because a large organization has many of both.
  const gapsByAccount = Map.groupBy(gapsOf(result), (gap) => gap.accountId);
  return result.verdicts.filter((verdict) => {
    const gaps = gapsByAccount.get(verdict.scope.accountId) ?? [];
    return verdict.status === 'NOT_AVAILABLE' && !gaps.some((gap) => explains(gap, verdict));
  });
}

function explains(gap: LocatedGap, { controlId, resource, clusterArn, scope }: Verdict): boolean {
  const isInRegion = (gap.region ?? scope.region) === scope.region;
  const isOfResource = gap.resource === undefined || [resource.id, clusterArn].includes(gap.resource);
  return isInRegion && isOfResource && (gap.controlIds?.includes(controlId) ?? true);
}
