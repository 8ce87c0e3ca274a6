import type { AccountResult } from '../../shared/model/run.ts';
import { compareSeriousness, SEVERITIES, type Severity } from '../../shared/model/verdict.ts';
import { CHANGE_KINDS, type ChangeKind, type VerdictChange } from '../../shared/model/verdict-change.ts';
import { compareText, keepWorst } from '../../shared/report/summary.ts';

/** How many changes of each kind there are, by severity; what there is none of is absent. */
type ChangeCounts = Readonly<Partial<Record<ChangeKind, Readonly<Partial<Record<Severity, number>>>>>>;

/** What changed in a run since its accounts were reported last. */
export interface RunChanges {
  /** Of all changes, but those that a person suppressed. */
  readonly counts: ChangeCounts;
  /** The first of each kind, worst first; none that a person suppressed. */
  readonly listed: ReadonlyMap<ChangeKind, readonly VerdictChange[]>;
  /** Accounts that were not reported before: all that failed in them is new. */
  readonly firstAudits: number;
}

/** The most changes of a kind that are listed. */
const MAX_LISTED = 100;

export const NO_RUN_CHANGES: RunChanges = { counts: {}, listed: new Map(), firstAudits: 0 };

/** Adds the changes of one account. Pure. */
export function addRunChanges(
  { counts, listed, firstAudits }: RunChanges,
  { verdictChanges = [], firstAudit }: AccountResult,
): RunChanges {
  const byKind = Map.groupBy(
    verdictChanges.filter(({ suppressed }) => !suppressed),
    ({ change }) => change,
  );
  const lists = CHANGE_KINDS.flatMap((kind) => {
    const list = keepWorst(listed.get(kind) ?? [], byKind.get(kind) ?? [], MAX_LISTED, compareChanges);
    return list.length > 0 ? [[kind, list] as const] : [];
  });
  return {
    counts: addCounts(counts, byKind),
    listed: new Map(lists),
    firstAudits: firstAudit ? firstAudits + 1 : firstAudits,
  };
}

function addCounts(
  counts: ChangeCounts,
  byKind: ReadonlyMap<ChangeKind, readonly VerdictChange[]>,
): ChangeCounts {
  const added = [...byKind].map(([kind, changes]) => {
    const before = counts[kind] ?? {};
    const bySeverity = SEVERITIES.flatMap((severity) => {
      const count = (before[severity] ?? 0) + changes.filter((change) => change.severity === severity).length;
      return count > 0 ? [[severity, count] as const] : [];
    });
    return [kind, Object.fromEntries(bySeverity)] as const;
  });
  return { ...counts, ...Object.fromEntries(added) };
}

function compareChanges(a: VerdictChange, b: VerdictChange): number {
  return compareSeriousness(a, b) || compareText(a.findingId, b.findingId);
}
