import type { ReportedVerdict } from '../model/reported-verdict.ts';
import { SEVERITIES, type Status, type Verdict } from '../model/verdict.ts';
import type { ChangeKind, VerdictChange } from '../model/verdict-change.ts';
import { findingId } from '../publish/ids.ts';

/** Verdicts as they were last reported, by the ids of their findings. */
export type Reported = ReadonlyMap<string, ReportedVerdict>;

/** What an audit found out, and what Security Hub says of it. */
export interface Audited {
  readonly verdicts: readonly Verdict[];
  /** Whether what had a verdict on this is gone, and not only not looked at. */
  readonly isGone: (reported: ReportedVerdict) => boolean;
  /** Ids of findings that a later observation has updated meanwhile: they are left as they were reported. */
  readonly outdated: ReadonlySet<string>;
  /** Ids of findings that a person suppressed. */
  readonly suppressed: ReadonlySet<string>;
}

/** What changed since the last report, and what is reported now. */
export interface Compared {
  readonly changes: readonly VerdictChange[];
  readonly reported: Reported;
}

/** Compares verdicts with those that were reported last. What was not looked at stays as it was. Pure. */
export function verdictChanges(before: Reported, audited: Audited): Compared {
  const reported = new Map(before);
  const changes: VerdictChange[] = [];
  const seen = new Set<string>();
  for (const verdict of audited.verdicts) {
    const id = findingId(verdict);
    seen.add(id);
    if (audited.outdated.has(id)) continue;
    const earlier = before.get(id);
    const now = toReported(verdict, earlier, audited.suppressed.has(id));
    reported.set(id, now);
    const change = changeOf(earlier, now);
    if (change)
      changes.push({ ...describe(id, now), change, reason: verdict.reason, ...judgedBefore(earlier) });
  }
  for (const [id, earlier] of before) {
    if (seen.has(id) || !audited.isGone(earlier)) continue;
    reported.delete(id);
    changes.push({ ...describe(id, earlier), change: 'gone' });
  }
  return { changes, reported };
}

/** What happened between two reports of one verdict; `undefined` when nothing did that people are told. */
function changeOf(before: ReportedVerdict | undefined, now: ReportedVerdict): ChangeKind | undefined {
  const known = lastJudged(before);
  if (now.status === 'NOT_AVAILABLE')
    return before && before.status !== 'NOT_AVAILABLE' ? 'notAvailable' : undefined;
  const change = changeOfJudged(known, now);
  return change ?? (known !== undefined && before?.status === 'NOT_AVAILABLE' ? 'seenAgain' : undefined);
}

/** As what a verdict was last judged, where it was. */
function lastJudged(reported: ReportedVerdict | undefined): Judged | undefined {
  return reported?.status === 'NOT_AVAILABLE' ? reported.before : reported;
}

function judgedBefore(reported: ReportedVerdict | undefined): Pick<VerdictChange, 'before'> {
  const judged = lastJudged(reported);
  return judged ? { before: { status: judged.status, severity: judged.severity } } : {};
}

type Judged = Pick<ReportedVerdict, 'status' | 'severity'>;

function changeOfJudged(before: Judged | undefined, now: Judged): ChangeKind | undefined {
  if (!isProblem(before?.status)) return isProblem(now.status) ? 'new' : undefined;
  if (!isProblem(now.status)) return 'fixed';
  const difference = seriousnessOf(now) - seriousnessOf(before);
  if (difference === 0) return undefined;
  return difference > 0 ? 'worse' : 'better';
}

function isProblem(status: Status | undefined): boolean {
  return status === 'FAILED' || status === 'WARNING';
}

/** A failure is worse than a warning, whatever its severity. */
function seriousnessOf(judged: Judged | undefined): number {
  if (judged?.status !== 'FAILED') return -1;
  return SEVERITIES.length - SEVERITIES.indexOf(judged.severity);
}

function toReported(
  { control, controlId, level, scope, status, severity, reasonCode, clusterArn, resource }: Verdict,
  earlier: ReportedVerdict | undefined,
  suppressed: boolean,
): ReportedVerdict {
  const judged = lastJudged(earlier);
  const { type, id, name } = resource;
  return {
    control,
    controlId,
    level,
    region: scope.region,
    accountId: scope.accountId,
    status,
    severity,
    reasonCode,
    resource: { type, id, ...(name !== undefined && { name }) },
    ...(clusterArn !== undefined && { clusterArn }),
    ...(suppressed && { suppressed: true }),
    ...(status === 'NOT_AVAILABLE' &&
      judged && { before: { status: judged.status, severity: judged.severity } }),
  };
}

function describe(id: string, reported: ReportedVerdict): Omit<VerdictChange, 'change'> {
  const { level, before, ...rest } = reported;
  return { findingId: id, ...rest };
}
