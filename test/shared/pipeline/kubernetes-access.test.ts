import { expect, test } from 'vitest';
import type { Sandbox } from '../../../infra/sandbox/sandbox.ts';
import {
  aTestOrganization,
  gapsOf,
  PAYMENTS,
  REGION,
  regionOf,
  run,
  SECURITY,
  signedIn,
} from '../../harness.ts';
import { answer, type Handler, startApiServer } from '../collect/kubernetes/api-server.ts';
import { serveClustersFrom } from '../collect/kubernetes/cluster-at.ts';

const MEMBER = `arn:aws:iam::${PAYMENTS}:role/EksAuditorMember`;
const VIEW = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy';
const MANAGED = { enabled: true, access: 'managed' };
const ROLES = [{ name: 'EksAuditorMember' }, { name: 'EksAuditorAccess' }];

interface World {
  readonly mode?: 'API' | 'CONFIG_MAP';
  readonly roles?: readonly { readonly name: string }[];
  readonly accessEntries?: readonly { readonly principalArn: string }[];
  readonly accountId?: string;
}

/** An account with one cluster. */
function aWorld({ mode = 'API', roles = ROLES, accessEntries = [], accountId = PAYMENTS }: World = {}) {
  return signedIn(
    aTestOrganization().account(accountId, { name: 'payments', roles: [...roles] }, (account) =>
      account.cluster('orders', {
        region: REGION,
        accessConfig: { authenticationMode: mode },
        accessEntries: [...accessEntries],
      }),
    ),
  );
}

/** Everything is there and empty. */
const empty: Handler = (request, response) =>
  answer(response, request.url === '/apis' ? { groups: [] } : { items: [] });

/** An API server that knows the caller once an entry was created, after it has refused it so many times more. */
async function servedTo(sandbox: Sandbox, lateBy = 0) {
  let late = lateBy;
  const server = await startApiServer((request, response) => {
    const isGranted = sandbox.calls({ operation: 'eks:AssociateAccessPolicy' }).length > 0;
    if (!isGranted || late-- > 0) return answer(response, {}, 401);
    empty(request, response);
  });
  serveClustersFrom(sandbox, server);
  return server;
}

const audit = (kubernetes: object, accountId = PAYMENTS) =>
  run({
    targets: { organization: true, accounts: [accountId], regions: [REGION] },
    controls: { include: ['approved-registries'] },
    kubernetes,
  });

const writesOf = (sandbox: Sandbox) =>
  sandbox.calls().filter(({ operation }) => /^eks:(Create|Associate|Delete|Update)/.test(operation));

const rolesAssumedIn = (sandbox: Sandbox) =>
  sandbox
    .calls({ operation: 'sts:AssumeRole' })
    .map(({ params }) => String(params.RoleArn).split('/').at(-1));

test('where the role has no entry, the access role gives it one that views, and the result says so', async () => {
  const sandbox = await aWorld();
  await servedTo(sandbox, 2);

  const result = await audit(MANAGED);

  expect(gapsOf(result)).toEqual([]);
  expect(regionOf(result, PAYMENTS).clusters).toEqual({
    found: 1,
    judged: 1,
    accessGranted: [{ name: 'orders', principalArn: MEMBER }],
  });
  expect(result.notices).toEqual([
    {
      code: 'ACCESS_GRANTED',
      accountId: PAYMENTS,
      region: REGION,
      detail: `Access entries were created for ${MEMBER} in the clusters orders, because it had none.`,
    },
  ]);
  const [create, associate, ...more] = writesOf(sandbox);
  expect(create?.params).toMatchObject({ clusterName: 'orders', principalArn: MEMBER, type: 'STANDARD' });
  expect(create?.params).not.toHaveProperty('kubernetesGroups');
  expect(associate?.params).toMatchObject({
    principalArn: MEMBER,
    policyArn: VIEW,
    accessScope: { type: 'cluster' },
  });
  expect(more).toEqual([]);
  expect(rolesAssumedIn(sandbox)).toEqual(['EksAuditorMember', 'EksAuditorAccess']);
});

test('the second run finds the entry, and grants nothing', async () => {
  const sandbox = await aWorld();
  await servedTo(sandbox);
  await audit(MANAGED);

  const result = await audit(MANAGED);

  expect(regionOf(result, PAYMENTS).clusters).toEqual({ found: 1, judged: 1 });
  expect(result.notices).toBeUndefined();
  expect(writesOf(sandbox)).toHaveLength(2);
  expect(rolesAssumedIn(sandbox)).toEqual(['EksAuditorMember', 'EksAuditorAccess', 'EksAuditorMember']);
});

test.each([
  ['existing', { access: 'existing' }],
  ['without being said', {}],
])('with access %s nothing is granted', async (_name, access) => {
  const sandbox = await aWorld();
  await servedTo(sandbox);

  const result = await audit({ enabled: true, ...access });

  expect(gapsOf(result)).toMatchObject([{ operation: 'kubernetes:connect', code: 'Unauthorized' }]);
  expect(writesOf(sandbox)).toEqual([]);
});

test('an entry that exists is left alone, and its gap says that it does not work', async () => {
  const sandbox = await aWorld({ accessEntries: [{ principalArn: MEMBER }] });
  await servedTo(sandbox);

  const result = await audit(MANAGED);

  expect(writesOf(sandbox)).toEqual([]);
  expect(gapsOf(result)).toMatchObject([
    { operation: 'kubernetes:connect', code: 'Unauthorized', kind: 'denied' },
  ]);
  expect(gapsOf(result)[0]?.detail).toContain('its access entry does not work');
});

test('an entry without a policy is left alone', async () => {
  const sandbox = await aWorld({ accessEntries: [{ principalArn: MEMBER }] });
  const server = await startApiServer((_, response) => answer(response, {}, 403));
  serveClustersFrom(sandbox, server);

  const result = await audit(MANAGED);

  expect(writesOf(sandbox)).toEqual([]);
  expect(gapsOf(result)).toMatchObject([{ operation: 'kubernetes:list pods', code: 'Forbidden' }]);
});

test('a cluster whose mode has no entries gets none, and its gap says so', async () => {
  const sandbox = await aWorld({ mode: 'CONFIG_MAP' });
  await servedTo(sandbox);

  const result = await audit(MANAGED);

  expect(writesOf(sandbox)).toEqual([]);
  expect(gapsOf(result)).toHaveLength(1);
  expect(gapsOf(result)[0]?.detail).toContain('CONFIG_MAP has no access entries');
});

test('an access role that is not there is one gap', async () => {
  const sandbox = await aWorld({ roles: [{ name: 'EksAuditorMember' }] });
  await servedTo(sandbox);

  const result = await audit(MANAGED);

  expect(gapsOf(result)).toMatchObject([{ operation: 'sts:AssumeRole', code: 'AccessDenied' }]);
  expect(gapsOf(result)[0]?.detail).toContain('role/EksAuditorAccess');
  expect(regionOf(result, PAYMENTS).clusters).toEqual({ found: 1, judged: 1 });
});

test('a policy that cannot be associated is one gap, and the entry is told', async () => {
  const sandbox = await aWorld();
  await servedTo(sandbox);
  sandbox.fail({ operation: 'eks:AssociateAccessPolicy', with: 'AccessDenied' });

  const result = await audit(MANAGED);

  expect(gapsOf(result)).toMatchObject([{ operation: 'eks:AssociateAccessPolicy', kind: 'denied' }]);
  expect(gapsOf(result)[0]?.detail).toContain('has no AmazonEKSViewPolicy');
  expect(regionOf(result, PAYMENTS).clusters.accessGranted).toHaveLength(1);
});

test('in the auditor’s own account nothing is granted', async () => {
  const sandbox = await aWorld({ accountId: SECURITY });
  await servedTo(sandbox);

  const result = await audit(MANAGED, SECURITY);

  expect(writesOf(sandbox)).toEqual([]);
  expect(gapsOf(result)).toMatchObject([{ code: 'Unauthorized' }]);
});

test('off, or of a cluster that is not selected, nothing is asked', async () => {
  const sandbox = await aWorld();
  const server = await servedTo(sandbox);

  await audit({ access: 'managed' });
  await audit({ ...MANAGED, clusters: ['prod-*'] });

  expect(server.requests).toEqual([]);
  expect(writesOf(sandbox)).toEqual([]);
});
