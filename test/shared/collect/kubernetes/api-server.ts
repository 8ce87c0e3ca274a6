import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { FOR_LOCALHOST } from './certificates.ts';

/** What a server does with a request: an answer as JSON, or anything. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface ApiServer {
  readonly url: string;
  readonly ca: string;
  /** Paths with their queries, in order. */
  readonly requests: string[];
  readonly tokens: Set<string>;
}

/** Starts an API server for one test. */
export async function startApiServer(
  handle: Handler,
  certificate: ServerOptions = FOR_LOCALHOST,
): Promise<ApiServer> {
  const requests: string[] = [];
  const tokens = new Set<string>();
  const server = createServer(certificate, (request, response) => {
    requests.push(request.url ?? '');
    tokens.add((request.headers.authorization ?? '').replace(/^Bearer /, ''));
    handle(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `https://127.0.0.1:${port}`, ca: FOR_LOCALHOST.cert, requests, tokens };
}

export function answer(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Serves lists by their paths, in pages as they are asked for; what is not there is not served. */
export function serving(lists: Readonly<Record<string, readonly object[]>>): Handler {
  return (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'https://localhost');
    const list = lists[pathname];
    if (list === undefined) return answer(response, { kind: 'Status', code: 404 }, 404);
    const start = Number(searchParams.get('continue') ?? '0');
    const end = start + Number(searchParams.get('limit') ?? list.length);
    const metadata = end < list.length ? { continue: String(end) } : {};
    answer(response, { kind: 'List', metadata, items: list.slice(start, end) });
  };
}
