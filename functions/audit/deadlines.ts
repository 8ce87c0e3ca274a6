import type { StepContext } from '../runtime/lambda.ts';
import { signalBeforeEnd } from '../runtime/time-left.ts';

/*
 * An invocation lasts 15 minutes. Each phase ends early enough for what comes after it: what was read is judged or written
 * to the bucket, and the invocation itself ends with time to spare.
 */

/** Milliseconds before the end of the invocation at which reading ends: its facts are written to the bucket then. */
const END_OF_READING_MS = 90_000;
/** When publishing ends: the result, the state and the events are sent then. */
const END_OF_PUBLISHING_MS = 75_000;
/** Publishing is not begun with less: Security Hub answers three pages of a hundred findings a second. */
const MIN_FOR_PUBLISHING_MS = 300_000;

/** An account is given up after this many invocations. */
export const MAX_SLICES = 20;
/** Reading is: what is not read by then is not available, and the others are left for publishing. */
export const MAX_READING_SLICES = 14;

/** A signal for each phase of an invocation, aborted when its time is over. */
export function deadlinesOf({ remainingMs }: Pick<StepContext, 'remainingMs'>) {
  return {
    reading: signalBeforeEnd(remainingMs(), END_OF_READING_MS),
    publishing: signalBeforeEnd(remainingMs(), END_OF_PUBLISHING_MS),
    mayPublish: () => remainingMs() >= MIN_FOR_PUBLISHING_MS,
  };
}
