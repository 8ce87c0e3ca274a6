import type { ControlKey } from '../model/benchmarks.ts';
import { type ControlLevel, STATUSES, type Status, type Verdict } from '../model/verdict.ts';
import { clusterNameOf } from './places.ts';
import { compareText } from './summary.ts';

/** One cluster, Region or account, and its status under each control. */
export interface MatrixRow {
  readonly accountId: string;
  readonly region: string;
  readonly level: ControlLevel;
  /** The cluster's name, or `(Region)` or `(account)`. */
  readonly subject: string;
  /** Orders rows by account, Region and name. */
  readonly key: string;
  /** The worst status by control. */
  readonly statuses: ReadonlyMap<ControlKey, Status>;
}

/** A row for each cluster, Region and account, in the order of accounts, Regions and names. */
export function matrixRows(verdicts: readonly Verdict[]): MatrixRow[] {
  const groups = Map.groupBy(verdicts, ({ scope, clusterArn, level }) =>
    [scope.accountId, scope.region, clusterArn ?? level].join(' '),
  );
  return [...groups]
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([key, ofSubject]) => {
      const [first] = ofSubject;
      if (first === undefined) return [];
      const { accountId, region } = first.scope;
      const { level } = first;
      const statuses = worstByControl(ofSubject);
      return [{ accountId, region, level, subject: subjectOf(first), key, statuses }];
    });
}

function subjectOf(verdict: Verdict): string {
  const names = { cluster: '(cluster)', region: '(Region)', account: '(account)' } as const;
  return clusterNameOf(verdict) ?? names[verdict.level];
}

function worstByControl(verdicts: readonly Verdict[]): Map<ControlKey, Status> {
  const worst = new Map<ControlKey, Status>();
  for (const { control, status } of verdicts) {
    const current = worst.get(control);
    if (current === undefined || STATUSES.indexOf(status) < STATUSES.indexOf(current))
      worst.set(control, status);
  }
  return worst;
}
