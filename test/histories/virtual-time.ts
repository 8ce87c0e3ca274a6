import { vi } from 'vitest';

/** Time that passes only when it is told to, for dates and for the signals of `AbortSignal.timeout`. */
export interface VirtualTime {
  pass(milliseconds: number): void;
  /** Nobody waits for the signals that were asked for. */
  forgetSignals(): void;
}

/** Replaces time until `vi.useRealTimers()` and `vi.restoreAllMocks()`. */
export function virtualTime(): VirtualTime {
  const waiting = new Set<{ readonly at: number; readonly controller: AbortController }>();
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((milliseconds) => {
    const controller = new AbortController();
    waiting.add({ at: Date.now() + milliseconds, controller });
    abortLate();
    return controller.signal;
  });

  function abortLate(): void {
    for (const one of waiting) {
      if (one.at > Date.now()) continue;
      waiting.delete(one);
      one.controller.abort(new DOMException('The time is over.', 'TimeoutError'));
    }
  }

  return {
    pass(milliseconds) {
      vi.setSystemTime(Date.now() + milliseconds);
      abortLate();
    },
    forgetSignals: () => waiting.clear(),
  };
}
