import { compareNumbers } from '../model/benchmarks.ts';
import type { AccountResult } from '../model/run.ts';
import { SEVERITIES, type Severity } from '../model/verdict.ts';
import { CHANGE_KINDS, type ChangeKind, type VerdictChange } from '../model/verdict-change.ts';
import { compareText } from './summary.ts';

/** The most changes of one kind that are kept with all they say. */
const MAX_LISTED = 20;

/** `OTHER`: a change that tells of no failure, such as a warning. */
export const GROUPS = [...SEVERITIES, 'OTHER'] as const;
export type Group = (typeof GROUPS)[number];

/** The changes of one kind. */
export interface ChangesOfKind {
  /** How many there are, by the severity of the failure that they tell of. */
  readonly counts: Readonly<Partial<Record<Group, number>>>;
  /** The worst of them, at most `MAX_LISTED`. */
  readonly listed: readonly VerdictChange[];
}

/** What changed in a run over all its accounts: of a bounded size, however much did. */
export interface RunChanges {
  readonly kinds: Readonly<Record<ChangeKind, ChangesOfKind>>;
  /** Accounts of which nothing was reported before, and the failures in them: they are in no kind. */
  readonly firstAudits: { readonly accounts: number; readonly failures: number };
}

/** Of a run in which nothing changed. */
export const NOTHING_CHANGED: RunChanges = {
  kinds: byKind(() => ({ counts: {}, listed: [] })),
  firstAudits: { accounts: 0, failures: 0 },
};

/**
 * Adds what changed in an account. What a person suppressed, or an exception covers, is not counted, but for that it covers
 * it now: people are not told of it again. Whatever the
 * order of the accounts, the result is the same. Pure.
 */
export function addToDigest(
  soFar: RunChanges,
  { verdictChanges = [], firstAudit }: Pick<AccountResult, 'verdictChanges' | 'firstAudit'>,
): RunChanges {
  const changes = verdictChanges.filter(
    ({ change, suppressed, exception }) => !suppressed && (exception === undefined || change === 'excepted'),
  );
  if (firstAudit) {
    const failures = changes.filter(
      ({ change, status }) => status === 'FAILED' && change !== 'excepted',
    ).length;
    const { firstAudits } = soFar;
    return {
      ...soFar,
      firstAudits: { accounts: firstAudits.accounts + 1, failures: firstAudits.failures + failures },
    };
  }
  if (changes.length === 0) return soFar;
  const added = Map.groupBy(changes, ({ change }) => change);
  return { ...soFar, kinds: byKind((kind) => addOfKind(soFar.kinds[kind], added.get(kind) ?? [])) };
}

function byKind(toValue: (kind: ChangeKind) => ChangesOfKind): RunChanges['kinds'] {
  return {
    new: toValue('new'),
    worse: toValue('worse'),
    exceptionEnded: toValue('exceptionEnded'),
    notAvailable: toValue('notAvailable'),
    better: toValue('better'),
    fixed: toValue('fixed'),
    seenAgain: toValue('seenAgain'),
    gone: toValue('gone'),
    excepted: toValue('excepted'),
  };
}

function addOfKind(soFar: ChangesOfKind, added: readonly VerdictChange[]): ChangesOfKind {
  if (added.length === 0) return soFar;
  const counts = { ...soFar.counts };
  for (const change of added) {
    const group = groupOf(change);
    counts[group] = (counts[group] ?? 0) + 1;
  }
  return { counts, listed: [...soFar.listed, ...added].sort(compareChanges).slice(0, MAX_LISTED) };
}

/** The severity of the failure that a change tells of: the one that is, or the one that was fixed. */
export function groupOf({ change, status, severity, before }: VerdictChange): Group {
  if (change === 'fixed') return before?.status === 'FAILED' ? before.severity : 'OTHER';
  return status === 'FAILED' && TELLS_OF_FAILURE.has(change) ? severity : 'OTHER';
}

const TELLS_OF_FAILURE: ReadonlySet<ChangeKind> = new Set(['new', 'worse', 'exceptionEnded']);

/** Worst first, then by account, Region, cluster and control, so that what belongs together is together. */
export function compareChanges(a: VerdictChange, b: VerdictChange): number {
  return (
    GROUPS.indexOf(groupOf(a)) - GROUPS.indexOf(groupOf(b)) ||
    compareText(a.accountId, b.accountId) ||
    compareText(a.region, b.region) ||
    compareText(a.clusterArn ?? '', b.clusterArn ?? '') ||
    compareNumbers(a.controlId, b.controlId) ||
    compareText(a.findingId, b.findingId)
  );
}

export function countOf({ counts }: Pick<ChangesOfKind, 'counts'>): number {
  return GROUPS.reduce((sum, group) => sum + (counts[group] ?? 0), 0);
}

/** How many changes of each kind there are. */
export function countsByKind({ kinds }: RunChanges): Record<ChangeKind, number> {
  const counts = CHANGE_KINDS.map((kind) => [kind, countOf(kinds[kind])] as const);
  return Object.fromEntries(counts) as Record<ChangeKind, number>;
}

/** The severities of these kinds, worst first. */
export function severitiesOf({ kinds }: RunChanges, of: readonly ChangeKind[]): Severity[] {
  return SEVERITIES.filter((severity) => of.some((kind) => (kinds[kind].counts[severity] ?? 0) > 0));
}
