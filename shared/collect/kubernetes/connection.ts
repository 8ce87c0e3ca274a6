import type { IncomingMessage } from 'node:http';
import { Agent, type RequestOptions, request } from 'node:https';

/** Milliseconds until the connection is there, and from then on until the answer begins; until the first answer of all, for both. */
const ANSWER_MS = 5_000;
/** Milliseconds until the whole of one answer is there. */
const BODY_MS = 30_000;
/** Bytes of one answer. */
const MAX_BYTES = 32_000_000;
const MAX_SOCKETS = 4;

/** How to reach a cluster's API server, and as whom. */
export interface Endpoint {
  /** `https://….eks.amazonaws.com`, without a path. */
  readonly url: string;
  /** The certificate of the cluster's own authority, in PEM. */
  readonly ca: string;
  readonly token: string;
  readonly userAgent: string;
}

/** What the API server answered. */
export interface Answer {
  readonly status: number;
  /** The JSON of its body; undefined where it is none, which is an answer only where its status says all. */
  readonly body: unknown;
}

/** Why there is no answer: the code of the network or of TLS, or one of our own. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A cluster's API server, over a few connections of its own. */
export interface Connection {
  /** Asks for a path. Rejects with ConnectionError; `signal` ends it with its own reason. */
  get(path: string, query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Answer>;
  close(): void;
}

/** Only `https:` endpoints with an authority get the token; redirects are not followed, and no proxy is asked. */
export function connectTo({ url, ca, token, userAgent }: Endpoint): Connection {
  const base = URL.canParse(url) ? new URL(url) : undefined;
  if (base?.protocol !== 'https:') throw new ConnectionError('NotHttps', 'the endpoint is no https address');
  // NODE_TLS_REJECT_UNAUTHORIZED would have the token sent to anyone.
  const agent = new Agent({ ca, rejectUnauthorized: true, keepAlive: true, maxSockets: MAX_SOCKETS });
  const headers = { accept: 'application/json', authorization: `Bearer ${token}`, 'user-agent': userAgent };
  let hasAnswered = false;
  return {
    async get(path, query, signal) {
      const target = new URL(path, base);
      for (const [name, value] of Object.entries(query)) target.searchParams.set(name, value);
      const response = await answerTo(target, { agent, headers, signal }, hasAnswered);
      hasAnswered = true;
      const text = await bodyOf(response, signal);
      return { status: response.statusCode ?? 0, body: parse(text, response) };
    },
    close: () => agent.destroy(),
  };
}

/** Sends a request and waits until its answer begins. Who has never answered has no more time after the connection. */
function answerTo(
  target: URL,
  options: RequestOptions & { readonly signal: AbortSignal },
  hasAnswered: boolean,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request(target, options);
    let isConnected = false;
    const late = () =>
      sent.destroy(
        isConnected
          ? new ConnectionError('NoAnswer', `there was no answer within ${ANSWER_MS} ms`)
          : new ConnectionError('NoConnection', `there was no connection within ${ANSWER_MS} ms`),
      );
    let timer = setTimeout(late, ANSWER_MS);
    const connected = () => {
      isConnected = true;
      if (!hasAnswered) return;
      clearTimeout(timer);
      timer = setTimeout(late, ANSWER_MS);
    };
    sent.once('socket', (socket) => {
      if (socket.connecting) socket.once('secureConnect', connected);
      else connected();
    });
    sent.once('response', (response) => {
      clearTimeout(timer);
      resolve(response);
    });
    sent.once('error', (error) => {
      clearTimeout(timer);
      reject(options.signal.aborted ? options.signal.reason : asConnectionError(error));
    });
    sent.end();
  });
}

/** Errors of the network and of TLS tell what went wrong by their code; their messages may quote a certificate. */
function asConnectionError(error: Error): ConnectionError {
  if (error instanceof ConnectionError) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'ConnectionFailed';
  return new ConnectionError(code, describeCode(code), { cause: error });
}

function describeCode(code: string): string {
  if (/CERT|ISSUER|SELF_SIGNED|ALTNAME|SIGNATURE/.test(code))
    return 'its certificate is not one of the cluster’s own authority for this name';
  if (code === 'ECONNREFUSED') return 'the connection was refused';
  if (code === 'ECONNRESET' || code === 'EPIPE')
    return 'the connection was closed before the answer was complete';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'its name cannot be resolved';
  return 'the connection failed';
}

async function bodyOf(response: IncomingMessage, signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const timer = setTimeout(
    () =>
      response.destroy(
        new ConnectionError('Incomplete', `the answer was not complete ${BODY_MS} ms after it had begun`),
      ),
    BODY_MS,
  );
  try {
    for await (const chunk of response) {
      bytes += chunk.length;
      if (bytes > MAX_BYTES)
        throw new ConnectionError('TooLarge', `an answer has more than ${MAX_BYTES} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw asConnectionError(error instanceof Error ? error : new Error(String(error)));
  } finally {
    clearTimeout(timer);
    response.destroy();
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** What is no JSON is not from an API server, but for what it refuses. Its text is not quoted: it may be anything. */
function parse(text: string, { statusCode = 0 }: IncomingMessage): unknown {
  try {
    return JSON.parse(text);
  } catch {
    if (statusCode >= 400) return undefined;
    throw new ConnectionError('NoJson', `the answer, with status ${statusCode}, is no JSON`);
  }
}
