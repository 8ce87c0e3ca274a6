import { finished, type Readable } from 'node:stream';
import { NodeHttpHandler } from '@smithy/node-http-handler';

/** Milliseconds that the parts of one request may take. */
export interface RequestLimits {
  readonly connectTimeoutMs: number;
  /** Until the answer begins, and from then on until it is complete. */
  readonly requestTimeoutMs: number;
}

const MAX_SOCKETS = 200;

/** The connections that all clients of a process share. Close them at the end. */
export function sharedConnections(limits: RequestLimits): NodeHttpHandler {
  return new LimitedHandler(limits);
}

/** The SDK's handler limits the time until an answer begins. A body that stalls, or drips, would never end. */
class LimitedHandler extends NodeHttpHandler {
  readonly #bodyTimeoutMs: number;

  constructor({ connectTimeoutMs, requestTimeoutMs }: RequestLimits) {
    const agent = { keepAlive: true, maxSockets: MAX_SOCKETS };
    super({
      connectionTimeout: connectTimeoutMs,
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
      httpAgent: agent,
      httpsAgent: agent,
    });
    this.#bodyTimeoutMs = requestTimeoutMs;
  }

  override async handle(
    ...request: Parameters<NodeHttpHandler['handle']>
  ): ReturnType<NodeHttpHandler['handle']> {
    const handled = await super.handle(...request);
    limitBody(handled.response.body, this.#bodyTimeoutMs);
    return handled;
  }
}

function limitBody(body: Readable, timeoutMs: number): void {
  const message = `the answer was not complete ${timeoutMs} ms after it had begun`;
  const timer = setTimeout(() => {
    // By this name the SDK knows that the request is worth another attempt.
    body.destroy(Object.assign(new Error(message), { name: 'TimeoutError' }));
  }, timeoutMs);
  finished(body, () => clearTimeout(timer));
}
