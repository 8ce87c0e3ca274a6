import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Identity } from '../../infra/sandbox/principals.ts';
import type { Sandbox } from '../../infra/sandbox/sandbox.ts';

/** An access entry, as the verifier of tokens reads it. */
export interface Entry {
  readonly principalArn: string;
  readonly username: string;
  readonly groups: readonly string[];
}

/** What tells an API server who there is: asked for each token. */
export interface Identities {
  readonly url: string;
  /** Whose credentials count; nobody's at first. */
  sandbox: Sandbox | undefined;
  entries: () => readonly Entry[];
  close(): void;
}

/** Serves the credentials of a sandbox and access entries to the verifier: see apiserver/identities.go. */
export async function serveIdentities(): Promise<Identities> {
  const identities: Omit<Identities, 'url'> = {
    sandbox: undefined,
    entries: () => [],
    close: () => server.close(),
  };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const body =
      pathname === '/entries'
        ? identities.entries()
        : asCredentials(identities.sandbox?.identityOf(searchParams.get('key') ?? ''));
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? {}));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return Object.assign(identities, { url: `http://127.0.0.1:${port}` });
}

function asCredentials(identity: Identity | undefined) {
  if (identity === undefined) return undefined;
  const { caller, secretAccessKey, sessionToken = '' } = identity;
  const { accountId: account, arn, userId } = caller;
  return { secretAccessKey, sessionToken, account, arn, userId };
}
