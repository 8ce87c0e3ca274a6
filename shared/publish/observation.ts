import { createHash } from 'node:crypto';
import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';

/*
 * Which of two observations of a finding is the later one. Runs overlap: what was read earlier may be published later.
 */

type Times = Partial<Pick<AwsSecurityFinding, 'UpdatedAt' | 'LastObservedAt'>>;

/**
 * How a stored finding stands to an observation: it is of an `earlier` one, of the `same` (an earlier call sent it), or of
 * a `later` one, which knows better. One `fromFuture` is forged or of a clock that is wrong.
 */
export type Standing = 'earlier' | 'same' | 'later' | 'fromFuture';

/** Clocks of computers that follow a time server differ by less. */
const CLOCK_TOLERANCE_MS = 5 * 60 * 1000;

export function standingOf(stored: Times, observedAt: string, now: Date): Standing {
  if (isFromFuture(stored, now)) return 'fromFuture';
  const difference = Date.parse(stored.UpdatedAt ?? '') - Date.parse(observedAt);
  if (difference > 0) return 'later';
  return difference === 0 ? 'same' : 'earlier';
}

/** Whether a finding claims to be of a time that no honest run can know yet. */
export function isFromFuture({ UpdatedAt: updatedAt }: Times, now: Date): boolean {
  return Date.parse(updatedAt ?? '') > now.getTime() + CLOCK_TOLERANCE_MS;
}

/**
 * The UpdatedAt of an import: that of the observation, so that Security Hub, which ignores an update whose UpdatedAt is not
 * later than the stored one, refuses an older observation by itself. What is from the future is overwritten with a
 * millisecond more, or it would stay for ever.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchimportfindings.html
 */
export function updateTime(observedAt: string, stored: Times | undefined, now: Date): string {
  if (stored === undefined || !isFromFuture(stored, now)) return observedAt;
  return new Date(Date.parse(stored.UpdatedAt ?? '') + 1).toISOString();
}

/** The earlier of a stored time, which may be missing or no time, and that of an observation. */
export function earlierOf(stored: string | undefined, observedAt: string): string {
  return stored !== undefined && Date.parse(stored) < Date.parse(observedAt) ? stored : observedAt;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * The most days after which a finding is imported again: Security Hub deletes an active one 90 days after its last update.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings.html
 */
const MAX_REFRESH_DAYS = 67;

/**
 * After how many days an unchanged finding is imported again: `days` and up to a third more or less, by a hash of its id,
 * so that findings that were created together are not imported again together. At most 67.
 */
export function refreshAgeDays(id: string, days: number): number {
  const from = (days * 2) / 3;
  const to = Math.min((days * 4) / 3, MAX_REFRESH_DAYS);
  const fraction = createHash('sha256').update(id).digest().readUInt32BE() / 2 ** 32;
  return from + fraction * (to - from);
}

/** Whether Security Hub will keep a finding for long enough without another import. A time in the future tells no age. */
export function isFresh(stored: Times & Pick<AwsSecurityFinding, 'Id'>, days: number, now: Date): boolean {
  const updatedAt = isFromFuture(stored, now) ? stored.LastObservedAt : stored.UpdatedAt;
  const age = now.getTime() - Date.parse(updatedAt ?? '');
  return age >= -CLOCK_TOLERANCE_MS && age < refreshAgeDays(stored.Id ?? '', days) * DAY_MS;
}
