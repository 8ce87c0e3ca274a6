import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditApart } from '../../infra/bench/audit-apart.ts';
import { type Sandbox, startSandbox } from '../../infra/sandbox/sandbox.ts';
import { type Connection, connectTo } from '../../shared/collect/kubernetes/connection.ts';
import { podSchema } from '../../shared/collect/kubernetes/pods.ts';
import { KubernetesReader } from '../../shared/collect/kubernetes/reader.ts';
import { clusterToken } from '../../shared/collect/kubernetes/token.ts';
import { gapsOf, PAYMENTS, REGION, signedIn } from '../harness.ts';
import { AUDITOR, audit, aWorldWithout, CLUSTER } from '../shared/pipeline/kubernetes-world.ts';
import { type ApiServer, HAS_API_SERVER, startApiServer } from './api-server.ts';
import { type Identities, serveIdentities } from './identities.ts';
import { aBulkyPod } from './objects.ts';

const MANY = 10_000;
const SOME = 1_200;
/** At most, for as many pods of 10 KB as that. */
const MAX_REQUESTS = 80;
const MAX_MORE_MEGABYTES = 100;

const OPERATOR = `arn:aws:iam::${PAYMENTS}:role/SandboxOperator`;
const PODS = { path: '/api/v1/pods', operation: 'kubernetes:list pods' };

const pods = (count: number, bytes: number) => [
  { key: '/registry/pods/shop/web-{{i}}', object: aBulkyPod(bytes), count },
];

let sandbox: Sandbox;
let identities: Identities;

beforeAll(async () => {
  if (!HAS_API_SERVER) return;
  sandbox = await startSandbox(aWorldWithout());
  identities = await serveIdentities();
  identities.sandbox = sandbox;
  const entries = [AUDITOR, OPERATOR].map((principalArn) => ({
    principalArn,
    username: 'auditor',
    groups: ['system:masters'],
  }));
  identities.entries = () => entries;
});

afterAll(async () => {
  identities?.close();
  await sandbox?.close();
});

const served = (count: number, bytes: number, compaction = '5m') =>
  startApiServer({
    identities: identities.url,
    cluster: CLUSTER,
    region: REGION,
    seed: pods(count, bytes),
    compaction,
  });

describe.skipIf(!HAS_API_SERVER)('10,000 pods of 10 KB', () => {
  let server: ApiServer;
  beforeAll(async () => {
    server = await served(MANY, 10_240);
  });
  afterAll(() => server?.close());

  test(`are judged by at most ${MAX_REQUESTS} requests, in at most ${MAX_MORE_MEGABYTES} MiB more`, async () => {
    const own = await signedIn(aWorldWithout());
    identities.sandbox = own;
    own.account(PAYMENTS).updateCluster(REGION, CLUSTER, {
      endpoint: server.url,
      certificateAuthority: { data: Buffer.from(server.ca).toString('base64') },
    });

    const without = await auditApart();
    const reading = await auditApart('--kubernetes');
    const requests = await server.requests();
    const result = await audit();

    expect(gapsOf(result)).toEqual([]);
    const images = result.verdicts.find(({ control }) => control === 'approved-registries');
    expect(images?.reason).toContain('(10,000 pods)');
    expect(requests.filter(({ what }) => what === 'pods')).toHaveLength(MANY / 500);
    expect(requests.length).toBeLessThanOrEqual(MAX_REQUESTS);
    const more = reading.megabytes - without.megabytes;
    expect(more).toBeLessThanOrEqual(MAX_MORE_MEGABYTES);
    const seconds = (reading.seconds - without.seconds).toFixed(1);
    process.stdout.write(`10,000 pods: ${requests.length} requests, ${more} MiB and ${seconds} s more\n`);
  });
});

describe.skipIf(!HAS_API_SERVER)('a list of which etcd forgets the beginning', () => {
  let server: ApiServer;
  beforeAll(async () => {
    identities.sandbox = sandbox;
    server = await served(SOME, 500, '1s');
  });
  afterAll(() => server?.close());

  const signal = AbortSignal.timeout(100_000);

  async function connected(): Promise<Connection> {
    const { url, ca } = server;
    const credentials = sandbox.credentials(PAYMENTS);
    const token = await clusterToken({ name: CLUSTER, region: REGION }, credentials, new Date());
    return connectTo({ url, ca, token, userAgent: 'test' });
  }

  /** The same, but for so many parts of a list, which are asked for when what they go on with is forgotten. */
  function late(connection: Connection, times: number): Connection {
    let left = times;
    return {
      ...connection,
      async get(path, query, ...rest) {
        if (query.continue === undefined || left === 0) return connection.get(path, query, ...rest);
        left -= 1;
        for (;;) {
          const answer = await connection.get(path, query, ...rest);
          if (answer.status === 410) return answer;
          await wait(250);
        }
      },
    };
  }

  async function listedBy(times: number) {
    const connection = await connected();
    try {
      return await new KubernetesReader(late(connection, times), signal).list(PODS, podSchema);
    } finally {
      connection.close();
    }
  }

  test('begins again, and is whole', async () => {
    const list = await listedBy(1);

    const names = list?.state === 'present' ? list.value.map(({ name }) => name) : [];
    expect(names).toHaveLength(SOME);
    expect(new Set(names).size).toBe(SOME);
  });

  test('twice is unreadable', async () => {
    expect(await listedBy(2)).toMatchObject({
      state: 'unreadable',
      code: 'Expired',
      operation: 'kubernetes:list pods',
    });
  });
});
