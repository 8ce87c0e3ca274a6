import type { Gap, RunResult } from '../model/run.ts';
import type { Verdict } from '../model/verdict.ts';
import { gapsOf, type PlacedGap } from './exit-code.ts';

/** Gaps with one cause: a permission that is missing in forty accounts is one thing to read. */
export interface GapGroup {
  readonly what: Gap['what'];
  readonly operation: string;
  readonly code: string;
  /** Of the first one. */
  readonly detail: string;
  /** What usually helps. */
  readonly hint?: string;
  readonly gaps: readonly PlacedGap[];
}

/** What could not be looked at, by cause, the widest first. */
export function groupGaps(result: RunResult): GapGroup[] {
  const groups = Map.groupBy(gapsOf(result), ({ what, operation, code }) => `${what} ${operation} ${code}`);
  return [...groups.values()].flatMap(toGroup).sort((a, b) => WIDTH.indexOf(a.what) - WIDTH.indexOf(b.what));
}

/** How much a gap hides, most first. */
const WIDTH: readonly Gap['what'][] = ['account', 'region', 'cluster', 'evidence', 'security-hub'];

function toGroup(gaps: readonly PlacedGap[]): GapGroup[] {
  const [first] = gaps;
  if (first === undefined) return [];
  const { what, operation, code, detail } = first;
  const hint = hintFor(first);
  return [{ what, operation, code, detail, gaps, ...(hint && { hint }) }];
}

/** What is said of a cluster that was asked for by its name and not judged. */
export const NOWHERE = 'was asked for and not found, or it is being created or deleted';

/** What is behind each kind of gap, in words. */
export const GAP_LABELS = {
  account: 'Accounts',
  region: 'Regions',
  cluster: 'Clusters',
  evidence: 'Evidence',
  'security-hub': 'Security Hub',
} as const satisfies Record<Gap['what'], string>;

function hintFor({ what, kind, code, operation }: Gap): string | undefined {
  if (operation === 'sts:AssumeRole')
    return 'Check that the role exists there, trusts the caller, and expects the external id of `role.externalId`.';
  // Nothing was refused: a permission would not help.
  if (code === 'RegionNotEnabled')
    return 'Enable the Region there, or do not ask for it. Clusters may live on in a disabled Region.';
  if (what === 'security-hub' && (kind === 'denied' || code === 'InvalidAccessException'))
    return 'Enable Security Hub there, or allow the role to use it. The audit itself is not affected.';
  return HINTS[kind];
}

const HINTS: Partial<Record<Gap['kind'], string>> = {
  denied: 'Allow the role this action, and look for a service control policy that forbids it.',
  throttled: 'Run it again, or lower `limits` in the configuration.',
};

/** Verdicts without an answer whose cause is not among the gaps. */
export function unexplained(result: RunResult): Verdict[] {
  // By account, because a large organization has many of both.
  const gaps = Map.groupBy(gapsOf(result), (one) => one.accountId);
  return result.verdicts.filter((verdict) => {
    const own = gaps.get(verdict.scope.accountId) ?? [];
    return verdict.status === 'NOT_AVAILABLE' && !own.some((gap) => explains(gap, verdict));
  });
}

function explains(gap: PlacedGap, { controlId, resource, clusterArn, scope }: Verdict): boolean {
  const isThere = (gap.region ?? scope.region) === scope.region;
  const isAbout = gap.resource === undefined || [resource.id, clusterArn].includes(gap.resource);
  return isThere && isAbout && (gap.controlIds?.includes(controlId) ?? true);
}
