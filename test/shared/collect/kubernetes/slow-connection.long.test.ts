import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { type Connection, connectTo } from '../../../../shared/collect/kubernetes/connection.ts';
import { answer, startApiServer } from './api-server.ts';

const SIGNAL = new AbortController().signal;
const DELAY_MS = 3_000;

/** A port that leads to another, each connection after a while. */
async function slowWayTo(port: number): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    setTimeout(() => {
      const onward = connect(port, '127.0.0.1').on('error', () => socket.destroy());
      socket.pipe(onward).pipe(socket);
    }, DELAY_MS);
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
  });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A server that is slow to be connected to, and slow to answer what its path says. */
async function slowServer(): Promise<Connection> {
  const { url, ca } = await startApiServer((request, response) => {
    setTimeout(() => answer(response, {}), request.url === '/slow' ? DELAY_MS : 0);
  });
  const port = await slowWayTo(Number(new URL(url).port));
  const connection = connectTo({ url: `https://127.0.0.1:${port}`, ca, token: 'token', userAgent: 'test' });
  onTestFinished(() => connection.close());
  return connection;
}

test('a first answer has five seconds, connection included', async () => {
  const connection = await slowServer();

  await expect(connection.get('/slow', {}, SIGNAL)).rejects.toMatchObject({ code: 'NoAnswer' });
});

test('later answers have five seconds of their own', async () => {
  const connection = await slowServer();
  await connection.get('/fast', {}, SIGNAL);

  // The connection is there for one of them, the other has to make its own.
  const both = await Promise.all(['/slow', '/slow'].map((path) => connection.get(path, {}, SIGNAL)));

  expect(both.map(({ status }) => status)).toEqual([200, 200]);
});
