import { CallTimeoutError, OutOfTimeError } from './errors.ts';

/**
 * Sends with a signal that is aborted after `timeoutMs`, or with the deadline. Rejects at that moment, with
 * CallTimeoutError or OutOfTimeError, whatever becomes of what was sent.
 */
export async function withinTime<T>(
  send: (signal: AbortSignal) => Promise<T>,
  timeoutMs: number,
  deadline: AbortSignal | undefined,
): Promise<T> {
  const limit = new AbortController();
  const stopped = new Promise<never>((_, reject) => {
    limit.signal.addEventListener('abort', () => reject(limit.signal.reason), { once: true });
  });
  const timer = setTimeout(
    () => limit.abort(new CallTimeoutError(`there was no complete answer within ${timeoutMs} ms`)),
    timeoutMs,
  );
  const onDeadline = () =>
    limit.abort(new OutOfTimeError('the time for this account was over before the answer was complete'));
  deadline?.addEventListener('abort', onDeadline, { once: true });
  if (deadline?.aborted) onDeadline();
  try {
    return await Promise.race([stopped, limit.signal.aborted ? stopped : send(limit.signal)]);
  } catch (error) {
    // What was sent may be the first to notice.
    throw limit.signal.aborted ? limit.signal.reason : error;
  } finally {
    clearTimeout(timer);
    deadline?.removeEventListener('abort', onDeadline);
  }
}
