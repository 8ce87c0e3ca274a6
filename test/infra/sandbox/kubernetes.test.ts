import { describe, expect, it } from 'vitest';
import { parseWorld } from '../../../infra/sandbox/world.ts';
import { clusterToken } from '../../../shared/collect/kubernetes/token.ts';
import { aCluster, anObject, aPod, asking, CLUSTER, OPERATOR, viewOf } from './kubernetes-support.ts';
import { assumed, member, names, other, region, running, security } from './support.ts';

const RBAC = 'rbac.authorization.k8s.io/v1';
const PODS = '/api/v1/pods';

/** A role, and who has it. */
const bound = (rules: object[], subject: object, namespace?: string) => [
  anObject(RBAC, namespace ? 'Role' : 'ClusterRole', [namespace, 'reader'], { rules }),
  anObject(RBAC, namespace ? 'RoleBinding' : 'ClusterRoleBinding', [namespace, 'readers'], {
    roleRef: { kind: namespace ? 'Role' : 'ClusterRole', name: 'reader' },
    subjects: [subject],
  }),
];

describe('the Kubernetes API of a cluster', () => {
  it('lists objects in the order of their keys, in pages, as many as are asked for', async () => {
    const sandbox = await running(
      aCluster({
        objects: names(5)
          .map((name) => aPod(name))
          .reverse(),
      }),
    );
    const ask = await asking(sandbox);

    const first = await ask(PODS, { limit: '3' });
    const { continue: token } = first.body.metadata;
    const second = await ask(PODS, { limit: '3', continue: String(token) });

    expect(first.body).toMatchObject({ kind: 'PodList', metadata: { remainingItemCount: 2 } });
    expect([...first.body.items, ...second.body.items].map(({ metadata }) => metadata.name)).toEqual(
      names(5),
    );
    expect(second.body.metadata).not.toHaveProperty('continue');
    expect(sandbox.calls({ operation: 'kubernetes:list pods' })).toMatchObject([
      { accountId: member, region, params: { cluster: CLUSTER, limit: '3' }, status: 200 },
      { params: { continue: token } },
    ]);
  });

  it('forgets what a list goes on with after five minutes', async () => {
    const sandbox = await running(aCluster({ objects: names(3).map((name) => aPod(name)) }));
    const ask = await asking(sandbox);
    const { continue: token } = (await ask(PODS, { limit: '1' })).body.metadata;
    const later = new Date(sandbox.now.getTime() + 6 * 60_000);
    sandbox.setClock(() => later);

    const answer = await ask(PODS, { limit: '1', continue: String(token) });

    expect(answer).toMatchObject({ status: 410, body: { kind: 'Status', reason: 'Expired', code: 410 } });
  });

  it('answers one object, and that there is none', async () => {
    const map = anObject('v1', 'ConfigMap', ['kube-system', 'aws-auth'], { data: { mapRoles: '[]' } });
    const ask = await asking(await running(aCluster({ objects: [map] })));

    expect((await ask('/api/v1/namespaces/kube-system/configmaps/aws-auth')).body).toEqual(map);
    expect((await ask('/api/v1/namespaces/kube-system/configmaps/amazon-vpc-cni')).status).toBe(404);
  });

  it('tells the groups that it serves: its own, and those that are installed', async () => {
    const gateway = anObject('gateway.networking.k8s.io/v1', 'Gateway', ['shop', 'web'], {
      spec: { listeners: [] },
    });
    const sandbox = await running(aCluster({ apiGroups: ['cilium.io'], objects: [gateway] }));
    const ask = await asking(sandbox);

    const { body } = await ask('/apis');

    const served = (body.groups as { name: string }[]).map(({ name }) => name);
    expect(served).toEqual([
      'networking.k8s.io',
      'rbac.authorization.k8s.io',
      'cilium.io',
      'gateway.networking.k8s.io',
    ]);
  });

  it('has the namespaces that objects are in, with an account each', async () => {
    const ask = await asking(await running(aCluster({ objects: [aPod('web')] })));

    const namespaces = (await ask('/api/v1/namespaces')).body.items;
    const accounts = (await ask('/api/v1/namespaces/shop/serviceaccounts')).body.items;

    expect(namespaces.map(({ metadata }) => metadata.name)).toEqual([
      'default',
      'kube-node-lease',
      'kube-public',
      'kube-system',
      'shop',
    ]);
    expect(accounts.map(({ metadata }) => metadata.name)).toEqual(['default']);
  });

  it('is only there for clusters whose inside the world has', async () => {
    const world = parseWorld({ accounts: [{ id: member, clusters: [{ name: CLUSTER, region }] }] });
    expect(world.accounts[1]?.clusters[0]).not.toHaveProperty('kubernetes');
  });
});

describe('a token', () => {
  const token = (name: string, credentials: Parameters<typeof clusterToken>[1], now = new Date()) =>
    clusterToken({ name, region }, credentials, now);

  it('of a session is taken, for its role', async () => {
    const entry = viewOf(`arn:aws:iam::${member}:role/audit/EksAuditorMember`);
    const sandbox = await running(aCluster({}, { accessEntries: [entry] }, [security]));
    const session = await assumed(sandbox, member);
    const ask = await asking(sandbox, { token: await token(CLUSTER, session.credentials) });

    expect((await ask(PODS)).status).toBe(200);
    expect([...sandbox.bearerTokens]).toEqual([expect.stringMatching(/^k8s-aws-v1\./)]);
  });

  const keys = { accessKeyId: `AKIAROLE${member}`, secretAccessKey: `sandbox-secret-of-role-${member}` };
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
  const recoded = (text: string, change: (url: string) => string) =>
    `k8s-aws-v1.${Buffer.from(
      change(Buffer.from(text.slice('k8s-aws-v1.'.length), 'base64url').toString('utf8')),
    ).toString('base64url')}`;

  it.each<[string, () => Promise<string>]>([
    ['of another cluster', () => token('payments', keys)],
    ['with another secret', () => token(CLUSTER, { ...keys, secretAccessKey: 'guessed' })],
    ['of nobody', () => token(CLUSTER, { ...keys, accessKeyId: 'AKIAROLE999999999999' })],
    ['of yesterday', () => token(CLUSTER, keys, minutesAgo(16))],
    ['with padding', async () => `${await token(CLUSTER, keys)}=`],
    ['for another host', async () => recoded(await token(CLUSTER, keys), (url) => url.replace('sts.', 'x.'))],
    ['over http', async () => recoded(await token(CLUSTER, keys), (url) => url.replace('https', 'http'))],
    [
      'to do something else',
      async () =>
        recoded(await token(CLUSTER, keys), (url) => url.replace('GetCallerIdentity', 'AssumeRole')),
    ],
    ['that is none', async () => 'eyJhbGciOiJSUzI1NiJ9.e30.x'],
    ['that is left out', async () => ''],
  ])('%s is refused', async (_, make) => {
    const sandbox = await running(aCluster({}));
    const ask = await asking(sandbox, { token: await make() });

    expect(await ask('/apis')).toMatchObject({ status: 401, body: { reason: 'Unauthorized' } });
    expect(sandbox.calls({ operation: 'kubernetes:get /apis' })).toHaveLength(1);
  });

  it('is taken for as long as EKS does', async () => {
    const sandbox = await running(aCluster({}));
    const ask = await asking(sandbox, { token: await token(CLUSTER, keys, minutesAgo(14)) });

    expect((await ask('/apis')).status).toBe(200);
  });

  it('of somebody without an access entry is refused', async () => {
    const sandbox = await running(aCluster({}, { accessEntries: [viewOf(`${OPERATOR}2`)] }).account(other));
    const ask = await asking(sandbox);

    expect((await ask('/apis')).status).toBe(401);
  });
});

describe('who may read what', () => {
  const statuses = async (ask: Awaited<ReturnType<typeof asking>>, paths: readonly string[]) =>
    Promise.all(paths.map(async (path) => (await ask(path)).status));

  const PATHS = [
    PODS,
    '/apis/networking.k8s.io/v1/networkpolicies',
    '/apis/rbac.authorization.k8s.io/v1/rolebindings',
    '/api/v1/secrets',
    '/api/v1/nodes',
  ];

  it.each([
    ['AmazonEKSViewPolicy', [200, 200, 403, 403, 403]],
    ['AmazonEKSAdminViewPolicy', [200, 200, 200, 200, 200]],
    ['AmazonEKSOtherPolicy', [403, 403, 403, 403, 403]],
  ])('%s', async (name, expected) => {
    const policyArn = `arn:aws:eks::aws:cluster-access-policy/${name}`;
    const accessPolicies = [{ policyArn, accessScope: { type: 'cluster' as const } }];
    const accessEntries = [{ principalArn: OPERATOR, accessPolicies }];
    const ask = await asking(await running(aCluster({}, { accessEntries })));

    expect(await statuses(ask, PATHS)).toEqual(expected);
  });

  it('a policy for a namespace lists nothing of all of them', async () => {
    const accessEntries = [viewOf(OPERATOR)].map((entry) => ({
      ...entry,
      accessPolicies: entry.accessPolicies.map((policy) => ({
        ...policy,
        accessScope: { type: 'namespace' as const, namespaces: ['shop'] },
      })),
    }));
    const ask = await asking(await running(aCluster({}, { accessEntries })));

    expect(await statuses(ask, [PODS, '/api/v1/namespaces/shop/pods'])).toEqual([403, 200]);
  });

  it('a group has what its ClusterRole allows, in every namespace', async () => {
    const rules = [{ apiGroups: [RBAC.split('/')[0]], resources: ['rolebindings'], verbs: ['list'] }];
    const objects = bound(rules, { kind: 'Group', name: 'eks-auditor' });
    const accessEntries = [{ principalArn: OPERATOR, kubernetesGroups: ['eks-auditor'] }];
    const ask = await asking(await running(aCluster({ objects }, { accessEntries })));

    expect(await statuses(ask, PATHS)).toEqual([403, 403, 200, 403, 403]);
  });

  it('a user has what a Role allows, in its namespace, by name', async () => {
    const rules = [
      { apiGroups: [''], resources: ['configmaps'], resourceNames: ['aws-auth'], verbs: ['get'] },
    ];
    const objects = bound(rules, { kind: 'User', name: 'auditor' }, 'kube-system');
    const accessEntries = [{ principalArn: OPERATOR, username: 'auditor' }];
    const ask = await asking(await running(aCluster({ objects }, { accessEntries })));

    expect(
      await statuses(ask, [
        '/api/v1/namespaces/kube-system/configmaps/aws-auth',
        '/api/v1/namespaces/kube-system/configmaps/other',
        '/api/v1/namespaces/default/configmaps/aws-auth',
        '/api/v1/namespaces/kube-system/configmaps',
      ]),
    ).toEqual([404, 403, 403, 403]);
  });

  it('the aws-auth map counts where the mode reads it, after the entries', async () => {
    const mapRoles = `- {rolearn: "${OPERATOR}", username: auditor, groups: [system:masters]}`;
    const objects = [anObject('v1', 'ConfigMap', ['kube-system', 'aws-auth'], { data: { mapRoles } })];
    const secrets = async (
      authenticationMode: 'API' | 'API_AND_CONFIG_MAP' | 'CONFIG_MAP',
      hasEntry = false,
    ) => {
      const fields = {
        accessConfig: { authenticationMode },
        accessEntries: hasEntry ? [viewOf(OPERATOR)] : [],
      };
      return (await (await asking(await running(aCluster({ objects }, fields))))('/api/v1/secrets')).status;
    };

    expect(await secrets('CONFIG_MAP', true)).toBe(200);
    expect(await secrets('API_AND_CONFIG_MAP')).toBe(200);
    expect(await secrets('API_AND_CONFIG_MAP', true)).toBe(403);
    expect(await secrets('API')).toBe(401);
  });

  it('the refusal comes before whether there is such a thing', async () => {
    const ask = await asking(await running(aCluster({})));
    const masters = [{ principalArn: OPERATOR, kubernetesGroups: ['system:masters'] }];
    const askAsMaster = await asking(await running(aCluster({}, { accessEntries: masters })));

    const path = '/apis/cilium.io/v2/ciliumnetworkpolicies';
    expect([(await ask(path)).status, (await askAsMaster(path)).status]).toEqual([403, 404]);
  });
});

describe('a connection', () => {
  it.each([
    ['refused', 'ECONNREFUSED'],
    ['wrongName', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['wrongAuthority', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['plaintext', 'EPROTO'],
  ] as const)('can be %s', async (connection, code) => {
    const ask = await asking(await running(aCluster({ connection })));

    await expect(ask('/apis')).rejects.toMatchObject({ code });
  });
});

describe('a fault', () => {
  it.each([
    ['AccessDenied', 403],
    ['ExpiredToken', 401],
    ['NotFound', 404],
    ['ServerError', 500],
    ['ServiceUnavailable', 503],
    ['Throttling', 429],
  ] as const)('%s is status %i', async (kind, status) => {
    const sandbox = await running(aCluster({}));
    const ask = await asking(sandbox);
    sandbox.fail({ operation: 'kubernetes:list pods', with: kind, times: 1 });

    expect((await ask(PODS)).status).toBe(status);
    expect((await ask(PODS)).status).toBe(200);
  });

  it('ExpiredToken of a list that goes on is status 410', async () => {
    const sandbox = await running(aCluster({ objects: [aPod('a'), aPod('b')] }));
    const ask = await asking(sandbox);
    const { continue: token } = (await ask(PODS, { limit: '1' })).body.metadata;
    sandbox.fail({ operation: 'kubernetes:*', with: 'ExpiredToken' });

    expect((await ask(PODS, { limit: '1', continue: String(token) })).status).toBe(410);
  });

  it('may change what is answered', async () => {
    const sandbox = await running(aCluster({}));
    const ask = await asking(sandbox);
    sandbox.fail({ operation: 'kubernetes:list pods', alter: () => ({ items: ['none'] }) });

    expect((await ask(PODS)).body).toEqual({ items: ['none'] });
  });

  it.each(['EmptyBody', 'Html', 'Malformed'] as const)('%s is no JSON', async (kind) => {
    const sandbox = await running(aCluster({}));
    const ask = await asking(sandbox);
    sandbox.fail({ operation: 'kubernetes:list pods', with: kind });

    await expect(ask(PODS)).rejects.toMatchObject({ code: 'NoJson' });
  });

  it.each(['ConnectionReset', 'CutBody'] as const)('%s ends the connection', async (kind) => {
    const sandbox = await running(aCluster({}));
    const ask = await asking(sandbox);
    sandbox.fail({ operation: 'kubernetes:list pods', with: kind });

    await expect(ask(PODS)).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
});

describe('the objects of a world file', () => {
  const parse = (kubernetes: object) =>
    parseWorld({ accounts: [{ id: member, clusters: [{ name: CLUSTER, region, kubernetes }] }] });

  it('are those of kubectl, and the same when they are read again', () => {
    const world = parse({ connection: 'silent', apiGroups: ['cilium.io'], objects: [aPod('web')] });

    expect(world.accounts[1]?.clusters[0]?.kubernetes).toMatchObject({
      connection: 'silent',
      apiGroups: ['cilium.io'],
      objects: [{ kind: 'Pod' }, { kind: 'Namespace' }, ...Array(9).fill({ apiVersion: 'v1' })],
    });
    expect(parseWorld(JSON.parse(JSON.stringify(world)))).toEqual(world);
  });

  it.each([
    [
      'a kind',
      { objects: [anObject('apps/v1', 'Deployment', ['shop', 'web'])] },
      'the sandbox has no apps/v1 Deployment',
    ],
    ['a field', { objects: [{ ...aPod('web'), replicas: 2 }] }, 'replicas'],
    [
      'a field inside',
      { objects: [{ ...aPod('web'), spec: { containers: [], hostnetwork: true } }] },
      'hostnetwork',
    ],
    ['a namespace', { objects: [{ ...aPod('web'), metadata: { name: 'web' } }] }, 'namespace'],
    ['a namespace', { objects: [anObject('v1', 'Namespace', ['shop', 'shop'])] }, 'namespace'],
    ['a connection', { connection: 'slow' }, 'wrongAuthority'],
    ['a group', { apiGroups: ['example.com'] }, 'cilium.io'],
    ['a key', { pods: [] }, 'pods'],
  ])('are checked: %s', (_, kubernetes, message) => {
    expect(() => parse(kubernetes)).toThrow(message);
  });
});
