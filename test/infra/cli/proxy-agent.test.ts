import { createServer, type IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isDirect, proxyAgent } from '../../../infra/cli/proxy-agent.ts';

interface Tunnel {
  readonly authority: string | undefined;
  readonly authorization: string | undefined;
  /** The first that was sent through it. */
  readonly start: Buffer;
}

/** A proxy that answers CONNECT and reports what comes through the tunnel, or refuses. */
async function aProxy(status = '200 OK') {
  const tunnels: Tunnel[] = [];
  const server = createServer();
  server.on('connect', ({ url, headers }: IncomingMessage, socket) => {
    socket.on('error', () => {});
    socket.write(`HTTP/1.1 ${status}\r\n\r\n`);
    socket.once('data', (start: Buffer) => {
      tunnels.push({ authority: url, authorization: headers['proxy-authorization'], start });
      socket.destroy();
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.close();
  });
  return { tunnels, port: (server.address() as AddressInfo).port };
}

function get(url: string, environment: NodeJS.ProcessEnv): Promise<Error> {
  const agent = proxyAgent(environment);
  return new Promise((resolve) => request(url, { agent }).on('error', resolve).end());
}

describe('a proxy', () => {
  it('gets a name and a password as they are where they are not encoded', async () => {
    const { tunnels, port } = await aProxy();

    await get('https://sts.amazonaws.com/', { HTTPS_PROXY: `http://me:100%@127.0.0.1:${port}` });

    expect(tunnels[0]?.authorization).toBe(`Basic ${Buffer.from('me:100%').toString('base64')}`);
  });

  it('gets a tunnel for each host, with TLS inside', async () => {
    const { tunnels, port } = await aProxy();

    await get('https://sts.eu-west-1.amazonaws.com/', { HTTPS_PROXY: `http://me:s%20x@127.0.0.1:${port}` });

    const [tunnel] = tunnels;
    expect(tunnel?.authority).toBe('sts.eu-west-1.amazonaws.com:443');
    expect(tunnel?.authorization).toBe(`Basic ${Buffer.from('me:s x').toString('base64')}`);
    // A handshake, with the name of the host: https://www.rfc-editor.org/rfc/rfc8446#section-5.1
    expect(tunnel?.start[0]).toBe(0x16);
    expect(tunnel?.start.includes('sts.eu-west-1.amazonaws.com')).toBe(true);
  });

  it('is told of where it refuses', async () => {
    const { port } = await aProxy('407 Proxy Authentication Required');

    const error = await get('https://sts.amazonaws.com/', { https_proxy: `http://127.0.0.1:${port}` });

    expect(error.message).toBe('the proxy 127.0.0.1 answered 407 for sts.amazonaws.com:443');
  });

  it('is not used for hosts of NO_PROXY', async () => {
    const { tunnels, port } = await aProxy();

    await get('https://localhost:1/', { HTTPS_PROXY: `http://127.0.0.1:${port}`, NO_PROXY: 'localhost' });

    expect(tunnels).toEqual([]);
  });

  it('is none without HTTPS_PROXY', () => {
    expect(proxyAgent({ NO_PROXY: '*' })).toBeUndefined();
  });
});

it.each([
  ['', 'eks.amazonaws.com', false],
  ['*', 'eks.amazonaws.com', true],
  ['amazonaws.com', 'eks.amazonaws.com', true],
  ['.amazonaws.com', 'eks.amazonaws.com', true],
  ['*.amazonaws.com', 'eks.amazonaws.com', true],
  ['example.com, amazonaws.com', 'eks.amazonaws.com', true],
  ['amazonaws.com:443', 'eks.amazonaws.com', true],
  ['amazonaws.com:8443', 'eks.amazonaws.com', false],
  ['onaws.com', 'eks.amazonaws.com', false],
  ['eks.amazonaws.com', 'amazonaws.com', false],
])('NO_PROXY %j leaves out %s: %s', (noProxy, host, direct) => {
  expect(isDirect(noProxy, host, 443)).toBe(direct);
});
