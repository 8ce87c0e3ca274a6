import { createServer } from 'node:http';
import { expect, onTestFinished, test, vi } from 'vitest';
import { awsAccount } from '../../../shared/aws/account.ts';
import { sharedConnections } from '../../../shared/aws/connections.ts';
import { requestOptionsOf } from '../../../shared/aws/request-options.ts';
import { collectAccount } from '../../../shared/collect/collect-account.ts';
import { parseConfig } from '../../../shared/config/config.ts';
import type { Inventory } from '../../../shared/model/inventory.ts';
import { SCOPE } from '../../builders.ts';

/** Makes the SDK talk to a server that answers every request with `body`. */
async function answering(body: unknown): Promise<void> {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
    vi.unstubAllEnvs();
  });
  const address = server.address();
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
}

async function collect(): Promise<Inventory> {
  const config = parseConfig({ limits: { maxAttempts: 1 } });
  const connections = sharedConnections(requestOptionsOf(config));
  onTestFinished(() => connections.destroy());
  const credentials = async () => ({ accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' });
  const aws = awsAccount(SCOPE, credentials, connections, requestOptionsOf(config));
  return collectAccount(aws, [SCOPE.region], {
    collectors: [],
    controls: [],
    clusterNames: [],
    isRegistryAccount: false,
    allRegions: false,
    limits: config.limits,
    now: () => new Date(),
  });
}

test.each([
  ['nothing', {}],
  ['no list', { clusters: null }],
  ['a text', { clusters: 'abc' }],
  ['an object', { clusters: { prod: {} } }],
  ['a hole', { clusters: ['prod', null] }],
  ['an empty name', { clusters: ['prod', ''] }],
  ['something that is no name', { clusters: ['prod', { name: 'test' }] }],
])(
  'a list of clusters that holds %s is malformed: it does not say which clusters were deleted',
  async (_, body) => {
    await answering(body);

    const inventory = await collect();

    expect(inventory.regions).toMatchObject([
      { clusterNames: { state: 'unreadable', code: 'MalformedResponse' }, clusters: [] },
    ]);
  },
);

test('a cluster that is listed twice is read once', async () => {
  await answering({ clusters: ['prod', 'test', 'prod'] });

  const inventory = await collect();

  expect(inventory.regions[0]?.clusters.map(({ name }) => name)).toEqual(['prod', 'test']);
});
