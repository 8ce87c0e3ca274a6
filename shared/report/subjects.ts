import type { ControlLevel, Verdict } from '../model/verdict.ts';
import { clusterNameOf } from './places.ts';
import { compareText } from './summary.ts';

/** What was judged as a whole: a cluster, a Region of an account or an account, with its verdicts. */
export interface Subject {
  readonly accountId: string;
  readonly region: string;
  readonly level: ControlLevel;
  /** The cluster's name, or `(Region)` or `(account)`. */
  readonly name: string;
  readonly clusterArn?: string;
  readonly verdicts: readonly Verdict[];
}

/** The subjects of a run in the order of accounts, Regions and names. Pure. */
export function subjectsOf(verdicts: readonly Verdict[]): Subject[] {
  const groups = Map.groupBy(verdicts, ({ scope, clusterArn, level }) =>
    [scope.accountId, scope.region, clusterArn ?? level].join(' '),
  );
  return [...groups].sort(([a], [b]) => compareText(a, b)).flatMap(([, own]) => toSubject(own));
}

const NAMES = { cluster: '(cluster)', region: '(Region)', account: '(account)' } as const;

function toSubject(verdicts: readonly Verdict[]): Subject[] {
  const [first] = verdicts;
  if (first === undefined) return [];
  const { scope, level, clusterArn } = first;
  const name = clusterNameOf(first) ?? NAMES[level];
  return [
    {
      accountId: scope.accountId,
      region: scope.region,
      level,
      name,
      ...(clusterArn && { clusterArn }),
      verdicts,
    },
  ];
}
