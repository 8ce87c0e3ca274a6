import { expect, test } from 'vitest';
import { aTestOrganization, gapsOf, PAYMENTS, REGION, run, signedIn } from '../../harness.ts';
import {
  type ApiServer,
  answer,
  type Handler,
  serving,
  startApiServer,
} from '../collect/kubernetes/api-server.ts';
import { FOR_ELSEWHERE } from '../collect/kubernetes/certificates.ts';

const CANARY = 'canary-0a1b2c';

const POD = {
  metadata: {
    namespace: 'shop',
    name: 'web-5d8f-x1',
    labels: { app: 'web', 'pod-template-hash': '5d8f' },
    annotations: { secret: CANARY },
    ownerReferences: [{ kind: 'ReplicaSet', name: 'web-5d8f', controller: true }],
  },
  spec: {
    serviceAccountName: 'web',
    containers: [{ name: 'main', image: 'nginx:1', env: [{ name: 'TOKEN', value: CANARY }] }],
  },
  status: { phase: 'Running', containerStatuses: [{ name: 'main', imageID: '' }] },
};

const OBJECTS = {
  '/api/v1/pods': [POD],
  '/api/v1/namespaces': [{ metadata: { name: 'shop' } }],
  '/api/v1/serviceaccounts': [
    { metadata: { namespace: 'shop', name: 'default' }, automountServiceAccountToken: false },
  ],
  '/api/v1/services': [],
  '/apis/networking.k8s.io/v1/ingresses': [],
  '/apis/networking.k8s.io/v1/networkpolicies': [],
  '/apis/rbac.authorization.k8s.io/v1/rolebindings': [],
  '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings': [],
};

/** Serves the objects, and says that there are no other groups of the API. */
const cluster: Handler = (request, response) =>
  request.url === '/apis' ? answer(response, { groups: [] }) : serving(OBJECTS)(request, response);

const KUBERNETES = [
  'approved-registries',
  'dedicated-service-accounts',
  'network-policies',
  'load-balancer-tls',
  'iam-access',
];

/** An account with one cluster, which EKS says is at this API server. */
async function aWorld({ url, ca }: Pick<ApiServer, 'url' | 'ca'>) {
  const sandbox = await signedIn(
    aTestOrganization().account(PAYMENTS, { name: 'payments' }, (account) =>
      account.cluster('orders', { region: REGION, accessConfig: { authenticationMode: 'API' } }),
    ),
  );
  sandbox.fail({
    operation: 'eks:DescribeCluster',
    alter(described) {
      const of = described.cluster as Record<string, unknown>;
      of.endpoint = url;
      of.certificateAuthority = { data: Buffer.from(ca).toString('base64') };
    },
  });
  return sandbox;
}

const audit = (kubernetes: object) =>
  run({
    targets: { organization: true, accounts: [PAYMENTS], regions: [REGION] },
    controls: { include: KUBERNETES },
    kubernetes,
  });

test('off, nothing is asked of a cluster', async () => {
  const server = await startApiServer(cluster);
  const sandbox = await aWorld(server);

  await audit({});
  await audit({ enabled: true, clusters: ['prod-*'] });

  expect(server.requests).toEqual([]);
  expect(sandbox.calls({ operation: 'eks:DescribeCluster' })).toHaveLength(2);
});

test('on, five controls are judged by what is inside, and nothing secret is kept', async () => {
  const server = await startApiServer(cluster);
  await aWorld(server);

  const result = await audit({ enabled: true, clusters: ['*:cluster/ord*'] });

  const of = (control: string) =>
    result.verdicts.find((verdict) => verdict.control === control && verdict.level === 'cluster');
  expect(of('approved-registries')).toMatchObject({ reasonCode: 'UNAPPROVED_IMAGES' });
  expect(of('approved-registries')?.reason).toContain('docker.io/library/nginx:1 in shop/Deployment web');
  expect(of('dedicated-service-accounts')).toMatchObject({ status: 'PASSED' });
  expect(gapsOf(result)).toEqual([]);
  const [token = ''] = server.tokens;
  expect(token).toMatch(/^k8s-aws-v1\./);
  for (const secret of [CANARY, token, token.slice(20, 80), 'BEGIN CERTIFICATE'])
    expect(JSON.stringify(result)).not.toContain(secret);
  // Only lists, of what the controls need, and nothing of secrets or nodes.
  expect(new Set(server.requests.map((path) => path.split('?')[0]))).toEqual(
    new Set(['/apis', ...Object.keys(OBJECTS)]),
  );
});

test('a cluster that cannot be reached is one gap, and what AWS proves stays', async () => {
  const server = await startApiServer(cluster);
  await aWorld({ url: server.url, ca: FOR_ELSEWHERE.cert });

  const result = await audit({ enabled: true });

  expect(gapsOf(result)).toHaveLength(1);
  expect(gapsOf(result)).toMatchObject([{ what: 'evidence', operation: 'kubernetes:connect' }]);
  expect(result.verdicts.find(({ control }) => control === 'approved-registries')).toMatchObject({
    status: 'NOT_AVAILABLE',
  });
  expect(result.coverage.complete).toBe(false);
});

test('what is forbidden is one gap a kind', async () => {
  const server = await startApiServer((request, response) =>
    request.url?.startsWith('/api/v1/pods') ? answer(response, {}, 403) : cluster(request, response),
  );
  await aWorld(server);

  const result = await audit({ enabled: true });

  expect(gapsOf(result)).toMatchObject([
    { operation: 'kubernetes:list pods', code: 'Forbidden', kind: 'denied' },
  ]);
});
