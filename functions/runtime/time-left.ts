/** A signal that is aborted so many milliseconds before the end of an invocation, at once if there are no more left. */
export function signalBeforeEnd(remainingMs: number, reserveMs: number): AbortSignal {
  return AbortSignal.timeout(Math.max(0, Math.floor(remainingMs - reserveMs)));
}
