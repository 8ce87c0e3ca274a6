import { describeFailure, type Unreadable } from '../model/evidence.ts';

/** What a request that AWS throttled for longer than the SDK retries leaves a function as. */
export const THROTTLED_ERROR = 'ThrottledError';

function messageOf(unreadable: Unreadable): string {
  return `${describeFailure(unreadable)}: ${unreadable.detail}`;
}

/** An answer that is not what the operation promises. The message says what is wrong with it. */
export class MalformedResponseError extends Error {
  override readonly name = 'MalformedResponseError';
}

/** A call, with all its tries, took longer than it may. */
export class CallTimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

/**
 * A request without whose answer there is no going on. The message names the operation. Where AWS throttled it the error is
 * called so: by the name the state machine knows that it has to be patient.
 */
export class RequestError extends Error {
  override readonly name: 'RequestError' | typeof THROTTLED_ERROR;

  constructor(unreadable: Unreadable) {
    super(messageOf(unreadable));
    this.name = unreadable.kind === 'throttled' ? THROTTLED_ERROR : 'RequestError';
  }
}

/** The time for the whole account was over before the answer was complete. */
export class OutOfTimeError extends Error {
  override readonly name = 'OutOfTimeError';
}

/** There are no credentials to send a request with. The message says why, and names the operation. */
export class NoCredentialsError extends Error {
  override readonly name = 'CredentialsProviderError';

  constructor(unreadable: Unreadable) {
    super(messageOf(unreadable));
  }
}
