import { setImmediate } from 'node:timers/promises';
import { OUT_OF_TIME, present, type Reading } from '../model/evidence.ts';
import type { Steps } from '../model/steps.ts';

/** For so many milliseconds timers, signals and answers wait, and for the step that is begun then. */
const TURN_MS = 50;

/** When to end work that is not done. */
export interface Ends {
  /** Rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Gives up. */
  readonly deadline?: AbortSignal | undefined;
}

/**
 * Does work in turns, so that a deadline and Ctrl+C reach it, and the requests of other accounts go on meanwhile.
 *
 * @param name What the work is called where it is given up.
 */
export async function inTurns<T>(
  name: string,
  steps: Steps<T>,
  { signal, deadline }: Ends,
): Promise<Reading<T>> {
  let turnEnds = performance.now() + TURN_MS;
  for (;;) {
    const step = steps.next();
    if (step.done) return present(step.value);
    if (performance.now() < turnEnds) continue;
    await setImmediate();
    signal?.throwIfAborted();
    if (deadline?.aborted) {
      const detail = `the time for this account was over before ${name} was done`;
      return { state: 'unreadable', kind: 'failed', code: OUT_OF_TIME, operation: name, detail };
    }
    turnEnds = performance.now() + TURN_MS;
  }
}
