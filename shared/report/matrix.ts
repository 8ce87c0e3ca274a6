import type { ControlKey } from '../model/benchmarks.ts';
import { type ControlLevel, STATUSES, type Status, type Verdict } from '../model/verdict.ts';
import { clusterNameOf } from './places.ts';
import { compareText } from './summary.ts';

/** One cluster, registry or account, and how it does under each control. */
export interface MatrixRow {
  readonly accountId: string;
  readonly region: string;
  readonly level: ControlLevel;
  /** The cluster's name, or what was judged instead. */
  readonly subject: string;
  /** The worst status by control. */
  readonly statuses: ReadonlyMap<ControlKey, Status>;
}

/** Verdicts by what was judged, in the order of accounts, Regions and names. */
export function matrixRows(verdicts: readonly Verdict[]): MatrixRow[] {
  const groups = Map.groupBy(verdicts, (one) =>
    [one.scope.accountId, one.scope.region, one.clusterArn ?? one.level].join(' '),
  );
  return [...groups]
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([, own]) => {
      const [first] = own;
      if (first === undefined) return [];
      const { accountId, region } = first.scope;
      const { level } = first;
      return [{ accountId, region, level, subject: subjectOf(first), statuses: worstByControl(own) }];
    });
}

function subjectOf(verdict: Verdict): string {
  const names = { cluster: '(cluster)', region: '(registry)', account: '(account)' } as const;
  return clusterNameOf(verdict) ?? names[verdict.level];
}

function worstByControl(verdicts: readonly Verdict[]): Map<ControlKey, Status> {
  const worst = new Map<ControlKey, Status>();
  for (const { control, status } of verdicts) {
    const known = worst.get(control);
    if (known === undefined || STATUSES.indexOf(status) < STATUSES.indexOf(known)) worst.set(control, status);
  }
  return worst;
}
