import { partitionOf } from '../model/partition.ts';
import {
  CHANGE_KINDS,
  type ChangedState,
  type ChangedVerdict,
  type ChangeKind,
  type ChangesSince,
  type VerdictChange,
} from '../model/verdict-change.ts';
import { compareChanges } from './run-changes.ts';

/** The changes of a run as its result lists them: by kind, each worst first. */
export type ChangedByKind = Readonly<Record<ChangeKind, readonly ChangedVerdict[]>>;

/** Lists every kind, also those of which there is nothing. Pure. */
export function changedByKind(changes: readonly VerdictChange[]): ChangedByKind {
  const byKind = Map.groupBy(changes.toSorted(compareChanges), ({ change }) => change);
  const lists = CHANGE_KINDS.map((kind) => [kind, (byKind.get(kind) ?? []).map(toChangedVerdict)] as const);
  return Object.fromEntries(lists) as Record<ChangeKind, ChangedVerdict[]>;
}

/** The lists of a result; `undefined` where there is no earlier run to compare with. */
export function changesSinceOf(changes: ChangesSince): ChangedByKind | undefined {
  if (CHANGE_KINDS.every((kind) => changes[kind] === undefined)) return undefined;
  const lists = CHANGE_KINDS.map((kind) => [kind, changes[kind] ?? []] as const);
  return Object.fromEntries(lists) as Record<ChangeKind, readonly ChangedVerdict[]>;
}

function toChangedVerdict(change: VerdictChange): ChangedVerdict {
  const { control, controlId, resource, accountId, region, clusterArn } = change;
  return {
    control,
    controlId,
    resource,
    scope: { partition: partitionOf(region), accountId, region },
    ...(clusterArn !== undefined && { clusterArn }),
    ...statesOf(change),
  };
}

function statesOf(change: VerdictChange): Pick<ChangedVerdict, 'from' | 'to'> {
  const { status, severity, reasonCode, before } = change;
  const now: ChangedState = { status, severity, reasonCode };
  if (change.change === 'gone') return { from: now };
  if (before === undefined) return { to: now };
  const { exception: _, ...from } = before;
  return { from, to: now };
}
