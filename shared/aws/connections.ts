import type { Agent } from 'node:https';
import { finished, type Readable } from 'node:stream';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import pLimit from 'p-limit';
import { isInsecureEndpoint } from './insecure-endpoint.ts';

/** Milliseconds that the parts of one request may take. */
export interface RequestLimits {
  readonly connectTimeoutMs: number;
  /** Until the answer begins, and from then on until it is complete. */
  readonly requestTimeoutMs: number;
  /** Opens the connections of HTTPS, for example through a proxy; by default directly. */
  readonly httpsAgent?: Agent;
  /** Whether requests may leave this machine in the clear. */
  readonly allowInsecureEndpoint?: boolean;
}

/**
 * Of one host, and every service is one in every Region: 17 Regions with seven services each are 119 hosts, and a Lambda
 * function has 1,024 file descriptors for all that it opens. A limit for all hosts together is no better: hosts that were
 * first would keep it.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const MAX_SOCKETS = 20;
/** Of one host, those that wait for another request. */
const MAX_FREE_SOCKETS = 4;
/** Of the agents of connections. */
export const AGENT_OPTIONS = { keepAlive: true, maxSockets: MAX_SOCKETS, maxFreeSockets: MAX_FREE_SOCKETS };

/** An endpoint that somebody configured would get requests, and their signatures, in the clear. */
class InsecureEndpointError extends Error {
  override readonly name = 'InsecureEndpointError';
}

/** The connections that all clients of a process share. Close them at the end. */
export function sharedConnections(limits: RequestLimits): NodeHttpHandler {
  return new LimitedHandler(limits);
}

/**
 * The SDK's handler limits the time until an answer begins: a body that stalls, or drips, would never end. And it counts
 * the time that a request waits for a connection, so that it waits here.
 */
class LimitedHandler extends NodeHttpHandler {
  readonly #bodyTimeoutMs: number;
  readonly #allowInsecureEndpoint: boolean;
  readonly #requestsByHost = new Map<string, ReturnType<typeof pLimit>>();

  constructor({ connectTimeoutMs, requestTimeoutMs, httpsAgent, allowInsecureEndpoint }: RequestLimits) {
    super({
      connectionTimeout: connectTimeoutMs,
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
      httpAgent: AGENT_OPTIONS,
      httpsAgent: httpsAgent ?? AGENT_OPTIONS,
    });
    this.#allowInsecureEndpoint = allowInsecureEndpoint ?? false;
    this.#bodyTimeoutMs = requestTimeoutMs;
  }

  override handle(...request: Parameters<NodeHttpHandler['handle']>): ReturnType<NodeHttpHandler['handle']> {
    const [{ hostname, port, protocol }] = request;
    if (!this.#allowInsecureEndpoint && isInsecureEndpoint({ protocol, hostname })) {
      const message = `requests to http://${hostname} would not be encrypted, and it is not this machine`;
      return Promise.reject(new InsecureEndpointError(message));
    }
    const host = `${hostname}:${port ?? ''}`;
    const limit = this.#requestsByHost.get(host) ?? pLimit(MAX_SOCKETS);
    this.#requestsByHost.set(host, limit);
    return new Promise((resolve, reject) => {
      const answered = limit(async () => {
        const handled = await super.handle(...request);
        resolve(handled);
        // Until then its connection is in use.
        await bodyEnd(handled.response.body, this.#bodyTimeoutMs);
      });
      answered.catch(reject);
    });
  }
}

/** Resolves when a body was read or given up, which it is after so many milliseconds. */
function bodyEnd(body: Readable, timeoutMs: number): Promise<void> {
  const message = `the answer was not complete ${timeoutMs} ms after it had begun`;
  const timer = setTimeout(() => {
    // By this name the SDK knows that the request is worth another attempt.
    body.destroy(Object.assign(new Error(message), { name: 'TimeoutError' }));
  }, timeoutMs);
  return new Promise((resolve) => {
    finished(body, () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
