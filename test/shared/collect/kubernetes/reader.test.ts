import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { connectTo } from '../../../../shared/collect/kubernetes/connection.ts';
import { podSchema } from '../../../../shared/collect/kubernetes/pods.ts';
import { KubernetesReader, Unreachable } from '../../../../shared/collect/kubernetes/reader.ts';
import { type ApiServer, answer, type Handler, serving, startApiServer } from './api-server.ts';
import { FOR_ELSEWHERE } from './certificates.ts';

const TOKEN = 'k8s-aws-v1.canary-token';
const PODS = { path: '/api/v1/pods', operation: 'kubernetes:list pods' };
const SIGNAL = new AbortController().signal;

const aPod = (name: string, fields: object = {}) => ({
  metadata: { namespace: 'shop', name },
  spec: { containers: [{ name: 'main', image: 'nginx' }] },
  ...fields,
});

function readerOf({ url, ca }: Pick<ApiServer, 'url' | 'ca'>): KubernetesReader {
  return new KubernetesReader(connectTo({ url, ca, token: TOKEN, userAgent: 'eks-auditor/1' }), SIGNAL);
}

const listFrom = async (handle: Handler) => readerOf(await startApiServer(handle)).list(PODS, podSchema);

/** Why nothing can be read. */
async function whyUnreachable(reading: Promise<unknown>) {
  const error = await reading.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Unreachable)) throw new Error('it can be reached');
  expect(JSON.stringify(error.unreadable)).not.toContain('canary');
  return error.unreadable;
}

describe('a list', () => {
  test('is read in pages of 500 to its end, with the token', async () => {
    const pods = Array.from({ length: 1_200 }, (_, index) => aPod(`pod-${index}`));
    const server = await startApiServer(serving({ '/api/v1/pods': pods }));

    const list = await readerOf(server).list(PODS, podSchema);

    expect(list).toMatchObject({ state: 'present' });
    expect(list?.state === 'present' ? list.value : []).toHaveLength(1_200);
    expect(server.requests).toEqual([
      '/api/v1/pods?limit=500',
      '/api/v1/pods?limit=500&continue=500',
      '/api/v1/pods?limit=500&continue=1000',
    ]);
    expect([...server.tokens]).toEqual([TOKEN]);
  });

  test('that the cluster does not serve is none', async () => {
    expect(await listFrom(serving({}))).toBeUndefined();
  });

  test('at a path that the API server does not have is none', async () => {
    const handle: Handler = (request, response) =>
      request.url?.startsWith('/api/v1/pods')
        ? response.writeHead(404).end('404 page not found\n')
        : answer(response, { items: [] });
    const reader = readerOf(await startApiServer(handle));
    await reader.list({ path: '/api/v1/services', operation: 'x' }, podSchema);

    expect(await reader.list(PODS, podSchema)).toBeUndefined();
  });

  test('begins again when its token has expired, once', async () => {
    let isExpired = true;
    const handle: Handler = (request, response) => {
      if (!request.url?.includes('continue')) {
        return answer(response, { metadata: { continue: 'x' }, items: [aPod('first')] });
      }
      if (!isExpired) return answer(response, { metadata: {}, items: [aPod('second')] });
      isExpired = false;
      // What it offers continues a list that never was.
      answer(response, { kind: 'Status', code: 410, metadata: { continue: 'inconsistent' } }, 410);
    };

    const list = await listFrom(handle);

    expect(list?.state === 'present' ? list.value.map(({ name }) => name) : list).toEqual([
      'first',
      'second',
    ]);
    const always: Handler = (_, response) => answer(response, { code: 410 }, 410);
    expect(await listFrom(always)).toMatchObject({ state: 'unreadable', code: 'Expired' });
  });

  test('that has no end is unreadable', async () => {
    const again: Handler = (_, response) => answer(response, { metadata: { continue: 'x' }, items: [] });

    expect(await listFrom(again)).toMatchObject({ code: 'EndlessList', operation: 'kubernetes:list pods' });
  });

  test.each([
    { items: null },
    { items: [null] },
    { items: [{ metadata: { name: 'a' }, spec: { containers: [] } }] },
    { items: [aPod('a', { spec: { containers: 'none' } })] },
    {},
    [],
  ])('that is malformed is unreadable, without quoting it: %j', async (body) => {
    const list = await listFrom((_, response) => answer(response, body));

    expect(list).toMatchObject({ state: 'unreadable', code: 'MalformedResponse' });
  });

  test.each([
    [403, 'denied', 'Forbidden'],
    [429, 'throttled', 'TooManyRequests'],
    [500, 'failed', 'Status500'],
    [302, 'failed', 'Status302'],
  ])('that is answered with %i is unreadable, and others are read', async (status, kind, code) => {
    const handle: Handler = (request, response) =>
      request.url?.startsWith('/api/v1/pods')
        ? answer(response, { message: 'User "canary" cannot list' }, status)
        : answer(response, { items: [] });
    const reader = readerOf(await startApiServer(handle));

    const list = await reader.list(PODS, podSchema);
    const other = await reader.list({ path: '/api/v1/services', operation: 'x' }, podSchema);

    expect(list).toMatchObject({ state: 'unreadable', kind, code, operation: 'kubernetes:list pods' });
    expect(JSON.stringify(list)).not.toContain('canary');
    expect(other).toEqual({ state: 'present', value: [] });
  });
});

test('that is too busy says so in plain text, before anything else as well', async () => {
  const reader = readerOf(
    await startApiServer((_, response) => response.writeHead(429).end('Too many requests, canary\n')),
  );

  for (const list of [await reader.list(PODS, podSchema), await reader.list(PODS, podSchema)])
    expect(list).toMatchObject({ kind: 'throttled', code: 'TooManyRequests' });
});

test.each([
  [500, 'Status500'],
  [503, 'Status503'],
  [403, 'Forbidden'],
])('that refuses one thing with status %i in plain text has answered', async (status, code) => {
  const handle: Handler = (request, response) =>
    request.url?.startsWith('/api/v1/pods')
      ? response.writeHead(status).end('canary')
      : answer(response, { items: [] });
  const reader = readerOf(await startApiServer(handle));
  await reader.list({ path: '/api/v1/services', operation: 'x' }, podSchema);

  expect(await reader.list(PODS, podSchema)).toMatchObject({ state: 'unreadable', code });
});

describe('a cluster that cannot be reached', () => {
  test('as it does not know the caller', async () => {
    const reading = listFrom((_, response) => answer(response, { message: 'canary' }, 401));

    expect(await whyUnreachable(reading)).toMatchObject({ kind: 'denied', code: 'Unauthorized' });
  });

  test('as nobody listens', async () => {
    const reader = readerOf({ url: 'https://127.0.0.1:1', ca: FOR_ELSEWHERE.cert });

    expect(await whyUnreachable(reader.list(PODS, podSchema))).toMatchObject({
      code: 'ECONNREFUSED',
      operation: 'kubernetes:connect',
    });
  });

  test('as its certificate is of another authority', async () => {
    const { url } = await startApiServer(serving({}));

    const why = await whyUnreachable(readerOf({ url, ca: FOR_ELSEWHERE.cert }).list(PODS, podSchema));

    expect(why.detail).toContain('certificate');
  });

  test('as its certificate is of another authority, whatever the environment allows', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    onTestFinished(() => void vi.unstubAllEnvs());
    const server = await startApiServer(serving({}));

    const why = await whyUnreachable(
      readerOf({ url: server.url, ca: FOR_ELSEWHERE.cert }).list(PODS, podSchema),
    );

    expect(why.detail).toContain('certificate');
    expect([...server.tokens]).toEqual([]);
  });

  test('as its certificate is for another name', async () => {
    const { url } = await startApiServer(serving({}), FOR_ELSEWHERE);

    const why = await whyUnreachable(readerOf({ url, ca: FOR_ELSEWHERE.cert }).list(PODS, podSchema));

    expect(why).toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  test('as what answers is no API server', async () => {
    const reading = listFrom((_, response) => response.end('<html>canary</html>'));

    expect(await whyUnreachable(reading)).toMatchObject({ code: 'NoJson' });
  });

  test('as what answers has no such path, and has never answered', async () => {
    const reading = listFrom((_, response) => response.writeHead(404).end('<html>canary</html>'));

    expect(await whyUnreachable(reading)).toMatchObject({ code: 'NoJson' });
  });

  test('as the connection is cut', async () => {
    const reading = listFrom((request) => request.socket.destroy());

    expect(await whyUnreachable(reading)).toMatchObject({ code: 'ECONNRESET' });
  });

  test('as its address is not https: it gets no token', () => {
    expect(() => connectTo({ url: 'http://127.0.0.1:1', ca: 'x', token: TOKEN, userAgent: 'x' })).toThrow(
      'no https address',
    );
  });
});
