import type { Evaluation } from '../model/evaluation.ts';
import type { Unreadable } from '../model/evidence.ts';
import type { Inventory, RegionInventory } from '../model/inventory.ts';
import { type Gap, toGap } from '../model/run.ts';
import { unreadableIn } from '../model/unreadable-in.ts';

/** What was asked of AWS in vain, whether or not a verdict needed it, and no verdict tells. */
export interface UntoldGaps {
  readonly ofRegion: (region: RegionInventory) => Gap[];
  readonly ofAccount: () => Gap[];
}

/** Finds them. Pure. */
export function untoldGaps(
  inventory: Inventory,
  { missingEvidence, unverified }: Pick<Evaluation, 'missingEvidence' | 'unverified'>,
): UntoldGaps {
  const told = new Set(
    [...missingEvidence.map(({ unreadable }) => unreadable), ...unverified].map((evidence) =>
      keyOf(evidence),
    ),
  );
  const untold = (facts: object) =>
    distinct(unreadableIn(facts)).filter((evidence) => !told.has(keyOf(evidence)));
  return {
    ofRegion: ({ clusters, facts }) => [
      ...clusters.flatMap((cluster) =>
        // That the cluster itself is gone, coverage says of it.
        untold(cluster.facts)
          .filter((evidence) => evidence !== cluster.facts.cluster || evidence.kind !== 'gone')
          .map((evidence) => toGap(evidence, { what: whatOf(evidence), resource: cluster.arn })),
      ),
      ...untold(facts)
        .filter((evidence) => !isDeletedTemplate(evidence))
        .map((evidence) => toGap(evidence, { what: 'evidence' })),
    ],
    ofAccount: () => untold(inventory.facts).map((evidence) => toGap(evidence, { what: 'evidence' })),
  };
}

function keyOf({ operation, code, detail }: Unreadable): string {
  return [operation, code, detail].join(' ');
}

function whatOf({ operation }: Unreadable): Gap['what'] {
  return operation === 'eks:DescribeCluster' ? 'cluster' : 'evidence';
}

/** What a node group starts nodes by, and no longer can: there is nothing to read, neither now nor later. */
function isDeletedTemplate({ operation, kind }: Unreadable): boolean {
  return operation === 'ec2:DescribeLaunchTemplateVersions' && kind === 'gone';
}

/** Each once. */
function distinct(evidence: readonly Unreadable[]): Unreadable[] {
  return [...new Map(evidence.map((one) => [keyOf(one), one])).values()];
}
