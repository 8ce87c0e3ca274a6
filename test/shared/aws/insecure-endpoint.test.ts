import { expect, it } from 'vitest';
import { sharedConnections } from '../../../shared/aws/connections.ts';
import { isInsecureEndpoint } from '../../../shared/aws/insecure-endpoint.ts';

it.each([
  ['https://eks.eu-west-1.amazonaws.com', false],
  ['http://127.0.0.1:4567', false],
  ['http://localhost:4567', false],
  ['http://eks.localhost', false],
  ['http://[::1]:4567', false],
  ['http://10.0.0.1', true],
  ['http://localhost.example.com', true],
  ['http://127.0.0.1.example.com', true],
])('%s: %s', (url, insecure) => {
  expect(isInsecureEndpoint(new URL(url))).toBe(insecure);
});

it('refuses requests to an endpoint that a profile names', async () => {
  const connections = sharedConnections({ connectTimeoutMs: 100, requestTimeoutMs: 100 });
  const request = { protocol: 'http:', hostname: '192.0.2.1', method: 'GET', path: '/', headers: {} };

  await expect(connections.handle({ ...request, query: {} } as never)).rejects.toThrow('not be encrypted');
});
