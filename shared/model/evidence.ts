/** AWS answered with a value. */
export interface Present<T> {
  readonly state: 'present';
  readonly value: T;
}

/** AWS answered that there is none: "there is no policy", "no key is configured". */
export interface Absent {
  readonly state: 'absent';
}

/** Why a reading failed: denied, throttled at every retry, the resource no longer exists, or anything else. */
export type UnreadableKind = 'denied' | 'throttled' | 'gone' | 'failed';

/** AWS gave no answer. It says nothing about the resource and never becomes PASSED or FAILED. */
export interface Unreadable {
  readonly state: 'unreadable';
  readonly kind: UnreadableKind;
  /** The error code as AWS spells it, for example `AccessDeniedException`. */
  readonly code: string;
  /** The operation that failed, as IAM spells it, for example `eks:DescribeCluster`. */
  readonly operation: string;
  /** The error's message, for people. Not stable, never compared. */
  readonly detail: string;
  /** A service or resource control policy of the organization refused it: nobody in the account may do it. */
  readonly byOrganization?: true;
}

/** One answer from AWS. */
export type Evidence<T> = Present<T> | Absent | Unreadable;

/** Evidence of something that cannot be absent, such as a list, which is at least empty. */
export type Reading<T> = Present<T> | Unreadable;

/** What evidence that is not unreadable holds: its value, or `undefined` when absent. */
export type Known<E> = E extends Present<infer T> ? T : E extends Absent ? undefined : never;

/** An item of a list: its name is known from the list even when its description could not be read. */
export interface Named<T> {
  readonly name: string;
  readonly detail: Reading<T>;
}

export function present<T>(value: T): Present<T> {
  return { state: 'present', value };
}

export const absent: Absent = { state: 'absent' };

/** Our code for an answer that is not what its operation promises; AWS has none. Part of the public interface. */
export const MALFORMED_RESPONSE = 'MalformedResponse';

/** Our code for what the time of the account's audit was not enough for. Part of the public interface. */
export const OUT_OF_TIME = 'OUT_OF_TIME';

/** Our code for what only another account could tell, which is not read. Part of the public interface. */
export const OTHER_ACCOUNT = 'OtherAccount';

/**
 * Our code for what AWS answered and what takes too much work to decide by, such as a policy of patterns that are hard to
 * compare. Part of the public interface.
 */
export const TOO_COMPLEX = 'TOO_COMPLEX';

/** Our code for a Region that was requested and is not enabled in the account. Part of the public interface. */
export const REGION_NOT_ENABLED = 'RegionNotEnabled';

/** Our code for more findings in Security Hub than are read. Part of the public interface. */
export const TOO_MANY_FINDINGS = 'TOO_MANY_FINDINGS';

/** Whether an error says that Security Hub is not enabled in the account and Region. */
export function isSecurityHubOff({ code }: Pick<Unreadable, 'code'>): boolean {
  return code === 'InvalidAccessException';
}

/** AWS answered, but a field that is needed is missing or not understood: as if it had not answered. */
export function malformed(operation: string, detail: string): Unreadable {
  return { state: 'unreadable', kind: 'failed', code: MALFORMED_RESPONSE, operation, detail };
}

/** AWS answered, but to decide by the answer is more work than one identity or resource is worth: as if it had not. */
export function tooComplex(operation: string, detail: string): Unreadable {
  return { state: 'unreadable', kind: 'failed', code: TOO_COMPLEX, operation, detail };
}

/**
 * What went wrong, as the beginning of a sentence. Only what AWS refused or did not answer failed: an answer may lack
 * what is needed, and what another account has is never asked.
 */
export function describeFailure({ operation, code }: Pick<Unreadable, 'operation' | 'code'>): string {
  if (code === MALFORMED_RESPONSE) return `the answer to ${operation} does not suffice`;
  if (code === TOO_COMPLEX) return `the answer to ${operation} is too complex`;
  if (code === OTHER_ACCOUNT) return `${operation} covers no other account`;
  return `${operation} failed with ${code}`;
}

/** What is unreadable of several pieces of evidence. */
export function unreadableOf(evidence: Iterable<Evidence<unknown>>): Unreadable[] {
  return [...evidence].filter((item) => item.state === 'unreadable');
}

/** The values of what is present of several pieces of evidence. */
export function presentOf<T>(evidence: Iterable<Evidence<T>>): T[] {
  return [...evidence].flatMap((item) => (item.state === 'present' ? [item.value] : []));
}

/** What follows from a reading; why it failed when it did. */
export function mapReading<T, U>(reading: Reading<T>, toValue: (value: T) => U): Reading<U>;
export function mapReading<T, U>(evidence: Evidence<T>, toValue: (value: T) => U): Evidence<U>;
export function mapReading<T, U>(evidence: Evidence<T>, toValue: (value: T) => U): Evidence<U> {
  return evidence.state === 'present' ? present(toValue(evidence.value)) : evidence;
}
