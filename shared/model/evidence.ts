/** AWS answered with a value. */
export interface Present<T> {
  readonly state: 'present';
  readonly value: T;
}

/** AWS answered that there is none: "there is no policy", "no key is configured". */
export interface Absent {
  readonly state: 'absent';
}

/** Why a reading failed: refused, throttled until we gave up, vanished meanwhile, or anything else. */
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
}

/** One answer from AWS. */
export type Evidence<T> = Present<T> | Absent | Unreadable;

/** Evidence of something that cannot be absent, such as a list, which is at least empty. */
export type Reading<T> = Present<T> | Unreadable;

/** What is left of a piece of evidence once it is known to be readable: its value, or `undefined` when absent. */
export type Known<E> = E extends Present<infer T> ? T : E extends Absent ? undefined : never;

/** One of a list: its name is known from the list even when its description could not be read. */
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

/** AWS answered, but a field that is needed is missing or not understood: as if it had not answered. */
export function malformedResponse(operation: string, detail: string): Unreadable {
  return { state: 'unreadable', kind: 'failed', code: MALFORMED_RESPONSE, operation, detail };
}

/** The unreadable ones of several pieces of evidence. */
export function unreadableOf(evidence: Iterable<Evidence<unknown>>): Unreadable[] {
  return [...evidence].filter((one) => one.state === 'unreadable');
}

/** The values of those that are present. */
export function presentOf<T>(evidence: Iterable<Evidence<T>>): T[] {
  return [...evidence].flatMap((one) => (one.state === 'present' ? [one.value] : []));
}
