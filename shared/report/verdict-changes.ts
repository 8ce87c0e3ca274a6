import type { ReportedVerdict } from '../model/reported-verdict.ts';
import { SEVERITIES, type Status, type Verdict } from '../model/verdict.ts';
import type { ChangeKind, JudgedBefore, VerdictChange } from '../model/verdict-change.ts';
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
  /** Ids of findings that a person suppressed, by Region. Of a Region that is not there nothing is known. */
  readonly suppressed: ReadonlyMap<string, ReadonlySet<string>>;
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
    const now = reportedVerdict(verdict, earlier, isSuppressed(id, verdict.scope.region, audited, earlier));
    reported.set(id, now);
    const change = changeOf(earlier, now);
    if (change)
      changes.push({ ...describe(id, now), change, reason: verdict.reason, ...judgedBefore(earlier) });
  }
  for (const [id, earlier] of before) {
    if (seen.has(id) || audited.outdated.has(id) || !audited.isGone(earlier)) continue;
    reported.delete(id);
    const suppressed = isSuppressed(id, earlier.region, audited, earlier);
    changes.push({ ...describe(id, earlier, suppressed), change: 'gone' });
  }
  return { changes, reported };
}

/** Whether a person suppressed a finding: as it is known now, or else as it was. */
function isSuppressed(
  id: string,
  region: string,
  { suppressed }: Pick<Audited, 'suppressed'>,
  earlier: ReportedVerdict | undefined,
): boolean {
  return suppressed.get(region)?.has(id) ?? earlier?.suppressed ?? false;
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
function lastJudged(reported: ReportedVerdict | undefined): JudgedBefore | undefined {
  if (reported === undefined || reported.status === 'NOT_AVAILABLE') return reported?.before;
  const { status, severity, reasonCode, exception } = reported;
  return { status, severity, reasonCode, ...(exception !== undefined && { exception }) };
}

function judgedBefore(reported: ReportedVerdict | undefined): Pick<VerdictChange, 'before'> {
  const before = lastJudged(reported);
  return before ? { before } : {};
}

type Judged = Pick<JudgedBefore, 'status' | 'severity' | 'exception'>;

/** A problem that an exception covers is neither new nor worse, and whether it was one before it passes does not matter. */
function changeOfJudged(before: Judged | undefined, now: Judged): ChangeKind | undefined {
  if (!isProblem(now.status)) return isProblem(before?.status) ? 'fixed' : undefined;
  if (now.exception !== undefined) return before?.exception === undefined ? 'excepted' : undefined;
  if (!isProblem(before?.status)) return 'new';
  if (before?.exception !== undefined) return 'exceptionEnded';
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

/** A verdict as it is reported; `earlier` is how it was reported before. */
export function reportedVerdict(
  verdict: Verdict,
  earlier?: ReportedVerdict,
  suppressed = false,
): ReportedVerdict {
  const { control, controlId, level, scope, status, severity, reasonCode, clusterArn, exception } = verdict;
  const { type, id, name } = verdict.resource;
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
    ...(exception && { exception: exception.id }),
    ...(status === 'NOT_AVAILABLE' && judgedBefore(earlier)),
  };
}

function describe(
  id: string,
  reported: ReportedVerdict,
  isSuppressedNow = reported.suppressed === true,
): Omit<VerdictChange, 'change'> {
  const { level, before, suppressed, ...rest } = reported;
  return { findingId: id, ...rest, ...(isSuppressedNow && { suppressed: true }) };
}
