import { describe, expect, test } from 'vitest';
import { LISTED } from '../../../shared/collect/kubernetes/sources.ts';
import { gapsOf, PAYMENTS, REGION } from '../../harness.ts';
import { anObject, aPod } from '../../infra/sandbox/kubernetes-support.ts';
import { names } from '../../infra/sandbox/support.ts';
import { aSandboxWith, audit, CLUSTER, inGroup, mayList, questions } from './kubernetes-world.ts';

const WEB = anObject('v1', 'Pod', ['shop', 'web-5d8f-x1'], {
  metadata: {
    namespace: 'shop',
    name: 'web-5d8f-x1',
    labels: { app: 'web', 'pod-template-hash': '5d8f' },
    ownerReferences: [{ kind: 'ReplicaSet', name: 'web-5d8f', controller: true }],
  },
  spec: { serviceAccountName: 'web', containers: [{ name: 'main', image: 'nginx:1' }] },
  status: { phase: 'Running' },
});
const DEFAULT = {
  ...anObject('v1', 'ServiceAccount', ['shop', 'default']),
  automountServiceAccountToken: false,
};
const OBJECTS = [WEB, DEFAULT];

/** Without what no cluster has but by an installation. */
const READ = [
  'kubernetes:get /apis',
  'kubernetes:list clusterrolebindings.rbac.authorization.k8s.io',
  'kubernetes:list ingresses.networking.k8s.io',
  'kubernetes:list namespaces',
  'kubernetes:list networkpolicies.networking.k8s.io',
  'kubernetes:list pods',
  'kubernetes:list rolebindings.rbac.authorization.k8s.io',
  'kubernetes:list serviceaccounts',
  'kubernetes:list services',
];

type Result = Awaited<ReturnType<typeof audit>>;
const judgementOf = ({ verdicts }: Result, key: string) =>
  verdicts.find(({ control, level }) => control === key && level === 'cluster');

test('off, there is not one request more', async () => {
  const sandbox = await aSandboxWith({ objects: OBJECTS });
  await audit({});
  const requests = sandbox.log.map(({ operation }) => operation).sort();
  sandbox.clearLog();

  await audit({ enabled: true, clusters: ['prod-*'] });

  expect(questions(sandbox)).toEqual([]);
  // The findings of the first run are there now.
  const withoutFindings = (operations: readonly string[]) =>
    operations.filter((operation) => !operation.startsWith('securityhub:'));
  expect(withoutFindings(sandbox.log.map(({ operation }) => operation).sort())).toEqual(
    withoutFindings(requests),
  );
});

test('on, five controls are judged by what is inside, and nothing else is asked for', async () => {
  const sandbox = await aSandboxWith({ objects: OBJECTS });

  const result = await audit({ enabled: true, clusters: ['*:cluster/ord*'] });

  expect(judgementOf(result, 'approved-registries')).toMatchObject({ reasonCode: 'UNAPPROVED_IMAGES' });
  expect(judgementOf(result, 'approved-registries')?.reason).toContain(
    'docker.io/library/nginx:1 in shop/Deployment web',
  );
  expect(judgementOf(result, 'dedicated-service-accounts')).toMatchObject({ status: 'PASSED' });
  expect(questions(sandbox).sort()).toEqual(READ);
  expect(sandbox.log.filter(({ service }) => service === 'kubernetes')).toMatchObject(
    READ.map(() => ({ params: { cluster: CLUSTER } })),
  );
});

test('access that a run gives itself is used at once', async () => {
  const sandbox = await aSandboxWith({ objects: OBJECTS }, { accessEntries: [] });

  const result = await audit({ enabled: true, access: 'managed' });

  expect(sandbox.calls({ operation: 'eks:AssociateAccessPolicy' })).toHaveLength(1);
  expect(judgementOf(result, 'approved-registries')).toMatchObject({ reasonCode: 'UNAPPROVED_IMAGES' });
  // What a view policy does not allow.
  expect(new Set(gapsOf(result).map(({ operation }) => operation))).toEqual(
    new Set(['kubernetes:list rolebindings.rbac.authorization.k8s.io']),
  );
});

describe('a cluster that cannot be reached is one gap, and what AWS proves stays:', () => {
  test.each([
    ['refused', 'ECONNREFUSED', 0],
    ['wrongName', 'ERR_TLS_CERT_ALTNAME_INVALID', 0],
    ['wrongAuthority', 'DEPTH_ZERO_SELF_SIGNED_CERT', 0],
    ['plaintext', 'EPROTO', 0],
  ] as const)('%s', async (connection, code, requests) => {
    const sandbox = await aSandboxWith({ connection, objects: OBJECTS }, { addons: ['vpc-cni'] });

    const result = await audit();

    expect(gapsOf(result)).toMatchObject([{ what: 'evidence', operation: 'kubernetes:connect', code }]);
    expect(questions(sandbox)).toHaveLength(requests);
    expect(judgementOf(result, 'approved-registries')).toMatchObject({ status: 'NOT_AVAILABLE' });
    expect(judgementOf(result, 'network-policies')).toMatchObject({ reasonCode: 'ENFORCEMENT_OFF' });
    expect(result.coverage.complete).toBe(false);
  });

  test.each([
    ['Unauthorized', 'ExpiredToken'],
    ['NoJson', 'Html'],
    ['NoJson', 'EmptyBody'],
    ['NoJson', 'Malformed'],
    ['ECONNRESET', 'ConnectionReset'],
    ['ECONNRESET', 'CutBody'],
  ] as const)('%s by %s', async (code, fault) => {
    const sandbox = await aSandboxWith({ objects: OBJECTS });
    sandbox.fail({ operation: 'kubernetes:*', with: fault });

    const result = await audit();

    expect(gapsOf(result)).toMatchObject([{ operation: 'kubernetes:connect', code }]);
    expect(questions(sandbox)).toEqual(['kubernetes:get /apis']);
  });

  test('it knows nobody of the auditor’s account', async () => {
    const sandbox = await aSandboxWith({ objects: OBJECTS }, { accessEntries: [] });

    const result = await audit();

    expect(gapsOf(result)).toMatchObject([{ kind: 'denied', code: 'Unauthorized' }]);
    expect(questions(sandbox)).toHaveLength(1);
  });

  test('it is without an endpoint', async () => {
    const sandbox = await aSandboxWith({ objects: OBJECTS });
    sandbox.fail({
      operation: 'eks:DescribeCluster',
      alter: ({ cluster }) => ({ cluster: { ...(cluster as object), endpoint: undefined } }),
    });

    expect(gapsOf(await audit())).toMatchObject([{ operation: 'kubernetes:connect', code: 'NoEndpoint' }]);
    expect(questions(sandbox)).toEqual([]);
  });
});

describe('what fails of a kind is one gap of it:', () => {
  test.each([
    ['AccessDenied', 'Forbidden', 'denied'],
    ['Throttling', 'TooManyRequests', 'throttled'],
    ['ServerError', 'Status500', 'failed'],
    ['EmptyObject', 'MalformedResponse', 'failed'],
    ['ConnectionReset', 'ECONNRESET', 'failed'],
    ['Malformed', 'NoJson', 'failed'],
    // Every cluster has services.
    ['NotFound', 'NotFound', 'failed'],
  ] as const)('%s', async (fault, code, kind) => {
    const sandbox = await aSandboxWith({ objects: OBJECTS });
    sandbox.fail({ operation: 'kubernetes:list services', with: fault });

    const result = await audit();

    const gap = gapsOf(result).filter(({ operation }) => operation === 'kubernetes:list services');
    expect(gap).toMatchObject([{ code, kind }]);
    expect(judgementOf(result, 'approved-registries')).toMatchObject({ status: 'FAILED' });
  });

  test('an answer of more than 32 MB', async () => {
    const sandbox = await aSandboxWith({ objects: OBJECTS });
    const padding = 'x'.repeat(32_000_001);
    sandbox.fail({ operation: 'kubernetes:list pods', alter: (page) => ({ ...page, padding }) });

    expect(gapsOf(await audit())).toContainEqual(
      expect.objectContaining({ operation: 'kubernetes:list pods', code: 'TooLarge' }),
    );
  });
});

test('a group of the API that has a kind in one of its versions only is no gap', async () => {
  const sandbox = await aSandboxWith(
    { objects: OBJECTS, apiGroups: ['policy.networking.k8s.io'] },
    {
      accessEntries: [inGroup],
      accessConfig: { authenticationMode: 'API' },
    },
  );
  sandbox
    .account(PAYMENTS)
    .cluster(REGION, CLUSTER)
    .kubernetes?.objects.push(...mayList(LISTED));

  expect(gapsOf(await audit())).toEqual([]);
  expect(
    sandbox.calls({ operation: 'kubernetes:list clusternetworkpolicies.policy.networking.k8s.io' }),
  ).toMatchObject([{ status: 404 }, { status: 200 }]);
});

describe('a long list', () => {
  const PODS = names(1_200, 'web').map((name) => aPod(name));
  const onlyImages = () => audit({ enabled: true }, ['approved-registries']);
  const PAGE = 'kubernetes:list pods';

  test('is read in pages of 500', async () => {
    const sandbox = await aSandboxWith({ objects: PODS });

    const result = await onlyImages();

    expect(judgementOf(result, 'approved-registries')?.reason).toContain('(1,200 pods)');
    // Nothing is asked for but pods: no group of the API has to be known.
    expect(questions(sandbox)).toEqual([PAGE, PAGE, PAGE]);
  });

  test('begins again when it has expired, once', async () => {
    const sandbox = await aSandboxWith({ objects: PODS });
    sandbox.fail({
      operation: PAGE,
      with: 'ExpiredToken',
      match: (params) => 'continue' in params,
      times: 1,
    });

    const result = await onlyImages();

    expect(judgementOf(result, 'approved-registries')?.reason).toContain('(1,200 pods)');
    expect(sandbox.calls({ operation: PAGE }).map(({ status }) => status)).toEqual([200, 410, 200, 200, 200]);
  });

  test('that expires twice is unreadable', async () => {
    const sandbox = await aSandboxWith({ objects: PODS });
    sandbox.fail({ operation: PAGE, with: 'ExpiredToken', match: (params) => 'continue' in params });

    const result = await onlyImages();

    expect(gapsOf(result)).toMatchObject([{ operation: PAGE, code: 'Expired' }]);
    expect(sandbox.calls({ operation: PAGE }).map(({ status }) => status)).toEqual([200, 410, 200, 410]);
  });

  test('that goes on where it was is unreadable', async () => {
    const sandbox = await aSandboxWith({ objects: PODS });
    let first: unknown;
    sandbox.fail({
      operation: PAGE,
      alter: (page) => {
        const metadata = page.metadata as Record<string, unknown>;
        first ??= metadata.continue;
        return { ...page, metadata: { ...metadata, continue: first } };
      },
    });

    const result = await onlyImages();

    expect(gapsOf(result)).toMatchObject([{ operation: PAGE, code: 'EndlessList' }]);
    expect(questions(sandbox)).toHaveLength(2);
  });
});
