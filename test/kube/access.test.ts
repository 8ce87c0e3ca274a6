import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../../infra/sandbox/kubernetes/cluster.ts';
import { VIEW } from '../../infra/sandbox/kubernetes/rbac.ts';
import { type Sandbox, startSandbox } from '../../infra/sandbox/sandbox.ts';
import { connectTo } from '../../shared/collect/kubernetes/connection.ts';
import { accessManifest } from '../../shared/collect/kubernetes/manifest.ts';
import { readObjects } from '../../shared/collect/kubernetes/read-objects.ts';
import { KubernetesReader } from '../../shared/collect/kubernetes/reader.ts';
import { CONFIG_MAPS, LISTED, qualifiedName } from '../../shared/collect/kubernetes/sources.ts';
import { clusterToken } from '../../shared/collect/kubernetes/token.ts';
import { VIEW_POLICY } from '../../shared/model/cluster-access.ts';
import type { KubernetesKind } from '../../shared/model/kubernetes-facts.ts';
import { unreadableIn } from '../../shared/model/unreadable-in.ts';
import { gapsOf, PAYMENTS, REGION, regionOf, signedIn } from '../harness.ts';
import { anObject } from '../infra/sandbox/kubernetes-support.ts';
import {
  AUDITOR,
  audit,
  aWorldWithout,
  CLUSTER,
  inGroup,
  viewer,
} from '../shared/pipeline/kubernetes-world.ts';
import { type ApiServer, HAS_API_SERVER, startApiServer } from './api-server.ts';
import { type Entry, type Identities, serveIdentities } from './identities.ts';
import { DEFINED_PATHS, DEFINITIONS, granted } from './objects.ts';

const OPERATOR = `arn:aws:iam::${PAYMENTS}:role/SandboxOperator`;
const ALL_NAMES = CONFIG_MAPS.map(({ name }) => name);
const EVERY_KIND = new Set<KubernetesKind>([...LISTED, ...CONFIG_MAPS].map(({ kind }) => kind));

type Right = Pick<(typeof LISTED)[number], 'group' | 'resource'>;

const maySee = (group: string, rights: readonly Right[], names: readonly string[]) => [
  ...granted(
    group,
    rights.map((right) => ({ apiGroups: [right.group], resources: [right.resource], verbs: ['list'] })),
  ),
  ...granted(
    group,
    [{ apiGroups: [''], resources: ['configmaps'], resourceNames: names, verbs: ['get'] }],
    'kube-system',
  ),
];

const OBJECTS = [
  anObject('v1', 'Namespace', [undefined, 'shop']),
  anObject('v1', 'Pod', ['shop', 'web'], {
    spec: { serviceAccountName: 'web', containers: [{ name: 'main', image: 'nginx:1' }] },
  }),
  { ...anObject('v1', 'ServiceAccount', ['shop', 'default']), automountServiceAccountToken: false },
  ...ALL_NAMES.map((name) =>
    anObject('v1', 'ConfigMap', ['kube-system', name], { data: { mapRoles: '[]' } }),
  ),
  ...DEFINITIONS,
  ...parseAllDocuments(accessManifest()).map((document): KubernetesObject => document.toJS()),
  ...granted(VIEW_POLICY, VIEW),
  ...LISTED.flatMap((right) =>
    maySee(
      `without-${qualifiedName(right)}`,
      LISTED.filter((one) => one !== right),
      ALL_NAMES,
    ),
  ),
  ...ALL_NAMES.flatMap((name) =>
    maySee(
      `without-${name}`,
      LISTED,
      ALL_NAMES.filter((one) => one !== name),
    ),
  ),
];

let sandbox: Sandbox;
let identities: Identities;
let server: ApiServer;

beforeAll(async () => {
  if (!HAS_API_SERVER) return;
  sandbox = await startSandbox(aWorldWithout());
  identities = await serveIdentities();
  server = await startApiServer({ identities: identities.url, cluster: CLUSTER, region: REGION });
  for (const object of OBJECTS) await server.create(object);
  for (const path of DEFINED_PATHS) await eventually(() => server.read(path));
  // Roles reach the authorizer a moment after they were made, in order.
  await eventually(async () =>
    expect(await unreadableTo(`without-${ALL_NAMES.at(-1)}`)).toHaveProperty('vpcCniConfigMap'),
  );
});

afterAll(async () => {
  identities?.close();
  await Promise.all([server?.close(), sandbox?.close()]);
});

/** Tries until it works. */
async function eventually(work: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await work();
      return;
    } catch (error) {
      if (tries === 100) throw error;
      await wait(100);
    }
  }
}

/** Whom the server knows: one principal, in these groups. */
function know(principalArn: string, ...groups: readonly string[]): void {
  identities.sandbox = sandbox;
  identities.entries = () => [{ principalArn, username: 'auditor', groups }];
}

/** An API server remembers a token for some seconds, and whose it was: each of them is of a second of its own. */
const start = Date.now();
let tokens = 0;
function aMoment(): Date {
  tokens += 1;
  return new Date(start - tokens * 1_000);
}

const ownToken = (now = aMoment(), name = CLUSTER, credentials = sandbox.credentials(PAYMENTS)) =>
  clusterToken({ name, region: REGION }, credentials, now);

async function connected(token?: string) {
  const { url, ca } = server;
  return connectTo({ url, ca, token: token ?? (await ownToken()), userAgent: 'test' });
}

/** The operations of what somebody in this group cannot read, by kind. */
async function unreadableTo(group: string): Promise<Record<string, string>> {
  know(OPERATOR, group);
  const connection = await connected();
  try {
    const read = await readObjects(new KubernetesReader(connection, AbortSignal.timeout(60_000)), EVERY_KIND);
    return Object.fromEntries(
      Object.entries(read).flatMap(([kind, list]) =>
        unreadableIn(list).map(({ operation }) => [kind, operation]),
      ),
    );
  } finally {
    connection.close();
  }
}

async function statusOf(token: string): Promise<number> {
  const connection = await connected(token);
  try {
    return (await connection.get('/apis', {}, AbortSignal.timeout(60_000))).status;
  } finally {
    connection.close();
  }
}

describe.skipIf(!HAS_API_SERVER)('a token', () => {
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
  const recoded = (token: string, change: (url: string) => string) => {
    const url = Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString('utf8');
    return `k8s-aws-v1.${Buffer.from(change(url)).toString('base64url')}`;
  };
  const wrongSecret = () => ({ ...sandbox.credentials(PAYMENTS), secretAccessKey: 'guessed' });

  test.each<[string, () => Promise<string>]>([
    ['of now', () => ownToken()],
    ['of 14 minutes ago', () => ownToken(minutesAgo(14))],
  ])('%s is taken', async (_, make) => {
    know(OPERATOR, 'eks-auditor');

    expect(await statusOf(await make())).toBe(200);
  });

  test.each<[string, () => Promise<string>]>([
    ['of another cluster', () => ownToken(aMoment(), 'payments')],
    ['with another secret', () => ownToken(aMoment(), CLUSTER, wrongSecret())],
    ['of 16 minutes ago', () => ownToken(minutesAgo(16))],
    ['with padding', async () => `${await ownToken()}=`],
    ['for another host', async () => recoded(await ownToken(), (url) => url.replace('sts.', 'x.'))],
    ['that is none', async () => 'canary'],
  ])('%s is refused', async (_, make) => {
    know(OPERATOR, 'eks-auditor');

    expect(await statusOf(await make())).toBe(401);
  });

  test('of somebody without an access entry is refused', async () => {
    know(AUDITOR, 'eks-auditor');

    expect(await statusOf(await ownToken())).toBe(401);
  });
});

describe.skipIf(!HAS_API_SERVER)('the rights of the group', () => {
  test('suffice for everything', async () => {
    expect(await unreadableTo('eks-auditor')).toEqual({});
  });

  test.each(LISTED.map((right) => [qualifiedName(right), right.kind] as const))(
    'are all needed: without %s, that alone is unreadable',
    async (name, kind) => {
      expect(await unreadableTo(`without-${name}`)).toEqual({ [kind]: `kubernetes:list ${name}` });
    },
  );

  test.each(CONFIG_MAPS.map(({ name, kind }) => [name, kind] as const))(
    'are all needed: without the ConfigMap %s, that alone is unreadable',
    async (name, kind) => {
      expect(await unreadableTo(`without-${name}`)).toEqual({
        [kind]: `kubernetes:get configmaps/${name}`,
      });
    },
  );
});

describe.skipIf(!HAS_API_SERVER)('an audit', () => {
  /** An audit of an account whose cluster is at the real server, which has these entries. */
  async function auditWith(accessEntries: Parameters<typeof aWorldWithout>[0], access = 'existing') {
    const own = await signedIn(aWorldWithout(accessEntries));
    own.account(PAYMENTS).updateCluster(REGION, CLUSTER, {
      endpoint: server.url,
      certificateAuthority: { data: Buffer.from(server.ca).toString('base64') },
    });
    identities.sandbox = own;
    identities.entries = () => entriesOf(own);
    return audit({ enabled: true, access });
  }

  /** As EKS has them now; its policies are groups of the real server. */
  function entriesOf(own: Sandbox): Entry[] {
    const { accessEntries } = own.account(PAYMENTS).cluster(REGION, CLUSTER);
    return accessEntries.map(({ principalArn, kubernetesGroups, accessPolicies }) => ({
      principalArn: principalArn ?? '',
      username: 'auditor',
      groups: [
        ...(kubernetesGroups ?? []),
        ...(accessPolicies ?? []).map(({ policyArn }) => policyArn?.split('/').at(-1) ?? ''),
      ],
    }));
  }

  const codesOf = ({ verdicts }: Awaited<ReturnType<typeof audit>>) =>
    Object.fromEntries(verdicts.map(({ control, reasonCode }) => [control, reasonCode]));

  test('in the group has no gap', async () => {
    const result = await auditWith([inGroup]);

    expect(gapsOf(result)).toEqual([]);
    expect(codesOf(result)).toMatchObject({
      'approved-registries': 'UNAPPROVED_IMAGES',
      'dedicated-service-accounts': 'NO_POD_AWS_ACCESS',
      'iam-access': 'IAM_ACCESS_ENTRIES',
    });
  });

  test('with the view policy misses bindings and what is installed', async () => {
    const result = await auditWith([viewer]);

    expect(new Set(gapsOf(result).map(({ operation }) => operation.replace(/\.(.*)$/, '')))).toEqual(
      new Set([
        'kubernetes:list rolebindings',
        'kubernetes:list networkpolicies',
        'kubernetes:list gateways',
        'kubernetes:list httproutes',
      ]),
    );
    expect(codesOf(result)).toMatchObject({
      'approved-registries': 'UNAPPROVED_IMAGES',
      'dedicated-service-accounts': 'NO_POD_AWS_ACCESS',
    });
  });

  test('of somebody whom the cluster does not know has one gap', async () => {
    expect(gapsOf(await auditWith([]))).toMatchObject([
      { operation: 'kubernetes:connect', code: 'Unauthorized' },
    ]);
  });

  test('that gives itself access uses it', async () => {
    const result = await auditWith([], 'managed');

    expect(regionOf(result, PAYMENTS).clusters).toMatchObject({ accessGranted: [{ principalArn: AUDITOR }] });
    expect(codesOf(result)).toMatchObject({ 'approved-registries': 'UNAPPROVED_IMAGES' });
  });

  test('asks for nothing else', async () => {
    const before = (await server.requests()).length;

    await auditWith([inGroup]);

    const asked = (await server.requests()).slice(before);
    const needed = ['/apis', 'configmaps aws-auth', ...LISTED.map((resource) => qualifiedName(resource))];
    expect(new Set(asked.map(({ what, name }) => [what, name].filter(Boolean).join(' ')))).toEqual(
      new Set(needed),
    );
    expect(new Set(asked.map(({ verb }) => verb))).toEqual(new Set(['get', 'list']));
    expect(new Set(asked.map(({ user }) => user))).toEqual(new Set(['auditor']));
    expect(asked.map(({ status }) => status)).not.toContain(403);
  });
});
