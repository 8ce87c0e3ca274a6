import { request as requestHttp } from 'node:http';
import { Agent, type AgentOptions, type RequestOptions, request as requestHttps } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { AGENT_OPTIONS } from '../../shared/aws/connections.ts';
import { UserError } from './user-error.ts';

/**
 * An agent that reaches hosts through the proxy that HTTPS_PROXY names, but for those of NO_PROXY; `undefined` without a
 * proxy. Throws UserError for a proxy that is no URL.
 */
export function proxyAgent(environment: NodeJS.ProcessEnv): Agent | undefined {
  const value = environment.https_proxy || environment.HTTPS_PROXY;
  if (!value) return undefined;
  const proxy = URL.canParse(value) ? new URL(value) : undefined;
  if (proxy === undefined || !['http:', 'https:'].includes(proxy.protocol)) {
    // It may hold a password, so it is not shown.
    throw new UserError(
      'HTTPS_PROXY: must be a URL that begins with http:// or https://, such as http://proxy.example.com:3128.',
    );
  }
  return new ProxyAgent(proxy, environment.no_proxy || environment.NO_PROXY || '', AGENT_OPTIONS);
}

/**
 * Whether a host is reached directly. NO_PROXY is a list with commas or spaces: `*` for all, `example.com` and
 * `.example.com` for it and what is below it, each perhaps with a port.
 */
export function isDirect(noProxy: string, host: string, port: number): boolean {
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)
    .some((entry) => {
      if (entry === '*') return true;
      const [, name = '', entryPort] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
      const domain = name.replace(/^\*?\./, '');
      const isBelow = host === domain || host.endsWith(`.${domain}`);
      return isBelow && (entryPort === undefined || Number(entryPort) === port);
    });
}

type Connected = NonNullable<Parameters<Agent['createConnection']>[1]>;

/** Tunnels by CONNECT (RFC 9110, section 9.3.6): the proxy sees names of hosts, and nothing of what is sent. */
class ProxyAgent extends Agent {
  readonly #proxy: URL;
  readonly #noProxy: string;

  constructor(proxy: URL, noProxy: string, options: AgentOptions) {
    super(options);
    this.#proxy = proxy;
    this.#noProxy = noProxy;
  }

  override createConnection(options: RequestOptions, connected?: Connected): Duplex | null | undefined {
    const host = (options.host ?? 'localhost').toLowerCase();
    const port = Number(options.port ?? 443);
    if (isDirect(this.#noProxy, host, port)) return super.createConnection(options, connected);
    // Without a connection Node reads the error only.
    const failed = connected as ((error: Error) => void) | undefined;
    this.#tunnelTo(`${host}:${port}`).then(
      (socket) => connected?.(null, connectTls({ socket, servername: options.servername ?? host })),
      (error: Error) => failed?.(error),
    );
    return undefined;
  }

  #tunnelTo(authority: string): Promise<Socket> {
    const { protocol, hostname, port, username, password } = this.#proxy;
    const [send, defaultPort] = protocol === 'https:' ? [requestHttps, 443] : [requestHttp, 80];
    const credentials = `${decoded(username)}:${decoded(password)}`;
    const basic = { 'Proxy-Authorization': `Basic ${Buffer.from(credentials).toString('base64')}` };
    return new Promise((resolve, reject) => {
      const connect = send({
        host: hostname.replace(/^\[|\]$/g, ''),
        port: port || defaultPort,
        method: 'CONNECT',
        path: authority,
        headers: { Host: authority, ...(username && basic) },
        agent: false,
      });
      connect.once('connect', ({ statusCode }, socket) => {
        if (statusCode === 200) return resolve(socket);
        socket.destroy();
        reject(new Error(`the proxy ${hostname} answered ${statusCode} for ${authority}`));
      });
      connect.once('response', ({ statusCode }) => {
        connect.destroy();
        reject(new Error(`the proxy ${hostname} answered ${statusCode} for ${authority}`));
      });
      connect.once('error', (error) =>
        reject(new Error(`the proxy ${hostname} cannot be reached`, { cause: error })),
      );
      connect.end();
    });
  }
}

/** Part of a URL; as it is where it holds a `%` that encodes nothing. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
